//! `tanzanite env`: the data that a client needs to use the running server.

use crate::arguments::EnvArguments;
use crate::control::Control;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json, columns, export_line};
use serde_json::{Map, Value};

/// The keys to print, in this order.
const KEYS: [&str; 6] = [
    "api_domain",
    "accounts_url",
    "client_id",
    "client_secret",
    "refresh_token",
    "access_token",
];

/// Names and values, in the order in which they are printed.
pub(super) type Pairs = Vec<(&'static str, String)>;

/// Asks the server and shows its answer.
pub(crate) fn env(arguments: &EnvArguments) -> Outcome {
    let pairs = chosen(&Control::of(&arguments.settings)?.environment()?)?;
    show(&pairs, arguments, |key| {
        format!("ZOHO_{}", key.to_uppercase())
    })
}

/// Prints pairs in the requested format; for a shell the names are environment variables.
pub(super) fn show(
    pairs: &Pairs,
    arguments: &EnvArguments,
    variable: impl Fn(&str) -> String,
) -> Outcome {
    if arguments.json {
        let object: Map<_, _> = pairs
            .iter()
            .map(|(key, text)| ((*key).to_owned(), Value::String(text.clone())))
            .collect();
        answer_json(&Value::Object(object))?;
    } else if arguments.export {
        let lines = pairs
            .iter()
            .map(|(key, text)| export_line(&variable(key), text));
        answer(&lines.collect::<String>())?;
    } else {
        let rows: Vec<_> = pairs
            .iter()
            .map(|(key, text)| [(*key).to_owned(), text.clone()])
            .collect();
        answer(&columns(&rows))?;
    }
    Ok(Exit::Ok)
}

fn chosen(environment: &Value) -> Outcome<Pairs> {
    let pair = |key| {
        let text = environment.get(key).and_then(Value::as_str);
        let text = text.ok_or_else(|| {
            Failure::new(Exit::Refused, format!("the server did not say its {key}"))
        })?;
        Ok((key, text.to_owned()))
    };
    KEYS.into_iter().map(pair).collect()
}
