//! Blueprints: `/crm/{version}/{module}/{record_id}/actions/blueprint`.
//!
//! The order of checks is: the body with the fields of the transition that it names, the record, sharing, lock, the
//! process, the transition. Processes are declared in seeds and by the control API, and not by the vendor's settings.

pub mod faults;
mod get_blueprint;
mod given;
mod render;
mod update_blueprint;

pub use get_blueprint::GET;
pub use update_blueprint::UPDATE;

use crate::blueprint::{Process, current};
use crate::call::ModuleCall;
use crate::schema::validate::Place;
use serde_json::{Map, Value};
use tanzanite_protocol::{Fault, Stage};

const PATH: &str = "/crm/{version}/{module}/{record_id}/actions/blueprint";

/// The process that a record with these values is in.
fn process<'a>(call: &ModuleCall<'a>, fields: &Map<String, Value>) -> Result<&'a Process, Fault> {
    let (metadata, module) = (call.metadata(), call.module());
    current(metadata, module, fields).ok_or_else(|| {
        let names: Vec<_> = metadata
            .processes(module)
            .map(|process| &process.name)
            .collect();
        let cause = format!("the record is in none of the processes {names:?}");
        Fault::new(&faults::NOT_IN_PROCESS).because(cause)
    })
}

/// Refuses a change of the state of a record that is in a process: only a transition changes it.
pub(crate) fn check_state_kept(
    call: &ModuleCall<'_>,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    path: &str,
) -> Result<(), Fault> {
    call.reach(Stage::State);
    match current(call.metadata(), call.module(), before) {
        Some(process) if process.state(before) != process.state(after) => {
            let fault = Place::new(path, &process.field).fault(&faults::RECORD_IN_BLUEPRINT);
            Err(fault.because(format!(
                "the record is in the process {:?}, and PUT …/actions/blueprint moves it",
                process.name
            )))
        }
        _ => Ok(()),
    }
}
