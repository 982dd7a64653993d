//! `/crm/{version}/settings/roles`: the hierarchy that decides who sees whose records. A role that is removed hands its
//! users over.

use crate::call::Call;
use crate::collection::{
    self, Act, Change, Collection, Hooks, Shape, Thing, Told, Unknown, Within, member, text,
};
use crate::faults::{PARAMETER_MISSING, PATH_ID_UNKNOWN, VALUE_IMPOSSIBLE};
use crate::parameters::given;
use crate::policy::{self, PutDocument, Right};
use crate::stored::{DocumentKind, DocumentQuery, KeySlot, NewDocument, document};
use crate::transaction::Transaction;
use tanzanite_protocol::{Fault, RecordId, Stage};

pub mod faults {
    //! The refusals of roles.

    tanzanite_protocol::faults! {
        "role.";

        /// The caller's profile is no administrator's. The page says "read" of a role that is made.
        CREATE_NOT_PERMITTED: Profile 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to read roles" [] Docs;
        /// The caller's profile is no administrator's.
        UPDATE_NOT_PERMITTED: Profile 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to update roles" [] Docs;
        /// The caller's profile is no administrator's.
        DELETE_NOT_PERMITTED: Profile 401 AUTHORIZATION_FAILED "User does not have sufficient privilege to delete roles" [] Docs;
        /// `transfer_to_id` is no id.
        TRANSFER_MALFORMED: Parameters 400 UNABLE_TO_PARSE_DATA_TYPE "either the request body or parameters is in wrong format" ["param_name"] Docs;
        /// `transfer_to_id` is that of no other role.
        TRANSFER_UNKNOWN: State 400 INVALID_DATA "invalid transferToId" ["param_name"] OpenApi;
        /// The role at the top of the hierarchy, or the last one, cannot be removed.
        AT_THE_TOP: State 400 NOT_ALLOWED "the role at the top of the hierarchy cannot be deleted" [] Assumed;
    }
}

/// The roles of the organisation.
pub static ROLES: Collection = Collection {
    kind: DocumentKind::ROLE,
    root: "roles",
    path: "/crm/{version}/settings/roles",
    path_of_one: "/crm/{version}/settings/roles/{role_id}",
    scope: "roles",
    within: Within::Organisation,
    only: None,
    right: Right::Administrator([
        &faults::CREATE_NOT_PERMITTED,
        &faults::UPDATE_NOT_PERMITTED,
        &faults::DELETE_NOT_PERMITTED,
    ]),
    members: &[
        member("display_label", Shape::Same("name")),
        member("forecast_manager", Shape::User),
        // Conflict C11: the page says optional, the OpenAPI of 2026 says required.
        member("reporting_to", Shape::Thing(DocumentKind::ROLE, "name")).mandatory(),
        member("share_with_peers", Shape::Boolean),
        text("description", 250),
        member("id", Shape::Id),
        text("name", 200).mandatory().unique(KeySlot::NAME),
        member("created_by__s", Shape::CreatedBy),
        member("modified_by__s", Shape::ModifiedBy),
        member("modified_time__s", Shape::ModifiedTime),
        member("created_time__s", Shape::CreatedTime),
        member("admin_user", Shape::Never),
    ],
    acts: &[
        Act::list("roles.list", "Roles APIs"),
        Act::create("roles.create", "Create Role", 1, "Role added"),
        Act::update_many("roles.update_many", "Update Roles", 1, "Role updated"),
        Act::get("roles.get", "Roles APIs"),
        Act::update_one("roles.update", "Update Role", "Role updated"),
        Act::remove_one("roles.delete", "Delete Role", "Role Deleted"),
    ],
    told: Told::Id,
    filters: &[],
    built_in: &[],
    unknown: Unknown {
        in_path: &PATH_ID_UNKNOWN,
        in_item: &collection::faults::ID_UNKNOWN,
        removed: &PATH_ID_UNKNOWN,
    },
    unlinks: None,
    hooks: Hooks {
        check: no_circle,
        remove: hand_over,
        info: None,
        refuses: &[
            &PARAMETER_MISSING,
            &faults::TRANSFER_MALFORMED,
            &faults::TRANSFER_UNKNOWN,
            &VALUE_IMPOSSIBLE,
            &faults::AT_THE_TOP,
        ],
    },
};

/// A role reports neither to itself nor to one below it.
fn no_circle(
    call: &Call<'_>,
    change: &mut Change<'_>,
    _: &mut dyn Transaction,
) -> Result<(), Fault> {
    let above = change
        .body
        .get("reporting_to")
        .and_then(serde_json::Value::as_i64);
    let circular = above
        .is_some_and(|above| above == change.id || call.metadata().is_superior(change.id, above));
    if circular {
        Err(Fault::new(&VALUE_IMPOSSIBLE)
            .with("api_name", "reporting_to")
            .with("json_path", format!("{}.reporting_to", change.path)))
    } else {
        Ok(())
    }
}

/// Users go to the role that `transfer_to_id` names. Roles below it report to the one above it: no source says, and no
/// circle can come of it.
fn hand_over(call: &Call<'_>, role: &Thing, tx: &mut dyn Transaction) -> Result<(), Fault> {
    let transfer = given(call, "transfer_to_id");
    let transfer = transfer
        .ok_or_else(|| Fault::new(&PARAMETER_MISSING).with("param_name", "transfer_to_id"))?;
    let malformed = || Fault::new(&faults::TRANSFER_MALFORMED).with("param_name", "transfer_to_id");
    let transfer = RecordId::parse(transfer).ok_or_else(malformed)?.get();
    call.reach(Stage::State);
    let metadata = call.metadata();
    if transfer == role.id || metadata.role(transfer).is_none() {
        return Err(Fault::new(&faults::TRANSFER_UNKNOWN).with("param_name", "transfer_to_id"));
    }
    let above = metadata.role(role.id).and_then(|role| role.reports_to);
    let above = above.ok_or_else(|| Fault::new(&faults::AT_THE_TOP))?;
    let org = call.caller.org();
    for user in metadata.users().iter().filter(|user| user.role == role.id) {
        let Some(mut document) = document(org, DocumentKind::USER, user.id, tx)? else {
            continue;
        };
        document.body["role"] = transfer.into();
        let grant = policy::grant::<PutDocument>(
            call.caller,
            &ROLES.right,
            None,
            DocumentKind::USER,
            user.id,
        )?;
        let user = NewDocument {
            within: document.within,
            body: document.body,
            keys: Vec::new(),
        };
        tx.put_document(grant, &user)?;
    }
    let below = metadata
        .roles()
        .iter()
        .filter(|below| below.reports_to == Some(role.id));
    let below =
        DocumentQuery::all(org, DocumentKind::ROLE).with_ids(below.map(|below| below.id).collect());
    for mut below in collection::find(&ROLES, &below, metadata, tx)? {
        below.body.insert("reporting_to".to_owned(), above.into());
        collection::put(&ROLES, &below, call, tx)?;
    }
    Ok(())
}
