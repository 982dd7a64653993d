//! `/crm/{version}/settings/variables`: values that the organisation keeps under names. Found by id and by API name.

use crate::collection::{
    Act, Collection, Filter, Hooks, Shape, TYPES, Told, Unknown, Within, faults as shared, member,
    text,
};
use crate::policy::Right;
use crate::stored::{DocumentKind, KeySlot};

pub mod faults {
    //! The refusals of variables.

    tanzanite_protocol::faults! {
        "variable.";

        /// The id of a variable to delete is that of none.
        NOT_DELETED: Record 400 INVALID_DATA "variable not deleted" ["id"] OpenApi;
        /// The caller's profile is no administrator's.
        CREATE_NOT_PERMITTED: Profile 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to create variables" [] Assumed;
        /// The caller's profile is no administrator's.
        UPDATE_NOT_PERMITTED: Profile 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to update variables" [] Assumed;
        /// The caller's profile is no administrator's.
        DELETE_NOT_PERMITTED: Profile 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to delete variables" [] Docs;
    }
}

/// The variables of the organisation.
pub static VARIABLES: Collection = Collection {
    kind: DocumentKind::VARIABLE,
    root: "variables",
    path: "/crm/{version}/settings/variables",
    path_of_one: "/crm/{version}/settings/variables/{id}",
    scope: "variables",
    within: Within::Organisation,
    only: None,
    right: Right::Administrator([
        &faults::CREATE_NOT_PERMITTED,
        &faults::UPDATE_NOT_PERMITTED,
        &faults::DELETE_NOT_PERMITTED,
    ]),
    members: &[
        member("api_name", Shape::ApiName(100))
            .mandatory()
            .unique(KeySlot::API_NAME),
        text("name", 50).mandatory().unique(KeySlot::NAME),
        text("description", 250),
        member("id", Shape::Id),
        member("source", Shape::Always("crm")),
        member("type", Shape::Word(TYPES)).mandatory().fixed(),
        member(
            "variable_group",
            Shape::Thing(DocumentKind::VARIABLE_GROUP, "api_name"),
        )
        .mandatory(),
        member("read_only", Shape::Never),
        member("value", Shape::TypedBy("type")),
    ],
    acts: &[
        Act::list("variables.list", "Variables API"),
        Act::create(
            "variables.create",
            "Create Variables",
            100,
            "variable added",
        ),
        Act::update_many(
            "variables.update_many",
            "Update Variables",
            100,
            "variable updated",
        ),
        Act::remove_many(
            "variables.delete_many",
            "Delete Variables",
            100,
            "variable deleted",
        ),
        Act::get("variables.get", "Variables API"),
        Act::update_one("variables.update", "Update Variables", "variable updated"),
        Act::remove_one("variables.delete", "Delete Variables", "variable deleted"),
    ],
    told: Told::Id,
    filters: &[Filter::RefersTo("group", "variable_group")],
    built_in: &[],
    unknown: Unknown {
        in_path: &shared::UNKNOWN,
        in_item: &shared::ID_UNKNOWN,
        removed: &faults::NOT_DELETED,
    },
    unlinks: None,
    hooks: Hooks::NONE,
};
