//! Photos: the bytes, and the record's reference to them. In an object store, the object is written before the row that
//! refers to it and removed after the row, so that any failure in between leaves only an object without a row.

use super::numbers::Series;
use super::records::{one_record, read_head};
use super::timeline::{append_entry, changed_and_told, the_record, with_next_entry};
use super::transaction::{PostgresTransaction, read};
use crate::blobs::{ObjectName, Objects, sha256};
use crate::head::{AFTER_HEAD, from_records, head_columns};
use bytes::Bytes;
use tanzanite_crm::policy::{DeletePhoto, Permit, UploadPhoto};
use tanzanite_crm::schema::Number;
use tanzanite_crm::transaction::{RecordHead, Stamp, StoredFile};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::media::FileKind;
use tanzanite_protocol::{OrgId, RecordId};
use tokio_postgres::Row;

type Tx<'a, 'c> = &'a mut PostgresTransaction<'c>;

/// The photo that a record refers to.
pub(super) fn photo(tx: Tx<'_, '_>, head: &RecordHead) -> Stored<Option<StoredFile>> {
    let Some(image) = &head.image else {
        return Ok(None);
    };
    let remembered = remembered(tx, head.org, head.id)?;
    if remembered.as_ref().map(|photo| &photo.id) == Some(image) {
        return Ok(remembered);
    }
    tx.once(|tx| {
        let rows = tx.ask(
            "SELECT kind, bytes, blob, size, digest FROM photos WHERE org = $1 AND record = $2 AND image = $3",
            &[&head.org.get(), &head.id.get(), image],
        )?;
        let row = rows.first();
        row.map(|row| read_photo(tx, row, 0, (head.org, head.id, image)))
            .transpose()
    })
}

/// A record's head and its photo. The bytes of a cached photo are not read.
pub(super) fn head_and_file(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    record: RecordId,
) -> Stored<Option<(RecordHead, Option<StoredFile>)>> {
    let remembered = remembered(tx, org, record)?;
    let known = remembered.as_ref().map(|photo| photo.id.as_str());
    let found = tx.once(|tx| {
        let rows = tx.ask(
            one_record!(
                ", p.kind, p.bytes, p.blob, p.size, p.digest",
                "LEFT JOIN photos p ON p.org = r.org AND p.record = r.id AND p.image = r.image
                     AND p.image IS DISTINCT FROM $4 "
            ),
            &[&org.get(), &module, &record.get(), &known],
        )?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let head = read_head(row, org)?;
        let photo = match &head.image {
            Some(image) if read::<Option<String>>(row, AFTER_HEAD)?.is_some() => {
                Some(read_photo(tx, row, AFTER_HEAD, (org, record, image))?)
            }
            _ => None,
        };
        Ok(Some((head, photo)))
    })?;
    Ok(found.map(|(head, photo)| {
        let photo = photo.or(remembered.filter(|photo| Some(&photo.id) == head.image.as_ref()));
        (head, photo)
    }))
}

/// A cached photo that the record has or had. It never changes under its id, so it is valid if the record refers to
/// that id.
fn remembered(tx: Tx<'_, '_>, org: OrgId, record: RecordId) -> Stored<Option<StoredFile>> {
    tx.once(|tx| {
        let committed = tx.reads_what_is_committed();
        Ok(committed
            .then(|| tx.shared.cache.photo(org, record))
            .flatten())
    })
}

/// Reads five columns of a photo, and the bytes from the object store if they are there. Caches the photo.
fn read_photo(
    tx: Tx<'_, '_>,
    row: &Row,
    column: usize,
    (org, record, image): (OrgId, RecordId, &str),
) -> Stored<StoredFile> {
    let kind: String = read(row, column)?;
    let kind = FileKind::parse(&kind)
        .ok_or_else(|| StoreError::new(format!("{kind:?} is no kind of file")))?;
    let bytes = if let Some(bytes) = read::<Option<Vec<u8>>>(row, column + 1)? {
        Bytes::from(bytes)
    } else {
        tx.must_wait()?;
        let blob: String = read(row, column + 2)?;
        let (size, digest): (i64, Vec<u8>) = (read(row, column + 3)?, read(row, column + 4)?);
        let objects = tx.shared.objects()?;
        match objects.get(&blob, size, &digest) {
            // The transaction's snapshot is older: the photo and its object may have been removed since.
            Err(error) if objects.size(&blob)?.is_none() => return Err(tx.outrun(error)),
            bytes => bytes?,
        }
    };
    let photo = StoredFile {
        id: image.to_owned(),
        kind,
        bytes,
    };
    if tx.reads_what_is_committed() {
        tx.shared.cache.keep_photo(org, record, &photo);
    }
    Ok(photo)
}

