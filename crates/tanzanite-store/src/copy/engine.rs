//! The copy itself, for any two sides: checks the part copied earlier, copies the rest, and verifies everything.

use super::row::{Chain, Row, Value, key_shown};
use super::sides::{Mark, Pictures, Side, SideError, Sided, Target};
use super::table::{CLIENTS, PHOTOS, Part, TABLES, Table};
use super::{Copied, CopiedTable, CopyError, CopyPage, CopyPhase, CopyProgress};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use tanzanite_crm::StoreError;
use tanzanite_protocol::OrgId;

/// A copy from one side to another.
pub(super) struct Engine<'a> {
    pub(super) source: Box<dyn Side + 'a>,
    pub(super) target: Box<dyn Target + 'a>,
    pub(super) target_name: String,
    /// The one organisation to copy; `None` for everything.
    pub(super) org: Option<OrgId>,
    /// Whether the organisation is added to a target with others, which stays unchanged until the end.
    pub(super) adding: bool,
    pub(super) page: CopyPage,
    pub(super) progress: Progress<'a>,
}

/// Receives the progress.
pub(super) struct Progress<'a>(pub(super) &'a mut dyn FnMut(&CopyProgress) -> ControlFlow<()>);

impl Progress<'_> {
    fn tell(&mut self, phase: CopyPhase, walk: &Walk) -> Result<(), CopyError> {
        let told = (self.0)(&CopyProgress {
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
}

/// The progress of reading a table.
struct Walk {
    table: &'static Table,
    /// The parts still to be read; the first of them after the key `last`.
    parts: VecDeque<Part>,
    last: Option<Vec<Value>>,
    chain: Chain,
    rows_total: u64,
    bytes: u64,
    photo_bytes: u64,
}

impl Walk {
    fn new(table: &'static Table, parts: Vec<Part>, rows_total: u64) -> Self {
        Self {
            table,
            parts: parts.into(),
            last: None,
            chain: Chain::new(table),
            rows_total,
            bytes: 0,
            photo_bytes: 0,
        }
    }

    /// A walk for each table.
    fn all(side: &mut dyn Side) -> Result<Vec<Self>, CopyError> {
        let walk = |table| {
            let total = side.count(table).map_err(read_failed(table))?;
            Ok(Self::new(table, side.parts(), total))
        };
        TABLES.iter().map(walk).collect()
    }

    /// The next rows.
    fn next(&mut self, side: &mut dyn Side, page: CopyPage, pictures: Pictures) -> Sided<Vec<Row>> {
        while let Some(part) = self.parts.front().copied() {
            let mut rows = side.page(self.table, part, self.last.as_deref(), page, pictures)?;
            let Some(last) = rows.last() else {
                self.parts.pop_front();
                self.last = None;
                continue;
            };
            self.last = Some(last.iter().take(self.table.key).cloned().collect());
            self.chain.add_all(self.table, part, &mut rows);
            for value in rows.iter().flatten() {
                self.bytes += value.size();
                self.photo_bytes += picture_size(value);
            }
            return Ok(rows);
        }
        Ok(Vec::new())
    }

    /// All remaining rows.
    fn rest(
        &mut self,
        side: &mut dyn Side,
        page: CopyPage,
        progress: &mut Progress<'_>,
        failed: impl Fn(SideError) -> CopyError,
    ) -> Result<(), CopyError> {
        loop {
            let rows = self.next(side, page, Pictures::Whole).map_err(&failed)?;
            if rows.is_empty() {
                return Ok(());
            }
            progress.tell(CopyPhase::Verifying, self)?;
        }
    }
}

/// The summary of all tables that were read.
fn copied(walks: &[Walk]) -> Copied {
    let photos = walks.iter().find(|walk| walk.table.name == PHOTOS);
    let table = |walk: &Walk| CopiedTable {
        name: walk.table.name,
        rows: walk.chain.rows,
        checksum: walk.chain.hex(),
    };
    Copied {
        photos: photos.map_or(0, |walk| walk.chain.rows),
        photo_bytes: walks.iter().map(|walk| walk.photo_bytes).sum(),
        tables: walks.iter().map(table).collect(),
    }
}

fn chains(walks: &[Walk]) -> Vec<Chain> {
    walks.iter().map(|walk| walk.chain).collect()
}

/// Reads everything without copying it.
pub(super) fn read_all(
    side: &mut dyn Side,
    page: CopyPage,
    mut progress: Progress<'_>,
) -> Result<Copied, CopyError> {
    let mut walks = Walk::all(side)?;
    for walk in &mut walks {
        let failed = read_failed(walk.table);
        walk.rest(side, page, &mut progress, failed)?;
    }
    side.finish(&chains(&walks)).map_err(end_unread)?;
    Ok(copied(&walks))
}

impl Engine<'_> {
    pub(super) fn run(&mut self) -> Result<Copied, CopyError> {
        let mut walks = Walk::all(&mut *self.source)?;
        let totals: Vec<u64> = walks.iter().map(|walk| walk.rows_total).collect();
        if let Some(org) = self.org
            && totals.iter().all(|total| *total == 0)
        {
            return Err(CopyError::NoOrganisation(org));
        }
        let marks = self.target.marks().to_vec();
        self.check_target(&marks)?;
        self.target
            .begin(&totals)
            .map_err(self.write_failed("the beginning"))?;
        for (walk, mark) in walks.iter_mut().zip(&marks) {
            self.check(walk, mark)?;
        }
        for (walk, mark) in walks.iter_mut().zip(&marks) {
            if !mark.done {
                self.copy(walk)?;
            }
        }
        self.source.finish(&chains(&walks)).map_err(end_unread)?;
        self.verify(&walks)
    }

    /// Checks that the target has exactly the rows that were copied earlier.
    fn check_target(&mut self, marks: &[Mark]) -> Result<(), CopyError> {
        for (table, mark) in TABLES.iter().zip(marks) {
            let count = self.target.count(table);
            let count = count.map_err(self.write_failed(table.name))?;
            match self.org {
                _ if count == mark.chain.rows => {}
                Some(org) if self.adding => {
                    return Err(CopyError::OrganisationThere {
                        to: self.target_name.clone(),
                        org,
                    });
                }
                _ => return Err(self.another_copy(table)),
            }
        }
        Ok(())
    }

    /// Checks that the source begins with the rows that were copied earlier.
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
            self.progress.tell(CopyPhase::Checking, walk)?;
        }
        if walk.chain != mark.chain {
            return Err(self.another_copy(walk.table));
        }
        let one = CopyPage {
            rows: 1,
            ..self.page
        };
        if mark.done
            && !walk
                .next(&mut *self.source, one, Pictures::Described)
                .map_err(&failed)?
                .is_empty()
        {
            return Err(self.another_copy(walk.table));
        }
        Ok(())
    }

    fn copy(&mut self, walk: &mut Walk) -> Result<(), CopyError> {
        loop {
            let mut rows = walk
                .next(&mut *self.source, self.page, Pictures::Whole)
                .map_err(read_failed(walk.table))?;
            for row in &rows {
                self.refuse(walk.table, row)?;
            }
            let mark = Mark {
                chain: walk.chain,
                done: rows.is_empty(),
            };
            let what = match (rows.first(), rows.last()) {
                (Some(first), Some(last)) => format!(
                    "{} from {} to {}",
                    walk.table.name,
                    key_shown(walk.table, first),
                    key_shown(walk.table, last)
                ),
                _ => walk.table.name.to_owned(),
            };
            self.target
                .put(walk.table, &mut rows, mark)
                .map_err(self.write_failed(&what))?;
            if mark.done {
                return Ok(());
            }
            self.progress.tell(CopyPhase::Copying, walk)?;
        }
    }

    /// Refuses rows that the target cannot store.
    fn refuse(&mut self, table: &'static Table, row: &Row) -> Result<(), CopyError> {
        if !self.target.takes_nul()
            && let Some(column) = column_with_nul(table, row)
        {
            return Err(self.nul(table, column, row));
        }
        if let (true, CLIENTS, Some(id)) = (self.adding, table.name, client_id(table, row)) {
            let there = self.target.has_client(id);
            if there.map_err(self.write_failed(table.name))? {
                return Err(CopyError::ClientThere {
                    to: self.target_name.clone(),
                    id: id.to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Reads the whole target back, and compares the checksums.
    fn verify(&mut self, expected: &[Walk]) -> Result<Copied, CopyError> {
        self.target
            .begin_end()
            .map_err(self.write_failed("the end"))?;
        let mut walks = Vec::new();
        for expected in expected {
            let table = expected.table;
            let mut walk = Walk::new(table, self.target.parts(), expected.rows_total);
            let failed = self.write_failed(table.name);
            walk.rest(&mut *self.target, self.page, &mut self.progress, failed)?;
            if walk.chain != expected.chain {
                return Err(self.different(table));
            }
            walks.push(walk);
        }
        self.target
            .finish(&chains(&walks))
            .and_then(|()| self.target.end())
            .map_err(self.write_failed("the end"))?;
        Ok(copied(&walks))
    }

    fn another_copy(&self, table: &Table) -> CopyError {
        CopyError::AnotherCopy {
            to: self.target_name.clone(),
            table: table.name.to_owned(),
        }
    }

    fn different(&self, table: &Table) -> CopyError {
        if self.adding {
            let error = "what was written is not what was read";
            return self.write_failed(table.name)(StoreError::new(error).into());
        }
        CopyError::Different(table.name)
    }

    fn nul(&self, table: &Table, column: &'static str, row: &Row) -> CopyError {
        let (table, key) = (table.name, key_shown(table, row));
        if self.adding {
            let error = format!("{column} has the character U+0000, which PostgreSQL cannot hold");
            return self.write_failed(&format!("{table} ({key})"))(StoreError::new(error).into());
        }
        CopyError::Nul { table, column, key }
    }

    fn write_failed(&self, what: &str) -> impl Fn(SideError) -> CopyError + use<> {
        let (what, adding) = (what.to_owned(), self.adding);
        move |error| {
            let what = what.clone();
            error.or(|error| {
                if adding {
                    CopyError::Add { what, error }
                } else {
                    CopyError::Write { what, error }
                }
            })
        }
    }
}

/// The id of a client, if clients of other organisations may have the same one.
fn client_id<'a>(table: &Table, row: &'a Row) -> Option<&'a str> {
    let column = |wanted: &str| {
        let mut columns = table.columns.iter().zip(row);
        columns.find_map(|((name, _), value)| (*name == wanted).then_some(value))
    };
    match (column("id"), column("org")) {
        (Some(Value::Text(id)), Some(Value::Number(1..))) => Some(id),
        _ => None,
    }
}

fn picture_size(value: &Value) -> u64 {
    match value {
        Value::Picture(picture) => picture.size,
        _ => 0,
    }
}

fn column_with_nul(table: &Table, row: &Row) -> Option<&'static str> {
    let mut columns = table.columns.iter().zip(row);
    columns.find_map(|((column, _), value)| match value {
        Value::Text(text) if text.contains('\0') => Some(*column),
        _ => None,
    })
}

fn read_failed(table: &Table) -> impl Fn(SideError) -> CopyError + use<> {
    let what = table.name;
    move |error| {
        error.or(|error| CopyError::Read {
            what: what.to_owned(),
            error,
        })
    }
}

fn end_unread(error: SideError) -> CopyError {
    error.or(|error| CopyError::Read {
        what: "the end".to_owned(),
        error,
    })
}
