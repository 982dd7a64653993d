//! The recycle bin: `/crm/{version}/settings/recycle_bin`, and how long a deleted record is known.
//!
//! A record that was deleted stays in the recycle bin for sixty days by the organisation's clock. Nothing removes it
//! then: it is answered as one that is gone, and can be neither restored nor seen.

mod count;
pub mod faults;
mod get;
mod items;
mod list;
mod purge;
mod restore;

pub use count::COUNT;
pub use get::GET;
pub use list::LIST;
pub use purge::{PURGE, PURGE_MANY};
pub use restore::{RESTORE, RESTORE_MANY};

use crate::call::Call;
use crate::policy::{ModuleView, Seen};
use crate::transaction::{DeletedQuery, DeletedState};
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::{ScopeNeed, ScopeOperation, Timestamp, limits};

const PATH: &str = "/crm/{version}/settings/recycle_bin";
const PATH_OF_RECORD: &str = "/crm/{version}/settings/recycle_bin/{record_id}";
/// The key of the answers.
const ROOT: &str = "recycle_bin";
const MILLIS_PER_DAY: i64 = 86_400_000;

const fn scope(operations: &'static [ScopeOperation]) -> ScopeNeed {
    ScopeNeed::fixed("settings", "recycle_bin", operations)
}

/// All deleted records that are known, those deleted last first.
pub(crate) fn deleted(call: &Call<'_>, seen: Vec<Seen>, limit: u32) -> DeletedQuery {
    let before = |days: i64| {
        let millis = call.context.now.millis();
        Timestamp::from_millis(millis.saturating_sub(days * MILLIS_PER_DAY))
    };
    DeletedQuery {
        in_bin_since: before(limits::DAYS_IN_RECYCLE_BIN),
        known_since: before(limits::DAYS_DELETED_KNOWN),
        descending: true,
        ..DeletedQuery::all(seen, limit)
    }
}

/// The records in the recycle bin that the caller may see: those of every module that the profile opens.
fn in_bin(call: &Call<'_>, limit: u32) -> DeletedQuery {
    let modules = call.metadata().modules();
    let opened = modules.filter(|module| {
        module.is_served() && call.caller.profile().permits(module, Permission::View)
    });
    let seen = opened.map(|module| ModuleView::new(call.caller, module).seen());
    DeletedQuery {
        state: DeletedState::InBin,
        ..deleted(call, seen.collect(), limit)
    }
}
