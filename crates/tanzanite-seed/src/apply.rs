//! Plants a seed: writes all of it in one transaction. Times that the file does not give are the time of planting.

use super::access::PlannedToken;
use super::error::{Problems, SeedApplyError};
use super::records::PlannedRecord;
use super::shapes::{Lifetime, TokenKind};
use super::{Planted, SEED_SNAPSHOT, Seed};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::time::Duration;
use tanzanite_crm::context::token_digest;
use tanzanite_crm::metadata::{self, Origin, SettingsItem};
use tanzanite_crm::policy::Permit;
use tanzanite_crm::secret::{Digest, hex};
use tanzanite_crm::transaction::{
    AccessToken, Authorization, Client, GrantCode, Lock, NewRecord, RecordChange, RefreshToken,
    Stamp, StoredFile, Transaction,
};
use tanzanite_protocol::media::{FileKind, ImageKind, inspect};
use tanzanite_protocol::{Timestamp, limits};

/// The expiry of a token that never expires: 9999-12-31, which every client can represent.
const END_OF_TIME: Timestamp = Timestamp::from_millis(253_402_300_799_000);
/// How long before the planting an expired token expired.
const EXPIRED_SINCE_MILLIS: i64 = 60 * 60 * 1000;
const REASON: &str = "the operator's seed is planted";

/// Looks up a picture by its file name.
pub(super) type Pictures<'a> = &'a dyn Fn(&str) -> Result<Bytes, String>;

/// Writes the seed.
pub(super) fn apply(
    seed: &Seed,
    pictures: Pictures<'_>,
    now: Timestamp,
    tx: &mut dyn Transaction,
) -> Result<Planted, SeedApplyError> {
    check_room(seed, tx)?;
    tx.start_numbers(seed.org, seed.counted)?;
    let origin = Origin {
        fingerprint: seed.fingerprint(),
        demo: seed.is_demo(),
        refresh_tokens: refresh_tokens(seed),
        name: seed.name.clone(),
    };
    let changed = SettingsItem::Changed { at: now.millis() };
    let items: Vec<SettingsItem> = seed
        .items
        .iter()
        .cloned()
        .chain([SettingsItem::Origin(origin), changed])
        .collect();
    metadata::plant(seed.org, &items, tx)?;
    let photos = photos(seed, pictures)?;
    let mut planted = Planted {
        org: seed.org,
        records: 0,
        photos: 0,
        tokens: 0,
    };
    for (record, photo) in seed.records.iter().zip(photos) {
        planted.records += 1;
        planted.photos += usize::from(photo.is_some());
        write_record(seed, record, photo, now, tx)?;
    }
    for client in &seed.clients {
        tx.put_client(&Client {
            id: client.id.clone(),
            org: seed.org,
            secret: Digest::of(client.secret.as_bytes()),
            redirect_uri: client.redirect_uri.clone(),
        })?;
    }
    for token in &seed.tokens {
        planted.tokens += 1;
        write_token(seed, token, now, tx)?;
    }
    tx.take_snapshot(seed.org, SEED_SNAPSHOT, now)?;
    Ok(planted)
}

/// The seed's refresh tokens, which are exempt from the limit that revokes the oldest.
fn refresh_tokens(seed: &Seed) -> Vec<Digest> {
    let tokens = seed.tokens.iter();
    let refresh = tokens.filter(|token| token.kind == TokenKind::Refresh);
    refresh.map(|token| token_digest(&token.text)).collect()
}

/// Refuses a store that already has the organisation.
fn check_room(seed: &Seed, tx: &mut dyn Transaction) -> Result<(), SeedApplyError> {
    let refused = |message: String, hint: &str| {
        let mut problems = Problems::default();
        problems.add(seed.zgid_at, message, hint);
        problems
            .or::<()>(&seed.source, None)
            .map_err(SeedApplyError::Seed)
    };
    if tx.metadata(seed.org)?.is_some() {
        let message = format!("the store has an organisation {} already", seed.org);
        return refused(
            message,
            "Use an empty store, or give the seed another zgid.",
        );
    }
    for client in &seed.clients {
        if tx.client(&client.id)?.is_some() {
            let message = format!("the store has a client {} already", client.id);
            return refused(
                message,
                "Use an empty store, or give the seed another secret.",
            );
        }
    }
    Ok(())
}

/// The photos of the records, in their order. All unusable pictures are reported together.
fn photos(seed: &Seed, pictures: Pictures<'_>) -> Result<Vec<Option<StoredFile>>, SeedApplyError> {
    let mut problems = Problems::default();
    // Several records may use one picture, which is read once.
    let mut looked_at: HashMap<&str, Result<Picture, Refused>> = HashMap::new();
    let mut photos = Vec::new();
    for record in &seed.records {
        let Some(name) = &record.photo else {
            photos.push(None);
            continue;
        };
        let picture = looked_at
            .entry(&name.value)
            .or_insert_with(|| picture(&name.value, pictures));
        match picture {
            Ok(picture) => {
                // Depends on the picture's content, because the organisation may be planted again with another picture
                // under the same name.
                let purpose = format!("Record_Image {} {}", record.key, picture.digest);
                photos.push(Some(StoredFile {
                    id: seed.derive_hex(&purpose, 36),
                    kind: FileKind::Image(picture.kind),
                    bytes: picture.bytes.clone(),
                }));
            }
            Err(Refused { message, hint }) => problems.add(name.at, &*message, &*hint),
        }
    }
    problems
        .or(&seed.source, Some(photos))
        .map_err(SeedApplyError::Seed)
}

