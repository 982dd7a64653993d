//! Record locks: `/crm/{version}/{module}/{record_id}/Locking_Information__s`.
//!
//! The order of checks is: parameters or body, the record, sharing, the module's locking configuration, the lock. In
//! `resource_path_index` the vendor counts the path's segments from the module on: the record is 1, this resource 2,
//! the lock's id 3.

mod body;
pub mod faults;
mod get_lock;
mod get_locks;
mod lock_record;
mod render;
mod unlock_record;
mod update_lock;

pub use get_lock::GET;
pub use get_locks::LIST;
pub use lock_record::LOCK;
pub use unlock_record::UNLOCK;
pub use update_lock::UPDATE;

use crate::call::ModuleCall;
use crate::metadata::LockingConfiguration;
use crate::transaction::{Lock, RecordHead};
use serde_json::Value;
use tanzanite_protocol::envelope::Batch;
use tanzanite_protocol::{Fault, ModuleNeed, Reply, Row};

const PATH: &str = "/crm/{version}/{module}/{record_id}/Locking_Information__s";
const PATH_OF_LOCK: &str = "/crm/{version}/{module}/{record_id}/Locking_Information__s/{lock_id}";
/// The word in scopes. The pages demand a scope of this word and one of the module, and list no `WRITE` for either.
const SCOPE_WORD: &str = "lockinginformation";
/// The modules that can have a locking configuration (page "Add record locking configuration", v8). The pages about
/// locks themselves leave out Products, but the SDKs know `Locked__s` there, so the newer list is used.
pub(crate) const MODULES: ModuleNeed = ModuleNeed::CustomAnd(&[
    "Leads",
    "Contacts",
    "Accounts",
    "Deals",
    "Quotes",
    "Sales_Orders",
    "Purchase_Orders",
    "Invoices",
    "Vendors",
    "Price_Books",
    "Cases",
    "Solutions",
    "Tasks",
    "Products",
]);
const SEGMENT_OF_RECORD: usize = 1;
const SEGMENT_OF_LOCKS: usize = 2;
const SEGMENT_OF_LOCK: usize = 3;

fn at_segment(row: &'static Row, segment: usize) -> Fault {
    Fault::new(row).with("resource_path_index", segment)
}

/// The locking configuration of the record's module.
fn configuration<'a>(call: &ModuleCall<'a>) -> Result<&'a LockingConfiguration, Fault> {
    let module = call.module();
    call.metadata().locking(module).ok_or_else(|| {
        at_segment(&faults::NOT_CONFIGURED, SEGMENT_OF_LOCKS)
            .because(format!("{} has no locking configuration", module.api_name))
    })
}

/// The record's lock, if it is the one that the path names.
fn lock<'a>(call: &ModuleCall<'_>, head: &'a RecordHead) -> Result<&'a Lock, Fault> {
    let lock = head
        .lock
        .as_ref()
        .ok_or_else(|| Fault::new(&faults::RELATION_MISSING).because("the record is not locked"))?;
    if call.path_id("lock_id") != Some(lock.id) {
        return Err(at_segment(&faults::UNKNOWN, SEGMENT_OF_LOCK)
            .because(format!("the record's lock is {}", lock.id)));
    }
    Ok(lock)
}

/// The reply with the result of the one item, under `data`.
fn answer(success_status: u16, item: Result<Value, Fault>) -> Reply {
    let mut batch = Batch::new("data", success_status);
    batch.push(item);
    batch.into_reply()
}
