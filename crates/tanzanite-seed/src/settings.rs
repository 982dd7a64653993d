//! Builds the organisation's settings from the parsed file: users, permissions, sharing, locking and blueprints.

use super::blueprints;
use super::custom;
use super::error::Problems;
use super::ids::{ID_BASE_MAX, Ids};
use super::names::{Names, check_email};
use super::reader::At;
use super::roles::roles;
use super::shapes::{OrganisationShape, ProfileShape, SeedFile};
use std::collections::{BTreeMap, HashSet};
use tanzanite_crm::metadata::{
    FieldRight, LockingConfiguration, Metadata, Organisation, Profile, SettingsItem,
    SharingDefault, User,
};
use tanzanite_crm::metering::edition_names;
use tanzanite_protocol::{OrgId, RecordId};

/// The length of the shortest secret, from which all tokens of the seed are derived.
const SECRET_CHARS_MIN: usize = 32;
/// The placeholder in the template that `tanzanite init` replaces by a fresh secret.
pub(super) const SECRET_PLACEHOLDER: &str = "{{SECRET}}";

/// Settings whose references are all resolved.
#[derive(Debug)]
pub(super) struct Settings<'a> {
    pub(super) org: OrgId,
    pub(super) items: Vec<SettingsItem>,
    pub(super) metadata: Metadata,
    pub(super) users: Names<'a, RecordId>,
}

/// Resolves all references in the settings. `None` only if a problem was reported.
pub(super) fn resolve<'a>(
    file: &'a SeedFile<'_>,
    ids: &Ids,
    problems: &mut Problems,
) -> Option<Settings<'a>> {
    check_secret(&file.secret, problems);
    let organisation = organisation(&file.organisation, problems);
    let mut items = vec![SettingsItem::Organisation(organisation)];
    let profiles = profile_names(file, ids, problems);
    let roles = roles(file, ids, &mut items, problems);
    let users = users(file, ids, (&profiles, &roles), &mut items, problems);
    items.extend(custom::items(file, problems));
    let modules = Metadata::new(items.clone())?;
    items.extend(custom::picklists(file, &modules, problems));
    for shape in &file.profiles {
        let known = shape
            .modules
            .iter()
            .filter(|(name, _)| is_module(name, &modules, problems));
        items.push(SettingsItem::Profile(Profile {
            id: ids.of(shape.at, shape.id.as_ref()),
            name: shape.name.value.clone(),
            administrator: shape.administrator,
            default: shape.permissions,
            modules: known
                .map(|(name, given)| (name.value.clone(), *given))
                .collect(),
            fields: field_rights(shape, &modules, problems),
        }));
    }
    sharing(file, &modules, &mut items, problems);
    locking(file, ids, &profiles, &modules, &mut items, problems);
    items.extend(blueprints::items(file, ids, &modules, problems));
    let metadata = Metadata::new(items.clone())?;
    check_administrator(file, &metadata, problems);
    Some(Settings {
        org: metadata.org_id()?,
        items,
        metadata,
        users,
    })
}

/// The first active, confirmed user who is an administrator.
pub(super) fn administrator(metadata: &Metadata) -> Option<&User> {
    metadata
        .users()
        .iter()
        .find(|user| user.confirmed && metadata.is_run_by(user))
}

fn check_administrator(file: &SeedFile<'_>, metadata: &Metadata, problems: &mut Problems) {
    if administrator(metadata).is_none() {
        let at = file
            .users
            .first()
            .map_or(file.organisation.zgid.at, |user| user.at);
        let hint = "Give an active, confirmed user a profile with `administrator = true`.";
        problems.add(at, "nobody administers the organisation", hint);
    }
}

fn check_secret(secret: &At<String>, problems: &mut Problems) {
    if secret.value.contains(SECRET_PLACEHOLDER) {
        let message = "the secret is still the template's placeholder";
        problems.add(
            secret.at,
            message,
            "Run `tanzanite init`, or write a random text of your own.",
        );
    } else if secret.value.chars().count() < SECRET_CHARS_MIN {
        let message = format!("the secret has fewer than {SECRET_CHARS_MIN} characters");
        problems.add(
            secret.at,
            message,
            "Write a random text, such as `openssl rand -hex 32` prints.",
        );
    }
}

fn organisation(shape: &OrganisationShape, problems: &mut Problems) -> Organisation {
    if shape.zgid.value < 1 {
        problems.add(shape.zgid.at, "`zgid` is no id", "Write a positive number.");
    }
    if !(1..=ID_BASE_MAX).contains(&shape.id_base.value) {
        let hint = format!("Write a number from 1 to {ID_BASE_MAX}, such as 3652397000000000000.");
        problems.add(shape.id_base.at, "`id_base` cannot begin ids", hint);
    }
    if jiff::tz::TimeZone::get(&shape.time_zone.value).is_err() {
        let message = format!("there is no time zone {:?}", shape.time_zone.value);
        problems.add(
            shape.time_zone.at,
            message,
            "Use an IANA name, such as \"Europe/Berlin\".",
        );
    }
    let codes = [
        (&shape.iso_code, "iso_code", 3, "EUR"),
        (&shape.country_code, "country_code", 2, "DE"),
    ];
    for (code, key, length, example) in codes {
        let letters = code.value.bytes().all(|byte| byte.is_ascii_uppercase());
        if !letters || code.value.len() != length {
            let message = format!("{:?} is no {key}", code.value);
            problems.add(
                code.at,
                message,
                format!("Write {length} capitals, such as {example:?}."),
            );
        }
    }
    let edition = At {
        at: shape.edition.at,
        value: shape.edition.value.as_str(),
    };
    let editions: Vec<_> = edition_names().map(|name| (name, ())).collect();
    super::reader::word(edition, "`edition`", &editions, problems);
    check_email(&shape.primary_email, problems);
    Organisation {
        zgid: shape.zgid.value,
        id_base: shape.id_base.value,
        company_name: shape.company_name.value.clone(),
        domain_name: shape.domain_name.value.clone(),
        primary_email: shape.primary_email.value.clone(),
        time_zone: shape.time_zone.value.clone(),
        iso_code: shape.iso_code.value.clone(),
        country_code: shape.country_code.value.clone(),
        edition: shape.edition.value.clone(),
        created_time: shape.created_time.value.millis(),
    }
}

