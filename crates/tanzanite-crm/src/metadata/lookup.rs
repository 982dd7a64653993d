//! Who and what there is in an organisation, by id and by name. Every request asks, and organisations can have many thousands of
//! users and roles, so each is found without looking through the others.

use super::{Held, Metadata, Profile, Role, User};
use crate::schema::{Module, standard_modules};
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Deref as _;
use std::sync::LazyLock;
use tanzanite_protocol::RecordId;

/// Where each stands among its own kind. Of several with the same id or name it is the first.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    users: HashMap<i64, usize>,
    profiles: HashMap<i64, usize>,
    roles: HashMap<i64, usize>,
    /// The organisation's own: the standard modules stand before them, in the same places everywhere.
    modules: HashMap<String, usize>,
}

impl Index {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let own = metadata.modules.iter().enumerate();
        let own = own.skip(standard_modules().len());
        Self {
            users: places(metadata.users.iter().map(|user| user.id).enumerate()),
            profiles: places(
                metadata
                    .profiles
                    .iter()
                    .map(|profile| profile.id)
                    .enumerate(),
            ),
            roles: places(metadata.roles.iter().map(|role| role.id).enumerate()),
            modules: places(own.map(|(place, module)| (place, module.api_name.to_string()))),
        }
    }

    pub(super) fn module(&self, api_name: &str) -> Option<usize> {
        static STANDARD: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| {
            let modules = standard_modules().iter();
            places(modules.map(|module| module.api_name.as_ref()).enumerate())
        });
        STANDARD
            .get(api_name)
            .or_else(|| self.modules.get(api_name))
            .copied()
    }
}

fn places<K: Eq + Hash>(keys: impl Iterator<Item = (usize, K)>) -> HashMap<K, usize> {
    let mut places = HashMap::new();
    for (place, key) in keys {
        places.entry(key).or_insert(place);
    }
    places
}

impl Metadata {
    /// A user by id.
    pub fn user(&self, id: RecordId) -> Option<&User> {
        self.users.get(*self.index.users.get(&id.get())?)
    }

    /// A profile by id.
    pub fn profile(&self, id: i64) -> Option<&Profile> {
        self.profiles.get(*self.index.profiles.get(&id)?)
    }

    /// A role by id.
    pub fn role(&self, id: i64) -> Option<&Role> {
        self.roles.get(*self.index.roles.get(&id)?)
    }

    /// A module by its API name, exactly.
    pub fn module(&self, api_name: &str) -> Option<&Module> {
        self.modules
            .get(self.index.module(api_name)?)
            .map(Held::deref)
    }

    /// Whether one role stands above another in the hierarchy. Cycles end where they close.
    pub fn is_superior(&self, above: i64, below: i64) -> bool {
        let mut role = self.role(below);
        // On a way without a cycle no role is met twice.
        for _ in 0..self.roles.len() {
            match role.and_then(|role| role.reports_to) {
                None => return false,
                Some(parent) if parent == above => return true,
                Some(parent) => role = self.role(parent),
            }
        }
        false
    }
}
