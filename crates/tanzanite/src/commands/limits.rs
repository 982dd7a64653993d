//! `tanzanite limits`: the limits of a running server's organisation, shown, set and reset.

use crate::arguments::LimitsArguments;
use crate::control::Control;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json};
use serde_json::{Map, Value, json};
use tanzanite_protocol::limits;

/// Shows the limits, after changing them if asked to.
pub(crate) fn limits(arguments: &LimitsArguments) -> Outcome {
    let control = Control::of(&arguments.settings)?;
    let mut shown = change(arguments)
        .map(|change| control.post("limits", &change))
        .transpose()?;
    if arguments.reset {
        shown = Some(control.delete("limits")?);
    }
    let shown = match shown {
        Some(shown) => shown,
        None => control.get("limits")?,
    };
    if arguments.json {
        answer_json(&shown)?;
    } else {
        let text = text(&shown);
        answer(&text.ok_or_else(|| Failure::new(Exit::Refused, "the answer is unclear"))?)?;
    }
    Ok(Exit::Ok)
}

fn change(arguments: &LimitsArguments) -> Option<Value> {
    if arguments.default {
        return Some(json!({
            "enabled": null,
            "credits": null,
            "concurrency": null,
            "search_delay": null,
            "bulk_read_page": null,
        }));
    }
    let enabled = match (arguments.on, arguments.off) {
        (true, _) => Some(Value::from(true)),
        (_, true) => Some(Value::from(false)),
        (false, false) => None,
    };
    let keys = [
        ("enabled", enabled),
        ("credits", arguments.credits.map(Value::from)),
        ("concurrency", arguments.concurrency.map(Value::from)),
        ("search_delay", arguments.search_delay.map(Value::from)),
        ("bulk_read_page", arguments.bulk_read_page.map(Value::from)),
    ];
    let said = keys
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    let said: Map<String, Value> = said.collect();
    (!said.is_empty()).then_some(Value::Object(said))
}

/// The limits for people.
fn text(shown: &Value) -> Option<String> {
    let number = |path: &str| shown.pointer(path)?.as_u64();
    let edition = shown.get("edition")?.as_str()?;
    let under_way = shown.pointer("/concurrency/under_way")?.as_object()?;
    let calls: u64 = under_way.values().filter_map(Value::as_u64).sum();
    let back = match shown.pointer("/credits/next_back/at") {
        Some(at) => format!(
            "; {} come back at {}",
            number("/credits/next_back/credits")?,
            at.as_str()?
        ),
        None => String::new(),
    };
    let search = match number("/search/delay")? {
        0 => String::new(),
        seconds => format!("search       finds a record {seconds} s after it was made\n"),
    };
    let bulk = match number("/bulk_read/page")? {
        page if page == u64::from(limits::BULK_READ_RECORDS_MAX) => String::new(),
        page => format!("bulk reads   have {page} records a page\n"),
    };
    Some(format!(
        "limits are {} (edition {edition}, {} licences)\n\
         credits      {} of {} a day are used, {} are left{back}\n\
         calls        {} of an application at once; {calls} are under way\n\
         tokens       {} of a refresh token within ten minutes; {} are given\n{search}{bulk}",
        if shown.get("enabled")?.as_bool()? {
            "on"
        } else {
            "off"
        },
        number("/licences")?,
        number("/credits/used")?,
        number("/credits/limit")?,
        number("/credits/remaining")?,
        number("/concurrency/limit")?,
        number("/tokens/limit")?,
        number("/tokens/most")?,
    ))
}
