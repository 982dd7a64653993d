//! The sweeper removes data that no row refers to any more: objects in the outbox once the transaction that put them
//! there is committed, objects that aborted uploads have left, and outdated rows in the table of modifications. Every
//! node has one. They do not disturb each other, and the next one continues where one fails.

use super::Shared;
use super::connection::Connection;
use super::failure::Failure;
use super::session::Broken;
use super::transaction::read;
use crate::blobs::{ObjectName, Objects};
use parking_lot::{Condvar, Mutex};
use std::collections::HashSet;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::Timestamp;

/// The wait if nothing wakes it.
const INTERVAL: Duration = Duration::from_secs(5);
/// The wait between two searches for orphans, each of which lists all objects.
const BETWEEN_SEARCHES: Duration = Duration::from_hours(1);
/// The age at which an object without a row is an orphan: far longer than any job takes.
const GRACE: Duration = Duration::from_hours(1);
/// Rows that are removed at once. The transaction waits for the object store meanwhile, so it is kept short.
const PORTION: i64 = 200;

/// The first halves of advisory locks' keys: "Keep" is held by those who need objects to be kept, "Swee" is shared by
/// sweepers while they remove objects. The second halves are hashes of the schema's name.
const KEEP_LOCK: i32 = 0x4b65_6570;
const SWEEP_LOCK: i32 = 0x5377_6565;

/// The result of a sweep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Removed objects of removed or replaced photos.
    pub objects: usize,
    /// Removed objects that no photo ever referred to.
    pub orphans: usize,
}

/// Wakes the sweeper.
#[derive(Debug, Default)]
pub(super) struct Bell {
    state: Mutex<Rung>,
    rings: Condvar,
}

#[derive(Debug, Default)]
struct Rung {
    work: bool,
    end: bool,
}

impl Bell {
    /// Wakes the sweeper, because there is something in the outbox.
    pub(super) fn ring(&self) {
        self.state.lock().work = true;
        self.rings.notify_one();
    }

    fn end(&self) {
        self.state.lock().end = true;
        self.rings.notify_one();
    }

    /// Waits for the bell or the interval; returns whether to continue.
    fn wait(&self) -> bool {
        let mut state = self.state.lock();
        self.rings
            .wait_while_for(&mut state, |state| !state.work && !state.end, INTERVAL);
        state.work = false;
        !state.end
    }
}

/// The thread, which ends with the last clone of the store.
pub(super) struct Sweeper {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Sweeper {
    pub(super) fn start(shared: &Arc<Shared>) -> Self {
        let thread = std::thread::Builder::new()
            .name("tanzanite-sweeper".to_owned())
            .spawn({
                let shared = Arc::clone(shared);
                move || run(&shared)
            });
        Self {
            shared: Arc::clone(shared),
            thread: Mutex::new(thread.ok()),
        }
    }

    pub(super) fn end(&self) {
        self.shared.bell.end();
        if let Some(thread) = self.thread.lock().take() {
            // If it has panicked, another node's sweeper does the work.
            let _ = thread.join();
        }
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.end();
    }
}

fn run(shared: &Shared) {
    let mut next_search = Timestamp::from_millis(0);
    let mut connection = None;
    while shared.bell.wait() {
        if let Err(error) = work(shared, &mut connection, &mut next_search) {
            tracing::warn!(%error, "the sweeper will try again");
        }
    }
}

fn work(shared: &Shared, own: &mut Option<Connection>, next_search: &mut Timestamp) -> Stored<()> {
    let connection = match own.take() {
        Some(connection) if !connection.is_broken() => connection,
        _ => Connection::open(&shared.pool.options)?,
    };
    let connection = own.insert(connection);
    empty(shared, connection)?;
    let now = now(connection)?;
    if now >= *next_search {
        search(shared, connection, now)?;
        *next_search = now.after(BETWEEN_SEARCHES);
    }
    Ok(())
}

/// Does one complete sweep, as of this time.
pub(super) fn sweep(shared: &Shared, now: Timestamp) -> Stored<Swept> {
    let mut connection = Connection::open(&shared.pool.options)?;
    Ok(Swept {
        objects: empty(shared, &mut connection)?,
        orphans: search(shared, &mut connection, now)?,
    })
}

/// Empties both queues.
fn empty(shared: &Shared, connection: &mut Connection) -> Stored<usize> {
    while remove_former_modifications(connection)? == PORTION {}
    let Some(objects) = shared.blobs.objects() else {
        return Ok(0);
    };
    let mut removed = 0;
    loop {
        match unless_kept(connection, |connection| remove_objects(connection, objects))? {
            0 => return Ok(removed),
            count => removed += count,
        }
    }
}

/// The statement that keeps all sweepers from removing objects until the connection ends, for those who read a snapshot
/// that may refer to them, or who have written rows that are not visible yet. It waits for removals in progress.
pub(crate) fn keep_objects(schema: &str) -> String {
    format!(
        "SELECT pg_advisory_lock({SWEEP_LOCK}, hashtext('{schema}'));
         SELECT pg_advisory_lock_shared({KEEP_LOCK}, hashtext('{schema}'));
         SELECT pg_advisory_unlock({SWEEP_LOCK}, hashtext('{schema}'))"
    )
}

/// Removes objects in a transaction unless they must be kept; returns their number.
fn unless_kept(
    connection: &mut Connection,
    remove: impl FnOnce(&mut Connection) -> Stored<usize>,
) -> Stored<usize> {
    connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED")?;
    let removed = match may_remove(connection) {
        Ok(true) => remove(connection),
        Ok(false) => Ok(0),
        Err(error) => Err(error),
    };
    let end = if removed.is_ok() {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    connection.execute(end)?;
    removed
}

/// Whether objects may be removed; if so, nobody can demand until the end of the transaction that they be kept.
fn may_remove(connection: &mut Connection) -> Stored<bool> {
    let rows = connection.query(
        "SELECT CASE WHEN pg_try_advisory_xact_lock_shared($1, hashtext(current_schema())) THEN NOT EXISTS (
             SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
             WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND d.datname = current_database()
             AND l.classid::bigint = $2 AND l.objid::bigint = hashtext(current_schema())::bigint & 4294967295
         ) ELSE false END",
        &[&SWEEP_LOCK, &i64::from(KEEP_LOCK)],
    )?;
    rows.first().map_or(Ok(false), |row| read(row, 0))
}

/// Removes outdated rows. A row that has become valid again is left, since clocks may be set back. A transaction that
/// makes it valid writes it anew, so one of the two conflicts and runs again.
fn remove_former_modifications(connection: &mut Connection) -> Stored<i64> {
    connection.execute("BEGIN ISOLATION LEVEL SERIALIZABLE")?;
    let rows = connection.query(
        "WITH former AS MATERIALIZED (
             SELECT ctid, org, module, modified_at, id FROM former_modifications LIMIT $1 FOR UPDATE SKIP LOCKED
         ), removed AS (
             DELETE FROM modifications m USING former f
             WHERE m.org = f.org AND m.module = f.module AND m.modified_at = f.modified_at AND m.id = f.id
             AND NOT EXISTS (
                 SELECT FROM records r WHERE r.org = f.org AND r.module = f.module AND r.id = f.id
                 AND r.modified_at = f.modified_at)
         ), done AS (
             DELETE FROM former_modifications d USING former f WHERE d.ctid = f.ctid RETURNING 1
         )
         SELECT count(*) FROM done",
        &[&PORTION],
    );
    let count = match rows {
        // Another node's sweeper or a writer came first; the next round tries again.
        Err(Broken {
            failure: Failure::Conflict,
            ..
        }) => Ok(0),
        Err(broken) => Err(broken.into()),
        Ok(rows) => rows.first().map_or(Ok(0), |row| read(row, 0)),
    };
    match connection.execute("COMMIT") {
        Err(broken) if broken.failure != Failure::Conflict => Err(broken.into()),
        _ => count,
    }
}

