//! The endpoint table: every operation, served or only known by name. Router, gates, documents and coverage tests are
//! derived from it.

pub mod attachments;
pub mod blueprint;
pub mod bulk_read;
pub mod change_owner;
pub mod coql;
pub mod lead_conversion;
pub mod locks;
pub mod mass_actions;
pub mod notes;
pub mod notifications;
pub mod oauth;
pub mod org;
pub mod photo;
pub mod records;
pub mod recycle_bin;
pub mod related;
pub mod settings;
pub mod tags;
pub mod users;
mod vendor_operations;

pub use vendor_operations::VENDOR_OPERATIONS;

use crate::collection;
use crate::endpoint::Endpoint;
use std::sync::LazyLock;
use tanzanite_protocol::Descriptor;
use tanzanite_protocol::endpoint::VendorOperation;
use tanzanite_protocol::route::Router;

/// The endpoints that are written by hand.
static WRITTEN: &[&Endpoint] = &[
    &photo::DELETE,
    &photo::DOWNLOAD,
    &photo::UPLOAD,
    &records::INSERT,
    &records::GET,
    &records::LIST,
    &records::SEARCH,
    &records::UPDATE,
    &records::UPDATE_MANY,
    &records::UPSERT,
    &records::DELETE,
    &records::DELETE_MANY,
    &records::LIST_DELETED,
    &records::COUNT,
    &records::CLONE,
    &notes::LIST,
    &notes::GET,
    &notes::CREATE,
    &notes::UPDATE,
    &notes::UPDATE_MANY,
    &notes::DELETE,
    &notes::DELETE_MANY,
    &notes::LIST_OF_RECORD,
    &notes::GET_OF_RECORD,
    &notes::CREATE_OF_RECORD,
    &notes::UPDATE_OF_RECORD,
    &notes::UPDATE_MANY_OF_RECORD,
    &notes::DELETE_OF_RECORD,
    &notes::DELETE_MANY_OF_RECORD,
    &attachments::LIST,
    &attachments::UPLOAD,
    &attachments::DOWNLOAD,
    &attachments::DELETE,
    &attachments::DELETE_MANY,
    &related::LIST,
    &related::GET,
    &related::UPDATE,
    &related::UPDATE_MANY,
    &related::DELETE,
    &related::DELETE_MANY,
    &related::contact_roles::LIST,
    &related::contact_roles::GET,
    &related::contact_roles::UPDATE,
    &related::contact_roles::DELETE,
    &related::contact_roles::DELETE_MANY,
    &related::contact_roles::ROLES,
    &related::contact_roles::ROLE,
    &recycle_bin::LIST,
    &recycle_bin::GET,
    &recycle_bin::PURGE,
    &recycle_bin::PURGE_MANY,
    &recycle_bin::RESTORE,
    &recycle_bin::RESTORE_MANY,
    &recycle_bin::COUNT,
    &lead_conversion::CONVERT,
    &blueprint::GET,
    &blueprint::UPDATE,
    &change_owner::CHANGE_ONE,
    &change_owner::CHANGE_MANY,
    &mass_actions::MASS_UPDATE,
    &mass_actions::GET_MASS_UPDATE,
    &mass_actions::MASS_DELETE,
    &mass_actions::GET_MASS_DELETE,
    &mass_actions::MASS_CHANGE_OWNER,
    &mass_actions::GET_MASS_CHANGE_OWNER,
    &settings::LIST_PIPELINES,
    &settings::GET_PIPELINE,
    &coql::QUERY,
    &bulk_read::CREATE,
    &bulk_read::GET,
    &bulk_read::DOWNLOAD_RESULT,
    &locks::LIST,
    &locks::LOCK,
    &locks::GET,
    &locks::UPDATE,
    &locks::UNLOCK,
    &users::LIST,
    &users::GET,
    &org::GET,
    &settings::LIST_MODULES,
    &settings::GET_MODULE,
    &settings::LIST_FIELDS,
    &settings::LIST_LAYOUTS,
    &settings::GET_LAYOUT,
    &settings::LIST_RELATED_LISTS,
    &settings::GET_RELATED_LIST,
    &settings::LIST_CUSTOM_VIEWS,
    &settings::GET_CUSTOM_VIEW,
    &settings::LIST_PROFILES,
    &settings::GET_PROFILE,
    &tags::ADD,
    &tags::ADD_MANY,
    &tags::REMOVE,
    &tags::REMOVE_MANY,
    &tags::MERGE,
    &tags::RECORDS_COUNT,
    &tags::MASS_DELETE,
    &tags::MASS_DELETE_STATUS,
    &notifications::GET,
    &notifications::ENABLE,
    &notifications::REPLACE,
    &notifications::CHANGE,
    &notifications::DISABLE,
    &oauth::ISSUE_TOKEN,
    &oauth::REVOKE_TOKEN,
];

/// All endpoints: those of collections, and those written by hand.
pub static SERVED: LazyLock<Vec<&'static Endpoint>> =
    LazyLock::new(|| [collection::endpoints().as_slice(), WRITTEN].concat());

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub enum Entry {
    /// A served operation.
    Served(&'static Endpoint),
    /// An operation known by name only.
    Known(&'static VendorOperation),
}

/// The descriptors of all served operations.
pub fn descriptors() -> impl Iterator<Item = &'static Descriptor> {
    SERVED.iter().map(|endpoint| &endpoint.descriptor)
}

/// The descriptor of the served operation with an id.
pub fn descriptor(id: &str) -> Option<&'static Descriptor> {
    descriptors().find(|descriptor| descriptor.id == id)
}

/// Whether an operator's word means an operation: its id, or the title of its page, which several operations may share.
pub fn is_called(id: &str, word: &str) -> bool {
    id == word || descriptor(id).is_some_and(|descriptor| descriptor.name == word)
}

/// The table as a tree of paths. Served operations come first, so that they are found before those known by name.
pub static ROUTER: LazyLock<Router<Entry>> = LazyLock::new(|| {
    let served = SERVED.iter().map(|endpoint| {
        let descriptor = &endpoint.descriptor;
        let entry = Entry::Served(endpoint);
        (descriptor.method, descriptor.path, entry)
    });
    let known = VENDOR_OPERATIONS
        .iter()
        .map(|operation| (operation.method, operation.path, Entry::Known(operation)));
    Router::new(served.chain(known))
});
