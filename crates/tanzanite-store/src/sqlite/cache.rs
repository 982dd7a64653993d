//! A cache of committed data that every request reads and few change: access tokens, metadata and photos.
//!
//! A reader notes the epoch before its snapshot begins, and an entry that it loads is kept only if nothing in it was
//! outdated in a later epoch. After the commit of a change, and before the change is acknowledged, the writer drops the
//! entries that it changed and begins a new epoch. A cached entry is thus never older than the last acknowledged
//! change.

use parking_lot::RwLock;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tanzanite_crm::Metadata;
use tanzanite_crm::metadata::{Core, Schema};
use tanzanite_crm::secret::Digest;
use tanzanite_crm::stored::MetadataPart;
use tanzanite_crm::transaction::{AccessToken, StoredFile};
use tanzanite_protocol::OrgId;

/// Access tokens that are cached; beyond that all are dropped.
const TOKENS_MAX: usize = 10_000;
/// Organisations whose metadata is cached; beyond that all are dropped.
const ORGANISATIONS_MAX: usize = 2_000;
/// Entries whose last change is remembered; beyond that all entries count as outdated.
const OUTDATED_MAX: usize = 10_000;
/// Bytes of cached photos; the least used are dropped.
const PHOTOS_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A part of the cache that a change makes outdated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Outdated {
    /// An access token.
    Token(Digest),
    /// One part of an organisation's metadata.
    Part(OrgId, MetadataPart),
}

#[derive(Debug)]
pub(super) struct Cache {
    entries: RwLock<Entries>,
    /// By the photo's own id, under which it never changes, so that no epoch is needed.
    photos: moka::sync::Cache<(OrgId, String), StoredFile>,
}

impl Default for Cache {
    fn default() -> Self {
        let weight = |(_, image): &(OrgId, String), photo: &StoredFile| {
            u32::try_from(image.len() * 2 + photo.bytes.len()).unwrap_or(u32::MAX)
        };
        let photos = moka::sync::Cache::builder()
            .max_capacity(PHOTOS_BYTES_MAX)
            .weigher(weight)
            .build();
        Self {
            entries: RwLock::default(),
            photos,
        }
    }
}

#[derive(Debug, Default)]
struct Entries {
    epoch: u64,
    /// The epoch that each change began. Entries that are missing here were last changed in epoch `forgotten` or
    /// before.
    outdated: HashMap<Outdated, u64>,
    forgotten: u64,
    tokens: HashMap<Digest, Arc<AccessToken>>,
    metadata: HashMap<OrgId, Parts>,
}

/// The cached parts of an organisation's metadata, and the whole metadata if both are cached.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub(super) whole: Option<Arc<Metadata>>,
    pub(super) core: Option<Arc<Core>>,
    pub(super) schema: Option<Arc<Schema>>,
}

impl Parts {
    /// Drops one part, and the whole metadata.
    pub(super) fn forget(&mut self, part: MetadataPart) {
        self.whole = None;
        match part {
            MetadataPart::Core => self.core = None,
            MetadataPart::Schema => self.schema = None,
        }
    }
}

/// The state of the cache when a transaction began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Epoch(u64);

impl Entries {
    fn is_unchanged(&self, since: Epoch, entry: Outdated) -> bool {
        let changed = self.outdated.get(&entry).copied();
        changed.unwrap_or(self.forgotten) <= since.0
    }
}

impl Cache {
    pub(super) fn epoch(&self) -> Epoch {
        Epoch(self.entries.read().epoch)
    }

    pub(super) fn token(&self, digest: &Digest) -> Option<Arc<AccessToken>> {
        self.entries.read().tokens.get(digest).cloned()
    }

    pub(super) fn metadata(&self, org: OrgId) -> Parts {
        let entries = self.entries.read();
        entries.metadata.get(&org).cloned().unwrap_or_default()
    }

