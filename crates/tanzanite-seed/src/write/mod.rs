//! Writes seeds: text that [`Seed::parse`](super::Seed::parse) parses into the same content.
//!
//! The input refers to items by id; in a seed users are named by email address, profiles and roles by name, and records
//! by key. Every id is written too, so that planted items keep their ids; a record's key is its id.
//!
//! The text comes in pieces to be concatenated, so that no caller has to hold all records in memory:
//! [`SeedWriter::settings`] first, then [`SeedWriter::record`] once for each, and [`SeedWriter::access`]. Values are
//! validated when the seed is read: only values that TOML cannot represent, and unknown ids, are refused here.
//!
//! ```
//! # use tanzanite_crm::metadata::*;
//! # use tanzanite_seed::{DraftRecord, Seed, SeedWriter};
//! # use tanzanite_protocol::RecordId;
//! # let all = ModulePermissions { view: true, create: true, edit: true, delete: true };
//! let items = vec![
//!     SettingsItem::Organisation(Organisation {
//!         zgid: 1,
//!         id_base: 1000, // no id of the seed may lie above it
//!         company_name: "Acme".into(),
//!         domain_name: "acme".into(),
//!         primary_email: "office@example.com".into(),
//!         ..Organisation::default()
//!     }),
//!     SettingsItem::Profile(Profile {
//!         id: 11,
//!         name: "Administrator".into(),
//!         administrator: true,
//!         default: all,
//!         modules: Default::default(),
//!         fields: Default::default(),
//!     }),
//!     SettingsItem::Role(Role { id: 12, name: "CEO".into(), reports_to: None }),
//!     SettingsItem::User(User {
//!         id: 13,
//!         zuid: 2,
//!         email: "ann@example.com".into(),
//!         first_name: String::new(),
//!         last_name: "Ann".into(),
//!         profile: 11,
//!         role: 12,
//!         status: UserStatus::Active,
//!         confirmed: true,
//!     }),
//! ];
//! let user = RecordId::new(13).unwrap();
//! let record = DraftRecord {
//!     fields: serde_json::json!({ "Last_Name": "Lee" }).as_object().unwrap().clone(),
//!     ..DraftRecord::new("Leads", RecordId::new(77).unwrap(), user)
//! };
//! let writer = SeedWriter::new(items)?;
//! let text = [
//!     writer.settings("0123456789abcdef0123456789abcdef")?,
//!     writer.record(&record)?,
//!     writer.access(&[])?,
//! ];
//! let seed = Seed::parse("seed.toml", &text.concat()).unwrap();
//! assert_eq!(seed.credentials().record("77").unwrap().1, record.id);
//! # Ok::<(), tanzanite_seed::WriteError>(())
//! ```

mod blueprints;
mod fields;
mod tables;
#[cfg(test)]
mod tests;
mod values;

pub use fields::custom_field;

use super::format::TOKEN_KINDS;
use super::shapes::TokenKind;
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt;
use tables::{Access, Client, Records, Token, word_of};
use tanzanite_crm::metadata::{Metadata, SettingsItem};
use tanzanite_crm::transaction::{Lock, Stamp};
use tanzanite_protocol::RecordId;

/// Writes the pieces of one seed.
#[derive(Debug)]
pub struct SeedWriter {
    items: Vec<SettingsItem>,
    metadata: Metadata,
}

/// A record to write.
#[derive(Clone, Debug)]
pub struct DraftRecord {
    /// Its module's API name.
    pub module: String,
    /// Its id.
    pub id: RecordId,
    /// The owner's id.
    pub owner: RecordId,
    /// The creator and the time of creation. `None` means the owner and the time of planting.
    pub created: Option<Stamp>,
    /// The user and time of the last change. `None` means the same as at creation.
    pub modified: Option<Stamp>,
    /// The file name of its photo, beside the seed.
    pub photo: Option<String>,
    /// The lock. The time at which its reason was changed is lost.
    pub lock: Option<Lock>,
    /// The values in clients' format: lookups and users are `{"id"}`. Records that lookups refer to must be in the seed
    /// too. Unknown and system fields are ignored, as they are from a client.
    pub fields: Map<String, Value>,
}

/// A token to write. It never expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftToken {
    /// The name in the seed.
    pub name: String,
    /// The kind of token.
    pub kind: TokenKind,
    /// The user's id.
    pub user: RecordId,
    /// The scopes.
    pub scopes: Vec<String>,
}

