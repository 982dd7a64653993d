//! An archive as a source. Its rows can only be read in the archive's own order.

use super::ArchiveError;
use super::blocks::{BlockKind, BlockReader};
use super::header::{Header, end};
use super::rows::{follows, read};
use crate::copy::CopyPage;
use crate::copy::row::{Chain, Row, Value};
use crate::copy::sides::{Pictures, Side, SideError, Sided, everything};
use crate::copy::table::{Part, Table};
use crate::sqlite::schema_number;
use bytes::{Buf, Bytes};
use std::collections::VecDeque;
use std::io::{BufReader, Read};
use tanzanite_crm::StoreError;
use tanzanite_protocol::OrgId;
use tanzanite_protocol::limits::ARCHIVE_PAGE_BYTES_MAX;
use zstd::bulk::Decompressor;

/// Bytes that are read at once.
const BUFFER_BYTES: usize = 256 * 1024;

pub(in crate::copy) struct ArchiveSource<R> {
    blocks: BlockReader<BufReader<R>>,
    header: Header,
    /// In the order of the header.
    tables: &'static [Table],
    decompressor: Decompressor<'static>,
    /// The index of the last page's table.
    place: usize,
    /// The rows of that page that have not been requested yet.
    waiting: VecDeque<Row>,
    /// The row before those.
    last: Option<Row>,
    end: Option<FoundEnd>,
}

struct FoundEnd {
    at: u64,
    content: Vec<u8>,
}

impl<R: Read> ArchiveSource<R> {
    pub(in crate::copy) fn open(from: R) -> Result<Self, ArchiveError> {
        let mut blocks = BlockReader::new(BufReader::with_capacity(BUFFER_BYTES, from))?;
        let at = blocks.at();
        let (BlockKind::Header, content) = blocks.block()? else {
            return Err(ArchiveError::Damaged {
                at,
                what: "the header is missing",
            });
        };
        let header = Header::read(&content, at)?;
        let tables = header.tables().ok_or(ArchiveError::Damaged {
            at,
            what: "the tables are not those of its schema",
        })?;
        Ok(Self {
            header,
            tables,
            blocks,
            decompressor: Decompressor::new().map_err(ArchiveError::Read)?,
            place: 0,
            waiting: VecDeque::new(),
            last: None,
            end: None,
        })
    }

    /// The organisation, if the archive has only one.
    pub(in crate::copy) fn organisation(&self) -> Option<OrgId> {
        self.header.organisation()
    }

    /// The number of its schema.
    pub(in crate::copy) fn schema(&self) -> i64 {
        self.header.schema()
    }

    pub(in crate::copy) fn is_of_this_version(&self) -> bool {
        self.schema() == schema_number()
    }

    /// Its tables, in the order in which they are read.
    pub(in crate::copy) fn tables(&self) -> &'static [Table] {
        self.tables
    }

    fn next_block(&mut self) -> Result<(), ArchiveError> {
        let at = self.blocks.at();
        match self.blocks.block()? {
            (BlockKind::Header, _) => Err(ArchiveError::Damaged {
                at,
                what: "there is another header",
            }),
            (BlockKind::Page, content) => self
                .next_page(&content)
                .map_err(|what| ArchiveError::Damaged { at, what }),
            (BlockKind::End, content) => {
                self.end = Some(FoundEnd { at, content });
                Ok(())
            }
        }
    }

    fn next_page(&mut self, mut content: &[u8]) -> Result<(), &'static str> {
        const SHORT: &str = "the page is cut off";
        let place = usize::from(content.try_get_u8().map_err(|_| SHORT)?);
        let size = content.try_get_u32().map_err(|_| SHORT)? as usize;
        let table = self.tables.get(place).ok_or("the table is unknown")?;
        if place < self.place {
            return Err("the table is one that was before");
        }
        if size > ARCHIVE_PAGE_BYTES_MAX {
            return Err("the size is more than any page may have");
        }
        let rows = self.decompressor.decompress(content, size);
        let rows = rows.map_err(|_| "the rows cannot be decompressed")?;
        if rows.len() != size {
            return Err("the size is another");
        }
        if place > self.place {
            self.last = None;
        }
        self.place = place;
        let rows = read(table, Bytes::from(rows))?;
        self.check(table, &rows)?;
        self.waiting = rows.into();
        Ok(())
    }

    /// Checks that rows belong to the organisation and are in order.
    fn check(&mut self, table: &Table, rows: &[Row]) -> Result<(), &'static str> {
        let numbers = self.header.numbers_in(table);
        let mut before = self.last.as_ref();
        for row in rows {
            if let (Some(numbers), Some(at)) = (numbers, table.org())
                && !matches!(row.get(at), Some(Value::Number(org)) if numbers.contains(org))
            {
                return Err("a row is another organisation's");
            }
            if before.is_some_and(|before| !follows(table, numbers.is_some(), row, before)) {
                return Err("the rows are not in their order");
            }
            before = Some(row);
        }
        self.last = before.cloned();
        Ok(())
    }

    /// Takes as many of the waiting rows as fit a page.
    fn take(&mut self, page: CopyPage) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut bytes = 0;
        while let Some(row) = self.waiting.pop_front() {
            bytes += row.iter().map(Value::size).sum::<u64>();
            rows.push(row);
            if rows.len() >= page.rows || bytes >= page.bytes as u64 {
                break;
            }
        }
        rows
    }
}

impl<R: Read> Side for ArchiveSource<R> {
    fn parts(&self) -> Vec<Part> {
        everything()
    }

    fn count(&mut self, table: &Table) -> Sided<u64> {
        Ok(self.header.rows(place(self.tables, table)?))
    }

    fn page(
        &mut self,
        table: &'static Table,
        _: Part,
        _: Option<&[Value]>,
        page: CopyPage,
        _: Pictures,
    ) -> Sided<Vec<Row>> {
        let wanted = place(self.tables, table)?;
        loop {
            if !self.waiting.is_empty() && self.place < wanted {
                return Err(StoreError::new("an archive is read in its order").into());
            }
            if !self.waiting.is_empty() && self.place == wanted {
                return Ok(self.take(page));
            }
            if !self.waiting.is_empty() || self.end.is_some() {
                return Ok(Vec::new());
            }
            self.next_block()?;
        }
    }

    fn finish(&mut self, chains: &[Chain]) -> Sided<()> {
        let end = end(self.tables, chains)?;
        let Some(found) = &self.end else {
            return Err(StoreError::new("an archive is read to its end").into());
        };
        let damaged = |what| {
            let at = found.at;
            SideError::Archive(ArchiveError::Damaged { at, what })
        };
        if found.content != end {
            return Err(damaged(
                "the counts and checksums are not those of the rows",
            ));
        }
        let counted = chains.iter().map(|chain| chain.rows);
        if !counted.eq((0..chains.len()).map(|place| self.header.rows(place))) {
            return Err(damaged("the counts are not those of the header"));
        }
        Ok(self.blocks.end()?)
    }
}

/// The index of a table in the list.
pub(super) fn place(tables: &[Table], table: &Table) -> Sided<usize> {
    let place = tables.iter().position(|other| other.name == table.name);
    place.ok_or_else(|| StoreError::new("the table is not archived").into())
}
