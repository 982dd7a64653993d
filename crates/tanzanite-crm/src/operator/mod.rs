//! Functions for the operator's tools: authorizations without a consent page, clients without a console, clocks, limits
//! and blueprints.

mod blueprints;
mod changes;

pub use blueprints::{ProcessError, remove_process, set_process};
pub use changes::{Became, ChangedRecord, Changes, changes};

use crate::clock::{Clock, ClockChange, ClockRange};
use crate::context::Context;
use crate::metadata::{self, SettingsItem};
use crate::metering::LimitSettings;
use crate::notifications::Deliveries;
use crate::secret::Digest;
use crate::transaction::{Authorization, Client, StoreError, Stored, Transaction};
use std::fmt;
use tanzanite_protocol::{OrgId, RecordId, Scope, Timestamp, limits};

/// A scope for every served group.
pub const EVERY_SCOPE: [&str; 10] = [
    "ZohoCRM.modules.ALL",
    "ZohoCRM.settings.ALL",
    "ZohoCRM.users.ALL",
    "ZohoCRM.org.ALL",
    "ZohoSearch.securesearch.READ",
    "ZohoCRM.coql.READ",
    "ZohoCRM.bulk.READ",
    "ZohoCRM.change_owner.ALL",
    "ZohoCRM.mass_update.ALL",
    "ZohoCRM.mass_delete.ALL",
];

/// The reasons why there is no such authorization.
#[derive(Debug, PartialEq, Eq)]
pub enum AuthorizationError {
    /// No active user has this email.
    User(String),
    /// The text is not a scope.
    Scope(String),
    /// There are no scopes, or too many.
    ScopesCount(usize),
    /// The store failed.
    Store(StoreError),
}

impl fmt::Display for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(email) => write!(f, "no active user has the email {email:?}"),
            Self::Scope(scope) => write!(
                f,
                "{scope:?} is no scope; one looks like ZohoCRM.modules.leads.READ"
            ),
            Self::ScopesCount(count) => {
                write!(
                    f,
                    "{count} scopes were given; a token has 1 to {}",
                    limits::SCOPES_PER_TOKEN_MAX
                )
            }
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AuthorizationError {}

impl From<StoreError> for AuthorizationError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The authorization that the user with this email would give a client.
pub fn authorization(
    org: OrgId,
    email: &str,
    scopes: &[String],
    client: &str,
    tx: &mut dyn Transaction,
) -> Result<Authorization, AuthorizationError> {
    if !(1..=limits::SCOPES_PER_TOKEN_MAX).contains(&scopes.len()) {
        return Err(AuthorizationError::ScopesCount(scopes.len()));
    }
    let parse = |scope: &String| {
        Scope::parse(scope).ok_or_else(|| AuthorizationError::Scope(scope.clone()))
    };
    let scopes = scopes.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let metadata = tx.metadata(org)?;
    let user = metadata
        .iter()
        .flat_map(|metadata| metadata.users())
        .find(|user| user.email.eq_ignore_ascii_case(email) && user.is_active());
    let user = user
        .and_then(|user| RecordId::new(user.id))
        .ok_or_else(|| AuthorizationError::User(email.to_owned()))?;
    Ok(Authorization {
        org,
        client: client.to_owned(),
        user,
        scopes: scopes.into(),
    })
}

/// The email of the first active administrator.
pub fn administrator(org: OrgId, tx: &mut dyn Transaction) -> Stored<Option<String>> {
    let metadata = tx.metadata(org)?;
    let user = metadata
        .as_deref()
        .and_then(|metadata| metadata.administrator());
    Ok(user.map(|user| user.email.clone()))
}

/// The reasons why a clock is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockError {
    /// It would show a time out of range.
    Range(ClockRange),
    /// The store failed.
    Store(StoreError),
}

impl fmt::Display for ClockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ClockError {}

impl From<StoreError> for ClockError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// An organisation's clock.
pub fn clock(org: OrgId, tx: &mut dyn Transaction) -> Stored<Clock> {
    let metadata = tx.metadata(org)?;
    let clock = metadata.map(|metadata| metadata.clock());
    clock.ok_or_else(|| StoreError::new("the organisation is gone"))
}

/// Changes an organisation's clock, when the machine's shows `machine`. Returns the clock after the change.
pub fn set_clock(
    org: OrgId,
    change: ClockChange,
    machine: Timestamp,
    tx: &mut dyn Transaction,
) -> Result<Clock, ClockError> {
    let changed = clock(org, tx)?.changed(change, machine);
    let changed = changed.map_err(ClockError::Range)?;
    metadata::put(org, &SettingsItem::Clock(changed), tx)?;
    Ok(changed)
}

/// Sets an organisation's limits.
pub fn set_limits(org: OrgId, limits: LimitSettings, tx: &mut dyn Transaction) -> Stored<()> {
    metadata::put(org, &SettingsItem::Limits(limits), tx)
}

/// Sets what becomes of an organisation's notifications.
pub fn set_deliveries(org: OrgId, deliveries: Deliveries, tx: &mut dyn Transaction) -> Stored<()> {
    metadata::put(org, &SettingsItem::Deliveries(deliveries), tx)
}

/// Registers a new self client; returns its id and secret.
pub fn register_client(
    org: OrgId,
    context: &Context,
    tx: &mut dyn Transaction,
) -> Stored<(String, String)> {
    let id = format!(
        "1000.{}",
        context.random_hex("client id", 30).to_uppercase()
    );
    let secret = context.random_hex("client secret", 42);
    let client = Client {
        id: id.clone(),
        org,
        secret: Digest::of(secret.as_bytes()),
        redirect_uri: None,
    };
    tx.put_client(&client)?;
    Ok((id, secret))
}
