//! A table of what is copied: all tables that both kinds of stores have, with their columns, key columns first.

use rusqlite::Connection;
use std::collections::BTreeMap;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    /// A number that the store draws from one sequence for all organisations, in the order of issue.
    Sequence,
    Text,
    Bytes,
    /// A photo's bytes, which PostgreSQL may keep in an object store.
    Picture,
}

impl Kind {
    /// The kind with this name in archives.
    pub(super) fn named(name: &str) -> Option<Self> {
        let kinds = [Number, Sequence, Text, Bytes, Picture];
        kinds.into_iter().find(|kind| kind.name() == name)
    }

    /// The type in SQLite.
    pub(super) const fn sql_type(self) -> &'static str {
        match self {
            Self::Number | Self::Sequence => "INTEGER",
            Self::Text => "TEXT",
            Self::Bytes | Self::Picture => "BLOB",
        }
    }

    /// The name in archives.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Sequence => "sequence",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Picture => "picture",
        }
    }
}

use Kind::{Bytes, Number, Picture, Sequence, Text};

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The number of key columns.
    pub(super) key: usize,
    pub(super) columns: &'static [(&'static str, Kind)],
}

impl Table {
    /// Whether it contains clients or tokens.
    pub(crate) fn is_directory(&self) -> bool {
        DIRECTORY.contains(&self.name)
    }

    /// The quoted columns that a copy of an organisation's rows keeps: all except the organisation and the sequence.
    pub(crate) fn own_columns(&self) -> String {
        let own = |(name, _): &&(&str, Kind)| !["org", "sequence"].contains(name);
        let own: Vec<_> = self.columns.iter().filter(own).copied().collect();
        names(&own)
    }

    /// The quoted columns; some names are SQL keywords.
    pub(super) fn column_names(&self) -> String {
        names(self.columns)
    }

    /// The quoted key columns.
    pub(crate) fn key_names(&self) -> String {
        names(self.key_columns())
    }

    fn key_columns(&self) -> &'static [(&'static str, Kind)] {
        self.columns.get(..self.key).unwrap_or_default()
    }

    /// Whether snapshots have rows in it.
    pub(super) fn is_of_snapshots(&self) -> bool {
        ![SNAPSHOTS, PHOTOS].contains(&self.name)
    }

    /// The key columns that identify a row within a part.
    pub(super) fn key_within(&self, part: Part) -> &'static [(&'static str, Kind)] {
        match (part, self.key_columns()) {
            (Some(_), [(ORG, _), rest @ ..]) => rest,
            (_, key) => key,
        }
    }

    /// The index of the organisation's column.
    pub(super) fn org(&self) -> Option<usize> {
        self.columns.iter().position(|(name, _)| *name == ORG)
    }

    /// The index of the sequence's column, if there is one.
    pub(super) fn sequence(&self) -> Option<usize> {
        let mut kinds = self.columns.iter();
        kinds.position(|(_, kind)| *kind == Kind::Sequence)
    }
}

/// The rows under one number, or all rows if `None`.
pub(super) type Part = Option<Whose>;

/// The number under which the rows of an organisation or of a snapshot are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whose {
    /// The number in the store.
    pub(super) here: i64,
    /// The number in archives and checksums, which does not depend on the store.
    pub(super) archived: i64,
}

/// The column with the organisation's number.
const ORG: &str = "org";

pub(super) fn names(columns: &[(&str, Kind)]) -> String {
    let names: Vec<String> = columns.iter().map(|(name, _)| quoted(name)).collect();
    names.join(", ")
}

/// An identifier, quoted for SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The table of clients, whose ids are unique in the whole store.
pub(super) const CLIENTS: &str = "clients";

/// The table of photos.
pub(super) const PHOTOS: &str = "photos";

/// The tables of clients, codes and tokens.
const DIRECTORY: [&str; 4] = ["clients", "grant_codes", "refresh_tokens", "access_tokens"];

/// The tables in which an organisation has rows.
pub(crate) fn tables_of_organisations() -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(|table| table.name != SNAPSHOTS)
}

/// The tables in which a snapshot has rows.
pub(crate) fn tables_of_snapshots() -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(|table| table.is_of_snapshots())
}

/// The table of snapshots.
pub(super) const SNAPSHOTS: &str = "snapshots";

