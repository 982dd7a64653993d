//! Clients, codes and tokens. Tokens are read anew each time, because one that another node has revoked must be invalid
//! here at once.

use super::dialogue::Version;
use super::transaction::{PostgresTransaction, id, org, read};
use std::sync::Arc;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::transaction::{AccessToken, Authorization, Client, GrantCode, RefreshToken};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::{Scope, Timestamp};
use tokio_postgres::Row;

type Tx<'a, 'c> = &'a mut PostgresTransaction<'c>;

pub(super) fn client(tx: Tx<'_, '_>, client: &str) -> Stored<Option<Client>> {
    // The text is from a request, and PostgreSQL cannot store U+0000.
    if client.contains('\0') {
        return Ok(None);
    }
    tx.row(
        "SELECT id, org, secret, redirect_uri FROM clients WHERE id = $1 AND org > 0",
        &[&client],
        |row| {
            Ok(Client {
                id: read(row, 0)?,
                org: org(row, 1)?,
                secret: digest(row, 2)?,
                redirect_uri: read(row, 3)?,
            })
        },
    )
}

pub(super) fn put_client(tx: Tx<'_, '_>, client: &Client) -> Stored<()> {
    tx.change_one(
        "WITH put AS (
             INSERT INTO clients (id, org, secret, redirect_uri) VALUES ($1, $2, $3, $4)
             ON CONFLICT (id) WHERE org > 0 DO UPDATE SET
                 org = excluded.org, secret = excluded.secret, redirect_uri = excluded.redirect_uri
             RETURNING 1
         )
         SELECT pg_current_xact_id()::text::bigint, (SELECT count(*) FROM put)",
        &[
            &client.id,
            &client.org.get(),
            &client.secret.as_bytes(),
            &client.redirect_uri,
        ],
    )
}

/// Reads a token and, in the same statement, the version of its organisation's settings, which are needed next.
pub(super) fn access_token(tx: Tx<'_, '_>, key: &Digest) -> Stored<Option<Arc<AccessToken>>> {
    let found = tx.row(
        r#"SELECT t.org, t.client, t."user", t.scopes, t.refresh, t.created, t.expires, v.version, v.schema, v.generation
           FROM access_tokens t LEFT JOIN settings_versions v ON v.org = t.org WHERE t.digest = $1 AND t.org > 0"#,
        &[&key.as_bytes()],
        |row| {
            let refresh: Option<&[u8]> = row.try_get(4).map_err(StoreError::new)?;
            let token = AccessToken {
                authorization: authorization(row, 0)?,
                refresh: refresh.and_then(Digest::from_bytes),
                created: Timestamp::from_millis(read(row, 5)?),
                expires: Timestamp::from_millis(read(row, 6)?),
            };
            Ok((Arc::new(token), Version::read(row, 7)?))
        },
    )?;
    Ok(found.map(|(token, version)| {
        tx.dialogue
            .versions
            .insert(token.authorization.org, version);
        token
    }))
}

pub(super) fn refresh_token(tx: Tx<'_, '_>, key: &Digest) -> Stored<Option<RefreshToken>> {
    tx.row(
        r#"SELECT org, client, "user", scopes, created FROM refresh_tokens WHERE digest = $1 AND org > 0"#,
        &[&key.as_bytes()],
        |row| {
            Ok(RefreshToken {
                authorization: authorization(row, 0)?,
                created: Timestamp::from_millis(read(row, 4)?),
            })
        },
    )
}

pub(super) fn take_grant_code(tx: Tx<'_, '_>, key: &Digest) -> Stored<Option<GrantCode>> {
    tx.change_and_tell(
        r#"WITH taken AS (
               DELETE FROM grant_codes WHERE digest = $1 AND org > 0 RETURNING org, client, "user", scopes, expires
           )
           SELECT pg_current_xact_id()::text::bigint, taken.expires, org, client, "user", scopes
           FROM (SELECT 1) AS always LEFT JOIN taken ON true"#,
        &[&key.as_bytes()],
        |row| {
            let Some(expires) = read::<Option<i64>>(row, 1)? else {
                return Ok(None);
            };
            Ok(Some(GrantCode {
                authorization: authorization(row, 2)?,
                expires: Timestamp::from_millis(expires),
            }))
        },
    )
}