    pub(super) fn keep_token(&self, since: Epoch, digest: Digest, token: &Arc<AccessToken>) {
        let mut entries = self.entries.write();
        if entries.is_unchanged(since, Outdated::Token(digest)) {
            if entries.tokens.len() == TOKENS_MAX {
                entries.tokens.clear();
            }
            entries.tokens.insert(digest, Arc::clone(token));
        }
    }

    pub(super) fn keep_metadata(&self, since: Epoch, org: OrgId, metadata: &Arc<Metadata>) {
        let mut entries = self.entries.write();
        let mut parts = MetadataPart::ALL.into_iter();
        if parts.all(|part| entries.is_unchanged(since, Outdated::Part(org, part))) {
            if entries.metadata.len() == ORGANISATIONS_MAX {
                entries.metadata.clear();
            }
            let parts = Parts {
                whole: Some(Arc::clone(metadata)),
                core: Some(Arc::clone(metadata.core())),
                schema: Some(Arc::clone(metadata.schema())),
            };
            entries.metadata.insert(org, parts);
        }
    }

    pub(super) fn photo(&self, org: OrgId, image: &str) -> Option<StoredFile> {
        self.photos.get(&(org, image.to_owned()))
    }

    pub(super) fn keep_photo(&self, org: OrgId, photo: &StoredFile) {
        self.photos.insert((org, photo.id.clone()), photo.clone());
    }

    /// Drops entries whose change is committed.
    pub(super) fn forget(&self, outdated: &HashSet<Outdated>) {
        let mut entries = self.entries.write();
        entries.epoch += 1;
        let epoch = entries.epoch;
        for entry in outdated {
            match entry {
                Outdated::Token(digest) => drop(entries.tokens.remove(digest)),
                Outdated::Part(org, part) => {
                    if let Some(parts) = entries.metadata.get_mut(org) {
                        parts.forget(*part);
                    }
                }
            }
            if entries.outdated.len() == OUTDATED_MAX {
                entries.outdated.clear();
                entries.forgotten = epoch;
            }
            entries.outdated.insert(*entry, epoch);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tanzanite_crm::metadata::{Organisation, SettingsItem};

    fn metadata() -> Arc<Metadata> {
        let organisation = SettingsItem::Organisation(Organisation::default());
        Arc::new(Metadata::new(vec![organisation]).expect("an organisation"))
    }

    #[test]
    fn one_organisation_s_change_leaves_the_others_and_outdates_what_was_loaded_before_it() {
        let [one, other] = [1, 2].map(|id| OrgId::new(id).expect("an id"));
        let cache = Cache::default();
        let before = cache.epoch();
        cache.keep_metadata(before, other, &metadata());
        cache.keep_metadata(before, one, &metadata());
        cache.forget(&HashSet::from([Outdated::Part(one, MetadataPart::Schema)]));
        assert!(cache.metadata(other).whole.is_some());
        let parts = cache.metadata(one);
        assert!(parts.whole.is_none() && parts.schema.is_none());
        assert!(parts.core.is_some(), "the other part is as it was");
        cache.keep_metadata(before, one, &metadata());
        assert!(
            cache.metadata(one).whole.is_none(),
            "it was loaded before the change"
        );
        cache.keep_metadata(cache.epoch(), one, &metadata());
        assert!(cache.metadata(one).whole.is_some());
    }

    #[test]
    fn changes_that_are_no_longer_remembered_count_as_changes_of_everything() {
        let cache = Cache::default();
        let before = cache.epoch();
        for number in 0..=OUTDATED_MAX {
            cache.forget(&HashSet::from([Outdated::Token(Digest::of(
                &number.to_le_bytes(),
            ))]));
        }
        let org = OrgId::new(1).expect("an id");
        cache.keep_metadata(before, org, &metadata());
        assert!(cache.metadata(org).whole.is_none());
        cache.keep_metadata(cache.epoch(), org, &metadata());
        assert!(cache.metadata(org).whole.is_some());
    }
}