/// The reasons why something cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// The settings have no organisation.
    NoOrganisation,
    /// A reference to an unknown id or module.
    Unknown {
        /// `profile`, `role`, `user` or `module`.
        what: &'static str,
        /// The id or name.
        name: String,
    },
    /// A field of a record has a value that a seed cannot represent.
    Value {
        /// The record.
        record: RecordId,
        /// The field's API name.
        api_name: String,
    },
    /// TOML cannot represent a value, such as a year beyond its range.
    Toml(String),
}

impl SeedWriter {
    /// A writer for an organisation: its settings as [`Metadata`] takes them, each kind in the order that the file is
    /// to have. Fields of custom modules are separate items, of which only the keys of `[[field]]` are kept; items
    /// about a store's history are ignored.
    pub fn new(items: Vec<SettingsItem>) -> Result<Self, WriteError> {
        let metadata = Metadata::new(items.clone()).ok_or(WriteError::NoOrganisation)?;
        Ok(Self { items, metadata })
    }

    /// The settings as they will be read back.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Adds the record's values to the picklists that lack them, since the reader refuses unlisted values. To be called
    /// for all records before [`Self::settings`].
    pub fn list_values(&mut self, record: &DraftRecord) {
        let Some(module) = self.metadata.module(&record.module) else {
            return;
        };
        let mut found: Vec<(String, Vec<String>)> = Vec::new();
        for field in module.fields.iter().filter(|field| field.is_given()) {
            let value = record.fields.get(field.api_name.as_ref());
            let unlisted = value.into_iter().flat_map(|value| field.unlisted(value));
            let mut unlisted: Vec<String> = unlisted.map(str::to_owned).collect();
            unlisted.sort_unstable();
            unlisted.dedup();
            if !unlisted.is_empty() {
                found.push((field.api_name.to_string(), unlisted));
            }
        }
        for (field, values) in found {
            self.metadata.list(&record.module, &field, values.clone());
            let known = self.items.iter_mut().find_map(|item| match item {
                SettingsItem::PicklistValues {
                    module,
                    field: known,
                    values,
                } if *module == record.module && *known == field => Some(values),
                _ => None,
            });
            match known {
                Some(known) => known.extend(values),
                None => self.items.push(SettingsItem::PicklistValues {
                    module: record.module.clone(),
                    field,
                    values,
                }),
            }
        }
    }

    /// The beginning of the file: everything except records, clients and tokens. All tokens are derived from the
    /// secret, which must have at least 32 characters.
    pub fn settings(&self, secret: &str) -> Result<String, WriteError> {
        piece(&tables::settings(&self.items, &self.metadata, secret)?)
    }

    /// The piece with a record.
    pub fn record(&self, record: &DraftRecord) -> Result<String, WriteError> {
        let record = [tables::record(record, &self.metadata)?];
        piece(&Records { record })
    }

    /// The piece with the one client that every written seed has, and its tokens.
    pub fn access(&self, tokens: &[DraftToken]) -> Result<String, WriteError> {
        let token = |token: &DraftToken| {
            Ok(Token {
                name: token.name.clone(),
                kind: word_of(TOKEN_KINDS, &token.kind)?,
                user: tables::email(&self.metadata, token.user)?.to_owned(),
                scopes: token.scopes.clone(),
                lifetime: (token.kind != TokenKind::Refresh).then_some("never"),
            })
        };
        piece(&Access {
            client: [Client { name: "default" }],
            token: tokens.iter().map(token).collect::<Result<_, _>>()?,
        })
    }
}

impl DraftRecord {
    /// A record without values.
    pub fn new(module: impl Into<String>, id: RecordId, owner: RecordId) -> Self {
        Self {
            module: module.into(),
            id,
            owner,
            created: None,
            modified: None,
            photo: None,
            lock: None,
            fields: Map::new(),
        }
    }
}

/// A piece of the file, followed by a blank line.
fn piece(table: &impl Serialize) -> Result<String, WriteError> {
    let text = toml::to_string(table).map_err(|error| WriteError::Toml(error.to_string()))?;
    Ok(text + "\n")
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOrganisation => f.write_str("the settings have no organisation"),
            Self::Unknown { what, name } => write!(f, "there is no {what} {name}"),
            Self::Value { record, api_name } => {
                write!(f, "{api_name} of the record {record} cannot be written")
            }
            Self::Toml(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for WriteError {}
