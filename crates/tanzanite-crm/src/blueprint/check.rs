//! The check of a process, before a seed or an operator sets it.

use super::condition::condition;
use super::{MODULES, Process, Transition};
use crate::metadata::Metadata;
use crate::schema::{Field, Kind, Module, NO_VALUE, Text};
use crate::suggest::did_you_mean;
use std::collections::HashSet;
use tanzanite_protocol::limits::{
    BLUEPRINT_FIELDS_MAX, BLUEPRINT_TEXT_CHARS_MAX, BLUEPRINT_TRANSITIONS_MAX,
};

/// A flaw of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The index of the transition that has it; `None` if it is not one transition's.
    pub transition: Option<usize>,
    /// The flaw in words.
    pub message: String,
    /// Advice.
    pub hint: String,
}

fn flaw(message: impl Into<String>, hint: impl Into<String>) -> Flaw {
    Flaw {
        transition: None,
        message: message.into(),
        hint: hint.into(),
    }
}

const CRITERIA_HINT: &str =
    "Write such as (Company:equals:Acme), with `and` or `or` between several.";

/// The flaws of a process in an organisation; none if it can be set.
pub fn flaws(process: &Process, metadata: &Metadata) -> Vec<Flaw> {
    let mut found = Vec::new();
    if let Err(flaw) = check_name(&process.name) {
        found.push(flaw);
    }
    let (module, states) = match subject(process, metadata) {
        Ok(subject) => subject,
        Err(flaw) => {
            found.push(flaw);
            return found;
        }
    };
    found.extend(check_criteria(
        process.criteria.as_deref(),
        module,
        metadata,
    ));
    if process.transitions.is_empty() || process.transitions.len() > BLUEPRINT_TRANSITIONS_MAX {
        let message = format!(
            "a process cannot have {} transitions",
            process.transitions.len()
        );
        found.push(flaw(
            message,
            format!("Write 1 to {BLUEPRINT_TRANSITIONS_MAX}."),
        ));
        return found;
    }
    let mut names = HashSet::new();
    for (index, transition) in process.transitions.iter().enumerate() {
        let mut of_one = flaws_of(transition, process, module, states, metadata);
        if !names.insert(transition.name.as_str()) {
            let message = format!("there is a transition {:?} already", transition.name);
            of_one.push(flaw(message, "Give each transition a name of its own."));
        }
        let placed = of_one.into_iter().map(|flaw| Flaw {
            transition: Some(index),
            ..flaw
        });
        found.extend(placed);
    }
    found
}

/// The module of a process, and the values that are its states.
fn subject<'m>(
    process: &Process,
    metadata: &'m Metadata,
) -> Result<(&'m Module, &'m [Text]), Flaw> {
    let takes = |module: &&Module| {
        module.is_seeded() && !module.is_annex() && MODULES.takes(&module.api_name, module.custom)
    };
    let module = metadata.module(&process.module).filter(takes);
    let module = module.ok_or_else(|| {
        let known = metadata.modules().filter(takes);
        let known = known.map(|module| module.api_name.as_ref());
        let message = format!("there is no module {:?} with processes", process.module);
        flaw(message, did_you_mean(&process.module, known))
    })?;
    let states = |field: &'m Field| match &field.kind {
        Kind::Picklist(values) if field.is_given() => Some(values.as_slice()),
        _ => None,
    };
    let field = module.field(&process.field).and_then(states);
    let values = field.ok_or_else(|| {
        let known = module.fields.iter();
        let known = known.filter(|field| states(field).is_some());
        let known = known.map(|field| field.api_name.as_ref());
        let message = format!("{} has no picklist {:?}", process.module, process.field);
        flaw(message, did_you_mean(&process.field, known))
    })?;
    Ok((module, values))
}

fn flaws_of(
    transition: &Transition,
    process: &Process,
    module: &Module,
    states: &[Text],
    metadata: &Metadata,
) -> Vec<Flaw> {
    let mut found: Vec<Flaw> = check_name(&transition.name).err().into_iter().collect();
    let listed = states.iter().map(AsRef::as_ref);
    for (state, may_be_none) in [(&transition.from, true), (&transition.to, false)] {
        let is_none = may_be_none && state == NO_VALUE;
        if !is_none && !listed.clone().any(|value| value == state) {
            let message = format!("{} has no value {state:?}", process.field);
            found.push(flaw(message, did_you_mean(state, listed.clone())));
        }
    }
    let mut names = HashSet::new();
    for name in transition.fields() {
        let field = module
            .field(name)
            .filter(|field| can_be_asked(field, process));
        if field.is_none() {
            let known = module.fields.iter();
            let known = known.filter(|field| can_be_asked(field, process));
            let known = known.map(|field| field.api_name.as_ref());
            let message = format!("{} has no field {name:?} for transitions", process.module);
            found.push(flaw(message, did_you_mean(name, known)));
        } else if !names.insert(name) {
            let message = format!("the field {name:?} stands here twice");
            found.push(flaw(
                message,
                "Write it once, under `mandatory` or `optional`.",
            ));
        }
    }
    if names.len() > BLUEPRINT_FIELDS_MAX {
        let message = format!("a transition cannot ask for {} fields", names.len());
        found.push(flaw(
            message,
            format!("Write at most {BLUEPRINT_FIELDS_MAX}."),
        ));
    }
    if let Some(text) = &transition.message
        && text.chars().count() > BLUEPRINT_TEXT_CHARS_MAX
    {
        found.push(too_long("the message"));
    }
    found.extend(check_criteria(
        transition.criteria.as_deref(),
        module,
        metadata,
    ));
    found
}

/// Whether a transition can ask for a field. The rows of subforms and the owner are left out.
fn can_be_asked(field: &Field, process: &Process) -> bool {
    field.is_given() && field.api_name != process.field && !matches!(field.kind, Kind::Subform(_))
}

fn check_name(name: &str) -> Result<(), Flaw> {
    if name.trim().is_empty() {
        return Err(flaw("the name is empty", "Write a name."));
    }
    if name.chars().count() > BLUEPRINT_TEXT_CHARS_MAX {
        return Err(too_long("the name"));
    }
    Ok(())
}

fn too_long(what: &str) -> Flaw {
    let message = format!("{what} is too long");
    flaw(
        message,
        format!("Write at most {BLUEPRINT_TEXT_CHARS_MAX} characters."),
    )
}

fn check_criteria(criteria: Option<&str>, module: &Module, metadata: &Metadata) -> Option<Flaw> {
    let reason = condition(module, metadata.zone(), criteria?).err()?;
    Some(flaw(
        format!("the criteria cannot be read: {reason}"),
        CRITERIA_HINT,
    ))
}
