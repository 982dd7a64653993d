//! Mass actions: one change of many records. They are named by their ids and changed at once, or by a custom view and
//! changed by a job.
//!
//! `given` reads which records are meant, `job` does the work and tells how far it is, and the file of each action has
//! its change of one record. A record that refuses the change is told or counted, and the others are changed all the
//! same.

pub mod faults;
mod get_mass_change_owner;
mod get_mass_delete;
mod get_mass_update;
mod given;
mod job;
mod mass_change_owner;
mod mass_delete;
mod mass_update;

pub use get_mass_change_owner::GET_MASS_CHANGE_OWNER;
pub use get_mass_delete::GET_MASS_DELETE;
pub use get_mass_update::GET_MASS_UPDATE;
pub use mass_change_owner::{MASS_CHANGE_OWNER, WORK as CHANGE_OWNER};
pub use mass_delete::{MASS_DELETE, WORK as DELETE};
pub use mass_update::{MASS_UPDATE, WORK as UPDATE};

use tanzanite_protocol::Fault;

/// Says in the refusal of a record which one it is.
fn telling_id(fault: Fault, id: tanzanite_protocol::RecordId) -> Fault {
    fault
        .saying(&faults::NOT_SHARED, |fault| {
            fault.with("id", id.to_string())
        })
        .saying(&crate::operations::change_owner::faults::LOCKED, |fault| {
            fault
                .with("action", "record_locking")
                .with("id", id.to_string())
        })
}
