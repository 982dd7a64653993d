//! The organisation and its people, from the account's answers. Missing facts are assumed, and the report lists the
//! assumptions.

use super::fakes::Fakes;
use super::report::Report;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use tanzanite_crm::metadata::{ModulePermissions, Organisation, Profile, Role, User, UserStatus};
use tanzanite_protocol::{RecordId, Timestamp};

const ALL: ModulePermissions = ModulePermissions {
    view: true,
    create: true,
    edit: true,
    delete: true,
};
/// The editions that a seed can have.
const EDITIONS: [&str; 5] = ["free", "standard", "professional", "enterprise", "ultimate"];

/// Users, profiles and roles.
#[derive(Default)]
pub(super) struct People {
    pub(super) users: Vec<User>,
    pub(super) profiles: Vec<Profile>,
    pub(super) roles: Vec<Role>,
}

/// The account's answers; `None` where it refused.
pub(super) struct Answers<'a> {
    pub(super) users: &'a [Value],
    /// The administrators.
    pub(super) administrators: Option<&'a [Value]>,
    pub(super) profiles: Option<&'a [Value]>,
    pub(super) roles: Option<&'a [Value]>,
    /// Modules, which name profiles too.
    pub(super) modules: &'a [Value],
}

/// The organisation, still without its `id_base`.
pub(super) fn organisation(org: Option<&Value>, report: &mut Report) -> Organisation {
    let org = org.cloned().unwrap_or_default();
    let mut text = |path: &str, fallback: &str, sound: &dyn Fn(&str) -> bool| {
        let found = org.pointer(path).and_then(Value::as_str);
        found.filter(|text| sound(text)).map_or_else(
            || {
                let name = path.rsplit('/').next().unwrap_or(path);
                report.assumed(format!("the organisation's {name} is {fallback}"));
                fallback.to_owned()
            },
            ToOwned::to_owned,
        )
    };
    let capitals = |count: usize| {
        move |text: &str| text.len() == count && text.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let any = |text: &str| !text.trim().is_empty();
    let created = text("/created_time", "2026-01-01T00:00:00+00:00", &|text| {
        Timestamp::parse(text).is_some()
    });
    Organisation {
        zgid: text("/zgid", "1", &|text| RecordId::parse(text).is_some())
            .parse()
            .unwrap_or(1),
        id_base: 0,
        company_name: text("/company_name", "Company", &any),
        domain_name: text("/domain_name", "company", &any),
        primary_email: text("/primary_email", "office@example.com", &|text| {
            text.contains('@')
        }),
        time_zone: text("/time_zone", "UTC", &|text| {
            jiff::tz::TimeZone::get(text).is_ok()
        }),
        iso_code: text("/iso_code", "USD", &capitals(3)),
        country_code: text("/country_code", "US", &capitals(2)),
        edition: text("/license_details/paid_type", "enterprise", &|text| {
            EDITIONS.contains(&text)
        }),
        created_time: Timestamp::parse(&created).map_or(0, Timestamp::millis),
    }
}

impl People {
    /// Builds users, profiles and roles from the account's lists.
    pub(super) fn new(answers: &Answers<'_>, report: &mut Report) -> Self {
        let mut people = Self::default();
        let administers = administering(answers, report);
        let of_modules = answers
            .modules
            .iter()
            .flat_map(|module| list(module, "profiles"));
        let of_users = answers.users.iter().filter_map(|user| user.get("profile"));
        for profile in answers
            .profiles
            .into_iter()
            .flatten()
            .chain(of_modules)
            .chain(of_users)
        {
            people.profile(profile, &administers);
        }
        report.assumed("every profile permits everything in all modules");
        let of_users = answers.users.iter().filter_map(|user| user.get("role"));
        for role in answers.roles.into_iter().flatten().chain(of_users) {
            people.role(role);
        }
        if answers.roles.is_none() {
            report.assumed("no role reports to another");
        }
        people.roles_that_report_nowhere();
        for user in answers.users {
            people.user(user, report);
        }
        people
    }

    fn profile(&mut self, json: &Value, administers: &HashSet<i64>) {
        let (Some(id), Some(name)) = (id(json), json.get("name").and_then(Value::as_str)) else {
            return;
        };
        if self.profiles.iter().any(|profile| profile.id == id) {
            return;
        }
        let taken = self.profiles.iter().map(|profile| profile.name.as_str());
        let taken: Vec<&str> = taken.collect();
        self.profiles.push(Profile {
            id,
            name: free_name(name, &taken),
            administrator: administers.contains(&id),
            default: ALL,
            modules: HashMap::new(),
            fields: BTreeMap::new(),
        });
    }

    fn role(&mut self, json: &Value) {
        let (Some(id), Some(name)) = (id(json), json.get("name").and_then(Value::as_str)) else {
            return;
        };
        if self.roles.iter().any(|role| role.id == id) {
            return;
        }
        let taken = self.roles.iter().map(|role| role.name.as_str());
        let taken: Vec<&str> = taken.collect();
        self.roles.push(Role {
            id,
            name: free_name(name, &taken),
            reports_to: json.get("reporting_to").and_then(self::id),
        });
    }

    /// Drops references to roles that do not exist.
    fn roles_that_report_nowhere(&mut self) {
        let known: HashSet<i64> = self.roles.iter().map(|role| role.id).collect();
        for role in &mut self.roles {
            role.reports_to = role.reports_to.filter(|above| known.contains(above));
        }
    }

    fn user(&mut self, json: &Value, report: &mut Report) {
        let text = |key: &str| json.get(key).and_then(Value::as_str).unwrap_or_default();
        let Some(id) = id(json) else {
            return;
        };
        if self.users.iter().any(|user| user.id == id) {
            return;
        }
        let reference = |key: &str| json.get(key).and_then(self::id).unwrap_or(0);
        let zuid = text("zuid").parse().ok().filter(|zuid| *zuid > 0);
        let zuid = zuid.filter(|zuid| self.users.iter().all(|user| user.zuid != *zuid));
        let name = match (text("last_name"), text("full_name")) {
            ("", "") => "Nobody",
            ("", full) => full,
            (last, _) => last,
        };
        let status = match text("status") {
            "active" => UserStatus::Active,
            "deleted" => UserStatus::Deleted,
            _ => UserStatus::Disabled,
        };
        let email = self.free_email(text("email"), id, report);
        self.users.push(User {
            id,
            zuid: zuid.unwrap_or(id),
            email,
            first_name: text("first_name").to_owned(),
            last_name: name.to_owned(),
            profile: reference("profile"),
            role: reference("role"),
            status,
            confirmed: json.get("confirm").and_then(Value::as_bool).unwrap_or(true),
        });
    }

    /// Adds a user whom a record names but no list has, such as one who has left.
    pub(super) fn met(&mut self, json: &Value, report: &mut Report) {
        let Some(id) = id(json) else {
            return;
        };
        if self.users.iter().any(|user| user.id == id) {
            return;
        }
        report.assumed("users whom records name and no list are disabled");
        let text = |key: &str| json.get(key).and_then(Value::as_str).unwrap_or_default();
        let email = self.free_email(text("email"), id, report);
        let name = Some(text("name")).filter(|name| !name.trim().is_empty());
        self.users.push(User {
            id,
            zuid: id,
            email,
            first_name: String::new(),
            last_name: name.unwrap_or("Nobody").to_owned(),
            profile: 0,
            role: 0,
            status: UserStatus::Disabled,
            confirmed: true,
        });
    }

    /// Adds what an organisation cannot work without: a profile and a role for every user, and an administrator.
    /// `next_id` yields made-up ids.
    pub(super) fn complete(&mut self, mut next_id: impl FnMut() -> i64, report: &mut Report) {
        if self.roles.is_empty() {
            report.assumed("everybody has the role CEO");
            self.roles.push(Role {
                id: next_id(),
                name: "CEO".to_owned(),
                reports_to: None,
            });
        }
        if self.profiles.is_empty() {
            report.assumed("everybody has the profile Administrator");
            self.profiles.push(Profile {
                id: next_id(),
                name: "Administrator".to_owned(),
                administrator: true,
                default: ALL,
                modules: HashMap::new(),
                fields: BTreeMap::new(),
            });
        }
        let (profiles, roles) = (&self.profiles, &self.roles);
        let plain = profiles.iter().find(|profile| !profile.administrator);
        let plain = plain.or(profiles.first()).map_or(0, |profile| profile.id);
        let last_role = roles.last().map_or(0, |role| role.id);
        for user in &mut self.users {
            if profiles.iter().all(|profile| profile.id != user.profile) {
                user.profile = plain;
            }
            if roles.iter().all(|role| role.id != user.role) {
                user.role = last_role;
            }
        }
        self.see_to_an_administrator(next_id, report);
    }

    fn see_to_an_administrator(&mut self, mut next_id: impl FnMut() -> i64, report: &mut Report) {
        if self.administrator().is_some() {
            return;
        }
        let works = |user: &&User| user.status == UserStatus::Active && user.confirmed;
        let first = self.users.iter().find(works).map(|user| user.profile);
        let profile = first.or(self.profiles.first().map(|profile| profile.id));
        for known in &mut self.profiles {
            if Some(known.id) == profile {
                known.administrator = true;
                report.assumed(format!("the profile {} administers", known.name));
            }
        }
        if first.is_none() {
            report.assumed("a user administrator@example.com");
            let id = next_id();
            self.users.push(User {
                id,
                zuid: id,
                email: "administrator@example.com".to_owned(),
                first_name: String::new(),
                last_name: "Administrator".to_owned(),
                profile: profile.unwrap_or(0),
                role: self.roles.first().map_or(0, |role| role.id),
                status: UserStatus::Active,
                confirmed: true,
            });
        }
    }

    /// The first active administrator.
    pub(super) fn administrator(&self) -> Option<&User> {
        self.users.iter().find(|user| {
            let profile = self
                .profiles
                .iter()
                .find(|profile| profile.id == user.profile);
            user.status == UserStatus::Active
                && user.confirmed
                && profile.is_some_and(|profile| profile.administrator)
        })
    }

    /// Replaces names and addresses by made-up ones.
    pub(super) fn disguise(&mut self, organisation: &mut Organisation, fakes: &Fakes) {
        organisation.company_name = fakes.prose(&organisation.company_name);
        organisation.domain_name = fakes.prose(&organisation.domain_name).replace(' ', "");
        organisation.primary_email = fakes.email(&organisation.primary_email);
        organisation.zgid = fakes.id(organisation.zgid);
        for user in &mut self.users {
            user.email = fakes.email(&user.email);
            user.first_name = fakes.given_name(&user.first_name);
            user.last_name = fakes.family_name(&user.last_name);
            user.zuid = fakes.id(user.zuid);
        }
    }

    /// The address, or one derived from the id if it is invalid or taken.
    fn free_email(&self, email: &str, id: i64, report: &mut Report) -> String {
        let taken = self
            .users
            .iter()
            .any(|user| user.email.eq_ignore_ascii_case(email));
        if tanzanite_seed::is_email(email) && !taken {
            return email.to_owned();
        }
        report.assumed("addresses of users who share one, or have none");
        format!("user-{id}@example.com")
    }
}

/// The profiles whose users are administrators.
fn administering(answers: &Answers<'_>, report: &mut Report) -> HashSet<i64> {
    if let Some(administrators) = answers.administrators {
        let profiles = administrators.iter().filter_map(|user| user.get("profile"));
        return profiles.filter_map(id).collect();
    }
    report.assumed("the profile Administrator administers, and no other");
    let profiles = answers.users.iter().filter_map(|user| user.get("profile"));
    let named = profiles.filter(|profile| {
        profile
            .get("name")
            .is_some_and(|name| name == "Administrator")
    });
    named.filter_map(id).collect()
}

/// A name that differs from the taken ones, without regard to case.
fn free_name(name: &str, taken: &[&str]) -> String {
    let name = match name.trim() {
        "" => "Nameless",
        _ => name,
    };
    let is_free = |name: &String| !taken.iter().any(|taken| taken.eq_ignore_ascii_case(name));
    let numbered = (2..).map(|number| format!("{name} {number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(is_free).unwrap_or_default()
}

/// The `id` of an object, as a number.
pub(super) fn id(json: &Value) -> Option<i64> {
    let id = json.get("id")?.as_str().and_then(RecordId::parse)?;
    Some(id.get())
}

fn list<'a>(json: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    json.get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}
