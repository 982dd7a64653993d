//! Related lists: the records that refer to a record. `/crm/{version}/{module}/{record_id}/{related_list}`.
//!
//! In `resource_path_index` the vendor counts the path's segments from the module on: the record is 1, the related list
//! 2, the record in it 3.

pub mod faults;
mod get;
mod list;

pub use get::GET;
pub use list::LIST;

use crate::call::{ModuleCall, RecordCall};
use crate::criteria::{Criteria, FieldTest, Test};
use crate::policy::ModuleView;
use crate::schema::{RelatedList, UNSERVED_LISTS, related_lists};
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::{Fault, RecordId};

const PATH: &str = "/crm/{version}/{module}/{record_id}/{related_list}";
const PATH_OF_ONE: &str = "/crm/{version}/{module}/{record_id}/{related_list}/{related_id}";
const SEGMENT_OF_LIST: usize = 2;

/// The related list that the path names.
fn named<'a>(call: &RecordCall<'a>) -> Result<RelatedList<'a>, Fault> {
    let name = call.path("related_list");
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

/// That a record refers to this one by the list's field.
fn referring(list: &RelatedList<'_>, id: RecordId) -> Criteria {
    let test = FieldTest::Is(Test::OneOf(vec![id.to_string()]));
    Criteria::field(list.field.number, test)
}
