//! The processes of blueprints in their written form.

use serde::Serialize;
use std::ops::Not as _;
use tanzanite_crm::blueprint::{Process, Transition};

/// One process.
#[derive(Serialize)]
pub(super) struct BlueprintTable<'a> {
    id: i64,
    module: &'a str,
    name: &'a str,
    field: &'a str,
    #[serde(skip_serializing_if = "<&bool>::not")]
    continuous: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    criteria: Option<&'a str>,
    transition: Vec<TransitionTable<'a>>,
}

#[derive(Serialize)]
struct TransitionTable<'a> {
    id: i64,
    name: &'a str,
    from: &'a str,
    to: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    mandatory: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    optional: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    criteria: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// A process as a table.
pub(super) fn blueprint(process: &Process) -> BlueprintTable<'_> {
    BlueprintTable {
        id: process.id,
        module: &process.module,
        name: &process.name,
        field: &process.field,
        continuous: process.continuous,
        criteria: process.criteria.as_deref(),
        transition: process.transitions.iter().map(transition).collect(),
    }
}

fn transition(transition: &Transition) -> TransitionTable<'_> {
    TransitionTable {
        id: transition.id,
        name: &transition.name,
        from: &transition.from,
        to: &transition.to,
        mandatory: &transition.mandatory,
        optional: &transition.optional,
        criteria: transition.criteria.as_deref(),
        message: transition.message.as_deref(),
    }
}
