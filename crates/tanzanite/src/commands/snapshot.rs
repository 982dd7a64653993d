//! `tanzanite snapshot` and `tanzanite reset`: states of an organisation, kept, compared and restored.

use crate::arguments::{LabArguments, SnapshotArguments, SnapshotCommand};
use crate::control::Control;
use crate::exit::{Exit, Outcome};
use crate::output::{answer, answer_json, columns};
use serde_json::{Value, json};

/// Runs a subcommand.
pub(crate) fn snapshot(command: &SnapshotCommand) -> Outcome {
    match command {
        SnapshotCommand::Take(arguments) => take(arguments),
        SnapshotCommand::List(arguments) => list(arguments),
        SnapshotCommand::Diff(arguments) => diff(arguments),
        SnapshotCommand::Restore(arguments) => restore(arguments),
        SnapshotCommand::Delete(arguments) => delete(arguments),
    }
}

/// Restores the state that the seed made.
pub(crate) fn reset(arguments: &LabArguments) -> Outcome {
    let reset = Control::of(&arguments.settings)?.post("reset", &Value::Null)?;
    done(&reset, arguments)
}

fn take(arguments: &SnapshotArguments) -> Outcome {
    let control = Control::of(&arguments.lab.settings)?;
    let taken = control.post("snapshots", &json!({ "name": arguments.name }))?;
    done(&taken, &arguments.lab)
}

fn restore(arguments: &SnapshotArguments) -> Outcome {
    let control = Control::of(&arguments.lab.settings)?;
    let path = format!("snapshots/{}/restore", arguments.name);
    done(&control.post(&path, &Value::Null)?, &arguments.lab)
}

fn delete(arguments: &SnapshotArguments) -> Outcome {
    let control = Control::of(&arguments.lab.settings)?;
    let removed = control.delete(&format!("snapshots/{}", arguments.name))?;
    done(&removed, &arguments.lab)
}

fn list(arguments: &LabArguments) -> Outcome {
    let listed = Control::of(&arguments.settings)?.get("snapshots")?;
    if arguments.json {
        return done(&listed, arguments);
    }
    let snapshots = listed["snapshots"].as_array().into_iter().flatten();
    let row = |one: &Value| ["name", "taken"].map(|key| text(&one[key]));
    answer(&columns(&snapshots.map(row).collect::<Vec<_>>()))?;
    Ok(Exit::Ok)
}

/// Prints all changes, page by page.
fn diff(arguments: &SnapshotArguments) -> Outcome {
    let control = Control::of(&arguments.lab.settings)?;
    let path = format!("snapshots/{}/diff", arguments.name);
    let (mut all, mut query) = (Vec::new(), String::new());
    loop {
        let mut page = control.get(&format!("{path}{query}"))?;
        if let Value::Array(changes) = page["changes"].take() {
            if arguments.lab.json {
                all.extend(changes);
            } else {
                answer(&changes.iter().map(line).collect::<String>())?;
            }
        }
        match &page["next"] {
            Value::String(next) => query = format!("?after={next}"),
            _ => break,
        }
    }
    if arguments.lab.json {
        answer_json(&json!({ "changes": all }))?;
    }
    Ok(Exit::Ok)
}

/// A change for people: `Leads 3652397000000190021 changed: Last_Name, City; photo removed (Rosa Amberg)`.
fn line(change: &Value) -> String {
    let [module, id, name, became] =
        ["module", "id", "name", "change"].map(|key| text(&change[key]));
    let fields = change["fields"].as_array().into_iter().flatten();
    let fields: Vec<_> = fields.filter_map(Value::as_str).collect();
    let mut what: Vec<String> = Vec::new();
    if !fields.is_empty() {
        what.push(fields.join(", "));
    }
    for part in ["photo", "lock"] {
        if let Some(became) = change[part].as_str() {
            what.push(format!("{part} {became}"));
        }
    }
    let what = if what.is_empty() {
        String::new()
    } else {
        format!(": {}", what.join("; "))
    };
    format!("{module} {id} {became}{what} ({name})\n")
}

fn done(said: &Value, arguments: &LabArguments) -> Outcome {
    if arguments.json {
        answer_json(said)?;
    }
    Ok(Exit::Ok)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
