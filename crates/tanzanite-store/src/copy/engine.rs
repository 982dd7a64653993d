//! The copy itself, whatever the stores: what has been copied is checked, the rest is copied, and all is verified.

use super::row::{Chain, Row, Value, key_shown};
use super::sides::{Mark, Pictures, Side, Target};
use super::table::{PHOTOS, TABLES, Table};
use super::{Copied, CopiedTable, CopyError, CopyPage, CopyPhase, CopyProgress, postgres, sqlite};
use crate::any::Database;
use std::ops::ControlFlow;
use tanzanite_crm::StoreError;

/// Copies everything of a store into another one, which must be empty, or goes on with a copy that was broken off; the
/// target is whole when this returns `Ok`, and nobody can open it before that. Both stores are brought up to date, and the
/// source is not changed otherwise. Nobody may use either of them meanwhile.
///
/// `progress` is told after each page and may break the copy off. Must not be called on a thread that runs asynchronous
/// tasks.
pub fn copy(
    from: &Database,
    to: &Database,
    page: CopyPage,
    progress: &mut dyn FnMut(&CopyProgress) -> ControlFlow<()>,
) -> Result<Copied, CopyError> {
    let source: Box<dyn Side> = match from {
        Database::Sqlite(place) => Box::new(sqlite::source(place)?),
        Database::Postgres(options) => Box::new(postgres::source(options)?),
    };
    let (target, name): (Box<dyn Target>, String) = match to {
        Database::Sqlite(place) => (
            Box::new(sqlite::target(place)?),
            sqlite::describe(place).ok_or(CopyError::Memory)?,
        ),
        Database::Postgres(options) => {
            refuse_shared_objects(from, to)?;
            (Box::new(postgres::target(options)?), options.to_string())
        }
    };
    Engine {
        source,
        target,
        target_name: name,
        page,
        progress,
    }
    .run()
}

/// Each of two stores would remove the other's objects as garbage.
fn refuse_shared_objects(from: &Database, to: &Database) -> Result<(), CopyError> {
    let place = |database: &Database| match database {
        Database::Sqlite(_) => None,
        Database::Postgres(options) => options.blobs.objects().map(crate::blobs::Objects::place),
    };
    match (place(from), place(to)) {
        (Some(from), Some(to)) if from == to => Err(CopyError::ObjectsInUse(to)),
        _ => Ok(()),
    }
}

struct Engine<'a> {
    source: Box<dyn Side>,
    target: Box<dyn Target>,
    target_name: String,
    page: CopyPage,
    progress: &'a mut dyn FnMut(&CopyProgress) -> ControlFlow<()>,
}

/// How far a table has been read.
struct Walk {
    table: &'static Table,
    chain: Chain,
    last: Option<Vec<Value>>,
    rows_total: u64,
    bytes: u64,
}

impl Walk {
    fn new(table: &'static Table, rows_total: u64) -> Self {
        Self {
            table,
            chain: Chain::new(table),
            last: None,
            rows_total,
            bytes: 0,
        }
    }

    /// The next rows.
    fn next<S: Side + ?Sized>(
        &mut self,
        side: &mut S,
        page: CopyPage,
        pictures: Pictures,
    ) -> Result<Vec<Row>, StoreError> {
        let rows = side.page(self.table, self.last.as_deref(), page, pictures)?;
        for row in &rows {
            self.chain.add(row);
            self.bytes += row.iter().map(Value::size).sum::<u64>();
        }
        if let Some(last) = rows.last() {
            self.last = Some(last.iter().take(self.table.key).cloned().collect());
        }
        Ok(rows)
    }
}

