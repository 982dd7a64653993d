//! The roles of the file. Duplicates, unknown superiors and cycles are reported.

use super::error::Problems;
use super::ids::Ids;
use super::names::Names;
use super::shapes::{RoleShape, SeedFile};
use std::collections::HashMap;
use tanzanite_crm::metadata::{Role, SettingsItem};

/// Adds the roles to the settings; returns their ids by name.
pub(super) fn roles<'a>(
    file: &'a SeedFile<'_>,
    ids: &Ids,
    items: &mut Vec<SettingsItem>,
    problems: &mut Problems,
) -> Names<'a, i64> {
    let mut names = Names::new("role");
    let mut places = HashMap::new();
    for (place, shape) in file.roles.iter().enumerate() {
        names.add(&shape.name, ids.of(shape.at, shape.id.as_ref()), problems);
        places.entry(shape.name.value.as_str()).or_insert(place);
    }
    let above = |shape: &RoleShape| {
        let name = &shape.reports_to.as_ref()?.value;
        places.get(name.as_str()).copied()
    };
    let circular = circular(file.roles.len(), |place| {
        file.roles.get(place).and_then(above)
    });
    for (shape, circular) in file.roles.iter().zip(circular) {
        let above = shape.reports_to.as_ref();
        if let (Some(above), true) = (above, circular) {
            let message = format!(
                "the role {:?} reports to itself in the end",
                shape.name.value
            );
            problems.add(
                above.at,
                message,
                "Leave `reports_to` out for the role at the top.",
            );
        }
        items.push(SettingsItem::Role(Role {
            id: ids.of(shape.at, shape.id.as_ref()),
            name: shape.name.value.clone(),
            reports_to: above.and_then(|above| names.find(above, problems)),
        }));
    }
    names
}

/// The positions that are part of a cycle. Calls `above` once for each position, and once more along a cycle.
fn circular(count: usize, above: impl Fn(usize) -> Option<usize>) -> Vec<bool> {
    // The start of the walk that first visited each position.
    let mut came_from: Vec<Option<usize>> = vec![None; count];
    let mut circular = vec![false; count];
    for start in 0..count {
        let mut next = Some(start);
        while let Some(place) = next.filter(|place| came_from[*place].is_none()) {
            came_from[place] = Some(start);
            next = above(place);
        }
        // A walk that returns to a position of its own has found a cycle.
        next = next.filter(|place| came_from[*place] == Some(start));
        while let Some(place) = next.filter(|place| !circular[*place]) {
            circular[place] = true;
            next = above(place);
        }
    }
    circular
}

#[cfg(test)]
mod tests {
    use super::circular;
    use std::cell::Cell;

    /// The positions in cycles, and the number of calls of `above`.
    fn counted(count: usize, above: impl Fn(usize) -> Option<usize>) -> (usize, usize) {
        let looks = Cell::new(0);
        let found = circular(count, |place| {
            looks.set(looks.get() + 1);
            above(place)
        });
        (
            found.iter().filter(|circular| **circular).count(),
            looks.get(),
        )
    }

    #[test]
    fn those_on_a_circle_are_circular_and_those_that_lead_there_are_not() {
        // 0 → 1 → 2 → 1, 3 → 3, 4 → 0, 5 is at the top.
        let above = [Some(1), Some(2), Some(1), Some(3), Some(0), None];
        let found = circular(above.len(), |place| above[place]);
        assert_eq!(found, [false, true, true, true, false, false]);
    }

    #[test]
    fn many_roles_cost_no_more_each_than_few() {
        const ROLES: usize = 20_000;
        let chain = counted(ROLES, |place| place.checked_sub(1));
        assert_eq!(chain, (0, ROLES));
        let from_the_bottom = counted(ROLES, |place| {
            Some(place + 1).filter(|above| *above < ROLES)
        });
        assert_eq!(from_the_bottom, (0, ROLES));
        let ring = counted(ROLES, |place| Some((place + 1) % ROLES));
        assert_eq!(ring, (ROLES, 2 * ROLES));
        let fan = counted(ROLES, |place| (place > 0).then_some(0));
        assert_eq!(fan, (0, ROLES));
    }
}
