//! The items of an organisation's metadata, each stored as one document.

use crate::blueprint::Process;
use crate::clock::Clock;
use crate::metering::LimitSettings;
use crate::notifications::{Deliveries, Watch};
use crate::schema::{Field, Module};
use crate::secret::Digest;
use crate::stored::DocumentKind;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use tanzanite_protocol::endpoint::Permission;

/// One item of an organisation's metadata.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each holds the type of its name")]
pub enum SettingsItem {
    Organisation(Organisation),
    User(User),
    Profile(Profile),
    Role(Role),
    /// A custom module.
    CustomModule(Module),
    /// A custom field in a standard module.
    CustomField {
        module: String,
        field: Field,
    },
    /// Values that the organisation has added to a standard picklist.
    PicklistValues {
        module: String,
        field: String,
        values: Vec<String>,
    },
    Sharing(SharingDefault),
    Locking(LockingConfiguration),
    Process(Process),
    /// The time at which the settings were planted, in milliseconds since the epoch.
    Changed {
        at: i64,
    },
    Origin(Origin),
    /// The setting of the organisation's clock.
    Clock(Clock),
    /// The organisation's own limits.
    Limits(LimitSettings),
    /// Whether the organisation's notifications are sent.
    Deliveries(Deliveries),
    Watch(Watch),
}

/// The id of an item of which an organisation has only one.
const ONLY: i64 = 1;

impl SettingsItem {
    /// The kind of the item's document.
    pub const fn kind(&self) -> DocumentKind {
        match self {
            Self::Organisation(_) => DocumentKind::ORGANISATION,
            Self::User(_) => DocumentKind::USER,
            Self::Profile(_) => DocumentKind::PROFILE,
            Self::Role(_) => DocumentKind::ROLE,
            Self::CustomModule(_) => DocumentKind::CUSTOM_MODULE,
            Self::CustomField { .. } => DocumentKind::CUSTOM_FIELD,
            Self::PicklistValues { .. } => DocumentKind::PICKLIST_VALUES,
            Self::Sharing(_) => DocumentKind::SHARING,
            Self::Locking(_) => DocumentKind::LOCKING,
            Self::Process(_) => DocumentKind::PROCESS,
            Self::Changed { .. } => DocumentKind::CHANGED,
            Self::Origin(_) => DocumentKind::ORIGIN,
            Self::Clock(_) => DocumentKind::CLOCK,
            Self::Limits(_) => DocumentKind::LIMITS,
            Self::Deliveries(_) => DocumentKind::DELIVERIES,
            Self::Watch(_) => DocumentKind::WATCH,
        }
    }

    /// The id of the item's document; `None` for an item that is identified by a name.
    pub const fn id(&self) -> Option<i64> {
        match self {
            Self::User(User { id, .. })
            | Self::Profile(Profile { id, .. })
            | Self::Role(Role { id, .. })
            | Self::Watch(Watch { id, .. })
            | Self::Locking(LockingConfiguration { id, .. })
            | Self::Process(Process { id, .. }) => Some(*id),
            Self::CustomModule(module) => Some(module.number),
            Self::CustomField { field, .. } => Some(field.number),
            Self::PicklistValues { .. } | Self::Sharing(_) => None,
            Self::Organisation(_)
            | Self::Changed { .. }
            | Self::Origin(_)
            | Self::Clock(_)
            | Self::Limits(_)
            | Self::Deliveries(_) => Some(ONLY),
        }
    }

    /// The body of the item's document.
    pub fn body(&self) -> serde_json::Result<Value> {
        match self {
            Self::Organisation(item) => serde_json::to_value(item),
            Self::User(item) => serde_json::to_value(item),
            Self::Profile(item) => serde_json::to_value(item),
            Self::Role(item) => serde_json::to_value(item),
            Self::CustomModule(item) => serde_json::to_value(item),
            Self::CustomField { module, field } => Ok(json!({ "module": module, "field": field })),
            Self::PicklistValues {
                module,
                field,
                values,
            } => Ok(json!({ "module": module, "field": field, "values": values })),
            Self::Sharing(item) => serde_json::to_value(item),
            Self::Locking(item) => serde_json::to_value(item),
            Self::Process(item) => serde_json::to_value(item),
            Self::Changed { at } => Ok(json!({ "at": at })),
            Self::Origin(item) => serde_json::to_value(item),
            Self::Clock(item) => serde_json::to_value(item),
            Self::Limits(item) => serde_json::to_value(item),
            Self::Deliveries(item) => serde_json::to_value(item),
            Self::Watch(item) => serde_json::to_value(item),
        }
    }

