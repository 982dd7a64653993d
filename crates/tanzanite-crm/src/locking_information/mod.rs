//! Record locks: `/crm/{version}/{module}/{record_id}/Locking_Information__s`.
//!
//! Order of checks: parameters or body, the record, sharing, the module's locking configuration,
//! the lock. The vendor counts the path's segments from the module (facts §2.1): the record is 1, this
//! resource 2, the lock's id 3.

mod body;
mod get_lock;
mod get_locks;
mod lock_record;
mod render;
mod unlock_record;
mod update_lock;

pub use get_lock::GetLock;
pub use get_locks::GetLocks;
pub use lock_record::LockRecord;
pub use unlock_record::UnlockRecord;
pub use update_lock::UpdateLock;

use crate::endpoint::Call;
use crate::metadata::LockingConfiguration;
use crate::transaction::{Lock, RecordHead, Transaction};
use serde_json::Value;
use tanzanite_protocol::envelope::Batch;
use tanzanite_protocol::{Condition, Fault, ModuleNeed, Reply};

const PATH: &str = "/crm/{version}/{module}/{record_id}/Locking_Information__s";
const PATH_OF_LOCK: &str = "/crm/{version}/{module}/{record_id}/Locking_Information__s/{lock_id}";
/// The word in scopes. The pages ask for a scope of this word and one of the module, and know no
/// `WRITE` for either.
const SCOPE_WORD: &str = "lockinginformation";
/// The modules that can have a locking configuration ("Add record locking configuration" v8 page).
/// The pages about locks themselves do not name Products; the SDKs know `Locked__s` there, so the
/// newer list is taken.
const MODULES: ModuleNeed = ModuleNeed::CustomAnd(&[
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

fn at_segment(condition: Condition, segment: usize) -> Fault {
    Fault::new(condition).with("resource_path_index", segment)
}

/// The record that the path names.
fn record(call: &Call<'_>, tx: &mut dyn Transaction) -> Result<RecordHead, Fault> {
    let unknown =
        |cause: &str| at_segment(Condition::LockRecordUnknown, SEGMENT_OF_RECORD).because(cause);
    let id = call
        .path_id("record_id")
        .ok_or_else(|| unknown("the record's id in the path is no id"))?;
    tx.record_head(call.caller.org(), call.module()?.number, id)?
        .ok_or_else(|| unknown("the module has no such record, or it is in the recycle bin"))
}

/// The configuration that covers the record's module.
fn configuration<'a>(call: &Call<'a>) -> Result<&'a LockingConfiguration, Fault> {
    let module = call.module()?;
    call.metadata().locking(module).ok_or_else(|| {
        at_segment(Condition::LockNotConfigured, SEGMENT_OF_LOCKS)
            .because(format!("{} has no locking configuration", module.api_name))
    })
}

/// The record's lock, if it is the one that the path names.
fn lock<'a>(call: &Call<'_>, head: &'a RecordHead) -> Result<&'a Lock, Fault> {
    let lock = head.lock.as_ref().ok_or_else(|| {
        Fault::new(Condition::LockRelationMissing).because("the record is not locked")
    })?;
    if call.path_id("lock_id") != Some(lock.id) {
        return Err(at_segment(Condition::LockUnknown, SEGMENT_OF_LOCK)
            .because(format!("the record's lock is {}", lock.id)));
    }
    Ok(lock)
}

/// The one answer to the one item of a request, under `data`.
fn answer(success_status: u16, item: Result<Value, Fault>) -> Reply {
    let mut batch = Batch::new("data", success_status);
    batch.push(item);
    batch.into_reply()
}
