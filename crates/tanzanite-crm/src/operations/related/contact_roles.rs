//! The contacts that play a part in a deal, under paths of their own: `/crm/{version}/Deals/{record_id}/Contact_Roles`.
//! The related list of that name is answered in the same way; and `/crm/{version}/Contacts/roles`, the parts that there
//! are.

use super::connected::contact_roles;
use super::faults::PARENT_UNKNOWN;
use super::{delete, delete_many, get, list, update};
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::policy;
use serde_json::{Value, json};
use tanzanite_protocol::{Body, Descriptor, Method, ModuleNeed, Reply, ScopeNeed, ScopeOperation};

const PATH: &str = "/crm/{version}/Deals/{record_id}/Contact_Roles";
const PATH_OF_ONE: &str = "/crm/{version}/Deals/{record_id}/Contact_Roles/{related_id}";
const ONLY: ModuleNeed = ModuleNeed::Only("Deals");
const READ: ScopeNeed = ScopeNeed::module(&[ScopeOperation::Read]);

/// Lists the contacts of a deal with their parts in it.
pub static LIST: Endpoint = Endpoint::on_record::<policy::ReadRelated>(
    Descriptor::new(
        "deal_contact_roles.list",
        "Get Contact Roles of a Specific Deal",
        Method::Get,
        PATH,
    )
    .scope(READ)
    .modules(ONLY)
    .refuses(list::FAULTS),
    list::list,
)
.unknown(&PARENT_UNKNOWN);

/// Reads one of them.
pub static GET: Endpoint = Endpoint::on_record::<policy::ReadRelated>(
    Descriptor::new(
        "deal_contact_roles.get",
        "Get Contact Role of a Specific Deal",
        Method::Get,
        PATH_OF_ONE,
    )
    .scope(READ)
    .modules(ONLY)
    .refuses(get::FAULTS),
    get::get,
)
.unknown(&PARENT_UNKNOWN);

/// Gives a contact a part in a deal.
pub static UPDATE: Endpoint = Endpoint::on_record::<policy::WriteRelated>(
    Descriptor::new(
        "deal_contact_roles.update",
        "Add Contact Roles to a Specific Deal",
        Method::Put,
        PATH_OF_ONE,
    )
    .scope(update::SCOPE)
    .modules(ONLY)
    .body(Body::Json)
    .refuses(update::FAULTS),
    update::update,
)
.unknown(&PARENT_UNKNOWN);

/// Takes a contact's part in a deal away.
pub static DELETE: Endpoint = Endpoint::on_record::<policy::DeleteRelated>(
    Descriptor::new(
        "deal_contact_roles.delete",
        "Remove Contact Role from a Specific Deal",
        Method::Delete,
        PATH_OF_ONE,
    )
    .scope(delete::SCOPE)
    .modules(ONLY)
    .refuses(delete::FAULTS),
    delete::delete,
)
.unknown(&PARENT_UNKNOWN);

/// Takes the parts of up to a hundred contacts away.
pub static DELETE_MANY: Endpoint = Endpoint::on_record::<policy::DeleteRelated>(
    Descriptor::new(
        "deal_contact_roles.delete_many",
        "Remove Contact Role from a Specific Deal",
        Method::Delete,
        PATH,
    )
    .scope(delete::SCOPE)
    .modules(ONLY)
    .refuses(delete_many::FAULTS),
    delete_many::delete_many,
)
.unknown(&PARENT_UNKNOWN);

/// The parts that a contact can play: the same in all organisations.
pub static ROLES: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "contact_roles.list",
        "Get Contact Roles",
        Method::Get,
        "/crm/{version}/Contacts/roles",
    )
    // No source at hand says the scope; that of settings is assumed.
    .scope(ScopeNeed::fixed(
        "settings",
        "contact_roles",
        &[ScopeOperation::Read],
    )),
    |call, _| {
        Ok(Reply::json(
            200,
            &json!({ "contact_roles": roles_json(call) }),
        ))
    },
);

/// One of them; 204 if there is none with this id.
pub static ROLE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "contact_roles.get",
        "Get Contact Roles",
        Method::Get,
        "/crm/{version}/Contacts/roles/{id}",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "contact_roles",
        &[ScopeOperation::Read],
    )),
    |call, _| {
        let mut roles = roles_json(call);
        roles.retain(|role| role["id"] == call.path("id"));
        if roles.is_empty() {
            return Ok(Reply::no_content());
        }
        Ok(Reply::json(200, &json!({ "contact_roles": roles })))
    },
);

fn roles_json(call: &Call<'_>) -> Vec<Value> {
    let roles = (1_usize..).zip(contact_roles(call));
    let roles = roles.map(|(position, (id, name))| {
        json!({ "name": name, "id": id.to_string(), "sequence_number": position })
    });
    roles.collect()
}
