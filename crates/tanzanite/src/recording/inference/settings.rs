//! Infers users, profiles, roles and locking configurations, from lists and from mentions in records.

use super::Notes;
use super::organisation;
use super::records::{Sighting, Sightings};
use super::schema::Schema;
use crate::recording::step::{Step, id_in};
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use tanzanite_crm::metadata::{
    DefaultAccess, LockType, LockingConfiguration, ModulePermissions, Organisation, Profile,
    RestrictedAction, Role, SettingsItem, SharingDefault, User, UserStatus,
};
use tanzanite_crm::schema::Module;
use tanzanite_protocol::{RecordId, Timestamp};

/// The profile that the vendor gives an organisation's administrators.
const ADMINISTRATOR: &str = "Administrator";
/// The top role, if none is known.
const TOP: &str = "CEO";
const EVERYTHING: ModulePermissions = ModulePermissions {
    view: true,
    create: true,
    edit: true,
    delete: true,
};

/// Everything but records and tokens.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) schema: Schema,
    pub(super) organisation: Organisation,
    pub(super) users: Vec<User>,
    pub(super) profiles: Vec<Profile>,
    pub(super) roles: Vec<Role>,
    pub(super) sharing: BTreeMap<String, DefaultAccess>,
    pub(super) locking: Vec<LockingConfiguration>,
}

