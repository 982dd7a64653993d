//! The cache of a node: settings with their version, photos by id. No entry is older than the transaction that uses it:
//! a transaction asks for the version first, and a photo never changes under its id. Tokens are not cached, because one
//! that another node has revoked must be invalid here at once.

use super::dialogue::Version;
use moka::sync::Cache as Bounded;
use std::sync::Arc;
use tanzanite_crm::Metadata;
use tanzanite_crm::transaction::StoredFile;
use tanzanite_protocol::{OrgId, RecordId};

/// Organisations whose settings are cached; the least used are dropped.
const ORGANISATIONS_MAX: u64 = 2_000;
/// Bytes of cached photos; the least used are dropped.
const PHOTOS_BYTES_MAX: u64 = 16 * 1024 * 1024;

pub(super) struct Cache {
    settings: Bounded<OrgId, (Version, Arc<Metadata>)>,
    photos: Bounded<(OrgId, RecordId), StoredFile>,
}

impl Cache {
    pub(super) fn new() -> Self {
        let weight = |_: &(OrgId, RecordId), photo: &StoredFile| {
            u32::try_from(photo.id.len() + photo.bytes.len()).unwrap_or(u32::MAX)
        };
        Self {
            settings: Bounded::new(ORGANISATIONS_MAX),
            photos: Bounded::builder()
                .max_capacity(PHOTOS_BYTES_MAX)
                .weigher(weight)
                .build(),
        }
    }

    /// The cached settings and their version.
    pub(super) fn settings(&self, org: OrgId) -> Option<(Version, Arc<Metadata>)> {
        self.settings.get(&org)
    }

    pub(super) fn keep_settings(&self, org: OrgId, version: Version, metadata: &Arc<Metadata>) {
        self.settings.insert(org, (version, Arc::clone(metadata)));
    }

    /// A cached photo that the record has or had.
    pub(super) fn photo(&self, org: OrgId, record: RecordId) -> Option<StoredFile> {
        self.photos.get(&(org, record))
    }

    pub(super) fn keep_photo(&self, org: OrgId, record: RecordId, photo: &StoredFile) {
        self.photos.insert((org, record), photo.clone());
    }
}
