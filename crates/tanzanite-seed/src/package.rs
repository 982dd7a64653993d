//! A seed with its pictures.

use super::{Planted, Seed, SeedApplyError, SeedError, demo_picture};
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;
use tanzanite_crm::name::Name;
use tanzanite_crm::transaction::Transaction;
use tanzanite_protocol::Timestamp;

/// A seed with its pictures. Clones share the pictures.
#[derive(Clone, Debug)]
pub struct SeedPackage {
    seed: Seed,
    /// By name; or the reason why a picture is not available.
    pictures: Arc<HashMap<String, Result<Bytes, String>>>,
}

impl SeedPackage {
    /// Looks up every picture that the seed names, once.
    pub fn new(seed: Seed, picture: impl Fn(&str) -> Result<Bytes, String>) -> Self {
        let pictures = seed
            .pictures()
            .map(|name| (name.to_owned(), picture(name)))
            .collect();
        Self {
            pictures: Arc::new(pictures),
            seed,
        }
    }

    /// Uses the demo's pictures.
    pub fn with_demo_pictures(seed: Seed) -> Self {
        Self::new(seed, |name| {
            demo_picture(name).ok_or_else(|| "the demo has no such picture".to_owned())
        })
    }

    /// The seed.
    pub fn seed(&self) -> &Seed {
        &self.seed
    }

    /// The available pictures, by name.
    pub fn pictures(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        let pictures = self.pictures.iter();
        pictures.filter_map(|(name, picture)| Some((name.as_str(), picture.as_ref().ok()?)))
    }

    /// The same package for another organisation; see [`Seed::named`].
    pub fn named(&self, name: &Name) -> Result<Self, SeedError> {
        Ok(Self {
            seed: self.seed.named(name)?,
            pictures: Arc::clone(&self.pictures),
        })
    }

    /// Plants it: see [`Seed::apply`].
    pub fn apply(
        &self,
        now: Timestamp,
        tx: &mut dyn Transaction,
    ) -> Result<Planted, SeedApplyError> {
        let picture = |name: &str| {
            let found = self.pictures.get(name).cloned();
            found.unwrap_or_else(|| Err("it is unknown".to_owned()))
        };
        self.seed.apply(&picture, now, tx)
    }
}
