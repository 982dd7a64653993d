//! Clients, codes and tokens.

use super::cache::Outdated;
use super::transaction::{SqliteTransaction, id, unreadable};
use rusqlite::{Row, params};
use std::sync::Arc;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::transaction::{AccessToken, Authorization, Client, GrantCode, RefreshToken};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::{OrgId, Scope, Timestamp};

type Tx<'a, 'c> = &'a mut SqliteTransaction<'c>;

pub(super) fn client(tx: Tx<'_, '_>, client: &str) -> Stored<Option<Client>> {
    tx.row(
        "SELECT id, org, secret, redirect_uri FROM clients WHERE id = ?1 AND org > 0",
        [client],
        |row| {
            Ok(Client {
                id: row.get(0)?,
                org: org(row, 1)?,
                secret: digest(row, 2)?,
                redirect_uri: row.get(3)?,
            })
        },
    )
}

pub(super) fn put_client(tx: Tx<'_, '_>, client: &Client) -> Stored<()> {
    tx.change(
        "INSERT OR REPLACE INTO clients (id, org, secret, redirect_uri) VALUES (?1, ?2, ?3, ?4)",
        params![
            client.id,
            client.org.get(),
            client.secret.as_bytes(),
            client.redirect_uri
        ],
    )
    .map(|_| ())
}

pub(super) fn access_token(tx: Tx<'_, '_>, key: &Digest) -> Stored<Option<Arc<AccessToken>>> {
    if !tx.is_outdated(Outdated::Token(*key))
        && let Some(token) = tx.cache.token(key)
    {
        return Ok(Some(token));
    }
    let token = tx.row(
        "SELECT org, client, user, scopes, refresh, created, expires FROM access_tokens WHERE digest = ?1 AND org > 0",
        [key.as_bytes()],
        |row| {
            let refresh = row.get::<_, Option<Vec<u8>>>(4)?;
            Ok(AccessToken {
                authorization: authorization(row)?,
                refresh: refresh.and_then(|bytes| Digest::from_bytes(&bytes)),
                created: Timestamp::from_millis(row.get(5)?),
                expires: Timestamp::from_millis(row.get(6)?),
            })
        },
    )?;
    let token = token.map(Arc::new);
    if let (Some(token), Some(since)) = (&token, tx.cacheable_since()) {
        tx.cache.keep_token(since, *key, token);
    }
    Ok(token)
}

pub(super) fn refresh_token(tx: Tx<'_, '_>, key: &Digest) -> Stored<Option<RefreshToken>> {
    tx.row(
        "SELECT org, client, user, scopes, created FROM refresh_tokens WHERE digest = ?1 AND org > 0",
        [key.as_bytes()],
        |row| {
            Ok(RefreshToken {
                authorization: authorization(row)?,
                created: Timestamp::from_millis(row.get(4)?),
            })
        },
    )
}

pub(super) fn take_grant_code(tx: Tx<'_, '_>, key: &Digest) -> Stored<Option<GrantCode>> {
    let code = tx.row(
        "SELECT org, client, user, scopes, expires FROM grant_codes WHERE digest = ?1 AND org > 0",
        [key.as_bytes()],
        |row| {
            Ok(GrantCode {
                authorization: authorization(row)?,
                expires: Timestamp::from_millis(row.get(4)?),
            })
        },
    )?;
    if code.is_some() {
        tx.change_one(
            "DELETE FROM grant_codes WHERE digest = ?1 AND org > 0",
            [key.as_bytes()],
        )?;
    }
    Ok(code)
}

pub(super) fn put_grant_code(
    tx: Tx<'_, '_>,
    key: &Digest,
    code: &GrantCode,
    now: Timestamp,
) -> Stored<()> {
    // Codes that were never exchanged are removed when new ones are issued.
    let authorization = &code.authorization;
    tx.change(
        "DELETE FROM grant_codes WHERE org = ?1 AND expires <= ?2",
        [authorization.org.get(), now.millis()],
    )?;
    tx.change_one(
        "INSERT INTO grant_codes (digest, org, client, user, scopes, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            key.as_bytes(),
            authorization.org.get(),
            authorization.client,
            authorization.user.get(),
            Scope::join_list(&authorization.scopes),
            code.expires.millis(),
        ],
    )
}

