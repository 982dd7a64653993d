//! An archive as a target, which is written and then read back.

use super::ArchiveError;
use super::blocks::{BlockKind, BlockWriter};
use super::header::{Header, end};
use super::rows::write;
use super::source::{ArchiveSource, place};
use crate::copy::CopyPage;
use crate::copy::row::{Chain, Row, Value, key_shown};
use crate::copy::sides::{Mark, Pictures, Side, Sided, Target, everything};
use crate::copy::table::{Part, TABLES, Table};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use tanzanite_crm::StoreError;
use tanzanite_protocol::limits::{ARCHIVE_PAGE_BYTES_MAX, ARCHIVE_PAGE_ROWS_MAX};
use zstd::bulk::Compressor;

/// The size at which a page is written.
const PAGE_BYTES: usize = 8 * 1024 * 1024;
/// The default of zstd.
const LEVEL: i32 = 3;

pub(in crate::copy) struct ArchiveTarget<F: Read + Write + Seek> {
    /// The parts to be written.
    of: Vec<Part>,
    marks: Vec<Mark>,
    state: State<F>,
}

enum State<F: Read + Write + Seek> {
    New(F),
    Written(Box<Pages<F>>),
    Read(Box<ArchiveSource<F>>),
    /// A change of state has failed.
    Broken,
}

struct Pages<F: Write> {
    blocks: BlockWriter<BufWriter<F>>,
    compressor: Compressor<'static>,
    /// The page that is not full yet. Pages are cut independently of the pages in which rows arrive, so that the same
    /// rows give the same archive.
    rows: Vec<u8>,
    count: usize,
}

impl<F: Read + Write + Seek> ArchiveTarget<F> {
    pub(in crate::copy) fn new(to: F, of: &[Part]) -> Self {
        Self {
            of: of.to_vec(),
            marks: Mark::none(),
            state: State::New(to),
        }
    }

    fn written(&mut self) -> Sided<&mut Pages<F>> {
        match &mut self.state {
            State::Written(pages) => Ok(pages),
            _ => Err(not_in_this_state()),
        }
    }

    fn read(&mut self) -> Sided<&mut ArchiveSource<F>> {
        match &mut self.state {
            State::Read(source) => Ok(source),
            _ => Err(not_in_this_state()),
        }
    }

    fn take(&mut self) -> State<F> {
        std::mem::replace(&mut self.state, State::Broken)
    }
}

fn not_in_this_state() -> crate::copy::sides::SideError {
    StoreError::new("an archive is begun, written, and then read").into()
}

impl<F: Write> Pages<F> {
    fn new(to: F, header: &Header) -> Result<Self, ArchiveError> {
        let mut blocks = BlockWriter::new(BufWriter::new(to))?;
        blocks.block(BlockKind::Header, &header.write()?)?;
        Ok(Self {
            blocks,
            compressor: Compressor::new(LEVEL).map_err(ArchiveError::Write)?,
            rows: Vec::new(),
            count: 0,
        })
    }

    fn put(&mut self, table: &Table, place: usize, rows: &[Row]) -> Result<(), ArchiveError> {
        for row in rows {
            write(row, &mut self.rows);
            self.count += 1;
            if self.rows.len() > ARCHIVE_PAGE_BYTES_MAX {
                let what = format!("{} ({})", table.name, key_shown(table, row));
                return Err(ArchiveError::RowTooLarge { what });
            }
            if self.count == ARCHIVE_PAGE_ROWS_MAX || self.rows.len() >= PAGE_BYTES {
                self.page(place)?;
            }
        }
        Ok(())
    }

    /// Writes the current page.
    fn page(&mut self, place: usize) -> Result<(), ArchiveError> {
        if self.count == 0 {
            return Ok(());
        }
        let too_large = |_| ArchiveError::Write(std::io::ErrorKind::FileTooLarge.into());
        let mut content = vec![u8::try_from(place).map_err(too_large)?];
        let size = u32::try_from(self.rows.len()).map_err(too_large)?;
        content.extend(size.to_be_bytes());
        let compressed = self.compressor.compress(&self.rows);
        content.extend(compressed.map_err(ArchiveError::Write)?);
        self.rows.clear();
        self.count = 0;
        self.blocks.block(BlockKind::Page, &content)
    }

    fn end(mut self, chains: &[Chain]) -> Result<F, ArchiveError> {
        self.blocks.block(BlockKind::End, &end(&TABLES, chains)?)?;
        let file = self.blocks.into_inner().into_inner();
        file.map_err(|error| ArchiveError::Write(error.into_error()))
    }
}

impl<F: Read + Write + Seek> Side for ArchiveTarget<F> {
    fn parts(&self) -> Vec<Part> {
        everything()
    }

    /// A new archive is empty.
    fn count(&mut self, _: &Table) -> Sided<u64> {
        match self.state {
            State::New(_) => Ok(0),
            _ => Err(not_in_this_state()),
        }
    }

    fn page(
        &mut self,
        table: &'static Table,
        part: Part,
        after: Option<&[Value]>,
        page: CopyPage,
        pictures: Pictures,
    ) -> Sided<Vec<Row>> {
        self.read()?.page(table, part, after, page, pictures)
    }

    fn finish(&mut self, chains: &[Chain]) -> Sided<()> {
        self.read()?.finish(chains)
    }
}

impl<F: Read + Write + Seek> Target for ArchiveTarget<F> {
    fn marks(&self) -> &[Mark] {
        &self.marks
    }

    fn takes_nul(&self) -> bool {
        true
    }

    fn begin(&mut self, rows: &[u64]) -> Sided<()> {
        let State::New(to) = self.take() else {
            return Err(not_in_this_state());
        };
        let pages = Pages::new(to, &Header::new(&self.of, rows))?;
        self.state = State::Written(Box::new(pages));
        Ok(())
    }

    fn put(&mut self, table: &'static Table, rows: &mut [Row], mark: Mark) -> Sided<()> {
        let place = place(&TABLES, table)?;
        let pages = self.written()?;
        pages.put(table, place, rows)?;
        if mark.done {
            pages.page(place)?;
        }
        if let Some(of_table) = self.marks.get_mut(place) {
            *of_table = mark;
        }
        Ok(())
    }

    fn begin_end(&mut self) -> Sided<()> {
        let State::Written(pages) = self.take() else {
            return Err(not_in_this_state());
        };
        let chains: Vec<Chain> = self.marks.iter().map(|mark| mark.chain).collect();
        let mut file = pages.end(&chains)?;
        file.seek(SeekFrom::Start(0)).map_err(ArchiveError::Read)?;
        self.state = State::Read(Box::new(ArchiveSource::open(file)?));
        Ok(())
    }

    fn end(&mut self) -> Sided<()> {
        Ok(())
    }
}
