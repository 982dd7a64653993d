//! Photos: the bytes, and the record's word that they are there. With an object store the object is written before the row
//! that names it, and removed after the row is gone: whatever fails in between leaves an object that nobody names.

use super::timeline::{append_entry, changed_and_told, the_record, with_next_entry};
use super::transaction::{PostgresTransaction, read};
use crate::blobs::{ObjectName, Objects, sha256};
use bytes::Bytes;
use tanzanite_crm::policy::{DeletePhoto, Permit, UploadPhoto};
use tanzanite_crm::transaction::{Photo, RecordHead, Stamp};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::media::ImageKind;

type Tx<'a, 'c> = &'a mut PostgresTransaction<'c>;

/// The photo that a record names. A photo never changes under its id, so what is cached under it is never stale.
pub(super) fn photo(tx: Tx<'_, '_>, head: &RecordHead) -> Stored<Option<Photo>> {
    let Some(image) = &head.image else {
        return Ok(None);
    };
    let committed = tx.reads_what_is_committed();
    if committed && let Some(photo) = tx.shared.cache.photo(head.org, head.id, image) {
        return Ok(Some(photo));
    }
    let row = tx.row(
        "SELECT kind, bytes, blob, size, digest FROM photos WHERE org = $1 AND record = $2 AND image = $3",
        &[&head.org.get(), &head.id.get(), image],
    )?;
    let Some(row) = row else { return Ok(None) };
    let kind: String = read(&row, 0)?;
    let kind = ImageKind::from_extension(&kind)
        .ok_or_else(|| StoreError::new(format!("{kind:?} is no kind of picture")))?;
    let bytes = if let Some(bytes) = read::<Option<Vec<u8>>>(&row, 1)? {
        Bytes::from(bytes)
    } else {
        let blob: String = read(&row, 2)?;
        let (size, digest): (i64, Vec<u8>) = (read(&row, 3)?, read(&row, 4)?);
        let objects = tx.shared.objects()?;
        match objects.get(&blob, size, &digest) {
            // The row is of a snapshot: the photo may be gone by now, and its object with it.
            Err(error) if objects.size(&blob)?.is_none() => return Err(tx.outrun(error)),
            bytes => bytes?,
        }
    };
    let photo = Photo {
        image: image.clone(),
        kind,
        bytes,
    };
    if committed {
        tx.shared.cache.keep_photo(head.org, head.id, &photo);
    }
    Ok(Some(photo))
}

pub(super) fn put(
    tx: Tx<'_, '_>,
    permit: &Permit<UploadPhoto>,
    photo: &Photo,
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
        tx.frees_objects();
    }
    // Only a record that has a photo is asked for its object: who uploads a first photo reads no page of an index that
    // others write to.
    tx.change_record(
        permit.org(),
        concat!(
            with_next_entry!(),
            "changed AS (
                 UPDATE records r SET image = $6, modified_at = $4, modified_by = $5, timeline = next.entry",
            the_record!(),
            append_entry!("photo_uploaded"),
            ", former AS MATERIALIZED (
                 SELECT p.blob FROM next, LATERAL (
                     SELECT blob FROM photos WHERE next.image IS NOT NULL AND org = $1 AND record = $3 LIMIT 1
                 ) AS p WHERE p.blob IS NOT NULL
             ), freed AS (
                 INSERT INTO outbox (org, blob) SELECT $1, blob FROM former
             ), put AS (
                 INSERT INTO photos (org, record, image, kind, bytes, blob, size, digest)
                 SELECT $1, $3, $6, $7, $8, $9, $10, $11 FROM next
                 ON CONFLICT (org, record) DO UPDATE SET
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
            &photo.image,
            &photo.kind.extension(),
            &row_bytes,
            &blob,
            &size,
            &digest,
        ],
    )
}

/// Writes the bytes under a name that nothing else will ever have. An attempt after the first finds them there.
fn upload(
    tx: Tx<'_, '_>,
    permit: &Permit<UploadPhoto>,
    bytes: &Bytes,
    objects: &Objects,
) -> Stored<ObjectName> {
    let digest = sha256(bytes);
    let (org, record) = (permit.org(), permit.record());
    if let Some(name) = tx.uploads.find(|name| name.is_of(org, record, &digest)) {
        return Ok(name);
    }
    let number = tx.shared.numbers.of_upload()?;
    let name = ObjectName::new(org, record, number, digest);
    objects.put(&name, bytes.clone())?;
    tx.uploads.add(&name);
    Ok(name)
}

pub(super) fn remove(tx: Tx<'_, '_>, permit: &Permit<DeletePhoto>, stamp: Stamp) -> Stored<()> {
    if tx.shared.blobs.objects().is_some() {
        tx.frees_objects();
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
                 DELETE FROM photos WHERE org = $1 AND record = $3 RETURNING blob
             ), freed AS (
                 INSERT INTO outbox (org, blob) SELECT $1, blob FROM gone WHERE blob IS NOT NULL
             )",
            changed_and_told!(and "gone"),
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
