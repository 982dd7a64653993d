//! The tables of a seed file in their written form, and their conversion from settings. Values that equal the reader's
//! defaults are left out.

use super::blueprints::{BlueprintTable, blueprint};
use super::values;
use super::{DraftRecord, WriteError};
use crate::custom::known_type;
use crate::format::{DEFAULT_ACCESSES, LOCK_TYPES, RESTRICTED_ACTIONS, USER_STATUSES};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::ops::Not as _;
use tanzanite_crm::metadata::{
    DefaultAccess, FieldRight, LockType, LockingConfiguration, Metadata, ModulePermissions,
    Organisation, Profile, RestrictedAction, Role, SettingsItem, User, UserStatus,
};
use tanzanite_crm::schema::{Field, Kind, Module};
use tanzanite_crm::transaction::Lock;
use tanzanite_protocol::{RecordId, Timestamp};
use toml::value::Datetime;

/// Everything except records, clients and tokens.
#[derive(Serialize)]
pub(super) struct SettingsTables<'a> {
    secret: &'a str,
    organisation: OrganisationTable<'a>,
    profile: Vec<ProfileTable<'a>>,
    role: Vec<RoleTable<'a>>,
    user: Vec<UserTable<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    module: Vec<ModuleTable<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    field: Vec<FieldTable<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    picklist: Vec<PicklistTable<'a>>,
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    sharing: Ordered<&'a str, &'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locking: Vec<LockingTable<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blueprint: Vec<BlueprintTable<'a>>,
}

#[derive(Serialize)]
struct OrganisationTable<'a> {
    zgid: i64,
    id_base: i64,
    company_name: &'a str,
    domain_name: &'a str,
    primary_email: &'a str,
    time_zone: &'a str,
    iso_code: &'a str,
    country_code: &'a str,
    edition: &'a str,
    created_time: Datetime,
}

#[derive(Serialize)]
struct ProfileTable<'a> {
    id: i64,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    administrator: Option<bool>,
    permissions: Vec<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    modules: BTreeMap<&'a str, Vec<&'static str>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    hidden: BTreeMap<&'a str, Vec<&'a str>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    read_only: BTreeMap<&'a str, Vec<&'a str>>,
}

#[derive(Serialize)]
struct RoleTable<'a> {
    id: i64,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reports_to: Option<&'a str>,
}

#[derive(Serialize)]
struct UserTable<'a> {
    id: i64,
    zuid: i64,
    email: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    first_name: &'a str,
    last_name: &'a str,
    profile: &'a str,
    role: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<bool>,
}

#[derive(Serialize)]
struct ModuleTable<'a> {
    api_name: &'a str,
    singular_label: &'a str,
    plural_label: &'a str,
}

#[derive(Serialize)]
struct FieldTable<'a> {
    module: &'a str,
    api_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    data_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lookup: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mandatory: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unique: Option<bool>,
}

#[derive(Serialize)]
struct PicklistTable<'a> {
    module: &'a str,
    field: &'a str,
    values: &'a [String],
}

#[derive(Serialize)]
struct LockingTable<'a> {
    id: i64,
    module: &'a str,
    lock_type: &'static str,
    excluded_profiles: Vec<&'a str>,
    restricted_actions: Vec<&'static str>,
}

/// The piece with one record.
#[derive(Serialize)]
pub(super) struct Records<'a> {
    pub(super) record: [RecordTable<'a>; 1],
}

#[derive(Serialize)]
pub(super) struct RecordTable<'a> {
    module: &'a str,
    id: i64,
    key: String,
    owner: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_time: Option<Datetime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified_time: Option<Datetime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    photo: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock: Option<LockTable<'a>>,
    fields: Ordered<&'a str, toml::Value>,
}

/// A table that keeps the order of its keys.
pub(super) struct Ordered<K, V>(pub(super) Vec<(K, V)>);

#[derive(Serialize)]
struct LockTable<'a> {
    id: i64,
    reason: &'a str,
    by: &'a str,
    time: Datetime,
    #[serde(skip_serializing_if = "Option::is_none")]
    automatic: Option<bool>,
}

/// The piece with clients and tokens.
#[derive(Serialize)]
pub(super) struct Access {
    pub(super) client: [Client; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) token: Vec<Token>,
}

#[derive(Serialize)]
pub(super) struct Client {
    pub(super) name: &'static str,
}

#[derive(Serialize)]
pub(super) struct Token {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) user: String,
    pub(super) scopes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lifetime: Option<&'static str>,
}

