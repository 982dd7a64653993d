//! `tanzanite blueprint`: the processes that records go through, set, listed and removed.

use crate::arguments::{
    BlueprintCommand, BlueprintDeleteArguments, BlueprintSetArguments, LabArguments,
};
use crate::control::Control;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json, columns};
use serde_json::Value;

/// Runs a subcommand.
pub(crate) fn blueprint(command: &BlueprintCommand) -> Outcome {
    match command {
        BlueprintCommand::Set(arguments) => set(arguments),
        BlueprintCommand::List(arguments) => list(arguments),
        BlueprintCommand::Delete(arguments) => delete(arguments),
    }
}

fn set(arguments: &BlueprintSetArguments) -> Outcome {
    let name = arguments.file.display();
    let text = std::fs::read(&arguments.file);
    let text = text
        .map_err(|error| Failure::caused(Exit::Usage, format!("{name} cannot be read"), &error))?;
    let process: Value = serde_json::from_slice(&text)
        .map_err(|error| Failure::caused(Exit::Usage, format!("{name} is no JSON"), &error))?;
    let set = Control::of(&arguments.lab.settings)?.post("blueprints", &process)?;
    if arguments.lab.json {
        answer_json(&set)?;
    } else {
        answer(&told(&[set]))?;
    }
    Ok(Exit::Ok)
}

fn list(arguments: &LabArguments) -> Outcome {
    let listed = Control::of(&arguments.settings)?.get("blueprints")?;
    if arguments.json {
        answer_json(&listed)?;
    } else {
        let processes = listed["blueprints"].as_array();
        answer(&told(processes.map_or(&[], Vec::as_slice)))?;
    }
    Ok(Exit::Ok)
}

fn delete(arguments: &BlueprintDeleteArguments) -> Outcome {
    let control = Control::of(&arguments.lab.settings)?;
    let removed = control.delete(&format!("blueprints/{}", arguments.id))?;
    if arguments.lab.json {
        answer_json(&removed)?;
    }
    Ok(Exit::Ok)
}

/// A line for each process, and one for each of its transitions.
fn told(processes: &[Value]) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut rows = Vec::new();
    for process in processes {
        let subject = format!("{}.{}", text(&process["module"]), text(&process["field"]));
        rows.push([text(&process["id"]), text(&process["name"]), subject]);
        let transitions = process["transitions"].as_array().into_iter().flatten();
        rows.extend(transitions.map(|transition| {
            let way = format!(
                "{} -> {}",
                text(&transition["from"]),
                text(&transition["to"])
            );
            [text(&transition["id"]), text(&transition["name"]), way]
        }));
    }
    columns(&rows)
}
