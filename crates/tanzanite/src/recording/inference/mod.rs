//! Infers the organisation as it must have been when a recording began, given the recorded answers.
//!
//! Answers that precede any change describe the initial state; refusals and their reasons reveal permissions.
//! Everything else is assumed, and each assumption is listed.

mod access;
mod organisation;
mod permissions;
mod records;
mod schema;
mod settings;

pub(super) use access::token_name;

use super::step::steps;
use crate::exit::{Exit, Failure, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use tanzanite_crm::secret::derive_hex;
use tanzanite_protocol::Timestamp;
use tanzanite_seed::{SeedWriter, WriteError};
use tanzanite_server::recorder::recording::Recording;

/// The file name of the seed.
pub(crate) const SEED_FILE: &str = "seed.toml";

/// The result.
#[derive(Debug)]
pub(crate) struct Inferred {
    /// The seed's text.
    pub(crate) seed: String,
    /// The pictures beside the seed, by file name.
    pub(crate) pictures: BTreeMap<String, Vec<u8>>,
    /// The assumptions.
    pub(crate) assumed: BTreeSet<String>,
    pub(crate) records: usize,
}

/// Collects assumptions.
#[derive(Debug, Default)]
struct Notes(BTreeSet<String>);

impl Notes {
    fn assume(&mut self, what: impl Into<String>) {
        self.0.insert(what.into());
    }
}

/// Infers a seed. All its tokens are derived from the secret.
pub(crate) fn infer(recording: &Recording, secret: &[u8; 32]) -> Outcome<Inferred> {
    let exchanges = recording.exchanges.iter();
    let steps = steps(exchanges.filter(|exchange| exchange.failed.is_none()));
    let mut notes = Notes::default();
    let schema = schema::of(&steps, &mut notes);
    let sightings = records::sightings(&steps, &schema);
    let mut settings = settings::of(&steps, schema, &sightings, &mut notes);
    let access = access::of(&steps, &settings, &mut notes);
    settings.restrict(&steps, &access, &sightings, &mut notes);
    let began = Timestamp::parse(&recording.opening.at).unwrap_or(tanzanite_server::now());
    let mut writer =
        SeedWriter::new(settings.items(began)).map_err(|error| cannot_write(&error))?;
    let drafts = records::drafts(sightings, &settings, began, &mut notes);
    for draft in &drafts.records {
        writer.list_values(draft);
    }
    let secret = derive_hex(secret, "seed secret", 64);
    let mut seed = writer
        .settings(&secret)
        .map_err(|error| cannot_write(&error))?;
    for draft in &drafts.records {
        seed += &writer.record(draft).map_err(|error| cannot_write(&error))?;
    }
    seed += &writer
        .access(&access.tokens)
        .map_err(|error| cannot_write(&error))?;
    Ok(Inferred {
        seed,
        pictures: drafts.pictures,
        assumed: notes.0,
        records: drafts.records.len(),
    })
}

fn cannot_write(error: &WriteError) -> Failure {
    Failure::caused(Exit::Failed, "no seed can be made of the recording", error)
}
