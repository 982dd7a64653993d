//! Photos: the bytes, and the record's reference to them. Both change in one transaction, so that they always agree.

use super::timeline::{append_timeline, newest_entry};
use super::transaction::{SqliteTransaction, unreadable};
use bytes::Bytes;
use rusqlite::params;
use tanzanite_crm::policy::{DeletePhoto, Permit, UploadPhoto};
use tanzanite_crm::transaction::{RecordHead, Stamp, StoredFile};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::limits;
use tanzanite_protocol::media::FileKind;

type Tx<'a, 'c> = &'a mut SqliteTransaction<'c>;

/// The photo that a record refers to.
pub(super) fn photo(tx: Tx<'_, '_>, head: &RecordHead) -> Stored<Option<StoredFile>> {
    read(tx, head, i64::MAX)
}

/// The photo, unless it is so large that reading it would delay others.
pub(super) fn photo_at_once(tx: Tx<'_, '_>, head: &RecordHead) -> Stored<Option<StoredFile>> {
    let bytes_max = i64::try_from(limits::PHOTO_AT_ONCE_BYTES_MAX).map_err(StoreError::new)?;
    read(tx, head, bytes_max)
}

/// The photo's size in bytes. SQLite knows a value's length without reading its pages.
pub(super) fn file_bytes(tx: Tx<'_, '_>, head: &RecordHead) -> Stored<Option<usize>> {
    let Some(image) = &head.image else {
        return Ok(None);
    };
    if let Some(photo) = tx.cache.photo(head.org, image) {
        return Ok(Some(photo.bytes.len()));
    }
    let bytes = tx.row(
        "SELECT length(bytes) FROM photos WHERE org = ?1 AND record = ?2 AND image = ?3",
        params![head.org.get(), head.id.get(), image],
        |row| row.get::<_, i64>(0),
    )?;
    bytes
        .map(usize::try_from)
        .transpose()
        .map_err(StoreError::new)
}

/// The photo, if it has at most `bytes_max` bytes. It never changes under its id, so a cached one is always valid.
fn read(tx: Tx<'_, '_>, head: &RecordHead, bytes_max: i64) -> Stored<Option<StoredFile>> {
    let Some(image) = &head.image else {
        return Ok(None);
    };
    if let Some(photo) = tx.cache.photo(head.org, image) {
        return Ok(Some(photo));
    }
    let photo = tx.row(
        "SELECT kind, bytes FROM photos WHERE org = ?1 AND record = ?2 AND image = ?3 AND length(bytes) <= ?4",
        params![head.org.get(), head.id.get(), image, bytes_max],
        |row| {
            let kind = FileKind::parse(row.get_ref(0)?.as_str()?)
                .ok_or_else(|| unreadable(0, StoreError::new("no kind of file")))?;
            let bytes = Bytes::from(row.get::<_, Vec<u8>>(1)?);
            Ok(StoredFile {
                id: image.clone(),
                kind,
                bytes,
            })
        },
    )?;
    if let (Some(photo), Some(_)) = (&photo, tx.cacheable_since()) {
        tx.cache.keep_photo(head.org, photo);
    }
    Ok(photo)
}

pub(super) fn put(
    tx: Tx<'_, '_>,
    permit: &Permit<UploadPhoto>,
    photo: &StoredFile,
    stamp: Stamp,
) -> Stored<()> {
    let action = match photo.kind {
        FileKind::Image(_) => "photo_uploaded",
        FileKind::Other => "file_uploaded",
    };
    append_timeline(tx, permit, action, stamp)?;
    name_photo(tx, permit, Some(&photo.id), stamp)?;
    tx.change(
        "INSERT OR REPLACE INTO photos (org, record, kept, image, kind, bytes) VALUES (?1, ?2, 0, ?3, ?4, ?5)",
        params![
            permit.org().get(),
            permit.record().get(),
            photo.id,
            photo.kind.as_str(),
            photo.bytes.as_ref()
        ],
    )
    .map(|_| ())
}

pub(super) fn remove(tx: Tx<'_, '_>, permit: &Permit<DeletePhoto>, stamp: Stamp) -> Stored<()> {
    append_timeline(tx, permit, "photo_deleted", stamp)?;
    name_photo(tx, permit, None, stamp)?;
    // A photo that a snapshot refers to stays.
    tx.change(
        "DELETE FROM photos WHERE org = ?1 AND record = ?2 AND kept = 0",
        [permit.org().get(), permit.record().get()],
    )
    .map(drop)
}

fn name_photo<O>(
    tx: Tx<'_, '_>,
    permit: &Permit<O>,
    image: Option<&str>,
    stamp: Stamp,
) -> Stored<()> {
    tx.change_one(
        concat!(
            "UPDATE records SET image = ?4, modified_at = ?5, modified_by = ?6, timeline = ",
            newest_entry!(),
            " WHERE org = ?1 AND module = ?2 AND id = ?3 AND deleted_at IS NULL
             AND (?4 IS NOT NULL OR image IS NOT NULL)"
        ),
        params![
            permit.org().get(),
            permit.module(),
            permit.record().get(),
            image,
            stamp.at.millis(),
            stamp.by.get()
        ],
    )
}
