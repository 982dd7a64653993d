//! `tanzanite env`: what a client needs to use the running server.

use crate::arguments::EnvArguments;
use crate::control::Control;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json, columns};
use serde_json::{Map, Value};

/// What is shown, in this order.
const KEYS: [&str; 6] = [
    "api_domain",
    "accounts_url",
    "client_id",
    "client_secret",
    "refresh_token",
    "access_token",
];

/// Asks the server and shows its answer.
pub(crate) fn env(arguments: &EnvArguments) -> Outcome {
    let pairs = chosen(&Control::of(&arguments.settings)?.environment()?)?;
    if arguments.json {
        let object: Map<_, _> = pairs
            .iter()
            .map(|(key, text)| ((*key).to_owned(), Value::String(text.clone())))
            .collect();
        answer_json(&Value::Object(object))?;
    } else if arguments.export {
        let lines = pairs.iter().map(|(key, text)| export_line(key, text));
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

fn chosen(environment: &Value) -> Outcome<Vec<(&'static str, String)>> {
    let pair = |key| {
        let text = environment.get(key).and_then(Value::as_str);
        let text = text.ok_or_else(|| {
            Failure::new(Exit::Refused, format!("the server did not say its {key}"))
        })?;
        Ok((key, text.to_owned()))
    };
    KEYS.into_iter().map(pair).collect()
}

/// `export ZOHO_API_DOMAIN='…'`, safe to `eval` whatever the text is.
fn export_line(key: &str, text: &str) -> String {
    format!(
        "export ZOHO_{}='{}'\n",
        key.to_uppercase(),
        text.replace('\'', r"'\''")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_cannot_end_the_shell_s_quotes() {
        assert_eq!(
            export_line("api_domain", "a'; rm x"),
            "export ZOHO_API_DOMAIN='a'\\''; rm x'\n"
        );
    }
}