pub(super) fn put(
    tx: Tx<'_, '_>,
    permit: &Permit<UploadPhoto>,
    photo: &StoredFile,
    stamp: Stamp,
) -> Stored<()> {
    tx.must_write()?;
    let shared = tx.shared;
    let object = match shared.blobs.objects() {
        None => None,
        Some(objects) => Some(upload(tx, permit, &photo.bytes, objects)?),
    };
    let row_bytes = object.is_none().then(|| photo.bytes.as_ref());
    let blob = object.as_ref().map(ObjectName::to_string);
    let digest = object.as_ref().map(|name| name.digest().as_slice());
    let size = object.as_ref().map(|_| photo.bytes.len());
    let size = size
        .map(i64::try_from)
        .transpose()
        .map_err(StoreError::new)?;
    if object.is_some() {
        tx.dialogue.frees_objects = true;
    }
    // Only if the record has a photo, its object is looked up, so that the upload of a first photo does not read a page
    // of an index that other transactions write to.
    tx.change_record(
        permit.org(),
        concat!(
            with_next_entry!(),
            "changed AS (
                 UPDATE records r SET image = $6, modified_at = $4, modified_by = $5, timeline = next.entry",
            the_record!(),
            append_entry!(sql "CASE $7 WHEN 'file' THEN 'file_uploaded' ELSE 'photo_uploaded' END"),
            ", former AS MATERIALIZED (
                 SELECT p.blob FROM next, LATERAL (
                     SELECT blob FROM photos WHERE next.image IS NOT NULL AND org = $1 AND record = $3 AND kept = 0 LIMIT 1
                 ) AS p WHERE p.blob IS NOT NULL
             ), freed AS (
                 INSERT INTO outbox (org, blob) SELECT $1, blob FROM former
             ), put AS (
                 INSERT INTO photos (org, record, image, kind, bytes, blob, size, digest)
                 SELECT $1, $3, $6, $7, $8, $9, $10, $11 FROM next
                 ON CONFLICT (org, record, kept) DO UPDATE SET
                     image = excluded.image, kind = excluded.kind, bytes = excluded.bytes,
                     blob = excluded.blob, size = excluded.size, digest = excluded.digest
                 RETURNING 1
             )",
            changed_and_told!(and "put"),
        ),
        &[
            &permit.org().get(),
            &permit.module(),
            &permit.record().get(),
            &stamp.at.millis(),
            &stamp.by.get(),
            &photo.id,
            &photo.kind.as_str(),
            &row_bytes,
            &blob,
            &size,
            &digest,
        ],
    )
}

/// Uploads the bytes under a unique name. A later attempt reuses the object of an earlier one.
fn upload(
    tx: Tx<'_, '_>,
    permit: &Permit<UploadPhoto>,
    bytes: &Bytes,
    objects: &Objects,
) -> Stored<ObjectName> {
    tx.must_wait()?;
    let digest = sha256(bytes);
    let (org, record) = (permit.org(), permit.record());
    if let Some(name) = tx
        .dialogue
        .uploads
        .find(|name| name.is_of(org, record, &digest))
    {
        return Ok(name);
    }
    let number = tx.number(Series::Uploads)?;
    let name = ObjectName::new(org, record, number, digest);
    objects.put(&name, bytes.clone())?;
    tx.dialogue.uploads.add(&name);
    Ok(name)
}

pub(super) fn remove(tx: Tx<'_, '_>, permit: &Permit<DeletePhoto>, stamp: Stamp) -> Stored<()> {
    if tx.shared.blobs.objects().is_some() {
        tx.dialogue.frees_objects = true;
    }
    tx.change_record(
        permit.org(),
        concat!(
            with_next_entry!(),
            "changed AS (
                 UPDATE records r SET image = NULL, modified_at = $4, modified_by = $5, timeline = next.entry",
            the_record!(),
            append_entry!("photo_deleted"),
            ", gone AS (
                 DELETE FROM photos WHERE org = $1 AND record = $3 AND kept = 0 RETURNING blob
             ), freed AS (
                 INSERT INTO outbox (org, blob) SELECT $1, blob FROM gone WHERE blob IS NOT NULL
             ), had AS (SELECT 1 FROM next WHERE image IS NOT NULL)",
            changed_and_told!(and "had"),
        ),
        &[
            &permit.org().get(),
            &permit.module(),
            &permit.record().get(),
            &stamp.at.millis(),
            &stamp.by.get(),
        ],
    )
}
