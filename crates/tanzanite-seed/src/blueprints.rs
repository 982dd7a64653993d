//! The processes of blueprints in a seed file: `[[blueprint]]` with `[[blueprint.transition]]`.

use super::error::Problems;
use super::format::each;
use super::ids::Ids;
use super::reader::{At, Reader};
use super::shapes::{BlueprintShape, SeedFile, TransitionShape};
use std::collections::HashSet;
use tanzanite_crm::blueprint::{Process, Transition, flaws};
use tanzanite_crm::metadata::{Metadata, SettingsItem};
use tanzanite_protocol::limits;
use toml::de::DeTable;

/// Parses one process.
pub(super) fn blueprint<'a>(
    at: usize,
    table: &'a DeTable<'a>,
    problems: &mut Problems,
) -> Option<BlueprintShape> {
    let known = &[
        "id",
        "module",
        "name",
        "field",
        "continuous",
        "criteria",
        "transition",
    ];
    let mut r = Reader::new("[[blueprint]]", known, at, table, problems);
    let (id, module, name) = (r.optional("id"), r.name("module"), r.name("name"));
    let (field, criteria) = (r.name("field"), r.optional("criteria"));
    let continuous = r.optional("continuous").is_some_and(|found| found.value);
    r.must_have("transition");
    let transitions = each(&mut r, "transition", transition);
    Some(BlueprintShape {
        at,
        id,
        module: module?,
        name: name?,
        field: field?,
        continuous,
        criteria,
        transitions,
    })
}

fn transition<'a>(
    at: usize,
    table: &'a DeTable<'a>,
    problems: &mut Problems,
) -> Option<TransitionShape> {
    let known = &[
        "id",
        "name",
        "from",
        "to",
        "mandatory",
        "optional",
        "criteria",
        "message",
    ];
    let mut r = Reader::new("[[blueprint.transition]]", known, at, table, problems);
    let (id, name) = (r.optional("id"), r.name("name"));
    let (from, to) = (r.name("from"), r.name("to"));
    let mandatory = r.optional::<Vec<At<String>>>("mandatory");
    let optional = r.optional::<Vec<At<String>>>("optional");
    let (criteria, message) = (r.optional("criteria"), r.optional("message"));
    Some(TransitionShape {
        at,
        id,
        name: name?,
        from: from?,
        to: to?,
        mandatory: mandatory.map(|list| list.value).unwrap_or_default(),
        optional: optional.map(|list| list.value).unwrap_or_default(),
        criteria,
        message,
    })
}

/// The processes as settings. `metadata` has the modules that they are of.
pub(super) fn items(
    file: &SeedFile<'_>,
    ids: &Ids,
    metadata: &Metadata,
    problems: &mut Problems,
) -> Vec<SettingsItem> {
    let mut names = HashSet::new();
    let mut items = Vec::new();
    for (index, shape) in file.blueprints.iter().enumerate() {
        if index == limits::BLUEPRINTS_MAX {
            let hint = format!("Write at most {}.", limits::BLUEPRINTS_MAX);
            problems.add(shape.at, "too many blueprints", hint);
        }
        let process = process(shape, ids);
        if !names.insert((&shape.module.value, &shape.name.value)) {
            let message = format!(
                "{} has a blueprint {:?} already",
                process.module, process.name
            );
            problems.add(shape.name.at, message, "Give it another name.");
        }
        for flaw in flaws(&process, metadata) {
            let transition = flaw
                .transition
                .and_then(|index| shape.transitions.get(index));
            let at = transition.map_or(shape.at, |transition| transition.at);
            problems.add(at, flaw.message, flaw.hint);
        }
        items.push(SettingsItem::Process(process));
    }
    items
}

fn process(shape: &BlueprintShape, ids: &Ids) -> Process {
    let transitions = shape.transitions.iter();
    Process {
        id: ids.of(shape.at, shape.id.as_ref()),
        name: shape.name.value.clone(),
        module: shape.module.value.clone(),
        field: shape.field.value.clone(),
        continuous: shape.continuous,
        criteria: text(shape.criteria.as_ref()),
        transitions: transitions.map(|shape| planned(shape, ids)).collect(),
    }
}

fn planned(shape: &TransitionShape, ids: &Ids) -> Transition {
    let names = |list: &[At<String>]| list.iter().map(|name| name.value.clone()).collect();
    Transition {
        id: ids.of(shape.at, shape.id.as_ref()),
        name: shape.name.value.clone(),
        from: shape.from.value.clone(),
        to: shape.to.value.clone(),
        mandatory: names(&shape.mandatory),
        optional: names(&shape.optional),
        criteria: text(shape.criteria.as_ref()),
        message: text(shape.message.as_ref()),
    }
}

fn text(found: Option<&At<String>>) -> Option<String> {
    found.map(|text| text.value.clone())
}