/// The tables, in the order of copying.
pub(super) static TABLES: [Table; 16] = [
    Table {
        name: SNAPSHOTS,
        key: 1,
        columns: &[
            ("id", Sequence),
            ("org", Number),
            ("name", Text),
            ("taken", Number),
        ],
    },
    Table {
        name: "documents",
        key: 3,
        columns: &[
            ("org", Number),
            ("kind", Number),
            ("id", Number),
            ("within", Number),
            ("body", Text),
        ],
    },
    Table {
        name: "document_keys",
        key: 5,
        columns: &[
            ("org", Number),
            ("kind", Number),
            ("slot", Number),
            ("value", Text),
            ("id", Number),
        ],
    },
    Table {
        name: "links",
        key: 4,
        columns: &[
            ("org", Number),
            ("relation", Number),
            ("source", Number),
            ("target", Number),
        ],
    },
    Table {
        name: "counters",
        key: 1,
        columns: &[("org", Number), ("last", Number)],
    },
    Table {
        name: CLIENTS,
        key: 2,
        columns: &[
            ("org", Number),
            ("id", Text),
            ("secret", Bytes),
            ("redirect_uri", Text),
        ],
    },
    Table {
        name: "grant_codes",
        key: 2,
        columns: &[
            ("org", Number),
            ("digest", Bytes),
            ("client", Text),
            ("user", Number),
            ("scopes", Text),
            ("expires", Number),
        ],
    },
    Table {
        name: "refresh_tokens",
        key: 1,
        columns: &[
            ("sequence", Sequence),
            ("digest", Bytes),
            ("org", Number),
            ("client", Text),
            ("user", Number),
            ("scopes", Text),
            ("created", Number),
        ],
    },
    Table {
        name: "access_tokens",
        key: 1,
        columns: &[
            ("sequence", Sequence),
            ("digest", Bytes),
            ("org", Number),
            ("client", Text),
            ("user", Number),
            ("scopes", Text),
            ("refresh", Bytes),
            ("created", Number),
            ("expires", Number),
        ],
    },
    Table {
        name: "records",
        key: 3,
        columns: &[
            ("org", Number),
            ("module", Number),
            ("id", Number),
            ("name", Text),
            ("owner", Number),
            ("created_at", Number),
            ("created_by", Number),
            ("modified_at", Number),
            ("modified_by", Number),
            ("image", Text),
            ("deleted_at", Number),
            ("deleted_by", Number),
            ("timeline", Number),
        ],
    },
    Table {
        name: "record_fields",
        key: 3,
        columns: &[
            ("org", Number),
            ("module", Number),
            ("id", Number),
            ("fields", Text),
        ],
    },
    Table {
        name: "unique_values",
        key: 4,
        columns: &[
            ("org", Number),
            ("module", Number),
            ("field", Number),
            ("value", Text),
            ("record", Number),
        ],
    },
    Table {
        name: "record_values",
        key: 4,
        columns: &[
            ("org", Number),
            ("field", Number),
            ("value", Text),
            ("record", Number),
        ],
    },
    Table {
        name: PHOTOS,
        key: 3,
        columns: &[
            ("org", Number),
            ("record", Number),
            ("kept", Number),
            ("image", Text),
            ("kind", Text),
            ("bytes", Picture),
        ],
    },
    Table {
        name: "locks",
        key: 2,
        columns: &[
            ("org", Number),
            ("record", Number),
            ("id", Number),
            ("reason", Text),
            ("automatic", Number),
            ("created_at", Number),
            ("created_by", Number),
            ("modified_at", Number),
            ("modified_by", Number),
        ],
    },
    Table {
        name: "timeline",
        key: 2,
        columns: &[
            ("org", Number),
            ("entry", Number),
            ("record", Number),
            ("previous", Number),
            ("action", Text),
            ("at", Number),
            ("by", Number),
        ],
    },
];

/// The columns of a table: name, type, and whether it belongs to the key.
type Columns = Vec<(String, String, bool)>;

/// The columns of a database's tables.
pub(super) fn columns_of(connection: &Connection) -> rusqlite::Result<BTreeMap<String, Columns>> {
    let mut statement = connection.prepare(
        "SELECT t.name, c.name, c.type, c.pk > 0 FROM sqlite_schema t, pragma_table_info(t.name) c
         WHERE t.type = 'table' ORDER BY t.name, c.cid",
    )?;
    let mut found: BTreeMap<String, Columns> = BTreeMap::new();
    let rows = statement.query_map([], |row| {
        Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?)))
    })?;
    for row in rows {
        let (table, column) = row?;
        found.entry(table).or_default().push(column);
    }
    Ok(found)
}

/// The columns that the tables here describe.
pub(super) fn columns_described(tables: &[Table]) -> BTreeMap<String, Columns> {
    let columns = |table: &Table| {
        let columns = table.columns.iter().enumerate();
        let columns = columns.map(|(at, (name, kind))| {
            (
                (*name).to_owned(),
                kind.sql_type().to_owned(),
                at < table.key,
            )
        });
        (table.name.to_owned(), columns.collect())
    };
    tables.iter().map(columns).collect()
}

#[cfg(test)]
mod tests {
    use super::{TABLES, columns_described, columns_of};
    use crate::sqlite::migrate;
    use rusqlite::Connection;

    /// A new table or column must be added here too. A test of the migrations checks that PostgreSQL has the same.
    #[test]
    fn every_table_and_column_is_copied() {
        let connection = Connection::open_in_memory().expect("a database");
        migrate(&connection, 0).expect("a schema");
        let found = columns_of(&connection).expect("columns");
        assert_eq!(found, columns_described(&TABLES));
    }

    #[test]
    fn every_table_says_whose_its_rows_are() {
        for table in &TABLES {
            assert!(table.org().is_some(), "{}", table.name);
        }
    }
}
