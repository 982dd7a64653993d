//! `/crm/{version}/settings/variable_groups`: the groups of variables. The vendor's API only reads them; every
//! organisation has one.

use crate::collection::{
    Act, BuiltIn, Collection, Hooks, Shape, Told, Unknown, Within, faults, member, text,
};
use crate::policy::Right;
use crate::stored::DocumentKind;

/// The groups of variables.
pub static VARIABLE_GROUPS: Collection = Collection {
    kind: DocumentKind::VARIABLE_GROUP,
    root: "variable_groups",
    path: "/crm/{version}/settings/variable_groups",
    path_of_one: "/crm/{version}/settings/variable_groups/{id}",
    scope: "variable_groups",
    within: Within::Organisation,
    only: None,
    right: Right::Nobody,
    members: &[
        member("display_label", Shape::Same("name")),
        text("api_name", 100),
        text("name", 50),
        text("description", 250),
        member("id", Shape::Id),
        member("source", Shape::Always("crm")),
    ],
    acts: &[
        Act::list("variable_groups.list", "Get Variable Groups"),
        Act::get("variable_groups.get", "Get Variable Groups"),
    ],
    told: Told::Id,
    filters: &[],
    built_in: &[BuiltIn {
        number: 400_000_000_001,
        members: &[("name", "General"), ("api_name", "General")],
    }],
    unknown: Unknown {
        in_path: &faults::UNKNOWN,
        in_item: &faults::ID_UNKNOWN,
        removed: &faults::UNKNOWN,
    },
    unlinks: None,
    hooks: Hooks::NONE,
};
