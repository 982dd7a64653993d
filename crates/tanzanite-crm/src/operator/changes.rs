//! The changes of an organisation's records since a snapshot, in a form for people.

use crate::metadata::Metadata;
use crate::schema::Number;
use crate::transaction::{Difference, RecordState, Stored, Transaction};
use serde::Serialize;
use tanzanite_protocol::OrgId;

/// A record that differs from the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedRecord {
    /// The module's API name.
    pub module: String,
    /// The id.
    pub id: String,
    /// The present name, or the former one if the record is gone.
    pub name: String,
    /// The change of the record itself.
    pub change: Became,
    /// The API names of fields with other values.
    pub fields: Vec<String>,
    /// The change of its photo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<Became>,
    /// The change of its lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<Became>,
}

/// The kind of change of a record, photo or lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It is new.
    Added,
    /// It has changed, or was replaced.
    Changed,
    /// It was moved to the recycle bin.
    Deleted,
    /// It was restored from the recycle bin.
    Undeleted,
    /// It no longer exists.
    Removed,
}

/// Changes since a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// In the order of module numbers and ids.
    pub changes: Vec<ChangedRecord>,
    /// The module and id after which the next page begins, if there are more.
    pub next: Option<(Number, i64)>,
}

/// At most `limit` changes since a snapshot, after a place. `None` if the snapshot does not exist.
pub fn changes(
    org: OrgId,
    snapshot: &str,
    after: (Number, i64),
    limit: u32,
    tx: &mut dyn Transaction,
) -> Stored<Option<Changes>> {
    let Some(metadata) = tx.metadata(org)? else {
        return Ok(None);
    };
    // One more is read to see whether there are more.
    let found = tx.differences(org, snapshot, after, limit.saturating_add(1))?;
    let told = |mut found: Vec<Difference>| {
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > shown;
        found.truncate(shown);
        let last = found.last().filter(|_| more);
        Changes {
            next: last.map(|last| (last.module, last.id.get())),
            changes: found.iter().map(|one| told(one, &metadata)).collect(),
        }
    };
    Ok(found.map(told))
}

fn told(difference: &Difference, metadata: &Metadata) -> ChangedRecord {
    let Difference {
        module,
        id,
        before,
        now,
    } = difference;
    let mut modules = metadata.modules();
    let api_name = modules.find(|one| one.number == *module);
    // A module that was created and removed since has no name any more.
    let api_name =
        api_name.map_or_else(|| module.to_string(), |module| module.api_name.to_string());
    let of = |part: fn(&RecordState) -> Option<&String>| {
        became(before.as_ref().and_then(part), now.as_ref().and_then(part))
    };
    ChangedRecord {
        module: api_name,
        id: id.to_string(),
        name: now
            .as_ref()
            .or(before.as_ref())
            .map_or_else(String::new, |state| state.name.clone()),
        change: match (before, now) {
            (None, _) => Became::Added,
            (_, None) => Became::Removed,
            (Some(before), Some(now)) => match (before.deleted, now.deleted) {
                (false, true) => Became::Deleted,
                (true, false) => Became::Undeleted,
                _ => Became::Changed,
            },
        },
        fields: match (before, now) {
            (Some(before), Some(now)) => fields(before, now),
            _ => Vec::new(),
        },
        photo: of(|state| state.image.as_ref()),
        lock: of(|state| state.lock.as_ref()),
    }
}

fn became(before: Option<&String>, now: Option<&String>) -> Option<Became> {
    match (before, now) {
        (None, Some(_)) => Some(Became::Added),
        (Some(_), None) => Some(Became::Removed),
        (Some(before), Some(now)) if before != now => Some(Became::Changed),
        _ => None,
    }
}

fn fields(before: &RecordState, now: &RecordState) -> Vec<String> {
    let owner = (before.owner != now.owner).then(|| "Owner".to_owned());
    let changed = now
        .fields
        .iter()
        .filter(|(name, value)| before.fields.get(*name) != Some(*value));
    let gone = before
        .fields
        .keys()
        .filter(|name| !now.fields.contains_key(*name));
    let names = changed.map(|(name, _)| name).chain(gone).cloned();
    let mut names: Vec<String> = names.chain(owner).collect();
    names.sort_unstable();
    names
}