pub(super) fn of(
    steps: &[Step<'_>],
    schema: Schema,
    sightings: &Sightings,
    notes: &mut Notes,
) -> Settings {
    let mut settings = Settings {
        organisation: organisation::of(steps, notes),
        schema,
        users: Vec::new(),
        profiles: Vec::new(),
        roles: Vec::new(),
        sharing: BTreeMap::new(),
        locking: Vec::new(),
    };
    let users = steps.iter().filter(|step| step.succeeded());
    let mut lists: Vec<_> = users.map(|step| step.items("users")).collect();
    // The longest list comes first, since it shows the organisation's order best.
    lists.sort_by_key(|users| Reverse(users.len()));
    for user in lists.into_iter().flatten() {
        settings.add_user(user);
    }
    settings.add_listed_roles(steps);
    for step in steps {
        settings.add_listed_profiles(&step.answered);
    }
    // Users who are in no recorded list.
    for step in steps {
        settings.add_mentioned(&step.answered, notes);
    }
    settings.add_administrator(notes);
    settings.add_locking(sightings, notes);
    settings
}

impl Settings {
    /// The items to write. No id is above the base from which the server counts.
    pub(super) fn items(&self, began: Timestamp) -> Vec<SettingsItem> {
        let mut items = vec![SettingsItem::Organisation(self.organisation.clone())];
        items.extend(self.profiles.iter().cloned().map(SettingsItem::Profile));
        items.extend(self.roles.iter().cloned().map(SettingsItem::Role));
        items.extend(self.users.iter().cloned().map(SettingsItem::User));
        items.extend(self.schema.items());
        let sharing = self.sharing.iter().map(|(module, access)| SharingDefault {
            module: module.clone(),
            access: *access,
        });
        items.extend(sharing.map(SettingsItem::Sharing));
        items.extend(self.locking.iter().cloned().map(SettingsItem::Locking));
        items.push(SettingsItem::Changed { at: began.millis() });
        items
    }

    /// A module by its name.
    pub(super) fn module(&self, api_name: &str) -> Option<&Module> {
        self.schema.module(api_name)
    }

    pub(super) fn user(&self, id: RecordId) -> Option<&User> {
        self.users.iter().find(|user| user.id == id.get())
    }

    /// The user to assume where none is known.
    pub(super) fn administrator(&self) -> Option<RecordId> {
        let administrates = |user: &&User| {
            user.status == UserStatus::Active && user.confirmed && self.administrates(user)
        };
        let found = self.users.iter().find(administrates)?;
        RecordId::new(found.id)
    }

    pub(super) fn administrates(&self, user: &User) -> bool {
        let mut profiles = self.profiles.iter();
        profiles.any(|profile| profile.id == user.profile && profile.administrator)
    }

    fn add_user(&mut self, user: &Value) {
        let text = |key: &str| user[key].as_str().unwrap_or_default().to_owned();
        let number = |key: &str| user[key].as_str().and_then(|text| text.parse().ok());
        let (Some(id), Some(profile), Some(role)) =
            (id_in(user), id_in(&user["profile"]), id_in(&user["role"]))
        else {
            return;
        };
        self.add_profile(profile.get(), user["profile"]["name"].as_str());
        self.add_role(role.get(), user["role"]["name"].as_str());
        if self.user(id).is_none() {
            self.users.push(User {
                id: id.get(),
                zuid: number("zuid").unwrap_or(id.get()),
                email: text("email"),
                first_name: text("first_name"),
                last_name: text("last_name"),
                profile: profile.get(),
                role: role.get(),
                status: match user["status"].as_str() {
                    Some("disabled") => UserStatus::Disabled,
                    Some("deleted") => UserStatus::Deleted,
                    _ => UserStatus::Active,
                },
                confirmed: user["confirm"] != false,
            });
        }
    }

    fn add_profile(&mut self, id: i64, name: Option<&str>) {
        if self.profiles.iter().all(|profile| profile.id != id) {
            let name = name.unwrap_or(ADMINISTRATOR).to_owned();
            self.profiles.push(Profile {
                id,
                administrator: name == ADMINISTRATOR,
                name,
                default: EVERYTHING,
                modules: HashMap::new(),
                fields: BTreeMap::new(),
            });
        }
    }

    fn add_role(&mut self, id: i64, name: Option<&str>) {
        if self.roles.iter().all(|role| role.id != id) {
            let name = name.unwrap_or(TOP).to_owned();
            self.roles.push(Role {
                id,
                name,
                reports_to: None,
            });
        }
    }

    /// Adds roles as they were listed before any was changed.
    fn add_listed_roles(&mut self, steps: &[Step<'_>]) {
        let mut of_roles = steps
            .iter()
            .filter(|step| step.succeeded() && step.operation.starts_with("roles."));
        let Some(list) = of_roles
            .next()
            .filter(|step| step.operation == "roles.list")
        else {
            return;
        };
        for listed in list.items("roles") {
            let Some(id) = id_in(listed) else { continue };
            self.add_role(id.get(), listed["name"].as_str());
            let above = id_in(&listed["reporting_to"]).map(RecordId::get);
            if let Some(role) = self.roles.iter_mut().find(|role| role.id == id.get()) {
                role.reports_to = above;
            }
        }
    }

    /// Adds the profiles that modules and fields list.
    fn add_listed_profiles(&mut self, answered: &Value) {
        each_member(answered, &mut |key, value| {
            let listed = value.as_array().filter(|_| key == "profiles");
            for profile in listed.into_iter().flatten() {
                if let Some(id) = id_in(profile) {
                    self.add_profile(id.get(), profile["name"].as_str());
                }
            }
        });
    }

    /// Adds users whom an answer names in a record.
    fn add_mentioned(&mut self, answered: &Value, notes: &mut Notes) {
        each_member(answered, &mut |key, value| {
            let is_user = value["email"].is_string()
                || matches!(key, "Created_By" | "Modified_By" | "Locked_By__s");
            if let Some(id) = id_in(value).filter(|_| is_user) {
                self.add_reference(id, value, notes);
            }
        });
    }

    fn add_reference(&mut self, id: RecordId, user: &Value, notes: &mut Notes) {
        if self.user(id).is_some() {
            return;
        }
        let name = user["name"].as_str().unwrap_or("Unknown");
        let (first, last) = name.rsplit_once(' ').unwrap_or(("", name));
        let email = user["email"].as_str().map(str::to_owned);
        let (profile, role) = self.plain_place();
        notes.assume(format!(
            "{name}'s profile is Standard, and reports to nobody"
        ));
        self.users.push(User {
            id: id.get(),
            zuid: id.get(),
            email: email.unwrap_or_else(|| format!("user{id}@example.com")),
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            profile,
            role,
            status: UserStatus::Active,
            confirmed: true,
        });
    }

    /// The profile and role of users for whom none is known.
    fn plain_place(&mut self) -> (i64, i64) {
        let profile = self.profiles.iter().find(|found| found.name == "Standard");
        let profile = profile.map_or(1, |found| found.id);
        self.add_profile(profile, Some("Standard"));
        let role = self.roles.iter().find(|found| found.name == "Unknown");
        let role = role.map_or(2, |found| found.id);
        self.add_role(role, Some("Unknown"));
        (profile, role)
    }

    /// Makes sure that there is an administrator.
    fn add_administrator(&mut self, notes: &mut Notes) {
        if self.administrator().is_some() {
            return;
        }
        let (_, role) = self.plain_place();
        let known = self.profiles.iter().find(|profile| profile.administrator);
        let profile = known.map_or(3, |profile| profile.id);
        self.add_profile(profile, Some(ADMINISTRATOR));
        notes.assume("administrator@example.com administers the organisation");
        self.users.push(User {
            id: 4,
            zuid: 4,
            email: "administrator@example.com".to_owned(),
            first_name: String::new(),
            last_name: ADMINISTRATOR.to_owned(),
            profile,
            role,
            status: UserStatus::Active,
            confirmed: true,
        });
    }

    /// Adds locking configurations for modules whose records were locked or stated whether they are.
    fn add_locking(&mut self, sightings: &Sightings, notes: &mut Notes) {
        let lockable = sightings.all().filter(|seen| seen.lockable());
        let modules: BTreeMap<&str, &Sighting> =
            lockable.map(|seen| (seen.module.as_str(), seen)).collect();
        for (number, (module, seen)) in (10..).zip(modules) {
            notes.assume(format!(
                "locks of {module} stop everybody, by hand and by rule, from all that they can"
            ));
            self.locking.push(LockingConfiguration {
                id: seen.locking_configuration.unwrap_or(number),
                module: module.to_owned(),
                lock_type: LockType::Both,
                excluded_profiles: Vec::new(),
                restricted_actions: vec![
                    RestrictedAction::Update,
                    RestrictedAction::Tags,
                    RestrictedAction::Convert,
                    RestrictedAction::Delete,
                    RestrictedAction::ChangeOwner,
                ],
            });
        }
    }
}

/// Visits all members of all objects in a value.
fn each_member(value: &Value, look: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                look(key, value);
                each_member(value, look);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| each_member(item, look)),
        _ => {}
    }
}