/// Removes some objects in the outbox, and their rows; returns their number. Those that another node is removing are
/// skipped.
fn remove_objects(connection: &mut Connection, objects: &Objects) -> Stored<usize> {
    let rows = connection.query(
        "SELECT org, blob FROM outbox ORDER BY org, blob LIMIT $1 FOR UPDATE SKIP LOCKED",
        &[&PORTION],
    )?;
    let (mut orgs, mut blobs): (Vec<i64>, Vec<String>) = (Vec::new(), Vec::new());
    for row in &rows {
        orgs.push(read(row, 0)?);
        blobs.push(read(row, 1)?);
    }
    if !blobs.is_empty() {
        objects.remove(&blobs)?;
        connection.query(
            "DELETE FROM outbox WHERE (org, blob) IN (SELECT * FROM unnest($1::bigint[], $2::text[]))",
            &[&orgs, &blobs],
        )?;
    }
    Ok(blobs.len())
}

/// Searches for objects that no row refers to and that are old enough to be orphans. Foreign objects are left alone.
fn search(shared: &Shared, connection: &mut Connection, now: Timestamp) -> Stored<usize> {
    let Some(objects) = shared.blobs.objects() else {
        return Ok(0);
    };
    let mut old = Vec::new();
    let mut orphans = 0;
    objects.list(|object| {
        if object.modified.after(GRACE) <= now
            && let Some(name) = ObjectName::parse(&object.name)
        {
            old.push(name);
        }
        if i64::try_from(old.len()) == Ok(PORTION) {
            let old = std::mem::take(&mut old);
            orphans += unless_kept(connection, |connection| {
                remove_unnamed(connection, objects, &old)
            })?;
        }
        Ok(())
    })?;
    let rest = unless_kept(connection, |connection| {
        remove_unnamed(connection, objects, &old)
    })?;
    Ok(orphans + rest)
}

fn remove_unnamed(
    connection: &mut Connection,
    objects: &Objects,
    names: &[ObjectName],
) -> Stored<usize> {
    let orgs: Vec<i64> = names.iter().map(|name| name.org().get()).collect();
    let records: Vec<i64> = names.iter().map(|name| name.record().get()).collect();
    let blobs: Vec<String> = names.iter().map(ObjectName::to_string).collect();
    let rows = connection.query(
        "SELECT o.blob FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS o (org, record, blob)
         JOIN photos p ON p.org = o.org AND p.record = o.record AND p.blob = o.blob
         UNION ALL
         SELECT o.blob FROM unnest($1::bigint[], $3::text[]) AS o (org, blob)
         JOIN outbox b ON b.org = o.org AND b.blob = o.blob",
        &[&orgs, &records, &blobs],
    )?;
    let named = rows.iter().map(|row| read(row, 0));
    let named: HashSet<String> = named.collect::<Stored<_>>()?;
    let mut unnamed = blobs;
    unnamed.retain(|blob| !named.contains(blob));
    objects.remove(&unnamed)?;
    Ok(unnamed.len())
}

/// The time by the database's clock, which all nodes share.
fn now(connection: &mut Connection) -> Stored<Timestamp> {
    let rows = connection.query(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint",
        &[],
    )?;
    let row = rows.first().ok_or_else(|| StoreError::new("no answer"))?;
    Ok(Timestamp::from_millis(read(row, 0)?))
}
