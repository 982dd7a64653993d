//! What a node remembers: settings with their version, photos with their id. Neither is ever older than what a transaction sees:
//! a transaction asks for the version first, and a photo never changes under its id. Tokens are not remembered: one that
//! was revoked through another node must be dead on this one too.

use super::dialogue::Version;
use moka::sync::Cache as Bounded;
use std::sync::Arc;
use tanzanite_crm::Metadata;
use tanzanite_crm::transaction::Photo;
use tanzanite_protocol::{OrgId, RecordId};

/// Organisations whose settings are kept; the least used go.
const ORGANISATIONS_MAX: u64 = 2_000;
/// Bytes of photos that are kept; the least used go.
const PHOTOS_BYTES_MAX: u64 = 16 * 1024 * 1024;

pub(super) struct Cache {
    settings: Bounded<OrgId, (Version, Arc<Metadata>)>,
    photos: Bounded<(OrgId, RecordId), Photo>,
}

impl Cache {
    pub(super) fn new() -> Self {
        let weight = |_: &(OrgId, RecordId), photo: &Photo| {
            u32::try_from(photo.image.len() + photo.bytes.len()).unwrap_or(u32::MAX)
        };
        Self {
            settings: Bounded::new(ORGANISATIONS_MAX),
            photos: Bounded::builder()
                .max_capacity(PHOTOS_BYTES_MAX)
                .weigher(weight)
                .build(),
        }
    }

    /// The settings that are remembered, and their version.
    pub(super) fn settings(&self, org: OrgId) -> Option<(Version, Arc<Metadata>)> {
        self.settings.get(&org)
    }

    pub(super) fn keep_settings(&self, org: OrgId, version: Version, metadata: &Arc<Metadata>) {
        self.settings.insert(org, (version, Arc::clone(metadata)));
    }

    /// A photo that the record has or had.
    pub(super) fn photo(&self, org: OrgId, record: RecordId) -> Option<Photo> {
        self.photos.get(&(org, record))
    }

    pub(super) fn keep_photo(&self, org: OrgId, record: RecordId, photo: &Photo) {
        self.photos.insert((org, record), photo.clone());
    }
}
