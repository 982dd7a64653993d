//! Finds contradictions in the store, among records, photos and objects.

use super::Shared;
use super::connection::Connection;
use super::session::LOOK_AT_WHOLE_TABLES;
use super::transaction::read;
use crate::blobs::{Objects, at_once};
use crate::readable::{ROWS_OF_NO_USE, TEXTS};
use crate::snapshots::PHOTOS_THAT_DISAGREE;
use std::collections::HashMap;
use tanzanite_crm::Stored;
use tokio_postgres::Row;

/// Rows that are read at once.
const PORTION: i64 = 1_000;

pub(super) fn verify(shared: &Shared) -> Stored<Vec<String>> {
    let mut connection = Connection::open(&shared.pool.options)?;
    connection.execute(&format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0; {LOOK_AT_WHOLE_TABLES}"
    ))?;
    let found = rows_that_disagree(&mut connection).and_then(|mut found| {
        found.extend(texts_that_cannot_be_read(&mut connection)?);
        Ok(found)
    });
    connection.execute("ROLLBACK")?;
    let mut found = found?;
    found.extend(objects_that_disagree(&mut connection, shared)?);
    Ok(found)
}

fn rows_that_disagree(connection: &mut Connection) -> Stored<Vec<String>> {
    const NOT_IN_ORDER: &str = "SELECT 'record ' || r.id || ' is not in the order of changes' FROM records r
         LEFT JOIN modifications m
             ON m.org = r.org AND m.module = r.module AND m.modified_at = r.modified_at AND m.id = r.id
         WHERE m.id IS NULL ORDER BY r.org, r.id";
    let mut found = Vec::new();
    let troubles = PHOTOS_THAT_DISAGREE.iter().chain(&ROWS_OF_NO_USE);
    for sql in troubles.chain([&NOT_IN_ORDER]) {
        for row in connection.query(sql, &[])? {
            found.push(read(&row, 0)?);
        }
    }
    Ok(found)
}

/// Parses the texts of rows, some rows at a time.
fn texts_that_cannot_be_read(connection: &mut Connection) -> Stored<Vec<String>> {
    let mut found = Vec::new();
    for texts in &TEXTS {
        connection.execute(&format!("DECLARE texts NO SCROLL CURSOR FOR {}", texts.sql))?;
        loop {
            let rows = connection.query(&format!("FETCH {PORTION} FROM texts"), &[])?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                let (row, text): (String, String) = (read(row, 0)?, read(row, 1)?);
                found.extend(texts.trouble(&row, text.as_bytes()));
            }
        }
        connection.execute("CLOSE texts")?;
    }
    Ok(found)
}

/// Compares the rows with a listing of all objects (one request for a thousand of them), and then reads every object.
/// An apparent problem is checked again by itself, since photos may change meanwhile.
fn objects_that_disagree(connection: &mut Connection, shared: &Shared) -> Stored<Vec<String>> {
    let Some(objects) = shared.blobs.objects() else {
        let rows = connection.query(
            "SELECT record FROM photos WHERE blob IS NOT NULL ORDER BY org, record",
            &[],
        )?;
        let lost = rows.iter().map(|row| {
            let record: i64 = read(row, 0)?;
            Ok(format!(
                "photo of {record} is in an object store, and none is given"
            ))
        });
        return lost.collect();
    };
    let mut sizes = HashMap::new();
    objects.list(|object| {
        sizes.insert(object.name, object.size);
        Ok(())
    })?;
    let mut found = Vec::new();
    let (mut org, mut record, mut kept) = (0_i64, 0_i64, 0_i64);
    loop {
        let rows = connection.query(
            "SELECT org, record, kept, blob, size, digest FROM photos
             WHERE (org, record, kept) > ($1, $2, $3) AND blob IS NOT NULL ORDER BY org, record, kept LIMIT $4",
            &[&org, &record, &kept, &PORTION],
        )?;
        let named: Vec<Named> = rows.iter().map(Named::read).collect::<Stored<_>>()?;
        let Some(last) = named.last() else { break };
        (org, record, kept) = (last.org, last.record, last.kept);
        let sound = at_once(&named, |photo| {
            Ok(sizes.get(&photo.blob) == Some(&photo.size) && photo.is_whole(objects))
        })?;
        for (photo, sound) in named.iter().zip(sound) {
            if !sound {
                found.extend(look_again(connection, objects, photo)?);
            }
        }
    }
    Ok(found)
}

/// A photo's row that refers to an object.
struct Named {
    org: i64,
    record: i64,
    kept: i64,
    blob: String,
    size: i64,
    digest: Vec<u8>,
}

impl Named {
    fn read(row: &Row) -> Stored<Self> {
        Ok(Self {
            org: read(row, 0)?,
            record: read(row, 1)?,
            kept: read(row, 2)?,
            blob: read(row, 3)?,
            size: read(row, 4)?,
            digest: read(row, 5)?,
        })
    }

    /// Whether the object has the bytes that were written.
    fn is_whole(&self, objects: &Objects) -> bool {
        objects.get(&self.blob, self.size, &self.digest).is_ok()
    }
}

fn look_again(
    connection: &mut Connection,
    objects: &Objects,
    photo: &Named,
) -> Stored<Option<String>> {
    let rows = connection.query(
        "SELECT org, record, kept, blob, size, digest FROM photos
         WHERE org = $1 AND record = $2 AND kept = $3 AND blob IS NOT NULL",
        &[&photo.org, &photo.record, &photo.kept],
    )?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let photo = Named::read(row)?;
    let what = match objects.size(&photo.blob)? {
        None => "no object",
        Some(size) if size != photo.size => "an object of another size",
        Some(_) if !photo.is_whole(objects) => "an object that cannot be read or is another",
        Some(_) => return Ok(None),
    };
    Ok(Some(format!("photo of {} has {what}", photo.record)))
}
