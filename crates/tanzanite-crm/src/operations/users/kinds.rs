//! The values of `type`, which select users.
//!
//! The first ten are on the "Get users" page. The others are only in the OpenAPI document of 2026, without a
//! definition; their meaning here follows their names, from the caller's point of view. Values for users that cannot
//! exist here (lite, developer, reported to) are refused.

use crate::metadata::{Metadata, User, UserStatus};

/// Whether a kind includes a user. The first user argument is the caller.
type Takes = fn(&Metadata, &User, &User) -> bool;

/// The kind without the parameter ("Kaizen #51").
pub(super) const DEFAULT: &str = "AllUsers";

const KINDS: [(&str, Takes); 15] = [
    (DEFAULT, |_, _, user| exists(user)),
    ("ActiveUsers", |_, _, user| active(user)),
    ("DeactiveUsers", |_, _, user| {
        user.status == UserStatus::Disabled
    }),
    ("ConfirmedUsers", |_, _, user| {
        exists(user) && user.confirmed
    }),
    ("NotConfirmedUsers", |_, _, user| {
        exists(user) && !user.confirmed
    }),
    ("DeletedUsers", |_, _, user| !exists(user)),
    ("ActiveConfirmedUsers", |_, _, user| {
        active(user) && user.confirmed
    }),
    ("AdminUsers", |metadata, _, user| {
        exists(user) && administrator(metadata, user)
    }),
    ("ActiveConfirmedAdmins", |metadata, _, user| {
        active(user) && user.confirmed && administrator(metadata, user)
    }),
    ("CurrentUser", |_, caller, user| user.id == caller.id),
    ("AllActiveUsers", |_, _, user| active(user)),
    ("ActiveAndDeactive", |_, _, user| exists(user)),
    ("ChildRoleUsers", |metadata, caller, user| {
        exists(user) && role_above(metadata, user) == Some(caller.role)
    }),
    ("ParentRoleUsers", |metadata, caller, user| {
        exists(user) && role_above(metadata, caller) == Some(user.role)
    }),
    ("SubordinateRoleUsers", |metadata, caller, user| {
        exists(user) && metadata.is_superior(caller.role, user.role)
    }),
];

/// The kind with a name.
pub(super) fn find(name: &str) -> Option<Takes> {
    KINDS
        .iter()
        .find(|(found, _)| *found == name)
        .map(|(_, takes)| *takes)
}

/// The names of all kinds.
pub(super) fn names() -> Vec<&'static str> {
    KINDS.iter().map(|(name, _)| *name).collect()
}

/// Whether a user is active or disabled; only `DeletedUsers` lists the deleted ones.
fn exists(user: &User) -> bool {
    user.status != UserStatus::Deleted
}

fn active(user: &User) -> bool {
    user.is_active()
}

fn administrator(metadata: &Metadata, user: &User) -> bool {
    metadata
        .profile(user.profile)
        .is_some_and(|profile| profile.administrator)
}

fn role_above(metadata: &Metadata, user: &User) -> Option<i64> {
    metadata.role(user.role)?.reports_to
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{ModulePermissions, Organisation, Profile, Role, SettingsItem};
    use std::collections::{BTreeMap, HashMap};

    fn user(id: i64, role: i64, status: UserStatus, confirmed: bool) -> SettingsItem {
        SettingsItem::User(User {
            id,
            zuid: id,
            email: format!("user{id}@example.com"),
            first_name: String::new(),
            last_name: format!("User {id}"),
            profile: if id == 1 { 1 } else { 2 },
            role,
            status,
            confirmed,
        })
    }

    fn profile(id: i64, administrator: bool) -> SettingsItem {
        let everything = ModulePermissions {
            view: true,
            create: true,
            edit: true,
            delete: true,
        };
        SettingsItem::Profile(Profile {
            id,
            name: format!("Profile {id}"),
            administrator,
            default: everything,
            modules: HashMap::new(),
            fields: BTreeMap::new(),
        })
    }

    fn role(id: i64, reports_to: Option<i64>) -> SettingsItem {
        SettingsItem::Role(Role {
            id,
            name: format!("Role {id}"),
            reports_to,
        })
    }

    /// Every kind against one organisation, from the point of view of user 2: the table is the specification.
    #[test]
    fn each_kind_takes_its_users() {
        let metadata = Metadata::new(vec![
            SettingsItem::Organisation(Organisation::default()),
            profile(1, true),
            profile(2, false),
            role(1, None),
            role(2, Some(1)),
            role(3, Some(2)),
            role(4, Some(3)),
            user(1, 1, UserStatus::Active, true),
            user(2, 2, UserStatus::Active, true),
            user(3, 3, UserStatus::Active, false),
            user(4, 4, UserStatus::Disabled, true),
            user(5, 3, UserStatus::Deleted, true),
        ])
        .expect("an organisation");
        let caller = &metadata.users()[1];
        let expected: [(&str, &[i64]); 15] = [
            ("AllUsers", &[1, 2, 3, 4]),
            ("ActiveUsers", &[1, 2, 3]),
            ("DeactiveUsers", &[4]),
            ("ConfirmedUsers", &[1, 2, 4]),
            ("NotConfirmedUsers", &[3]),
            ("DeletedUsers", &[5]),
            ("ActiveConfirmedUsers", &[1, 2]),
            ("AdminUsers", &[1]),
            ("ActiveConfirmedAdmins", &[1]),
            ("CurrentUser", &[2]),
            ("AllActiveUsers", &[1, 2, 3]),
            ("ActiveAndDeactive", &[1, 2, 3, 4]),
            ("ChildRoleUsers", &[3]),
            ("ParentRoleUsers", &[1]),
            ("SubordinateRoleUsers", &[3, 4]),
        ];
        assert_eq!(names(), expected.map(|(name, _)| name));
        for (name, ids) in expected {
            let takes = find(name).expect(name);
            let found: Vec<i64> = metadata
                .users()
                .iter()
                .filter(|user| takes(&metadata, caller, user))
                .map(|user| user.id)
                .collect();
            assert_eq!(found, ids, "{name}");
        }
        assert!(find("allusers").is_none());
    }
}