impl Engine<'_> {
    fn run(&mut self) -> Result<Copied, CopyError> {
        let mut walks = Vec::new();
        for table in &TABLES {
            let total = self.source.count(table).map_err(read_failed(table))?;
            walks.push(Walk::new(table, total));
        }
        let marks = self.target.marks().to_vec();
        self.check_target(&marks)?;
        for (walk, mark) in walks.iter_mut().zip(&marks) {
            self.check(walk, mark)?;
        }
        for (walk, mark) in walks.iter_mut().zip(&marks) {
            if !mark.done {
                self.copy(walk)?;
            }
        }
        let photo_bytes = self.verify(&walks)?;
        let photos = walks.iter().find(|walk| walk.table.name == PHOTOS);
        Ok(Copied {
            photos: photos.map_or(0, |walk| walk.chain.rows),
            photo_bytes,
            tables: walks
                .iter()
                .map(|walk| CopiedTable {
                    name: walk.table.name,
                    rows: walk.chain.rows,
                    checksum: walk.chain.hex(),
                })
                .collect(),
        })
    }

    /// The target has as many rows as have been copied.
    fn check_target(&mut self, marks: &[Mark]) -> Result<(), CopyError> {
        for (table, mark) in TABLES.iter().zip(marks) {
            let count = self.target.count(table).map_err(write_failed(table))?;
            if count != mark.chain.rows {
                return Err(self.another_copy(table));
            }
        }
        Ok(())
    }

    /// The source begins with what has been copied.
    fn check(&mut self, walk: &mut Walk, mark: &Mark) -> Result<(), CopyError> {
        let failed = read_failed(walk.table);
        while walk.chain.rows < mark.chain.rows {
            let missing = mark.chain.rows - walk.chain.rows;
            let page = CopyPage {
                rows: usize::try_from(missing)
                    .map_or(self.page.rows, |rows| rows.min(self.page.rows)),
                ..self.page
            };
            let rows = walk
                .next(&mut *self.source, page, Pictures::Described)
                .map_err(&failed)?;
            if rows.is_empty() {
                return Err(self.another_copy(walk.table));
            }
            self.tell(CopyPhase::Checking, walk)?;
        }
        if walk.chain != mark.chain {
            return Err(self.another_copy(walk.table));
        }
        let one = CopyPage {
            rows: 1,
            ..self.page
        };
        if mark.done
            && !self
                .source
                .page(walk.table, walk.last.as_deref(), one, Pictures::Described)
                .map_err(&failed)?
                .is_empty()
        {
            return Err(self.another_copy(walk.table));
        }
        Ok(())
    }

    fn copy(&mut self, walk: &mut Walk) -> Result<(), CopyError> {
        loop {
            let rows = walk
                .next(&mut *self.source, self.page, Pictures::Whole)
                .map_err(read_failed(walk.table))?;
            if !self.target.takes_nul() {
                rows.iter()
                    .try_for_each(|row| refuse_nul(walk.table, row))?;
            }
            let mark = Mark {
                chain: walk.chain,
                done: rows.is_empty(),
            };
            self.target
                .put(walk.table, &rows, mark)
                .map_err(|error| CopyError::Write {
                    what: match (rows.first(), rows.last()) {
                        (Some(first), Some(last)) => format!(
                            "{} from {} to {}",
                            walk.table.name,
                            key_shown(walk.table, first),
                            key_shown(walk.table, last)
                        ),
                        _ => walk.table.name.to_owned(),
                    },
                    error,
                })?;
            if mark.done {
                return Ok(());
            }
            self.tell(CopyPhase::Copying, walk)?;
        }
    }

    /// Reads the whole target back; the bytes of its photos.
    fn verify(&mut self, walks: &[Walk]) -> Result<u64, CopyError> {
        let end_failed = |error| CopyError::Write {
            what: "the end".to_owned(),
            error,
        };
        self.target.begin_end().map_err(end_failed)?;
        let mut photo_bytes = 0;
        for expected in walks {
            let table = expected.table;
            let mut walk = Walk::new(table, expected.rows_total);
            loop {
                let rows = walk
                    .next(&mut *self.target, self.page, Pictures::Whole)
                    .map_err(write_failed(table))?;
                if rows.is_empty() {
                    break;
                }
                photo_bytes += rows.iter().flatten().map(picture_size).sum::<u64>();
                self.tell(CopyPhase::Verifying, &walk)?;
            }
            if walk.chain != expected.chain {
                return Err(CopyError::Different(table.name));
            }
        }
        self.target.end().map_err(end_failed)?;
        Ok(photo_bytes)
    }

    fn tell(&mut self, phase: CopyPhase, walk: &Walk) -> Result<(), CopyError> {
        let told = (self.progress)(&CopyProgress {
            phase,
            table: walk.table.name,
            rows: walk.chain.rows,
            rows_total: walk.rows_total,
            bytes: walk.bytes,
        });
        match told {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(CopyError::Stopped),
        }
    }

    fn another_copy(&self, table: &Table) -> CopyError {
        CopyError::AnotherCopy {
            to: self.target_name.clone(),
            table: table.name.to_owned(),
        }
    }
}

fn picture_size(value: &Value) -> u64 {
    match value {
        Value::Picture(picture) => picture.size,
        _ => 0,
    }
}

fn refuse_nul(table: &'static Table, row: &Row) -> Result<(), CopyError> {
    let found = table
        .columns
        .iter()
        .zip(row)
        .find(|(_, value)| match value {
            Value::Text(text) => text.contains('\0'),
            _ => false,
        });
    match found {
        None => Ok(()),
        Some(((column, _), _)) => Err(CopyError::Nul {
            table: table.name,
            column,
            key: key_shown(table, row),
        }),
    }
}

fn read_failed(table: &Table) -> impl Fn(StoreError) -> CopyError + use<> {
    let what = table.name.to_owned();
    move |error| CopyError::Read {
        what: what.clone(),
        error,
    }
}

fn write_failed(table: &Table) -> impl Fn(StoreError) -> CopyError + use<> {
    let what = table.name.to_owned();
    move |error| CopyError::Write {
        what: what.clone(),
        error,
    }
}
