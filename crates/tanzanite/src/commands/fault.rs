//! `tanzanite fault`: fault injection rules of a running server, made, listed and removed.

use crate::arguments::{FaultAddArguments, FaultRemoveArguments, LabArguments};
use crate::control::Control;
use crate::exit::{Exit, Outcome};
use crate::output::{answer, answer_json};
use serde_json::{Map, Value, json};

/// Makes a rule.
pub(crate) fn add_fault(arguments: &FaultAddArguments) -> Outcome {
    let control = Control::of(&arguments.settings)?;
    let rule = control.post("faults", &rule(arguments))?;
    if arguments.json {
        answer_json(&rule)?;
    } else {
        answer(&line(&rule))?;
    }
    Ok(Exit::Ok)
}

/// Shows the rules that can still fire.
pub(crate) fn list_faults(arguments: &LabArguments) -> Outcome {
    let control = Control::of(&arguments.settings)?;
    let listed = control.get("faults")?;
    if arguments.json {
        answer_json(&listed)?;
    } else {
        let rules = listed["rules"].as_array().into_iter().flatten();
        answer(&rules.map(line).collect::<String>())?;
    }
    Ok(Exit::Ok)
}

/// Removes one rule, or all.
pub(crate) fn remove_fault(arguments: &FaultRemoveArguments) -> Outcome {
    let control = Control::of(&arguments.lab.settings)?;
    let path = match arguments.number {
        Some(number) => format!("faults/{number}"),
        None => "faults".to_owned(),
    };
    let removed = control.delete(&path)?;
    if arguments.lab.json {
        answer_json(&removed)?;
    }
    Ok(Exit::Ok)
}

fn rule(arguments: &FaultAddArguments) -> Value {
    let pairs = |pairs: &[(String, String)]| -> Map<String, Value> {
        let pairs = pairs.iter().cloned();
        pairs.map(|(name, value)| (name, value.into())).collect()
    };
    let mut request = given([
        ("method", json!(arguments.request.method)),
        ("path", json!(arguments.request.path)),
        ("operation", json!(arguments.request.operation)),
        ("module", json!(arguments.module)),
        ("record", json!(arguments.record)),
        ("client", json!(arguments.client)),
    ]);
    if !arguments.headers.is_empty() {
        request.insert("headers".to_owned(), pairs(&arguments.headers).into());
    }
    let mut rule = given([
        ("request", request.into()),
        ("nth", json!(arguments.nth)),
        ("times", json!(arguments.times)),
        ("probability", json!(arguments.probability)),
        ("seed", json!(arguments.chance_seed)),
        ("expires_in", json!(arguments.expires_in)),
        ("delay", json!(arguments.delay)),
        ("fault", json!(arguments.fault)),
        ("slow", json!(arguments.slow)),
        ("truncated", json!(arguments.truncated)),
    ]);
    if arguments.after {
        rule.insert("moment".to_owned(), "after".into());
    }
    for (name, wanted) in [
        ("close", arguments.close),
        ("reset", arguments.reset),
        ("expire_token", arguments.expire_token),
    ] {
        if wanted {
            rule.insert(name.to_owned(), true.into());
        }
    }
    if let Some(status) = arguments.status {
        let reply = json!({
            "status": status,
            "headers": pairs(&arguments.reply_headers),
            "body": arguments.body.as_deref().unwrap_or_default(),
        });
        rule.insert("reply".to_owned(), reply);
    }
    Value::Object(rule)
}

/// The pairs whose value is not null.
fn given<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_null());
    pairs
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A rule for people: its number, how often it has fired, and its JSON.
fn line(rule: &Value) -> String {
    let mut rest = rule.clone();
    let mut take = |name| {
        let object = rest.as_object_mut();
        object.and_then(|object| object.shift_remove(name))
    };
    let [number, met, fired] =
        ["number", "met", "fired"].map(|name| take(name).unwrap_or_default());
    format!("#{number} met {met}, fired {fired}: {rest}\n")
}
