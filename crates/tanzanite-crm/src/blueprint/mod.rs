//! Processes of blueprints: the states of records, which are values of a picklist, and the transitions between them.
//!
//! A record enters a process when it is made or changed and meets its criteria in a state that a transition leads out
//! of; it leaves the process in a state without such a transition. That a record is in a process is kept among its
//! values, and so is copied, restored and deleted with them.

mod check;
mod condition;

pub use check::{Flaw, flaws};

use crate::criteria::record_keys;
use crate::metadata::Metadata;
use crate::schema::{Module, NO_VALUE};
use crate::transaction::RecordHead;
use condition::condition;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tanzanite_protocol::ModuleNeed;

/// The modules that can have a process (the vendor's page "Blueprint APIs", v7). Its `Activities` have no records of
/// their own.
pub const MODULES: ModuleNeed = ModuleNeed::CustomAnd(&[
    "Leads",
    "Accounts",
    "Contacts",
    "Deals",
    "Campaigns",
    "Tasks",
    "Cases",
    "Events",
    "Calls",
    "Solutions",
    "Products",
    "Vendors",
    "Price_Books",
    "Quotes",
    "Sales_Orders",
    "Purchase_Orders",
    "Invoices",
    "Notes",
]);

/// The key among a record's values that tells of its process. No field has such a name, and clients cannot set it.
const KEY: &str = "$blueprint";
/// The member of [`KEY`]'s value with the id of the process.
const PROCESS: &str = "process";
/// The member of [`KEY`]'s value with the values of transitions that were saved partially, by the transition's id.
const SAVED: &str = "saved";

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// The id.
    pub id: i64,
    /// The name, unique in the module.
    pub name: String,
    /// The module's API name.
    pub module: String,
    /// The API name of the picklist whose values are the states.
    pub field: String,
    /// Whether an answer tells the transitions after each transition, so that one can follow the other.
    pub continuous: bool,
    /// The criteria that a record meets to enter it, in the notation of searches. `None` if every record enters it.
    pub criteria: Option<String>,
    /// The transitions.
    pub transitions: Vec<Transition>,
}

/// A transition from one state to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The id.
    pub id: i64,
    /// The name, unique in the process.
    pub name: String,
    /// The state in which it is available. `-None-` is that of a record without a value.
    pub from: String,
    /// The state that it leads to.
    pub to: String,
    /// The API names of the fields that must be given a value.
    pub mandatory: Vec<String>,
    /// The API names of the fields that may be given a value.
    pub optional: Vec<String>,
    /// The criteria that a record meets before it, in the notation of searches.
    pub criteria: Option<String>,
    /// The explanation for users whose record does not meet the criteria.
    pub message: Option<String>,
}

impl Process {
    /// The transitions that are available in a state.
    pub fn leaving<'p>(&'p self, state: &str) -> impl Iterator<Item = &'p Transition> {
        let transitions = self.transitions.iter();
        transitions.filter(move |transition| transition.from == state)
    }

    /// The state of a record with these values.
    pub fn state<'f>(&self, fields: &'f Map<String, Value>) -> &'f str {
        let value = fields.get(&self.field).and_then(Value::as_str);
        value.unwrap_or(NO_VALUE)
    }

    /// Whether a record with these values is in a state that leads on.
    fn leads_on(&self, fields: &Map<String, Value>) -> bool {
        self.leaving(self.state(fields)).next().is_some()
    }
}

impl Transition {
    /// The API names of its fields, the mandatory ones first.
    pub fn fields(&self) -> impl Iterator<Item = &String> {
        self.mandatory.iter().chain(&self.optional)
    }
}

/// Whether a record meets criteria in the notation of searches. Criteria that cannot be read are met by none; the
/// process was checked when it was set.
pub(crate) fn meets(
    metadata: &Metadata,
    module: &Module,
    criteria: Option<&str>,
    head: &RecordHead,
    fields: &Map<String, Value>,
) -> bool {
    let Some(criteria) = criteria else {
        return true;
    };
    let zone = metadata.zone();
    condition(module, zone, criteria)
        .is_ok_and(|criteria| criteria.holds(head, &record_keys(module, zone, fields)))
}

/// The process that a record with these values is in.
pub(crate) fn current<'m>(
    metadata: &'m Metadata,
    module: &Module,
    fields: &Map<String, Value>,
) -> Option<&'m Process> {
    let id = fields.get(KEY)?.get(PROCESS)?.as_i64()?;
    let mut processes = metadata.processes(module);
    processes.find(|process| process.id == id && process.leads_on(fields))
}

/// Notes the process in a record's values: the one that it stays in, or, if it `enters` one, the first whose criteria
/// it meets. `head` is the record's after the change.
pub fn settle(
    metadata: &Metadata,
    module: &Module,
    head: &RecordHead,
    fields: &mut Map<String, Value>,
    enters: bool,
) {
    if current(metadata, module, fields).is_some() {
        return;
    }
    fields.shift_remove(KEY);
    let mut processes = metadata.processes(module).filter(|_| enters);
    let entered = processes.find(|process| {
        let criteria = process.criteria.as_deref();
        process.leads_on(fields) && meets(metadata, module, criteria, head, fields)
    });
    if let Some(process) = entered {
        fields.insert(KEY.to_owned(), json!({ PROCESS: process.id }));
    }
}

/// Forgets in which process the record was whose values these are copies of.
pub(crate) fn forget(fields: &mut Map<String, Value>) {
    fields.shift_remove(KEY);
}

/// The values that were saved for a transition of a record.
pub(crate) fn saved(fields: &Map<String, Value>, transition: &Transition) -> Map<String, Value> {
    let saved = fields.get(KEY).and_then(|value| value.get(SAVED));
    let saved = saved.and_then(|saved| saved.get(transition.id.to_string()));
    saved
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}

/// Saves values for a transition of a record that is in a process.
pub(crate) fn save(
    fields: &mut Map<String, Value>,
    transition: &Transition,
    values: Map<String, Value>,
) {
    if let Some(value) = fields.get_mut(KEY) {
        value[SAVED][transition.id.to_string()] = values.into();
    }
}

/// Moves a record that is in a process to the state that a transition leads to. The values that were saved for
/// transitions are forgotten.
pub(crate) fn advance(fields: &mut Map<String, Value>, process: &Process, transition: &Transition) {
    fields.insert(process.field.clone(), transition.to.as_str().into());
    fields.insert(KEY.to_owned(), json!({ PROCESS: process.id }));
}
