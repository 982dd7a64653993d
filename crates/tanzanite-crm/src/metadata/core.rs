//! The organisation and its people, found by id.

use super::items::{DefaultAccess, Organisation, Origin, Profile, Role, SettingsItem, User};
use super::lookup::{Hierarchy, places};
use crate::clock::Clock;
use crate::metering::LimitSettings;
use crate::notifications::{Deliveries, Watch};
use std::collections::HashMap;

/// The part of the metadata that every request reads.
#[derive(Clone, Debug, Default)]
pub struct Core {
    pub(super) organisation: Organisation,
    pub(super) zone: Zone,
    pub(super) users: Vec<User>,
    pub(super) profiles: Vec<Profile>,
    pub(super) roles: Vec<Role>,
    pub(super) sharing: HashMap<String, DefaultAccess>,
    pub(super) changed: Option<i64>,
    pub(super) origin: Option<Origin>,
    pub(super) clock: Clock,
    pub(super) limits: LimitSettings,
    pub(super) deliveries: Deliveries,
    pub(super) watches: Vec<Watch>,
    pub(super) places: Places,
}

/// The time zone of all times in answers.
#[derive(Clone, Debug)]
pub(super) struct Zone(pub(super) jiff::tz::TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self(jiff::tz::TimeZone::UTC)
    }
}

/// The index of each item in the list of its kind, by id.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) users: HashMap<i64, usize>,
    pub(super) profiles: HashMap<i64, usize>,
    pub(super) roles: HashMap<i64, usize>,
    pub(super) hierarchy: Hierarchy,
}

impl Core {
    /// Builds the part from items; those of the schema are ignored. `None` without an organisation.
    pub fn new(items: Vec<SettingsItem>) -> Option<Self> {
        let mut organisation = None;
        let mut core = Self::default();
        for item in items {
            match item {
                SettingsItem::Organisation(item) => organisation = Some(item),
                SettingsItem::User(item) => core.users.push(item),
                SettingsItem::Profile(item) => core.profiles.push(item),
                SettingsItem::Role(item) => core.roles.push(item),
                SettingsItem::Sharing(item) => {
                    core.sharing.insert(item.module, item.access);
                }
                SettingsItem::Changed { at } => core.changed = core.changed.max(Some(at)),
                SettingsItem::Origin(item) => core.origin = Some(item),
                SettingsItem::Clock(item) => core.clock = item,
                SettingsItem::Limits(item) => core.limits = item,
                SettingsItem::Deliveries(item) => core.deliveries = item,
                SettingsItem::Watch(item) => core.watches.push(item),
                SettingsItem::CustomModule(_)
                | SettingsItem::CustomField { .. }
                | SettingsItem::PicklistValues { .. }
                | SettingsItem::Locking(_)
                | SettingsItem::Process(_) => {}
            }
        }
        core.organisation = organisation?;
        core.zone = jiff::tz::TimeZone::get(&core.organisation.time_zone)
            .map(Zone)
            .unwrap_or_default();
        core.places = Places {
            users: places(core.users.iter().map(|user| user.id)),
            profiles: places(core.profiles.iter().map(|profile| profile.id)),
            roles: places(core.roles.iter().map(|role| role.id)),
            hierarchy: Hierarchy::of(&core.roles),
        };
        Some(core)
    }
}