fn profile_names<'a>(file: &'a SeedFile<'_>, ids: &Ids, problems: &mut Problems) -> Names<'a, i64> {
    let mut names = Names::new("profile");
    for shape in &file.profiles {
        names.add(&shape.name, ids.of(shape.at, shape.id.as_ref()), problems);
    }
    names
}

fn users<'a>(
    file: &'a SeedFile<'_>,
    ids: &Ids,
    (profiles, roles): (&Names<'a, i64>, &Names<'a, i64>),
    items: &mut Vec<SettingsItem>,
    problems: &mut Problems,
) -> Names<'a, RecordId> {
    let mut names = Names::new("user");
    let mut zuids = HashSet::new();
    for (shape, zuid) in file
        .users
        .iter()
        .zip(file.organisation.zgid.value.saturating_add(1)..)
    {
        check_email(&shape.email, problems);
        let id = ids.of(shape.at, shape.id.as_ref());
        if let Some(id) = RecordId::new(id) {
            names.add(&shape.email, id, problems);
        }
        let zuid = shape.zuid.as_ref().map_or(zuid, |zuid| zuid.value);
        if !zuids.insert(zuid) || zuid < 1 {
            let at = shape.zuid.as_ref().map_or(shape.at, |zuid| zuid.at);
            let message = format!("the zuid {zuid} cannot be, or is another user's");
            problems.add(at, message, "Write another positive number.");
        }
        let profile = profiles.find(&shape.profile, problems);
        let role = roles.find(&shape.role, problems);
        let (Some(profile), Some(role)) = (profile, role) else {
            continue;
        };
        items.push(SettingsItem::User(User {
            id,
            zuid,
            email: shape.email.value.clone(),
            first_name: shape.first_name.clone(),
            last_name: shape.last_name.value.clone(),
            profile,
            role,
            status: shape.status,
            confirmed: shape.confirmed,
        }));
    }
    names
}

/// Whether a name is a module's. Any other is reported.
fn is_module(name: &At<String>, metadata: &Metadata, problems: &mut Problems) -> bool {
    let known = metadata.module(&name.value).is_some();
    if !known {
        custom::unknown_module(name, metadata.modules(), problems);
    }
    known
}

/// The fields that a profile does not open to everybody who has it. A record cannot be made without its mandatory ones,
/// so that those are always open, as at the vendor's.
fn field_rights(
    shape: &ProfileShape,
    metadata: &Metadata,
    problems: &mut Problems,
) -> BTreeMap<String, BTreeMap<String, FieldRight>> {
    let mut rights: BTreeMap<String, BTreeMap<String, FieldRight>> = BTreeMap::new();
    for closed in &shape.fields {
        let (module, name) = (&closed.module, &closed.field);
        let Some(found) = metadata.module(&module.value) else {
            custom::unknown_module(module, metadata.modules(), problems);
            continue;
        };
        let Some(field) = found.field(&name.value) else {
            let message = format!("{} has no field {:?}", module.value, name.value);
            let known = found.fields.iter().map(|field| field.api_name.as_ref());
            problems.add_unknown(name.at, message, &name.value, known);
            continue;
        };
        if field.mandatory {
            let message = format!("{} is mandatory in {}", name.value, module.value);
            problems.add(
                name.at,
                message,
                "Leave it out: who makes a record gives it a value.",
            );
            continue;
        }
        let of_module = rights.entry(module.value.clone()).or_default();
        if of_module.insert(name.value.clone(), closed.right).is_some() {
            let message = format!("{} of {} stands here twice", name.value, module.value);
            problems.add(
                name.at,
                message,
                "Write it once, under `hidden` or `read_only`.",
            );
        }
    }
    rights
}

fn sharing(
    file: &SeedFile<'_>,
    metadata: &Metadata,
    items: &mut Vec<SettingsItem>,
    problems: &mut Problems,
) {
    for (module, access) in &file.sharing {
        if is_module(module, metadata, problems) {
            let item = SharingDefault {
                module: module.value.clone(),
                access: *access,
            };
            items.push(SettingsItem::Sharing(item));
        }
    }
}

fn locking(
    file: &SeedFile<'_>,
    ids: &Ids,
    profiles: &Names<'_, i64>,
    metadata: &Metadata,
    items: &mut Vec<SettingsItem>,
    problems: &mut Problems,
) {
    let mut modules = Names::new("locking configuration of the module");
    for shape in &file.locking {
        modules.add(&shape.module, (), problems);
        let excluded = shape.excluded_profiles.iter();
        let excluded_profiles = excluded
            .filter_map(|name| profiles.find(name, problems))
            .collect();
        if is_module(&shape.module, metadata, problems) {
            items.push(SettingsItem::Locking(LockingConfiguration {
                id: ids.of(shape.at, shape.id.as_ref()),
                module: shape.module.value.clone(),
                lock_type: shape.lock_type,
                excluded_profiles,
                restricted_actions: shape.restricted_actions.clone(),
            }));
        }
    }
}
