//! The types of a seed file's parts; each value has its position. `format` parses them, and names in them are resolved
//! later.

use super::reader::At;
use tanzanite_crm::metadata::{
    DefaultAccess, FieldRight, LockType, ModulePermissions, RestrictedAction, UserStatus,
};
use tanzanite_protocol::Timestamp;
use toml::de::DeValue;

/// The whole file. Every list is in the order of the file.
#[derive(Debug)]
pub(super) struct SeedFile<'a> {
    pub(super) demo: bool,
    pub(super) secret: At<String>,
    pub(super) organisation: OrganisationShape,
    pub(super) profiles: Vec<ProfileShape>,
    pub(super) roles: Vec<RoleShape>,
    pub(super) users: Vec<UserShape>,
    pub(super) modules: Vec<ModuleShape>,
    pub(super) fields: Vec<FieldShape>,
    pub(super) picklists: Vec<PicklistShape>,
    pub(super) sharing: Vec<(At<String>, DefaultAccess)>,
    pub(super) locking: Vec<LockingShape>,
    pub(super) blueprints: Vec<BlueprintShape>,
    pub(super) records: Vec<RecordShape<'a>>,
    pub(super) clients: Vec<ClientShape>,
    pub(super) tokens: Vec<TokenShape>,
}

impl SeedFile<'_> {
    /// The positions of all items that have an id, with the id if the file names one.
    pub(super) fn ids(&self) -> impl Iterator<Item = (usize, &Option<At<i64>>)> {
        let locks = self.records.iter().filter_map(|shape| shape.lock.as_ref());
        let transitions = self.blueprints.iter().flat_map(|shape| &shape.transitions);
        (self.profiles.iter().map(|shape| (shape.at, &shape.id)))
            .chain(self.roles.iter().map(|shape| (shape.at, &shape.id)))
            .chain(self.users.iter().map(|shape| (shape.at, &shape.id)))
            .chain(self.locking.iter().map(|shape| (shape.at, &shape.id)))
            .chain(self.blueprints.iter().map(|shape| (shape.at, &shape.id)))
            .chain(transitions.map(|shape| (shape.at, &shape.id)))
            .chain(self.records.iter().map(|shape| (shape.at, &shape.id)))
            .chain(locks.map(|lock| (lock.at, &lock.id)))
    }
}

#[derive(Debug)]
pub(super) struct OrganisationShape {
    pub(super) zgid: At<i64>,
    pub(super) id_base: At<i64>,
    pub(super) company_name: At<String>,
    pub(super) domain_name: At<String>,
    pub(super) primary_email: At<String>,
    pub(super) time_zone: At<String>,
    pub(super) iso_code: At<String>,
    pub(super) country_code: At<String>,
    pub(super) edition: At<String>,
    pub(super) created_time: At<Timestamp>,
}

#[derive(Debug)]
pub(super) struct ProfileShape {
    pub(super) at: usize,
    pub(super) id: Option<At<i64>>,
    pub(super) name: At<String>,
    pub(super) administrator: bool,
    pub(super) permissions: ModulePermissions,
    pub(super) modules: Vec<(At<String>, ModulePermissions)>,
    pub(super) fields: Vec<ClosedField>,
}

/// A field that a profile hides, or shows only.
#[derive(Debug)]
pub(super) struct ClosedField {
    pub(super) module: At<String>,
    pub(super) field: At<String>,
    pub(super) right: FieldRight,
}

#[derive(Debug)]
pub(super) struct RoleShape {
    pub(super) at: usize,
    pub(super) id: Option<At<i64>>,
    pub(super) name: At<String>,
    pub(super) reports_to: Option<At<String>>,
}

#[derive(Debug)]
pub(super) struct UserShape {
    pub(super) at: usize,
    pub(super) id: Option<At<i64>>,
    pub(super) zuid: Option<At<i64>>,
    pub(super) email: At<String>,
    pub(super) first_name: String,
    pub(super) last_name: At<String>,
    pub(super) profile: At<String>,
    pub(super) role: At<String>,
    pub(super) status: UserStatus,
    pub(super) confirmed: bool,
}

