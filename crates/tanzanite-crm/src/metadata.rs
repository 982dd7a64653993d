//! An organisation's settings as one immutable snapshot: users, profiles, roles, modules, locking configurations.
//!
//! The store keeps them as items ([`SettingsItem`]) and hands out the snapshot; a change makes a new one.

mod lookup;
mod modules;
mod supposed;

use crate::clock::Clock;
use crate::metering::LimitSettings;
use crate::schema::{Field, Module, NUMBERS_EACH, Number, locking_information, standard_modules};
use crate::secret::Digest;
use lookup::Index;
use modules::Held;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::{OrgId, Timestamp};

/// Where the ids of the schema begin, above the organisation's first id. Seeds keep a trillion ids free.
const SCHEMA_IDS: i64 = 500_000_000_000;

/// One row of an organisation's settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each holds the type of its name")]
pub enum SettingsItem {
    Organisation(Organisation),
    User(User),
    Profile(Profile),
    Role(Role),
    /// A module that the organisation made.
    CustomModule(Module),
    /// A field that the organisation added to a standard module.
    CustomField {
        module: String,
        field: Field,
    },
    /// Values that the organisation added to a picklist of the vendor's.
    PicklistValues {
        module: String,
        field: String,
        values: Vec<String>,
    },
    Sharing(SharingDefault),
    Locking(LockingConfiguration),
    /// The items before were added then, in milliseconds since the epoch. Whoever adds items adds one of these after them.
    Changed {
        at: i64,
    },
    Origin(Origin),
    /// How the organisation's clock was set. There is one at most: see
    /// [`replace_settings`](crate::Transaction::replace_settings).
    Clock(Clock),
    /// What was said about the organisation's limits. There is one at most.
    Limits(LimitSettings),
}

impl SettingsItem {
    /// Where an item stands of which there is one at most: before those that are added, which are counted from 1. `None` for an
    /// item of which there may be several.
    pub const fn position(&self) -> Option<i64> {
        match self {
            Self::Clock(_) => Some(0),
            Self::Limits(_) => Some(-1),
            _ => None,
        }
    }
}

/// The seed that an organisation was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The seed's fingerprint.
    pub fingerprint: String,
    /// Its credentials are the demo's, which everybody knows.
    pub demo: bool,
    /// Its refresh tokens. They live until they are revoked, however many a client exchanges codes for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refresh_tokens: Vec<Digest>,
    /// The name that its ids, clients and tokens follow from, if it is not the seed's own organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The organisation itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its `zgid`, and its key in the store.
    pub zgid: i64,
    /// The number that all ids of the organisation begin from.
    pub id_base: i64,
    /// Its name.
    pub company_name: String,
    /// `acme`.
    pub domain_name: String,
    /// Whom to write to.
    pub primary_email: String,
    /// An IANA zone: the offset of all times that are answered.
    pub time_zone: String,
    /// ISO 4217: `EUR`.
    pub iso_code: String,
    /// ISO 3166: `DE`.
    pub country_code: String,
    /// `enterprise`, … (facts §2.4).
    pub edition: String,
    /// When it was made, in milliseconds since the epoch.
    pub created_time: i64,
}

/// Somebody who works in the organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// The id.
    pub id: i64,
    /// The vendor's account number.
    pub zuid: i64,
    /// Unique within the organisation.
    pub email: String,
    /// May be empty.
    pub first_name: String,
    /// Never empty.
    pub last_name: String,
    /// The profile's id.
    pub profile: i64,
    /// The role's id.
    pub role: i64,
    /// `active`, `disabled` or `deleted`.
    pub status: UserStatus,
    /// Whether the invitation was accepted.
    pub confirmed: bool,
}

impl User {
    /// Whether they can work.
    pub fn is_active(&self) -> bool {
        self.status == UserStatus::Active
    }

    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }
}

/// Whether a user can work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub enum UserStatus {
    Active,
    Disabled,
    Deleted,
}

impl UserStatus {
    /// The vendor's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
        }
    }
}

/// What a group of users may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The id.
    pub id: i64,
    /// `Administrator`.
    pub name: String,
    /// Sees and changes every record.
    pub administrator: bool,
    /// What it permits in modules that `modules` does not name.
    pub default: ModulePermissions,
    /// What it permits by module, by API name.
    pub modules: HashMap<String, ModulePermissions>,
}

/// What a profile permits in one module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent switches are what the vendor has"
)]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub struct ModulePermissions {
    pub view: bool,
    pub create: bool,
    pub edit: bool,
    pub delete: bool,
}

impl Profile {
    /// Whether it permits something in a module.
    pub fn permits(&self, module: &Module, permission: Permission) -> bool {
        let permissions = self
            .modules
            .get(module.api_name.as_ref())
            .unwrap_or(&self.default);
        match permission {
            Permission::View => permissions.view,
            Permission::Create => permissions.create,
            Permission::Edit => permissions.edit,
            Permission::Delete => permissions.delete,
        }
    }
}

/// A place in the hierarchy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// The id.
    pub id: i64,
    /// `CEO`.
    pub name: String,
    /// The role above; the top has none.
    pub reports_to: Option<i64>,
}

/// The organisation-wide default for records of a module that somebody else owns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharingDefault {
    /// The module's API name.
    pub module: String,
    /// What everybody may do.
    pub access: DefaultAccess,
}

/// What everybody may do with everybody's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultAccess {
    /// Nothing.
    Private,
    /// See them.
    PublicReadOnly,
    /// See, change and delete them.
    PublicReadWriteDelete,
}

