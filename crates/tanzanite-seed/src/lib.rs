//! Seeds: files that describe an organisation, parsed strictly and planted in a transaction.
//!
//! A seed is TOML. [`Seed::parse`] checks all of it without a store: keys and types (`format`), settings (`settings`,
//! `custom`), records and their values (`records`, `values`), clients and tokens (`access`). Problems are reported with
//! file, line, column and advice. [`Seed::apply`] plants it. The same text yields the same ids and tokens on every
//! machine; token texts exist only in memory, and the store keeps digests.

mod access;
mod apply;
mod blueprints;
mod custom;
mod demo;
mod error;
mod format;
mod ids;
mod named;
mod names;
mod package;
mod profiles;
mod reader;
mod records;
mod roles;
mod settings;
mod shapes;
#[cfg(test)]
mod tests;
mod values;
mod write;

pub use demo::{TEMPLATE, demo_picture};
pub use error::{Problem, SeedApplyError, SeedError};
pub use names::is_email;
pub use package::SeedPackage;
pub use shapes::TokenKind;
pub use write::{DraftRecord, DraftToken, SeedWriter, WriteError, custom_field};

use access::{PlannedClient, PlannedToken};
use bytes::Bytes;
use error::{Problems, Source};
use ids::Ids;
use records::PlannedRecord;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use tanzanite_crm::metadata::SettingsItem;
use tanzanite_crm::name::Name;
use tanzanite_crm::secret::{derive_hex, hex};
use tanzanite_crm::transaction::Transaction;
use tanzanite_protocol::{OrgId, RecordId, Timestamp};
use toml::de::DeTable;

/// The name of the snapshot of an organisation as its seed made it.
pub const SEED_SNAPSHOT: &str = "seed";

/// A valid seed: every reference in it can be resolved.
#[derive(Clone)]
pub struct Seed {
    source: Source,
    name: Option<String>,
    demo: bool,
    secret: String,
    org: OrgId,
    zgid_at: usize,
    administrator: String,
    items: Vec<SettingsItem>,
    /// The number of ids counted from `id_base` on.
    counted: i64,
    records: Vec<PlannedRecord>,
    clients: Vec<PlannedClient>,
    tokens: Vec<PlannedToken>,
}

/// A summary of what was planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planted {
    /// The organisation.
    pub org: OrgId,
    /// The number of records, including deleted ones.
    pub records: usize,
    /// The number of photos.
    pub photos: usize,
    /// The number of access tokens, refresh tokens and codes.
    pub tokens: usize,
}

/// Everything that a client needs to call a server with this seed, in plain text.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The id of the first client.
    pub client_id: String,
    /// The secret of the first client.
    pub client_secret: String,
    /// The email of the first active administrator.
    pub user_email: String,
    /// The tokens, by name.
    pub tokens: BTreeMap<String, SeedToken>,
    /// The records, by key.
    pub records: BTreeMap<String, SeedRecord>,
}

/// A token of a seed.
#[derive(Clone, PartialEq, Eq)]
pub struct SeedToken {
    /// The kind of token.
    pub kind: TokenKind,
    /// The plain text.
    pub text: String,
}

/// A record of a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedRecord {
    /// Its module's API name.
    pub module: String,
    /// Its id.
    pub id: RecordId,
}