/// The settings, in the order of the items.
pub(super) fn settings<'a>(
    items: &'a [SettingsItem],
    metadata: &'a Metadata,
    secret: &'a str,
) -> Result<SettingsTables<'a>, WriteError> {
    let mut tables = SettingsTables {
        secret,
        organisation: organisation(metadata.organisation(), metadata)?,
        profile: Vec::new(),
        role: Vec::new(),
        user: Vec::new(),
        module: Vec::new(),
        field: Vec::new(),
        picklist: Vec::new(),
        sharing: Ordered(Vec::new()),
        locking: Vec::new(),
        blueprint: Vec::new(),
    };
    for item in items {
        match item {
            SettingsItem::Profile(item) => tables.profile.push(profile(item)),
            SettingsItem::Role(item) => tables.role.push(role(item, metadata)?),
            SettingsItem::User(item) => tables.user.push(user(item, metadata)?),
            SettingsItem::CustomModule(item) => tables.module.push(module(item)),
            SettingsItem::CustomField { module, field } => {
                tables.field.push(self::field(module, field));
            }
            SettingsItem::PicklistValues {
                module,
                field,
                values,
            } => tables.picklist.push(PicklistTable {
                module,
                field,
                values,
            }),
            SettingsItem::Sharing(item) => {
                let access = word_of::<DefaultAccess>(DEFAULT_ACCESSES, &item.access)?;
                tables.sharing.0.push((&item.module, access));
            }
            SettingsItem::Locking(item) => tables.locking.push(locking(item, metadata)?),
            SettingsItem::Process(item) => tables.blueprint.push(blueprint(item)),
            SettingsItem::Organisation(_)
            | SettingsItem::Changed { .. }
            | SettingsItem::Origin(_)
            | SettingsItem::Clock(_)
            | SettingsItem::Limits(_)
            | SettingsItem::Deliveries(_)
            | SettingsItem::Watch(_) => {}
        }
    }
    Ok(tables)
}

impl<K, V> Ordered<K, V> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Serialize, V: Serialize> Serialize for Ordered<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

fn organisation<'a>(
    organisation: &'a Organisation,
    metadata: &Metadata,
) -> Result<OrganisationTable<'a>, WriteError> {
    let created = Timestamp::from_millis(organisation.created_time);
    Ok(OrganisationTable {
        zgid: organisation.zgid,
        id_base: organisation.id_base,
        company_name: &organisation.company_name,
        domain_name: &organisation.domain_name,
        primary_email: &organisation.primary_email,
        time_zone: &organisation.time_zone,
        iso_code: &organisation.iso_code,
        country_code: &organisation.country_code,
        edition: &organisation.edition,
        created_time: values::time(created, metadata.zone())?,
    })
}

fn profile(profile: &Profile) -> ProfileTable<'_> {
    let modules = profile.modules.iter();
    ProfileTable {
        id: profile.id,
        name: &profile.name,
        administrator: profile.administrator.then_some(true),
        permissions: permissions(profile.default),
        modules: modules
            .map(|(module, given)| (module.as_str(), permissions(*given)))
            .collect(),
        hidden: closed_fields(profile, FieldRight::Hidden),
        read_only: closed_fields(profile, FieldRight::ReadOnly),
    }
}

/// The fields that a profile opens so far and no further, by module.
fn closed_fields(profile: &Profile, right: FieldRight) -> BTreeMap<&str, Vec<&str>> {
    let modules = profile.fields.iter().map(|(module, fields)| {
        let fields = fields.iter().filter(|(_, found)| **found == right);
        let names: Vec<&str> = fields.map(|(name, _)| name.as_str()).collect();
        (module.as_str(), names)
    });
    modules.filter(|(_, names)| !names.is_empty()).collect()
}

fn permissions(given: ModulePermissions) -> Vec<&'static str> {
    let words = [
        (given.view, "view"),
        (given.create, "create"),
        (given.edit, "edit"),
        (given.delete, "delete"),
    ];
    let given = words.into_iter().filter(|(given, _)| *given);
    given.map(|(_, word)| word).collect()
}

fn role<'a>(role: &'a Role, metadata: &'a Metadata) -> Result<RoleTable<'a>, WriteError> {
    let above = role.reports_to.map(|above| role_name(metadata, above));
    Ok(RoleTable {
        id: role.id,
        name: &role.name,
        reports_to: above.transpose()?,
    })
}

fn user<'a>(user: &'a User, metadata: &'a Metadata) -> Result<UserTable<'a>, WriteError> {
    let status = word_of(USER_STATUSES, &user.status)?;
    Ok(UserTable {
        id: user.id,
        zuid: user.zuid,
        email: &user.email,
        first_name: &user.first_name,
        last_name: &user.last_name,
        profile: profile_name(metadata, user.profile)?,
        role: role_name(metadata, user.role)?,
        status: (user.status != UserStatus::Active).then_some(status),
        confirmed: user.confirmed.not().then_some(false),
    })
}

fn module(module: &Module) -> ModuleTable<'_> {
    ModuleTable {
        api_name: &module.api_name,
        singular_label: &module.singular_label,
        plural_label: &module.plural_label,
    }
}

