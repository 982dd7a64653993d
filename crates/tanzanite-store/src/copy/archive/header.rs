//! The header of an archive, which describes the content, and the trailer, which has the checksums.

use super::ArchiveError;
use crate::copy::numbers::archived_numbers;
use crate::copy::row::Chain;
use crate::copy::table::{Kind, Part, SNAPSHOTS, TABLES, Table, columns_described, columns_of};
use crate::sqlite::{migrate_to, schema_number};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use tanzanite_protocol::OrgId;

const MADE_BY: &str = concat!("tanzanite ", env!("CARGO_PKG_VERSION"));

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    schema: i64,
    made_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    numbers: Option<Vec<i64>>,
    tables: Vec<HeaderTable>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderTable {
    name: String,
    key: usize,
    columns: Vec<(String, String)>,
    rows: u64,
}

/// The keys that headers of all versions have.
#[derive(Deserialize)]
struct Version {
    schema: i64,
    made_by: String,
}

impl Header {
    pub(super) fn new(parts: &[Part], rows: &[u64]) -> Self {
        let tables = TABLES.iter().zip(rows);
        Self {
            schema: schema_number(),
            made_by: MADE_BY.to_owned(),
            numbers: parts
                .iter()
                .map(|part| part.map(|whose| whose.archived))
                .collect(),
            tables: tables
                .map(|(table, rows)| HeaderTable::new(table, *rows))
                .collect(),
        }
    }

    pub(super) fn write(&self) -> Result<Vec<u8>, ArchiveError> {
        serde_json::to_vec(self).map_err(|error| ArchiveError::Write(error.into()))
    }

    /// Parses a header that begins at this position. An error if it is of a later version or malformed.
    pub(super) fn read(content: &[u8], at: u64) -> Result<Self, ArchiveError> {
        let damaged = |what| ArchiveError::Damaged { at, what };
        let unreadable = |_| damaged("the header cannot be read");
        let version: Version = serde_json::from_slice(content).map_err(unreadable)?;
        if !(1..=schema_number()).contains(&version.schema) {
            return Err(ArchiveError::Schema {
                found: version.schema,
                known: schema_number(),
                made_by: version.made_by,
            });
        }
        let header: Self = serde_json::from_slice(content).map_err(unreadable)?;
        if header.numbers.is_some() && !header.numbers_are_sound() {
            return Err(damaged("the numbers are not those of one organisation"));
        }
        Ok(header)
    }

    pub(super) fn schema(&self) -> i64 {
        self.schema
    }

    /// The tables in their order; `None` if they are not those of the schema.
    pub(super) fn tables(&self) -> Option<&'static [Table]> {
        if self.schema != schema_number() {
            return self.former_tables();
        }
        let ours = TABLES.iter().map(|table| HeaderTable::new(table, 0));
        let same = |(ours, theirs): (HeaderTable, &HeaderTable)| {
            let rows = theirs.rows;
            HeaderTable { rows, ..ours } == *theirs
        };
        let same = self.tables.len() == TABLES.len() && ours.zip(&self.tables).all(same);
        same.then_some(&TABLES)
    }

    /// The tables of a former version, as the header describes them. They are leaked for the rest of the program's run,
    /// which reads few such archives.
    fn former_tables(&self) -> Option<&'static [Table]> {
        let connection = Connection::open_in_memory().ok()?;
        migrate_to(&connection, 0, self.schema).ok()?;
        let tables: Option<Vec<Table>> = self.tables.iter().map(HeaderTable::kept).collect();
        let tables = tables?;
        let found = columns_of(&connection).ok()?;
        let same = tables.len() == found.len() && columns_described(&tables) == found;
        same.then(|| &*tables.leak())
    }

    /// The number of a table's rows.
    pub(super) fn rows(&self, place: usize) -> u64 {
        self.tables.get(place).map_or(0, |table| table.rows)
    }

    /// The organisation numbers that a table's rows may have, if the archive has one organisation.
    pub(super) fn numbers_in(&self, table: &Table) -> Option<&[i64]> {
        let numbers = self.numbers.as_deref()?;
        let its_own = numbers.len().saturating_sub(1);
        numbers.get(if table.is_of_snapshots() { 0 } else { its_own }..)
    }

    /// The organisation, if the archive has only one.
    pub(super) fn organisation(&self) -> Option<OrgId> {
        self.numbers.as_ref()?.last().copied().and_then(OrgId::new)
    }

    /// Whether the numbers are those of the organisation and of its snapshots, each of which has a row.
    fn numbers_are_sound(&self) -> bool {
        let mut tables = self.tables.iter();
        let snapshots = tables.find(|table| table.name == SNAPSHOTS);
        let snapshots = snapshots.and_then(|table| i64::try_from(table.rows).ok());
        match (self.organisation(), &self.numbers, snapshots) {
            (Some(org), Some(numbers), Some(snapshots)) => {
                archived_numbers(org, snapshots).eq(numbers.iter().copied())
            }
            _ => false,
        }
    }
}

impl HeaderTable {
    fn new(table: &Table, rows: u64) -> Self {
        let columns = table.columns.iter();
        Self {
            name: table.name.to_owned(),
            key: table.key,
            columns: columns
                .map(|(name, kind)| ((*name).to_owned(), kind.name().to_owned()))
                .collect(),
            rows,
        }
    }
}

impl HeaderTable {
    /// The described table, leaked.
    fn kept(&self) -> Option<Table> {
        let text = |text: &str| &*text.to_owned().leak();
        let columns = self.columns.iter();
        let columns: Option<Vec<_>> = columns
            .map(|(name, kind)| Some((text(name), Kind::named(kind)?)))
            .collect();
        Some(Table {
            name: text(&self.name),
            key: self.key,
            columns: columns?.leak(),
        })
    }
}

#[derive(Serialize)]
struct End {
    tables: Vec<EndTable>,
}

#[derive(Serialize)]
struct EndTable {
    name: &'static str,
    rows: u64,
    sha256: String,
}

/// The trailer for these checksums, in its one canonical form.
pub(super) fn end(tables: &'static [Table], chains: &[Chain]) -> Result<Vec<u8>, ArchiveError> {
    let table = |(table, chain): (&'static Table, &Chain)| EndTable {
        name: table.name,
        rows: chain.rows,
        sha256: chain.hex(),
    };
    let tables = tables.iter().zip(chains).map(table).collect();
    serde_json::to_vec(&End { tables }).map_err(|error| ArchiveError::Write(error.into()))
}