impl Seed {
    /// Parses a seed. `file_name` is only used in messages.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, SeedError> {
        let source = Source {
            file: file_name.to_owned(),
            text: text.to_owned(),
        };
        Self::read(source, None)
    }

    /// The same seed for another organisation, whose id, record ids, clients and tokens are derived from this seed and
    /// a name.
    pub fn named(&self, name: &Name) -> Result<Self, SeedError> {
        Self::read(self.source.clone(), Some(name))
    }

    fn read(source: Source, name: Option<&Name>) -> Result<Self, SeedError> {
        let text = source.text.as_str();
        let mut problems = Problems::default();
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(text.len(), |span| span.start);
            problems.add(
                at,
                error.message(),
                "Correct the TOML; see https://toml.io.",
            );
        }
        // Each step assumes that the one before it found no problems; otherwise it would report consequences of them.
        problems.or(&source, Some(()))?;
        let mut problems = Problems::default();
        let file = format::read(root.get_ref(), &mut problems);
        let mut file = problems.or(&source, file)?;
        if let Some(name) = name {
            named::give(name, &mut file);
        }

        let mut problems = Problems::default();
        let ids = Ids::new(&file, &mut problems);
        let settings = settings::resolve(&file, &ids, &mut problems);
        let settings = problems.or(&source, settings)?;

        let mut problems = Problems::default();
        let records = records::resolve(&file, &ids, &settings, &mut problems);
        let clients = access::clients(&file, &mut problems);
        let tokens = access::tokens(&file, &clients, &settings, &mut problems);
        let administrator = settings::administrator(&settings.metadata);
        let administrator = administrator.map(|user| user.email.clone());
        let administrator = problems.or(&source, administrator)?;
        Ok(Self {
            name: name.map(ToString::to_string),
            demo: file.demo,
            secret: file.secret.value.clone(),
            org: settings.org,
            zgid_at: file.organisation.zgid.at,
            administrator,
            counted: ids.counted(),
            items: settings.items,
            records,
            clients,
            tokens,
            source,
        })
    }

    /// The organisation.
    pub fn org_id(&self) -> OrgId {
        self.org
    }

    /// The file's text, which contains the secret.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// Whether this is the built-in demo or was derived from it, so that its secret is public.
    pub fn is_demo(&self) -> bool {
        self.demo
    }

    /// The SHA-256 of the text, which tells whether a store was planted with this very file.
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(self.source.text.as_bytes()))
    }

    /// The names of the pictures that [`Seed::apply`] needs, without duplicates.
    pub fn pictures(&self) -> impl Iterator<Item = &str> {
        let names = self
            .records
            .iter()
            .filter_map(|record| record.photo.as_ref());
        let names: BTreeSet<&str> = names.map(|name| name.value.as_str()).collect();
        names.into_iter()
    }

    /// The credentials of clients, in plain text. Print them only where the operator asked for them, never into a log.
    pub fn credentials(&self) -> Credentials {
        let client = self.clients.first();
        let token = |token: &PlannedToken| {
            (
                token.name.clone(),
                SeedToken {
                    kind: token.kind,
                    text: token.text.clone(),
                },
            )
        };
        let record = |record: &PlannedRecord| {
            let module = record.api_name.clone();
            (
                record.key.clone(),
                SeedRecord {
                    module,
                    id: record.id,
                },
            )
        };
        Credentials {
            client_id: client.map(|client| client.id.clone()).unwrap_or_default(),
            client_secret: client
                .map(|client| client.secret.clone())
                .unwrap_or_default(),
            user_email: self.administrator.clone(),
            tokens: self.tokens.iter().map(token).collect(),
            records: self.records.iter().map(record).collect(),
        }
    }

    /// `length` (at most 64) hexadecimal digits, specific to this seed and a purpose.
    fn derive_hex(&self, purpose: &str, length: usize) -> String {
        derive_hex(self.secret.as_bytes(), purpose, length)
    }

    /// Plants everything in a store that does not have the organisation yet. After an error the transaction must be
    /// rolled back.
    pub fn apply(
        &self,
        pictures: &dyn Fn(&str) -> Result<Bytes, String>,
        now: Timestamp,
        tx: &mut dyn Transaction,
    ) -> Result<Planted, SeedApplyError> {
        apply::apply(self, pictures, now, tx)
    }
}

/// Prints numbers of items, and no secret.
impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seed")
            .field("file", &self.source.file)
            .field("org", &self.org)
            .field("records", &self.records.len())
            .field("tokens", &self.tokens.len())
            .finish_non_exhaustive()
    }
}

impl Credentials {
    /// A token's text by its name.
    pub fn token(&self, name: &str) -> Option<&str> {
        self.tokens.get(name).map(|token| token.text.as_str())
    }

    /// A record's module and id by its key.
    pub fn record(&self, key: &str) -> Option<(&str, RecordId)> {
        let record = self.records.get(key)?;
        Some((record.module.as_str(), record.id))
    }

    /// All credentials as JSON, as operators see them.
    pub fn described(&self) -> Map<String, Value> {
        let records = self.records.iter().map(|(key, record)| {
            let record = json!({ "module": record.module, "id": record.id.to_string() });
            (key.clone(), record)
        });
        let tokens = self.tokens.iter().map(|(name, token)| {
            let kind = format!("{:?}", token.kind).to_lowercase();
            (name.clone(), json!({ "kind": kind, "text": token.text }))
        });
        let described = [
            ("client_id", self.client_id.as_str().into()),
            ("client_secret", self.client_secret.as_str().into()),
            ("user", self.user_email.as_str().into()),
            ("records", Value::Object(records.collect())),
            ("tokens", Value::Object(tokens.collect())),
        ];
        described
            .map(|(key, value)| (key.to_owned(), value))
            .into_iter()
            .collect()
    }
}

/// Prints no content: it holds secrets.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}
