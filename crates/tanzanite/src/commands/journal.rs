//! `tanzanite journal`: the exchanges of a running server, shown, followed, exported, deleted, and compared with an
//! expectation.

use crate::arguments::JournalArguments;
use crate::control::Control;
use crate::exit::{Exit, Failure, Outcome};
use crate::files::replace;
use crate::output::{answer, answer_json, plain};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;
use url::form_urlencoded::Serializer;

/// Seconds that a query waits for a new entry; less than the time-out of an answer.
const WAIT_SECONDS: &str = "5";

/// Performs the one requested action, or shows the entries.
pub(crate) fn journal(arguments: &JournalArguments) -> Outcome {
    let control = Control::of(&arguments.settings)?;
    let wanted = wanted(arguments);
    let counts = [
        ("count", arguments.expect),
        ("at_least", arguments.at_least),
        ("at_most", arguments.at_most),
    ];
    if counts.iter().any(|(_, count)| count.is_some()) {
        return verify(&control, &wanted, &counts, arguments.json);
    }
    if arguments.clear {
        let cleared = control.delete("journal")?;
        if arguments.json {
            answer_json(&cleared)?;
        }
    } else if let Some(file) = &arguments.har {
        export(&control, &wanted, file)?;
    } else if arguments.follow {
        follow(&control, &wanted, arguments.json)?;
    } else {
        let found = control.get(&question("journal", &wanted, &[]))?;
        if arguments.json {
            answer_json(&found)?;
        } else {
            answer(&lines(&found))?;
        }
    }
    Ok(Exit::Ok)
}

fn wanted(arguments: &JournalArguments) -> Map<String, Value> {
    let text = |text: &Option<String>| text.clone().map(Value::from);
    let number = |number: Option<u64>| number.map(Value::from);
    let conditions = [
        ("method", text(&arguments.request.method)),
        ("path", text(&arguments.request.path)),
        ("status", number(arguments.status.map(u64::from))),
        ("code", text(&arguments.code)),
        ("operation", text(&arguments.request.operation)),
        ("after", number(arguments.after)),
        ("limit", number(arguments.limit)),
    ];
    let given = conditions
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    given.collect()
}

/// The path with its query.
fn question(path: &str, wanted: &Map<String, Value>, more: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in wanted {
        let text = value.as_str().map(str::to_owned);
        query.append_pair(name, &text.unwrap_or_else(|| value.to_string()));
    }
    for (name, value) in more {
        query.append_pair(name, value);
    }
    format!("{path}?{}", query.finish())
}

fn verify(
    control: &Control,
    wanted: &Map<String, Value>,
    counts: &[(&str, Option<u64>)],
    as_json: bool,
) -> Outcome {
    let mut expectation = json!({ "request": wanted });
    for (name, count) in counts {
        if let Some(count) = count {
            expectation[*name] = json!(count);
        }
    }
    let verdict = control.post("journal/verify", &expectation)?;
    let met = verdict.get("met").and_then(Value::as_bool) == Some(true);
    if as_json {
        answer_json(&verdict)?;
    } else {
        answer(&explain(&verdict, met))?;
    }
    Ok(if met { Exit::Ok } else { Exit::Failed })
}

fn explain(verdict: &Value, met: bool) -> String {
    let (matched, expected) = (&verdict["matched"], text(&verdict["expected"]));
    if met {
        return format!("As expected: {matched} ({expected}).\n");
    }
    let mut out = format!("Expected {expected}, found {matched}.\n");
    let nearest = verdict["nearest"].as_array();
    for entry in nearest.into_iter().flatten() {
        let _ = writeln!(
            out,
            "#{} {} -> {}",
            entry["number"],
            text(&entry["request"]),
            text(&entry["reply"])
        );
        for difference in entry["differs"].as_array().into_iter().flatten() {
            let _ = writeln!(out, "    {}", text(difference));
        }
    }
    out
}

fn export(control: &Control, wanted: &Map<String, Value>, file: &Path) -> Outcome<()> {
    let archive = control.get(&question("journal.har", wanted, &[]))?;
    replace(file, archive.to_string().as_bytes()).map_err(|error| {
        let message = format!("cannot write {}", file.display());
        Failure::caused(Exit::Failed, message, &error)
    })
}

/// Prints new entries until it is stopped.
fn follow(control: &Control, wanted: &Map<String, Value>, as_json: bool) -> Outcome<()> {
    let newest = control.get("journal?limit=1")?;
    let mut after = newest["last"]
        .as_u64()
        .or(wanted.get("after").and_then(Value::as_u64));
    loop {
        let mut wanted = wanted.clone();
        wanted.insert("after".to_owned(), json!(after.unwrap_or_default()));
        let found = control.get(&question("journal", &wanted, &[("wait", WAIT_SECONDS)]))?;
        after = found["last"].as_u64().or(after);
        if as_json {
            for entry in found["entries"].as_array().into_iter().flatten() {
                answer(&format!("{entry}\n"))?;
            }
        } else {
            answer(&lines(&found))?;
        }
    }
}

/// A line for each entry, one for the effect of a rule, and one for the cause of a refusal.
fn lines(found: &Value) -> String {
    let mut out = String::new();
    for entry in found["entries"].as_array().into_iter().flatten() {
        let (request, reply) = (&entry["request"], &entry["reply"]);
        let query = text(&request["query"]);
        let _ = writeln!(
            out,
            "#{} {} {} {}{}{query} -> {} {}",
            entry["number"],
            text(&entry["at"]),
            text(&request["method"]),
            text(&request["path"]),
            if query.is_empty() { "" } else { "?" },
            reply["status"],
            text(&reply["code"]),
        );
        if let Some(did) = entry["rule_did"].as_str().map(plain) {
            let _ = writeln!(out, "    rule {}: {did}", entry["rule"]);
        }
        if let Some(cause) = entry["cause"].as_str().map(plain) {
            let _ = writeln!(out, "    {cause}");
        }
    }
    out
}

fn text(value: &Value) -> Cow<'_, str> {
    plain(value.as_str().unwrap_or_default())
}