pub(super) fn put_grant_code(
    tx: Tx<'_, '_>,
    key: &Digest,
    code: &GrantCode,
    now: Timestamp,
) -> Stored<()> {
    let authorization = &code.authorization;
    // Codes that were never exchanged are removed when new ones are issued.
    tx.change_one(
        r#"WITH dead AS (DELETE FROM grant_codes WHERE org = $2 AND expires <= $7),
           put AS (
               INSERT INTO grant_codes (digest, org, client, "user", scopes, expires)
               VALUES ($1, $2, $3, $4, $5, $6) RETURNING 1
           )
           SELECT pg_current_xact_id()::text::bigint, (SELECT count(*) FROM put)"#,
        &[
            &key.as_bytes(),
            &authorization.org.get(),
            &authorization.client,
            &authorization.user.get(),
            &Scope::join_list(&authorization.scopes),
            &code.expires.millis(),
            &now.millis(),
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
    let spared: Vec<&[u8]> = spared.iter().map(Digest::as_bytes).collect();
    // The statement does not see the token that it inserts, so one more is revoked.
    let live_before = i64::from(live_max) - i64::from(!spared.contains(&key.as_bytes()));
    tx.change_one(
        r#"WITH surplus AS MATERIALIZED (
               SELECT digest FROM refresh_tokens WHERE org = $2 AND client = $3 AND "user" = $4 AND digest <> ALL($8)
               ORDER BY sequence DESC OFFSET greatest($7::bigint, 0)
           ), dead AS (
               DELETE FROM access_tokens WHERE refresh IN (SELECT digest FROM surplus) AND org > 0
           ), gone AS (
               DELETE FROM refresh_tokens WHERE digest IN (SELECT digest FROM surplus) AND org > 0
           ), put AS (
               INSERT INTO refresh_tokens (digest, org, client, "user", scopes, created)
               VALUES ($1, $2, $3, $4, $5, $6) RETURNING 1
           )
           SELECT pg_current_xact_id()::text::bigint, (SELECT count(*) FROM put)"#,
        &[
            &key.as_bytes(),
            &authorization.org.get(),
            &authorization.client,
            &authorization.user.get(),
            &Scope::join_list(&authorization.scopes),
            &token.created.millis(),
            &live_before,
            &spared,
        ],
    )
}

pub(super) fn put_access_token(
    tx: Tx<'_, '_>,
    key: &Digest,
    token: &AccessToken,
    live_max: u32,
) -> Stored<()> {
    let authorization = &token.authorization;
    // Expired tokens are removed when new ones are issued, which bounds their number.
    tx.change_one(
        r#"WITH dead AS (DELETE FROM access_tokens WHERE org = $2 AND expires <= $7),
           surplus AS MATERIALIZED (
               SELECT sequence FROM access_tokens WHERE refresh = $6 AND org > 0
               ORDER BY sequence DESC OFFSET greatest($9::bigint - 1, 0)
           ), gone AS (
               DELETE FROM access_tokens WHERE sequence IN (SELECT sequence FROM surplus)
           ), put AS (
               INSERT INTO access_tokens (digest, org, client, "user", scopes, refresh, created, expires)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING 1
           )
           SELECT pg_current_xact_id()::text::bigint, (SELECT count(*) FROM put)"#,
        &[
            &key.as_bytes(),
            &authorization.org.get(),
            &authorization.client,
            &authorization.user.get(),
            &Scope::join_list(&authorization.scopes),
            &token.refresh.as_ref().map(Digest::as_bytes),
            &token.created.millis(),
            &token.expires.millis(),
            &i64::from(live_max),
        ],
    )
}

pub(super) fn remove_refresh_token(tx: Tx<'_, '_>, key: &Digest) -> Stored<bool> {
    tx.change_and_tell(
        "WITH dead AS (DELETE FROM access_tokens WHERE refresh = $1 AND org > 0),
         gone AS (DELETE FROM refresh_tokens WHERE digest = $1 AND org > 0 RETURNING 1)
         SELECT pg_current_xact_id()::text::bigint, (SELECT count(*) FROM gone)",
        &[&key.as_bytes()],
        |row| Ok(read::<i64>(row, 1)? > 0),
    )
}

pub(super) fn remove_access_token(tx: Tx<'_, '_>, key: &Digest) -> Stored<bool> {
    tx.change_and_tell(
        "WITH gone AS (DELETE FROM access_tokens WHERE digest = $1 AND org > 0 RETURNING 1)
         SELECT pg_current_xact_id()::text::bigint, (SELECT count(*) FROM gone)",
        &[&key.as_bytes()],
        |row| Ok(read::<i64>(row, 1)? > 0),
    )
}

/// Reads the four columns of a code or token.
fn authorization(row: &Row, first: usize) -> Stored<Authorization> {
    let scopes = Scope::parse_list(row.try_get(first + 3).map_err(StoreError::new)?)
        .map_err(|scope| StoreError::new(format!("{scope:?} is no scope")))?;
    Ok(Authorization {
        org: org(row, first)?,
        client: read(row, first + 1)?,
        user: id(row, first + 2)?,
        scopes: scopes.into(),
    })
}

fn digest(row: &Row, column: usize) -> Stored<Digest> {
    let bytes: &[u8] = row.try_get(column).map_err(StoreError::new)?;
    Digest::from_bytes(bytes).ok_or_else(|| StoreError::new("a digest has not 32 bytes"))
}
