//! `tanzanite org`: the organisations of a running server, made, listed and removed.

use crate::arguments::{LabArguments, OrgCommand, OrgCreateArguments, OrgDeleteArguments};
use crate::control::Control;
use crate::exit::{Exit, Outcome};
use crate::output::{answer, answer_json, columns};
use crate::seeding::load_package;
use crate::settings::SeedSource;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::path::Path;

/// Runs a subcommand.
pub(crate) fn org(command: &OrgCommand) -> Outcome {
    match command {
        OrgCommand::Create(arguments) => create(arguments),
        OrgCommand::List(arguments) => list(arguments),
        OrgCommand::Delete(arguments) => delete(arguments),
    }
}

fn create(arguments: &OrgCreateArguments) -> Outcome {
    let control = Control::of(&arguments.lab.settings)?;
    let mut wanted = json!({ "name": arguments.name, "replace": arguments.replace });
    if let Some(file) = &arguments.seed {
        let (seed, pictures) = seed(file)?;
        wanted["seed"] = seed.into();
        wanted["pictures"] = pictures.into();
    }
    let made = control.post("organisations", &wanted)?;
    if arguments.lab.json {
        answer_json(&made)?;
        return Ok(Exit::Ok);
    }
    let keys = ["org", "api_domain", "client_id", "client_secret", "user"];
    let mut rows: Vec<_> = keys.map(|key| [key.to_owned(), text(&made[key])]).into();
    let tokens = made["tokens"].as_object().into_iter().flatten();
    rows.extend(tokens.map(|(name, token)| [format!("token {name}"), text(&token["text"])]));
    answer(&columns(&rows))?;
    Ok(Exit::Ok)
}

/// A seed's text, and its pictures in Base64. Problems are reported here, with the file's name.
fn seed(file: &Path) -> Outcome<(String, Map<String, Value>)> {
    let package = load_package(&SeedSource::File(file.to_owned()))?;
    let pictures = package.pictures().map(|(name, bytes)| {
        let text = STANDARD.encode(bytes);
        (name.to_owned(), text.into())
    });
    Ok((package.seed().text().to_owned(), pictures.collect()))
}

fn list(arguments: &LabArguments) -> Outcome {
    let listed = Control::of(&arguments.settings)?.get("organisations")?;
    if arguments.json {
        answer_json(&listed)?;
        return Ok(Exit::Ok);
    }
    let organisations = listed["organisations"].as_array().into_iter().flatten();
    let row = |one: &Value| {
        let name = match (&one["name"], &one["default"]) {
            (Value::String(name), _) => name.clone(),
            (_, Value::Bool(true)) => "(the server's own)".to_owned(),
            _ => String::new(),
        };
        [text(&one["org"]), name, text(&one["company_name"])]
    };
    answer(&columns(&organisations.map(row).collect::<Vec<_>>()))?;
    Ok(Exit::Ok)
}

fn delete(arguments: &OrgDeleteArguments) -> Outcome {
    let control = Control::of(&arguments.lab.settings)?;
    let removed = control.about(&arguments.zgid)?.delete("organisations")?;
    if arguments.lab.json {
        answer_json(&removed)?;
    }
    Ok(Exit::Ok)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
