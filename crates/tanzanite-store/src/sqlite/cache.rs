//! What every request asks for and few change: access tokens, settings and photos, as they were committed.
//!
//! The rule that keeps it true: whoever loads an entry notes the epoch before his snapshot begins, and the entry is kept
//! only if the epoch is still the same; the writer, after the commit of a change and before it is answered, drops
//! what it changed and begins a new epoch. A lookup is thus never older than the last change that was answered.

use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;
use tanzanite_crm::Metadata;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::transaction::{AccessToken, Photo};
use tanzanite_protocol::OrgId;

/// Access tokens that are kept; with one more all are dropped.
const TOKENS_MAX: usize = 10_000;
/// Organisations whose settings are kept; with one more all are dropped.
const ORGANISATIONS_MAX: usize = 2_000;

/// Bytes of photos that are kept; the least used go.
const PHOTOS_BYTES_MAX: u64 = 16 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Cache {
    entries: RwLock<Entries>,
    /// By the photo's own id, under which it never changes: no epoch is needed.
    photos: moka::sync::Cache<(OrgId, String), Photo>,
}

impl Default for Cache {
    fn default() -> Self {
        let weight = |(_, image): &(OrgId, String), photo: &Photo| {
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
    tokens: HashMap<Digest, Arc<AccessToken>>,
    metadata: HashMap<OrgId, Arc<Metadata>>,
}

/// The state of the cache when a transaction began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Epoch(u64);

impl Cache {
    pub(super) fn epoch(&self) -> Epoch {
        Epoch(self.entries.read().epoch)
    }

    pub(super) fn token(&self, digest: &Digest) -> Option<Arc<AccessToken>> {
        self.entries.read().tokens.get(digest).cloned()
    }

    pub(super) fn metadata(&self, org: OrgId) -> Option<Arc<Metadata>> {
        self.entries.read().metadata.get(&org).cloned()
    }

    pub(super) fn keep_token(&self, since: Epoch, digest: Digest, token: &Arc<AccessToken>) {
        let mut entries = self.entries.write();
        if entries.epoch == since.0 {
            if entries.tokens.len() == TOKENS_MAX {
                entries.tokens.clear();
            }
            entries.tokens.insert(digest, Arc::clone(token));
        }
    }

    pub(super) fn keep_metadata(&self, since: Epoch, org: OrgId, metadata: &Arc<Metadata>) {
        let mut entries = self.entries.write();
        if entries.epoch == since.0 {
            if entries.metadata.len() == ORGANISATIONS_MAX {
                entries.metadata.clear();
            }
            entries.metadata.insert(org, Arc::clone(metadata));
        }
    }

    pub(super) fn photo(&self, org: OrgId, image: &str) -> Option<Photo> {
        self.photos.get(&(org, image.to_owned()))
    }

    pub(super) fn keep_photo(&self, org: OrgId, photo: &Photo) {
        self.photos
            .insert((org, photo.image.clone()), photo.clone());
    }

    /// Access tokens were removed or settings changed, and the change is committed.
    pub(super) fn forget(&self) {
        let mut entries = self.entries.write();
        entries.epoch += 1;
        entries.tokens.clear();
        entries.metadata.clear();
    }
}