/// Which records of a module can be locked, and whom a lock stops.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LockingConfiguration {
    /// The id.
    pub id: i64,
    /// The module's API name.
    pub module: String,
    /// Who locks.
    pub lock_type: LockType,
    /// Ids of the profiles that locks do not stop.
    pub excluded_profiles: Vec<i64>,
    /// What a lock stops; `update` always.
    pub restricted_actions: Vec<RestrictedAction>,
}

/// Who locks records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub enum LockType {
    Manual,
    Automatic,
    Both,
}

/// What a lock can stop (facts §4). A photo's upload and removal are updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub enum RestrictedAction {
    Update,
    Tags,
    Convert,
    Delete,
    ChangeOwner,
}

/// Everything that an organisation's settings say.
#[derive(Clone, Debug)]
pub struct Metadata {
    organisation: Organisation,
    zone: jiff::tz::TimeZone,
    users: Vec<User>,
    profiles: Vec<Profile>,
    roles: Vec<Role>,
    modules: Vec<Held>,
    sharing: HashMap<String, DefaultAccess>,
    locking: Vec<LockingConfiguration>,
    changed: Option<i64>,
    origin: Option<Origin>,
    clock: Clock,
    limits: LimitSettings,
    index: Index,
}

impl Metadata {
    /// Puts the items together. `None` if there is no organisation among them.
    pub fn new(items: Vec<SettingsItem>) -> Option<Self> {
        let mut organisation = None;
        let mut metadata = Self {
            organisation: Organisation::default(),
            zone: jiff::tz::TimeZone::UTC,
            users: Vec::new(),
            profiles: Vec::new(),
            roles: Vec::new(),
            modules: standard_modules().iter().map(Held::Shared).collect(),
            sharing: HashMap::new(),
            locking: Vec::new(),
            changed: None,
            origin: None,
            clock: Clock::default(),
            limits: LimitSettings::default(),
            index: Index::default(),
        };
        let mut custom_fields = Vec::new();
        let mut listed = Vec::new();
        for item in items {
            match item {
                SettingsItem::Organisation(item) => organisation = Some(item),
                SettingsItem::User(item) => metadata.users.push(item),
                SettingsItem::Profile(item) => metadata.profiles.push(item),
                SettingsItem::Role(item) => metadata.roles.push(item),
                SettingsItem::CustomModule(item) => {
                    metadata.modules.push(Held::Own(Box::new(item)));
                }
                SettingsItem::CustomField { module, field } => custom_fields.push((module, field)),
                SettingsItem::PicklistValues {
                    module,
                    field,
                    values,
                } => listed.push((module, field, values)),
                SettingsItem::Sharing(item) => {
                    metadata.sharing.insert(item.module, item.access);
                }
                SettingsItem::Locking(item) => metadata.locking.push(item),
                SettingsItem::Changed { at } => metadata.changed = metadata.changed.max(Some(at)),
                SettingsItem::Origin(item) => metadata.origin = Some(item),
                SettingsItem::Clock(item) => metadata.clock = item,
                SettingsItem::Limits(item) => metadata.limits = item,
            }
        }
        if !metadata.locking.is_empty() {
            metadata.modules.push(Held::Shared(locking_information()));
        }
        metadata.index = Index::of(&metadata);
        for (module, field) in custom_fields {
            metadata.change(&module, |module| module.fields.push(field));
        }
        for (module, field, values) in listed {
            metadata.list(&module, &field, values);
        }
        metadata.organisation = organisation?;
        metadata.zone = jiff::tz::TimeZone::get(&metadata.organisation.time_zone)
            .unwrap_or(jiff::tz::TimeZone::UTC);
        Some(metadata)
    }

    /// The organisation itself.
    pub fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// Its key.
    pub fn org_id(&self) -> Option<OrgId> {
        OrgId::new(self.organisation.zgid)
    }

    /// The id of a record, lock or other thing, from a number of
    /// [`next_number`](crate::Transaction::next_number).
    pub fn id_of(&self, number: i64) -> i64 {
        self.organisation.id_base.saturating_add(number)
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
        Timestamp::from_millis(self.changed.unwrap_or(self.organisation.created_time))
    }

    /// The seed that the organisation was made from.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// The organisation's clock.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// What was said about the organisation's limits.
    pub fn limits(&self) -> LimitSettings {
        self.limits
    }

    /// The zone of all times that are answered.
    pub fn zone(&self) -> &jiff::tz::TimeZone {
        &self.zone
    }

    /// All users, in the order of the seed.
    pub fn users(&self) -> &[User] {
        &self.users
    }

    /// All profiles.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// All roles.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The first active administrator.
    pub fn administrator(&self) -> Option<&User> {
        self.users.iter().find(|user| self.is_run_by(user))
    }

    /// Whether a user is an active administrator.
    pub fn is_run_by(&self, user: &User) -> bool {
        let profile = self.profile(user.profile);
        user.is_active() && profile.is_some_and(|profile| profile.administrator)
    }

    /// What everybody may do with everybody's records of a module. A module that the seed does not name is private,
    /// as the vendor's new organisations are.
    pub fn default_access(&self, module: &Module) -> DefaultAccess {
        self.sharing
            .get(module.api_name.as_ref())
            .copied()
            .unwrap_or(DefaultAccess::Private)
    }

    /// A module's locking configuration.
    pub fn locking(&self, module: &Module) -> Option<&LockingConfiguration> {
        self.locking
            .iter()
            .find(|configuration| configuration.module == module.api_name)
    }
}

impl Default for Organisation {
    fn default() -> Self {
        Self {
            zgid: 0,
            id_base: 0,
            company_name: String::new(),
            domain_name: String::new(),
            primary_email: String::new(),
            time_zone: "UTC".to_owned(),
            iso_code: "USD".to_owned(),
            country_code: "US".to_owned(),
            edition: "enterprise".to_owned(),
            created_time: 0,
        }
    }
}