#[derive(Debug)]
pub(super) struct ModuleShape {
    pub(super) api_name: At<String>,
    pub(super) singular_label: At<String>,
    pub(super) plural_label: At<String>,
}

#[derive(Debug)]
pub(super) struct FieldShape {
    pub(super) module: At<String>,
    pub(super) api_name: At<String>,
    pub(super) label: Option<At<String>>,
    pub(super) data_type: At<String>,
    pub(super) length: Option<At<i64>>,
    pub(super) values: Option<At<Vec<At<String>>>>,
    pub(super) lookup: Option<At<String>>,
    pub(super) mandatory: bool,
    pub(super) unique: Option<At<bool>>,
}

#[derive(Debug)]
pub(super) struct PicklistShape {
    pub(super) module: At<String>,
    pub(super) field: At<String>,
    pub(super) values: At<Vec<At<String>>>,
}

#[derive(Debug)]
pub(super) struct LockingShape {
    pub(super) at: usize,
    pub(super) id: Option<At<i64>>,
    pub(super) module: At<String>,
    pub(super) lock_type: LockType,
    pub(super) excluded_profiles: Vec<At<String>>,
    pub(super) restricted_actions: Vec<RestrictedAction>,
}

#[derive(Debug)]
pub(super) struct BlueprintShape {
    pub(super) at: usize,
    pub(super) id: Option<At<i64>>,
    pub(super) module: At<String>,
    pub(super) name: At<String>,
    pub(super) field: At<String>,
    pub(super) continuous: bool,
    pub(super) criteria: Option<At<String>>,
    pub(super) transitions: Vec<TransitionShape>,
}

#[derive(Debug)]
pub(super) struct TransitionShape {
    pub(super) at: usize,
    pub(super) id: Option<At<i64>>,
    pub(super) name: At<String>,
    pub(super) from: At<String>,
    pub(super) to: At<String>,
    pub(super) mandatory: Vec<At<String>>,
    pub(super) optional: Vec<At<String>>,
    pub(super) criteria: Option<At<String>>,
    pub(super) message: Option<At<String>>,
}

#[derive(Debug)]
pub(super) struct RecordShape<'a> {
    pub(super) at: usize,
    pub(super) id: Option<At<i64>>,
    pub(super) module: At<String>,
    pub(super) key: At<String>,
    pub(super) owner: At<String>,
    pub(super) created_by: Option<At<String>>,
    pub(super) created_time: Option<At<Timestamp>>,
    pub(super) modified_by: Option<At<String>>,
    pub(super) modified_time: Option<At<Timestamp>>,
    pub(super) photo: Option<At<String>>,
    pub(super) deleted: bool,
    pub(super) lock: Option<LockShape>,
    pub(super) fields: Vec<(At<String>, usize, &'a DeValue<'a>)>,
}

#[derive(Debug)]
pub(super) struct LockShape {
    pub(super) at: usize,
    pub(super) id: Option<At<i64>>,
    pub(super) reason: At<String>,
    pub(super) by: Option<At<String>>,
    pub(super) time: Option<At<Timestamp>>,
    pub(super) automatic: bool,
}

#[derive(Debug)]
pub(super) struct ClientShape {
    pub(super) name: At<String>,
    pub(super) client_id: Option<At<String>>,
    pub(super) client_secret: Option<At<String>>,
    pub(super) redirect_uri: Option<At<String>>,
}

#[derive(Debug)]
pub(super) struct TokenShape {
    pub(super) at: usize,
    pub(super) name: At<String>,
    pub(super) kind: TokenKind,
    pub(super) user: At<String>,
    pub(super) client: Option<At<String>>,
    pub(super) scopes: At<Vec<At<String>>>,
    pub(super) lifetime: Option<At<Lifetime>>,
}

/// The kind of a token in a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An access token, for the `Authorization` header.
    Access,
    /// A refresh token, valid until it is revoked.
    Refresh,
    /// A code, which yields a refresh token and an access token once.
    Code,
}

/// The lifetime of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lifetime {
    Never,
    Expired,
    Seconds(u64),
}
