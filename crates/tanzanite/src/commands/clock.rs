//! `tanzanite clock`: the clock of a running server's organisation, shown and set.

use crate::arguments::ClockArguments;
use crate::control::Control;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json};
use serde_json::{Value, json};

/// Shows the clock, after changing it if asked to.
pub(crate) fn clock(arguments: &ClockArguments) -> Outcome {
    let control = Control::of(&arguments.settings)?;
    let shown = match change(arguments) {
        Some(change) => control.post("clock", &change)?,
        None => control.get("clock")?,
    };
    if arguments.json {
        answer_json(&shown)?;
    } else {
        let text = |key| {
            let text = shown.get(key).and_then(Value::as_str);
            let unclear = || Failure::new(Exit::Refused, format!("the answer has no {key}"));
            text.ok_or_else(unclear)
        };
        answer(&format!("{} ({})\n", text("now")?, text("state")?))?;
    }
    Ok(Exit::Ok)
}

fn change(arguments: &ClockArguments) -> Option<Value> {
    if let Some(at) = &arguments.freeze {
        let at = (!at.is_empty()).then_some(at);
        return Some(json!({ "action": "freeze", "at": at }));
    }
    if let Some(to) = &arguments.set {
        return Some(json!({ "action": "set", "to": to }));
    }
    if let Some(by) = &arguments.advance {
        return Some(json!({ "action": "advance", "by": by }));
    }
    let action = match (arguments.resume, arguments.reset) {
        (true, _) => "resume",
        (_, true) => "reset",
        (false, false) => return None,
    };
    Some(json!({ "action": action }))
}
