//! Related lists: the records that refer to a record, or are connected with it.
//! `/crm/{version}/{module}/{record_id}/{related_list}`.
//!
//! In `resource_path_index` the vendor counts the path's segments from the module on: the record is 1, the related list
//! 2, the record in it 3.

pub(crate) mod connected;
pub mod contact_roles;
mod delete;
mod delete_many;
pub mod faults;
mod get;
mod list;
mod update;
mod update_many;

pub use delete::DELETE;
pub use delete_many::DELETE_MANY;
pub use get::GET;
pub use list::LIST;
pub use update::UPDATE;
pub use update_many::UPDATE_MANY;

use crate::call::{ModuleCall, RecordCall};
use crate::criteria::{Criteria, FieldTest, HeadKey, Test};
use crate::policy::ModuleView;
use crate::schema::connections::{CONTACT_ROLES_LIST, Side};
use crate::schema::{RelatedList, UNSERVED_LISTS, related_lists};
use connected::Connection;
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::{Fault, RecordId};

const PATH: &str = "/crm/{version}/{module}/{record_id}/{related_list}";
const PATH_OF_ONE: &str = "/crm/{version}/{module}/{record_id}/{related_list}/{related_id}";
const SEGMENT_OF_LIST: usize = 2;

/// The related list that the path names. One list has paths of its own, without a parameter.
fn named<'a>(call: &RecordCall<'a>) -> Result<RelatedList<'a>, Fault> {
    let name = match call.path("related_list") {
        "" => CONTACT_ROLES_LIST,
        name => name,
    };
    let mut lists = related_lists(call.metadata(), call.module()).into_iter();
    if let Some(list) = lists.find(|list| list.api_name.eq_ignore_ascii_case(name)) {
        return Ok(list);
    }
    let at = |row| Fault::new(row).with("resource_path_index", SEGMENT_OF_LIST);
    let mut known = UNSERVED_LISTS.iter();
    Err(match known.find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) => at(&faults::RELATION_NOT_SERVED).with("related_list", *known),
        None => at(&faults::RELATION_UNKNOWN),
    })
}

/// The module of a list's records as the caller may see it.
fn seen_in<'a>(call: &ModuleCall<'a>, list: &RelatedList<'a>) -> Result<ModuleView<'a>, Fault> {
    if call.caller.profile().permits(list.module, Permission::View) {
        return Ok(call.about(list.module).view());
    }
    let name = Permission::View.implied_name(&list.module.api_name);
    Err(Fault::new(&faults::READ_NOT_SHARED).because(format!("the profile lacks {name}")))
}

/// The related list that the path names, to be changed by its connection. Lists of lookups alone are changed by their
/// records.
fn named_to_change<'a>(call: &RecordCall<'a>) -> Result<(RelatedList<'a>, Side), Fault> {
    let list = named(call)?;
    let not_served = || {
        Fault::new(&faults::RELATION_NOT_SERVED)
            .with("resource_path_index", SEGMENT_OF_LIST)
            .with("related_list", list.api_name.as_ref())
    };
    let side = list.side.ok_or_else(not_served)?;
    Ok((list, side))
}

/// The records of a list: those that refer to this one by the list's field, and those that are connected with it.
fn in_list(list: &RelatedList<'_>, id: RecordId, connected: &[Connection]) -> Criteria {
    let referring = list.field.map(|field| {
        let test = FieldTest::Is(Test::OneOf(vec![id.to_string()]));
        Criteria::field(field.number, test)
    });
    let ids = connected.iter().map(|connection| connection.other.get());
    let connected = list
        .side
        .map(|_| Criteria::Head(HeadKey::Id, Test::OneOf(ids.collect())));
    Criteria::Any(referring.into_iter().chain(connected).collect())
}
