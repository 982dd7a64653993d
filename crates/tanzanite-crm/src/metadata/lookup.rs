//! Finds users, profiles, roles and modules by id or name. Every request does so, and organisations can have many
//! thousands of users and roles, so no list is searched.

use super::{Metadata, Profile, Role, Schema, User};
use crate::schema::{Module, Number, standard_modules};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::LazyLock;
use tanzanite_protocol::RecordId;

/// The index of each key; of the first if there are several.
pub(super) fn places<K: Eq + Hash>(keys: impl Iterator<Item = K>) -> HashMap<K, usize> {
    let mut places = HashMap::new();
    for (place, key) in keys.enumerate() {
        places.entry(key).or_insert(place);
    }
    places
}

/// The tree of roles, numbered from the top down so that the roles below a role have the numbers that follow its own.
/// Roles in a cycle are not in the tree, and are above no role.
#[derive(Clone, Debug, Default)]
pub(super) struct Hierarchy(HashMap<i64, Span>);

/// The number of a role, and the last number of those below it.
#[derive(Clone, Copy, Debug)]
struct Span {
    own: usize,
    last: usize,
}

impl Hierarchy {
    pub(super) fn of(roles: &[Role]) -> Self {
        let known = places(roles.iter().map(|role| role.id));
        let mut below: HashMap<i64, Vec<i64>> = HashMap::new();
        // A stack of roles still to be numbered, and of roles whose last number is still to be set.
        let mut stack = Vec::new();
        for role in roles {
            match role.reports_to.filter(|above| known.contains_key(above)) {
                Some(above) => below.entry(above).or_default().push(role.id),
                None => stack.push((role.id, false)),
            }
        }
        let mut spans: HashMap<i64, Span> = HashMap::with_capacity(roles.len());
        let mut count = 0;
        while let Some((role, left)) = stack.pop() {
            if left {
                if let Some(span) = spans.get_mut(&role) {
                    span.last = count;
                }
                continue;
            }
            count += 1;
            spans.insert(
                role,
                Span {
                    own: count,
                    last: count,
                },
            );
            stack.push((role, true));
            let below = below.get(&role).into_iter().flatten();
            stack.extend(below.map(|role| (*role, false)));
        }
        Self(spans)
    }

    fn is_above(&self, above: i64, below: i64) -> bool {
        match (self.0.get(&above), self.0.get(&below)) {
            (Some(above), Some(below)) => above.own < below.own && below.own <= above.last,
            _ => false,
        }
    }
}

impl Schema {
    pub(super) fn place(&self, api_name: &str) -> Option<usize> {
        static STANDARD: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| {
            let modules = standard_modules().iter();
            places(modules.map(|module| module.api_name.as_ref()))
        });
        STANDARD
            .get(api_name)
            .or_else(|| self.own.get(api_name))
            .copied()
    }
}

impl Metadata {
    /// A user by id.
    pub fn user(&self, id: RecordId) -> Option<&User> {
        self.users().get(*self.core.places.users.get(&id.get())?)
    }

    /// A profile by id.
    pub fn profile(&self, id: i64) -> Option<&Profile> {
        self.profiles().get(*self.core.places.profiles.get(&id)?)
    }

    /// A role by id.
    pub fn role(&self, id: i64) -> Option<&Role> {
        self.roles().get(*self.core.places.roles.get(&id)?)
    }

    /// A module by its API name, spelled exactly.
    pub fn module(&self, api_name: &str) -> Option<&Module> {
        let place = self.schema.place(api_name)?;
        self.schema.modules.get(place).map(|module| &**module)
    }

    /// A module by its number.
    pub fn module_numbered(&self, number: Number) -> Option<&Module> {
        self.modules().find(|module| module.number == number)
    }

    /// Whether one role is above another in the hierarchy.
    pub fn is_superior(&self, above: i64, below: i64) -> bool {
        self.core.places.hierarchy.is_above(above, below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn role(id: i64, reports_to: Option<i64>) -> Role {
        Role {
            id,
            name: String::new(),
            reports_to,
        }
    }

    /// Whether the chain of superiors of a role includes another role.
    fn walks_by(roles: &[Role], above: i64, below: i64) -> bool {
        let up = |id: i64| roles.iter().find(|role| role.id == id)?.reports_to;
        let way = std::iter::successors(up(below), |id| up(*id)).take(roles.len());
        way.into_iter().any(|id| id == above)
    }

    proptest! {
        #[test]
        fn a_role_is_above_another_if_the_way_up_from_there_comes_by(
            above in prop::collection::vec(prop::option::of(0usize..40), 1..40)
        ) {
            // Each reports to one before it or to none, so there is no cycle.
            let number = |place: usize| i64::try_from(place).expect("few") + 1;
            let roles: Vec<Role> = above.iter().enumerate().map(|(place, above)| {
                role(number(place), above.filter(|above| *above < place).map(number))
            }).collect();
            let hierarchy = Hierarchy::of(&roles);
            for (one, other) in roles.iter().flat_map(|one| roles.iter().map(move |other| (one, other))) {
                prop_assert_eq!(hierarchy.is_above(one.id, other.id), walks_by(&roles, one.id, other.id));
            }
        }
    }

    #[test]
    fn roles_in_a_circle_and_unknown_ones_stand_above_nobody() {
        let roles = [
            role(1, Some(2)),
            role(2, Some(1)),
            role(3, Some(9)),
            role(4, Some(3)),
        ];
        let hierarchy = Hierarchy::of(&roles);
        for (above, below) in [(1, 2), (2, 1), (1, 1), (9, 3), (3, 3)] {
            assert!(!hierarchy.is_above(above, below), "{above} {below}");
        }
        assert!(
            hierarchy.is_above(3, 4),
            "a role whose superior is unknown is at the top"
        );
    }
}
