//! The blocks of an archive; each ends with the checksum of everything so far. A length is compared with its bound
//! before it is used.

use super::ArchiveError;
use sha2::{Digest as _, Sha256};
use std::io::{ErrorKind, Read, Write};
use tanzanite_protocol::limits::{ARCHIVE_JSON_BYTES_MAX, ARCHIVE_PAGE_CONTENT_BYTES_MAX};

/// The first bytes of an archive in the present format.
const MAGIC: &[u8; 20] = b"tanzanite archive 1\n";
/// The first bytes of an archive in any format.
pub const ARCHIVE_BEGINNING: &[u8] = b"tanzanite archive ";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    Header,
    Page,
    End,
}

impl BlockKind {
    const ALL: [Self; 3] = [Self::Header, Self::Page, Self::End];

    const fn tag(self) -> u8 {
        match self {
            Self::Header => b'H',
            Self::Page => b'P',
            Self::End => b'E',
        }
    }

    const fn bytes_max(self) -> usize {
        match self {
            Self::Header | Self::End => ARCHIVE_JSON_BYTES_MAX,
            Self::Page => ARCHIVE_PAGE_CONTENT_BYTES_MAX,
        }
    }
}

pub(super) struct BlockWriter<W> {
    to: W,
    so_far: Sha256,
}

impl<W: Write> BlockWriter<W> {
    pub(super) fn new(to: W) -> Result<Self, ArchiveError> {
        let so_far = Sha256::new();
        let mut writer = Self { to, so_far };
        writer.write(MAGIC)?;
        Ok(writer)
    }

    pub(super) fn block(&mut self, kind: BlockKind, content: &[u8]) -> Result<(), ArchiveError> {
        let length = u32::try_from(content.len()).ok();
        let Some(length) = length.filter(|_| content.len() <= kind.bytes_max()) else {
            return Err(ArchiveError::Write(ErrorKind::FileTooLarge.into()));
        };
        self.write(&[kind.tag()])?;
        self.write(&length.to_be_bytes())?;
        self.write(content)?;
        let checksum = self.so_far.clone().finalize();
        self.write(&checksum)
    }

    /// The underlying writer.
    pub(super) fn into_inner(self) -> W {
        self.to
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.so_far.update(bytes);
        self.to.write_all(bytes).map_err(ArchiveError::Write)
    }
}

pub(super) struct BlockReader<R> {
    from: R,
    so_far: Sha256,
    at: u64,
}

impl<R: Read> BlockReader<R> {
    pub(super) fn new(from: R) -> Result<Self, ArchiveError> {
        let mut reader = Self {
            from,
            so_far: Sha256::new(),
            at: 0,
        };
        match reader.array() {
            Ok(magic) if magic == *MAGIC => Ok(reader),
            Ok(other) if other.starts_with(ARCHIVE_BEGINNING) => Err(ArchiveError::Form),
            Ok(_) | Err(ArchiveError::BrokenOff { .. }) => Err(ArchiveError::Foreign),
            Err(error) => Err(error),
        }
    }

    /// The position of the next block.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn block(&mut self) -> Result<(BlockKind, Vec<u8>), ArchiveError> {
        let at = self.at;
        let damaged = |what| ArchiveError::Damaged { at, what };
        let [tag] = self.array()?;
        let kind = BlockKind::ALL.into_iter().find(|kind| kind.tag() == tag);
        let kind = kind.ok_or_else(|| damaged("the kind is unknown"))?;
        let length = u32::from_be_bytes(self.array()?);
        if length as usize > kind.bytes_max() {
            return Err(damaged("the length is more than any may have"));
        }
        let content = self.bytes(length)?;
        let expected = self.so_far.clone().finalize();
        if self.array::<32>()? != *expected {
            return Err(damaged("the checksum is another"));
        }
        Ok((kind, content))
    }

    /// Checks that nothing follows.
    pub(super) fn end(&mut self) -> Result<(), ArchiveError> {
        match self.array::<1>() {
            Err(ArchiveError::BrokenOff { .. }) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Err(ArchiveError::Damaged {
                at: self.at - 1,
                what: "there is something after the end",
            }),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ArchiveError> {
        let mut bytes = [0; N];
        self.from.read_exact(&mut bytes).map_err(|error| {
            if error.kind() == ErrorKind::UnexpectedEof {
                ArchiveError::BrokenOff { at: self.at }
            } else {
                ArchiveError::Read(error)
            }
        })?;
        self.read(&bytes);
        Ok(bytes)
    }

    /// Reads bytes. Memory grows as they arrive, since a stated length may be false.
    fn bytes(&mut self, length: u32) -> Result<Vec<u8>, ArchiveError> {
        let mut bytes = Vec::new();
        let mut content = self.from.by_ref().take(u64::from(length));
        content
            .read_to_end(&mut bytes)
            .map_err(ArchiveError::Read)?;
        self.read(&bytes);
        if bytes.len() < length as usize {
            return Err(ArchiveError::BrokenOff { at: self.at });
        }
        Ok(bytes)
    }

    fn read(&mut self, bytes: &[u8]) {
        self.so_far.update(bytes);
        self.at += bytes.len() as u64;
    }
}