pub(super) fn put_refresh_token(
    tx: Tx<'_, '_>,
    key: &Digest,
    token: &RefreshToken,
    live_max: u32,
    spared: &[Digest],
) -> Stored<()> {
    let authorization = &token.authorization;
    tx.change_one(
        "INSERT INTO refresh_tokens (digest, org, client, user, scopes, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            key.as_bytes(),
            authorization.org.get(),
            authorization.client,
            authorization.user.get(),
            Scope::join_list(&authorization.scopes),
            token.created.millis(),
        ],
    )?;
    let live = tx.rows(
        "SELECT digest FROM refresh_tokens WHERE org = ?1 AND client = ?2 AND user = ?3
         ORDER BY sequence DESC",
        params![
            authorization.org.get(),
            authorization.client,
            authorization.user.get(),
        ],
        |row| digest(row, 0),
    )?;
    let mortal = live.iter().filter(|live| !spared.contains(live));
    for oldest in mortal.skip(usize::try_from(live_max).unwrap_or(usize::MAX)) {
        remove_refresh_token(tx, oldest)?;
    }
    Ok(())
}

pub(super) fn put_access_token(
    tx: Tx<'_, '_>,
    key: &Digest,
    token: &AccessToken,
    live_max: u32,
) -> Stored<()> {
    // Expired tokens are removed when new ones are issued, which bounds their number.
    let authorization = &token.authorization;
    tx.change(
        "DELETE FROM access_tokens WHERE org = ?1 AND expires <= ?2",
        [authorization.org.get(), token.created.millis()],
    )?;
    tx.change_one(
        "INSERT INTO access_tokens (digest, org, client, user, scopes, refresh, created, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            key.as_bytes(),
            authorization.org.get(),
            authorization.client,
            authorization.user.get(),
            Scope::join_list(&authorization.scopes),
            token.refresh.as_ref().map(Digest::as_bytes),
            token.created.millis(),
            token.expires.millis(),
        ],
    )?;
    let Some(refresh) = &token.refresh else {
        return Ok(());
    };
    let oldest = tx.rows(
        "SELECT digest FROM access_tokens WHERE refresh = ?1 AND org > 0 ORDER BY sequence DESC LIMIT -1 OFFSET ?2",
        params![refresh.as_bytes(), live_max],
        |row| digest(row, 0),
    )?;
    for key in &oldest {
        remove_access_token(tx, key)?;
    }
    Ok(())
}

pub(super) fn remove_refresh_token(tx: Tx<'_, '_>, key: &Digest) -> Stored<bool> {
    remove_tokens_of(tx, key)?;
    Ok(tx.change(
        "DELETE FROM refresh_tokens WHERE digest = ?1 AND org > 0",
        [key.as_bytes()],
    )? > 0)
}

/// Removes the access tokens that were issued from a refresh token.
fn remove_tokens_of(tx: Tx<'_, '_>, refresh: &Digest) -> Stored<()> {
    let tokens = tx.rows(
        "SELECT digest FROM access_tokens WHERE refresh = ?1 AND org > 0",
        [refresh.as_bytes()],
        |row| digest(row, 0),
    )?;
    for key in &tokens {
        remove_access_token(tx, key)?;
    }
    Ok(())
}

pub(super) fn remove_access_token(tx: Tx<'_, '_>, key: &Digest) -> Stored<bool> {
    tx.outdate(Outdated::Token(*key));
    Ok(tx.change(
        "DELETE FROM access_tokens WHERE digest = ?1 AND org > 0",
        [key.as_bytes()],
    )? > 0)
}

/// Reads the first four columns of a code or token.
fn authorization(row: &Row<'_>) -> rusqlite::Result<Authorization> {
    let scopes = Scope::parse_list(&row.get::<_, String>(3)?)
        .map_err(|scope| unreadable(3, StoreError::new(format!("{scope:?} is no scope"))))?;
    Ok(Authorization {
        org: org(row, 0)?,
        client: row.get(1)?,
        user: id(row, 2)?,
        scopes: scopes.into(),
    })
}

pub(super) fn digest(row: &Row<'_>, column: usize) -> rusqlite::Result<Digest> {
    let bytes: Vec<u8> = row.get(column)?;
    Digest::from_bytes(&bytes)
        .ok_or_else(|| unreadable(column, StoreError::new("a digest has not 32 bytes")))
}

fn org(row: &Row<'_>, column: usize) -> rusqlite::Result<OrgId> {
    let value: i64 = row.get(column)?;
    OrgId::new(value).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, value))
}