/// A picture that is valid as a photo.
struct Picture {
    kind: ImageKind,
    bytes: Bytes,
    digest: String,
}

/// The reason why a picture cannot be a photo, and advice.
struct Refused {
    message: String,
    hint: String,
}

/// Reads a picture, with the same checks as an upload.
fn picture(name: &str, pictures: Pictures<'_>) -> Result<Picture, Refused> {
    let refused = |message: String, hint: &str| Refused {
        message,
        hint: hint.to_owned(),
    };
    let bytes = pictures(name).map_err(|reason| {
        let message = format!("the picture {name:?} cannot be read: {reason}");
        refused(message, "Put it beside the seed, or correct its name.")
    })?;
    let image = inspect(&bytes).ok_or_else(|| {
        let message = format!("{name:?} is no picture");
        refused(message, "Use a PNG, JPEG, GIF or BMP.")
    })?;
    if bytes.len() > limits::PHOTO_BYTES_MAX || image.pixels > limits::PHOTO_PIXELS_MAX {
        let message = format!("the picture {name:?} is too large");
        let hint = format!(
            "A photo has at most {} bytes and {} pixels.",
            limits::PHOTO_BYTES_MAX,
            limits::PHOTO_PIXELS_MAX
        );
        return Err(refused(message, &hint));
    }
    Ok(Picture {
        kind: image.kind,
        digest: hex(&Sha256::digest(&bytes)),
        bytes,
    })
}

fn write_record(
    seed: &Seed,
    record: &PlannedRecord,
    photo: Option<StoredFile>,
    now: Timestamp,
    tx: &mut dyn Transaction,
) -> Result<(), SeedApplyError> {
    let (org, module, id) = (seed.org, record.module, record.id);
    let stamp = Stamp {
        at: record.created_time.unwrap_or(now),
        by: record.created_by,
    };
    let new = NewRecord {
        name: record.name.clone(),
        owner: record.owner,
        fields: record.fields.clone(),
        unique: record.unique.clone(),
        stamp,
        keys: record.keys.clone(),
        keys_gone: Vec::new(),
    };
    tx.insert_record(
        Permit::bypassing_policy_as_operator(org, module, id, REASON),
        &new,
    )?;
    if let Some(photo) = photo {
        let permit = Permit::bypassing_policy_as_operator(org, module, id, REASON);
        tx.put_file(permit, &photo, stamp)?;
    }
    if let Some((by, at)) = record.modified {
        // An update with unchanged values, which sets only the modification stamp.
        let at = at.unwrap_or(stamp.at);
        let change = RecordChange {
            keys: Vec::new(),
            stamp: Stamp { at, by },
            ..new
        };
        let permit = Permit::bypassing_policy_as_operator(org, module, id, REASON);
        tx.update_record(permit, &change)?;
    }
    if let Some(lock) = &record.lock {
        let locked = Stamp {
            at: lock.time.unwrap_or(stamp.at),
            by: lock.by,
        };
        let lock = Lock {
            id: lock.id,
            reason: lock.reason.clone(),
            automatic: lock.automatic,
            created: locked,
            modified: locked,
        };
        let permit = Permit::bypassing_policy_as_operator(org, module, id, REASON);
        tx.put_lock(permit, &lock)?;
    }
    if record.deleted {
        let permit = Permit::bypassing_policy_as_operator(org, module, id, REASON);
        tx.delete_record(permit, stamp)?;
    }
    Ok(())
}

fn write_token(
    seed: &Seed,
    token: &PlannedToken,
    now: Timestamp,
    tx: &mut dyn Transaction,
) -> Result<(), SeedApplyError> {
    let authorization = Authorization {
        org: seed.org,
        client: token.client.clone(),
        user: token.user,
        scopes: token.scopes.clone(),
    };
    let digest = token_digest(&token.text);
    let expired = Timestamp::from_millis(now.millis().saturating_sub(EXPIRED_SINCE_MILLIS));
    let expires = match token.lifetime {
        Lifetime::Never => END_OF_TIME,
        Lifetime::Expired => expired,
        Lifetime::Seconds(seconds) => now.after(Duration::from_secs(seconds)).min(END_OF_TIME),
    };
    match token.kind {
        TokenKind::Access => {
            let created = now.min(expires);
            let token = AccessToken {
                authorization,
                refresh: None,
                created,
                expires,
            };
            tx.put_access_token(&digest, &token, limits::ACCESS_TOKENS_PER_REFRESH_TOKEN_MAX)?;
        }
        TokenKind::Refresh => {
            let token = RefreshToken {
                authorization,
                created: now,
            };
            let live_max = limits::REFRESH_TOKENS_PER_USER_AND_CLIENT_MAX;
            tx.put_refresh_token(&digest, &token, live_max, &refresh_tokens(seed))?;
        }
        TokenKind::Code => {
            tx.put_grant_code(
                &digest,
                &GrantCode {
                    authorization,
                    expires,
                },
                now,
            )?;
        }
    }
    Ok(())
}
