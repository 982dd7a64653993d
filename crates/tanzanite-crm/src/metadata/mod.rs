//! An organisation's settings as one immutable snapshot of two parts: who works there ([`Core`]) and what its modules are ([`Schema`]).
//!
//! The store keeps them as documents ([`SettingsItem`]) and hands out the snapshot; a change of a document makes a new one of its part.

mod core;
mod items;
mod lookup;
mod modules;
mod plant;
mod schema;
mod supposed;

pub use core::Core;
pub use items::{
    DefaultAccess, FieldRight, LockType, LockingConfiguration, ModulePermissions, Organisation,
    Origin, Profile, RestrictedAction, Role, SettingsItem, SharingDefault, User, UserStatus,
};
pub use plant::{plant, put};
pub use schema::Schema;

use crate::clock::Clock;
use crate::metering::LimitSettings;
use crate::schema::{Module, NUMBERS_EACH, Number};
use crate::stored::MetadataPart;
use std::sync::Arc;
use tanzanite_protocol::{OrgId, Timestamp};

/// Where the ids of the schema begin, above the organisation's first id. Seeds keep a trillion ids free.
const SCHEMA_IDS: i64 = 500_000_000_000;

/// Everything that an organisation's settings say.
#[derive(Clone, Debug)]
pub struct Metadata {
    core: Arc<Core>,
    schema: Arc<Schema>,
}

impl Metadata {
    /// Puts the items together. `None` if there is no organisation among them.
    pub fn new(items: Vec<SettingsItem>) -> Option<Self> {
        let is_core = |item: &SettingsItem| item.kind().part() == Some(MetadataPart::Core);
        let (core, schema) = items.into_iter().partition(is_core);
        Some(Self::of(
            Arc::new(Core::new(core)?),
            Arc::new(Schema::new(schema)),
        ))
    }

    /// Of its parts.
    pub fn of(core: Arc<Core>, schema: Arc<Schema>) -> Self {
        Self { core, schema }
    }

    /// Who works there.
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// What the modules are.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The organisation itself.
    pub fn organisation(&self) -> &Organisation {
        &self.core.organisation
    }

    /// Its key.
    pub fn org_id(&self) -> Option<OrgId> {
        OrgId::new(self.organisation().zgid)
    }

    /// The id of a record, lock or other thing, from a number of
    /// [`next_number`](crate::Transaction::next_number).
    pub fn id_of(&self, number: i64) -> i64 {
        self.organisation().id_base.saturating_add(number)
    }

    /// The id of a module, field or other part of the schema, from its number. Far above all ids that are counted, so that
    /// the two series never meet.
    pub fn schema_id_of(&self, number: Number) -> i64 {
        self.id_of(SCHEMA_IDS.saturating_add(number))
    }

    /// The id of a module's layout: each module has one.
    pub fn layout_id_of(&self, module: &Module) -> i64 {
        self.schema_id_of(module.number.saturating_mul(NUMBERS_EACH))
    }

    /// When the settings were last changed: other ones may have been here before, under the same organisation.
    pub fn changed(&self) -> Timestamp {
        let changed = self.core.changed;
        Timestamp::from_millis(changed.unwrap_or(self.organisation().created_time))
    }

    /// The seed that the organisation was made from.
    pub fn origin(&self) -> Option<&Origin> {
        self.core.origin.as_ref()
    }

    /// The organisation's clock.
    pub fn clock(&self) -> Clock {
        self.core.clock
    }

    /// The organisation's own limits.
    pub fn limits(&self) -> LimitSettings {
        self.core.limits
    }

    /// The zone of all times that are answered.
    pub fn zone(&self) -> &jiff::tz::TimeZone {
        &self.core.zone.0
    }

    /// All users, in the order of their ids.
    pub fn users(&self) -> &[User] {
        &self.core.users
    }

    /// All profiles, in the order of their ids.
    pub fn profiles(&self) -> &[Profile] {
        &self.core.profiles
    }

    /// All roles, in the order of their ids.
    pub fn roles(&self) -> &[Role] {
        &self.core.roles
    }

    /// The first active administrator.
    pub fn administrator(&self) -> Option<&User> {
        self.users().iter().find(|user| self.is_run_by(user))
    }

    /// Whether a user is an active administrator.
    pub fn is_run_by(&self, user: &User) -> bool {
        let profile = self.profile(user.profile);
        user.is_active() && profile.is_some_and(|profile| profile.administrator)
    }

    /// The access that everybody has to everybody's records of a module. A module that the seed does not name is private,
    /// as the vendor's new organisations are.
    pub fn default_access(&self, module: &Module) -> DefaultAccess {
        let sharing = self.core.sharing.get(module.api_name.as_ref());
        sharing.copied().unwrap_or(DefaultAccess::Private)
    }

    /// A module's locking configuration.
    pub fn locking(&self, module: &Module) -> Option<&LockingConfiguration> {
        let mut configurations = self.schema.locking.iter();
        configurations.find(|configuration| configuration.module == module.api_name)
    }
}