    /// Reads an item from its document. `None` if the kind does not belong to the metadata.
    pub fn read(kind: DocumentKind, id: i64, mut body: Value) -> serde_json::Result<Option<Self>> {
        fn of<T: DeserializeOwned>(
            body: Value,
            item: fn(T) -> SettingsItem,
        ) -> serde_json::Result<Option<SettingsItem>> {
            serde_json::from_value(body).map(|read| Some(item(read)))
        }
        if let (
            DocumentKind::USER
            | DocumentKind::PROFILE
            | DocumentKind::ROLE
            | DocumentKind::LOCKING
            | DocumentKind::WATCH,
            Some(members),
        ) = (kind, body.as_object_mut())
        {
            members.insert("id".to_owned(), id.into());
        }
        match kind {
            DocumentKind::ORGANISATION => of(body, Self::Organisation),
            DocumentKind::USER => of(body, Self::User),
            DocumentKind::PROFILE => of(body, Self::Profile),
            DocumentKind::ROLE => of(body, Self::Role),
            DocumentKind::CUSTOM_MODULE => of(body, Self::CustomModule),
            DocumentKind::CUSTOM_FIELD => of(body, |OwnField { module, field }| {
                Self::CustomField { module, field }
            }),
            DocumentKind::PICKLIST_VALUES => of(
                body,
                |OwnValues {
                     module,
                     field,
                     values,
                 }| Self::PicklistValues {
                    module,
                    field,
                    values,
                },
            ),
            DocumentKind::SHARING => of(body, Self::Sharing),
            DocumentKind::LOCKING => of(body, Self::Locking),
            DocumentKind::PROCESS => of(body, Self::Process),
            DocumentKind::CHANGED => of(body, |Changed { at }| Self::Changed { at }),
            DocumentKind::ORIGIN => of(body, Self::Origin),
            DocumentKind::CLOCK => of(body, Self::Clock),
            DocumentKind::LIMITS => of(body, Self::Limits),
            DocumentKind::DELIVERIES => of(body, Self::Deliveries),
            DocumentKind::WATCH => of(body, Self::Watch),
            _ => Ok(None),
        }
    }
}

#[derive(Deserialize)]
struct OwnField {
    module: String,
    field: Field,
}

#[derive(Deserialize)]
struct OwnValues {
    module: String,
    field: String,
    values: Vec<String>,
}

#[derive(Deserialize)]
struct Changed {
    at: i64,
}

/// The seed that an organisation was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The seed's fingerprint.
    pub fingerprint: String,
    /// Whether its credentials are the demo's, which are public.
    pub demo: bool,
    /// The digests of its refresh tokens, which are exempt from the limit that revokes the oldest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refresh_tokens: Vec<Digest>,
    /// The name from which ids, clients and tokens are derived, if this is not the seed's own organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The organisation itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Organisation {
    /// The `zgid`, which is also the organisation's key in the store.
    pub zgid: i64,
    /// The base of all ids of the organisation.
    pub id_base: i64,
    /// Its name.
    pub company_name: String,
    /// A short name, such as `acme`.
    pub domain_name: String,
    /// The address for correspondence.
    pub primary_email: String,
    /// An IANA time zone, which determines the offset of all times in answers.
    pub time_zone: String,
    /// ISO 4217, such as `EUR`.
    pub iso_code: String,
    /// ISO 3166, such as `DE`.
    pub country_code: String,
    /// The vendor's edition in lower case, such as `enterprise` (its page "API limits" lists them).
    pub edition: String,
    /// The time of its creation, in milliseconds since the epoch.
    pub created_time: i64,
}

/// A member of the organisation.
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
    /// Whether the user is active.
    pub fn is_active(&self) -> bool {
        self.status == UserStatus::Active
    }

    /// First and last name, or the last name alone.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }
}

/// The state of a user.
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

/// The permissions of a group of users.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The id.
    pub id: i64,
    /// The name, such as `Administrator`.
    pub name: String,
    /// Whether its users see and change every record.
    pub administrator: bool,
    /// Permissions in modules that `modules` does not name.
    pub default: ModulePermissions,
    /// Permissions by the module's API name.
    pub modules: HashMap<String, ModulePermissions>,
    /// The fields that are not open to everybody with the profile, by module and field, both by API name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, BTreeMap<String, FieldRight>>,
}

/// How far a profile opens a field: the vendor's `permission_type`. A later one includes the earlier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldRight {
    /// It is neither shown nor taken.
    Hidden,
    /// It is shown.
    ReadOnly,
    /// It is shown and taken.
    #[default]
    ReadWrite,
}

impl FieldRight {
    /// The vendor's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::ReadOnly => "read_only",
            Self::ReadWrite => "read_write",
        }
    }
}

/// The permissions of a profile in one module.
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
    /// Whether the profile grants a permission in a module.
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

    /// How far it opens a field of a module.
    pub fn field_right(&self, module: &Module, field: &Field) -> FieldRight {
        self.right_to(&module.api_name, &field.api_name)
    }

    /// How far it opens the field of a name in a module.
    pub fn right_to(&self, module: &str, field: &str) -> FieldRight {
        let of_module = self.fields.get(module);
        of_module
            .and_then(|fields| fields.get(field))
            .copied()
            .unwrap_or_default()
    }
}

/// A position in the hierarchy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// The id.
    pub id: i64,
    /// The name, such as `CEO`.
    pub name: String,
    /// The id of the role above; the top role has none.
    #[serde(rename = "reporting_to", alias = "reports_to")]
    pub reports_to: Option<i64>,
}

/// The organisation-wide default for records of a module that somebody else owns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharingDefault {
    /// The module's API name.
    pub module: String,
    /// The access of all users.
    pub access: DefaultAccess,
}

/// The access that all users have to records of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultAccess {
    /// None.
    Private,
    /// They see them.
    PublicReadOnly,
    /// They see, change and delete them.
    PublicReadWriteDelete,
}

/// The configuration of record locks in a module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LockingConfiguration {
    /// The id.
    pub id: i64,
    /// The module's API name.
    pub module: String,
    /// Whether users or rules lock records.
    pub lock_type: LockType,
    /// The ids of profiles that locks do not bind.
    pub excluded_profiles: Vec<i64>,
    /// The actions that a lock forbids; always includes `update`.
    pub restricted_actions: Vec<RestrictedAction>,
}

/// Whether users or rules lock records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub enum LockType {
    Manual,
    Automatic,
    Both,
}

/// An action that a lock can forbid (vendor's page "Add Record Locking Configuration"). Uploading and removing a photo
/// count as updates; that is assumed.
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
