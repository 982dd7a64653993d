//! Tags: a list for each module, and links from records to tags.

mod add;
pub mod faults;
mod given;
pub mod mass_delete;
mod merge;
mod on_records;
mod plan;
mod records_count;
mod remove;

pub use add::{ADD, ADD_MANY};
pub(crate) use given::{check as check_given, plan, put};
pub use mass_delete::{MASS_DELETE, MASS_DELETE_STATUS};
pub use merge::MERGE;
pub(crate) use on_records::{of_module, shown_on};
pub(crate) use plan::Plan;
pub use records_count::RECORDS_COUNT;
pub use remove::{REMOVE, REMOVE_MANY};

use crate::call::Call;
use crate::collection::{
    self, Act, Change, Collection, Filter, Hooks, Shape, Told, Unknown, Within, member, text,
};
use crate::policy::Right;
use crate::stored::{DocumentKind, DocumentQuery, KeySlot, Relation};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Fault, RecordId, limits};

/// The tags of each module.
pub static TAGS: Collection = Collection {
    kind: DocumentKind::TAG,
    root: "tags",
    path: "/crm/{version}/settings/tags",
    path_of_one: "/crm/{version}/settings/tags/{id}",
    scope: "tags",
    within: Within::Module {
        missing: &faults::MODULE_MISSING,
        unknown: &faults::MODULE_UNKNOWN,
        unsupported: &faults::MODULE_UNSUPPORTED,
    },
    only: None,
    right: Right::EditInModule(&faults::NOT_PERMITTED),
    members: &[
        member("created_time", Shape::CreatedTime),
        member("modified_time", Shape::ModifiedTime),
        text("name", 25).mandatory().unique(KeySlot::NAME),
        member("modified_by", Shape::ModifiedBy),
        member("id", Shape::Id),
        member("created_by", Shape::CreatedBy),
        member("color_code", Shape::Colour),
    ],
    acts: &[
        Act::list("tags.list", "Tags APIs"),
        Act::create(
            "tags.create",
            "Create Tags",
            100,
            "tags created successfully",
        ),
        Act::update_many(
            "tags.update_many",
            "Update Tags",
            100,
            "tags updated successfully",
        ),
        Act::update_one("tags.update", "Update Tags", "tags updated successfully"),
        Act::remove_one("tags.delete", "Delete Tags", "tags deleted successfully"),
    ],
    told: Told::Everything,
    filters: &[Filter::Mine("my_tags")],
    built_in: &[],
    unknown: Unknown {
        in_path: &faults::UNKNOWN,
        in_item: &collection::faults::ID_UNKNOWN,
        removed: &faults::UNKNOWN,
    },
    unlinks: Some(Relation::TAGGED),
    hooks: Hooks {
        check: room_for_one_more,
        remove: Hooks::NONE.remove,
        info: Some(|count| {
            json!({
                "record_limit": limits::TAGS_PER_RECORD_MAX,
                "count": count,
                "allowed_count": limits::TAGS_PER_MODULE_MAX,
            })
        }),
        refuses: &[&faults::TOO_MANY],
    },
};

/// Refuses a new tag if the module has its highest number of tags.
fn room_for_one_more(
    call: &Call<'_>,
    change: &mut Change<'_>,
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    if !change.is_new {
        return Ok(());
    }
    let within = DocumentQuery::all(call.caller.org(), DocumentKind::TAG).within(change.within);
    if tx.documents(&within)?.len() < limits::TAGS_PER_MODULE_MAX {
        Ok(())
    } else {
        Err(Fault::new(&faults::TOO_MANY))
    }
}

/// The tag with an id, if there is one.
fn tag(call: &Call<'_>, id: &str, tx: &mut dyn Transaction) -> Result<collection::Thing, Fault> {
    let unknown = || Fault::new(&faults::UNKNOWN).with("id", id);
    let parsed = RecordId::parse(id).ok_or_else(unknown)?;
    collection::find_one(&TAGS, parsed, call, tx)?.ok_or_else(unknown)
}