fn field<'a>(module: &'a str, field: &'a Field) -> FieldTable<'a> {
    let data_type = field.kind.data_type();
    let usual = known_type(data_type).map(|known| known.length);
    let (values, lookup) = match &field.kind {
        Kind::Picklist(values) | Kind::MultiSelectPicklist(values) => {
            let values = values.iter().map(AsRef::as_ref);
            (Some(values.collect()), None)
        }
        Kind::Lookup(target) => (None, Some(target.as_ref())),
        _ => (None, None),
    };
    FieldTable {
        module,
        api_name: &field.api_name,
        label: (field.label != field.api_name.replace('_', " ")).then_some(&field.label),
        data_type,
        length: (Some(field.length) != usual).then_some(field.length),
        values,
        lookup,
        mandatory: field.mandatory.then_some(true),
        unique: field.unique.then_some(true),
    }
}

fn locking<'a>(
    configuration: &'a LockingConfiguration,
    metadata: &'a Metadata,
) -> Result<LockingTable<'a>, WriteError> {
    let excluded = configuration.excluded_profiles.iter();
    let actions = configuration.restricted_actions.iter();
    Ok(LockingTable {
        id: configuration.id,
        module: &configuration.module,
        lock_type: word_of::<LockType>(LOCK_TYPES, &configuration.lock_type)?,
        excluded_profiles: excluded
            .map(|id| profile_name(metadata, *id))
            .collect::<Result<_, _>>()?,
        restricted_actions: actions
            .map(|action| word_of::<RestrictedAction>(RESTRICTED_ACTIONS, action))
            .collect::<Result<_, _>>()?,
    })
}

/// A record. Stamps that equal the reader's defaults are left out.
pub(super) fn record<'a>(
    record: &'a DraftRecord,
    metadata: &'a Metadata,
) -> Result<RecordTable<'a>, WriteError> {
    let Some(module) = metadata.module(&record.module) else {
        return Err(unknown("module", &record.module));
    };
    let zone = metadata.zone();
    let created_by = record.created.map_or(record.owner, |created| created.by);
    let modified = record
        .modified
        .filter(|modified| record.created != Some(*modified));
    let modified_by = modified
        .map(|modified| modified.by)
        .filter(|by| *by != created_by);
    let time = |at: Timestamp| values::time(at, zone);
    Ok(RecordTable {
        module: &record.module,
        id: record.id.get(),
        key: record.id.to_string(),
        owner: email(metadata, record.owner)?,
        created_by: Some(created_by)
            .filter(|by| *by != record.owner)
            .map(|by| email(metadata, by))
            .transpose()?,
        created_time: record.created.map(|created| time(created.at)).transpose()?,
        modified_by: modified_by.map(|by| email(metadata, by)).transpose()?,
        modified_time: modified.map(|modified| time(modified.at)).transpose()?,
        photo: record.photo.as_deref(),
        lock: record
            .lock
            .as_ref()
            .map(|lock| self::lock(lock, metadata))
            .transpose()?,
        fields: values::fields(record, module, metadata)?,
    })
}

fn lock<'a>(lock: &'a Lock, metadata: &'a Metadata) -> Result<LockTable<'a>, WriteError> {
    Ok(LockTable {
        id: lock.id.get(),
        reason: &lock.reason,
        by: email(metadata, lock.created.by)?,
        time: values::time(lock.created.at, metadata.zone())?,
        automatic: lock.automatic.then_some(true),
    })
}

/// The email address of a user, which names the user in a seed.
pub(super) fn email(metadata: &Metadata, user: RecordId) -> Result<&str, WriteError> {
    let found = metadata.user(user).ok_or_else(|| unknown("user", &user))?;
    Ok(&found.email)
}

fn profile_name(metadata: &Metadata, id: i64) -> Result<&str, WriteError> {
    let found = metadata
        .profile(id)
        .ok_or_else(|| unknown("profile", &id))?;
    Ok(&found.name)
}

fn role_name(metadata: &Metadata, id: i64) -> Result<&str, WriteError> {
    let found = metadata.role(id).ok_or_else(|| unknown("role", &id))?;
    Ok(&found.name)
}

/// The word that the reader accepts for a value.
pub(super) fn word_of<T: PartialEq + std::fmt::Debug>(
    words: &[(&'static str, T)],
    value: &T,
) -> Result<&'static str, WriteError> {
    let found = words.iter().find(|(_, known)| known == value);
    found
        .map(|(word, _)| *word)
        .ok_or_else(|| unknown("word for", &format!("{value:?}")))
}

fn unknown(what: &'static str, name: &(impl ToString + ?Sized)) -> WriteError {
    WriteError::Unknown {
        what,
        name: name.to_string(),
    }
}
