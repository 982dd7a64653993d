//! An organisation's settings as one immutable snapshot in two parts: the people ([`Core`]) and the modules
//! ([`Schema`]).
//!
//! A store keeps them as documents ([`SettingsItem`]) and hands out the snapshot; a change of a document makes a new
//! snapshot of its part.

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
pub use plant::{plant, put, remove};
pub use schema::Schema;

use crate::blueprint::Process;
use crate::clock::Clock;
use crate::metering::LimitSettings;
use crate::notifications::{Deliveries, Watch};
use crate::schema::{Module, NUMBERS_EACH, Number};
use crate::stored::MetadataPart;
use std::sync::Arc;
use tanzanite_protocol::{OrgId, Timestamp};

/// The offset of the schema's ids from the organisation's first id. Seeds keep a trillion ids free.
const SCHEMA_IDS: i64 = 500_000_000_000;

/// All settings of an organisation.
#[derive(Clone, Debug)]
pub struct Metadata {
    core: Arc<Core>,
    schema: Arc<Schema>,
}

impl Metadata {
    /// Builds the metadata from items. `None` without an organisation.
    pub fn new(items: Vec<SettingsItem>) -> Option<Self> {
        let is_core = |item: &SettingsItem| item.kind().part() == Some(MetadataPart::Core);
        let (core, schema) = items.into_iter().partition(is_core);
        Some(Self::of(
            Arc::new(Core::new(core)?),
            Arc::new(Schema::new(schema)),
        ))
    }

    /// The metadata from its two parts.
    pub fn of(core: Arc<Core>, schema: Arc<Schema>) -> Self {
        Self { core, schema }
    }

    /// The part with the people.
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// The part with the modules.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The organisation itself.
    pub fn organisation(&self) -> &Organisation {
        &self.core.organisation
    }

    /// The organisation's id.
    pub fn org_id(&self) -> Option<OrgId> {
        OrgId::new(self.organisation().zgid)
    }

    /// The id of a record, lock or other item, from a number of [`next_number`](crate::Transaction::next_number).
    pub fn id_of(&self, number: i64) -> i64 {
        self.organisation().id_base.saturating_add(number)
    }

    /// The id of a module, field or other part of the schema, from its number. Far above all ids that are drawn from
    /// [`Self::id_of`], so that the two never meet.
    pub fn schema_id_of(&self, number: Number) -> i64 {
        self.id_of(SCHEMA_IDS.saturating_add(number))
    }

    /// The id of a module's layout; each module has one.
    pub fn layout_id_of(&self, module: &Module) -> i64 {
        self.schema_id_of(module.number.saturating_mul(NUMBERS_EACH))
    }

    /// The time at which the settings last changed. An earlier organisation with the same id may have had others.
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

    /// Whether notifications are sent.
    pub fn deliveries(&self) -> Deliveries {
        self.core.deliveries
    }

    /// All users' watches on modules, in the order of their ids. Those that have expired may be among them.
    pub fn watches(&self) -> &[Watch] {
        &self.core.watches
    }

    /// The time zone of all times in answers.
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

    /// The access of all users to records of others in a module. Private if the seed does not name the module, as in
    /// the vendor's new organisations.
    pub fn default_access(&self, module: &Module) -> DefaultAccess {
        let sharing = self.core.sharing.get(module.api_name.as_ref());
        sharing.copied().unwrap_or(DefaultAccess::Private)
    }

    /// A module's locking configuration.
    pub fn locking(&self, module: &Module) -> Option<&LockingConfiguration> {
        let mut configurations = self.schema.locking.iter();
        configurations.find(|configuration| configuration.module == module.api_name)
    }

    /// A module's processes, in the order of their ids.
    pub fn processes(&self, module: &Module) -> impl Iterator<Item = &Process> {
        let name = module.api_name.clone();
        let processes = self.schema.processes.iter();
        processes.filter(move |process| process.module == name)
    }

    /// All processes, in the order of their ids.
    pub fn all_processes(&self) -> &[Process] {
        &self.schema.processes
    }
}
