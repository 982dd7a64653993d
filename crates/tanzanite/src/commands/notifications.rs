//! `tanzanite notifications`: the notifications of a running server's organisation, shown, collected and forgotten.

use crate::arguments::NotificationsArguments;
use crate::control::Control;
use crate::exit::{Exit, Outcome};
use crate::output::{answer, answer_json};
use serde_json::{Value, json};

/// Lists the notifications, after changing what becomes of them if asked to.
pub(crate) fn notifications(arguments: &NotificationsArguments) -> Outcome {
    let control = Control::of(&arguments.settings)?;
    let mode = match (arguments.collect, arguments.deliver) {
        (true, _) => Some("collect"),
        (_, true) => Some("deliver"),
        (false, false) => None,
    };
    if let Some(mode) = mode {
        control.post("notifications", &json!({ "mode": mode }))?;
    }
    if arguments.clear {
        control.delete("notifications")?;
    }
    let shown = control.get("notifications")?;
    if arguments.json {
        answer_json(&shown)?;
        return Ok(Exit::Ok);
    }
    let becomes = match shown.get("mode").and_then(Value::as_str) {
        Some("collect") => "collected, and not sent",
        _ => "sent",
    };
    answer(&format!("notifications are {becomes}\n"))?;
    let notifications = shown.get("notifications").and_then(Value::as_array);
    for notification in notifications.into_iter().flatten() {
        answer(&line(notification))?;
    }
    Ok(Exit::Ok)
}

fn line(notification: &Value) -> String {
    let text = |path: &str| {
        let value = notification.pointer(path).and_then(Value::as_str);
        value.unwrap_or_default()
    };
    let ids = notification
        .pointer("/payload/ids")
        .and_then(Value::as_array);
    let ids = ids.into_iter().flatten().filter_map(Value::as_str);
    format!(
        "{} {} {} {} of {} to {}: {}\n",
        text("/id"),
        text("/state").to_lowercase(),
        text("/payload/operation"),
        ids.collect::<Vec<_>>().join(","),
        text("/payload/module"),
        text("/notify_url"),
        text("/outcome"),
    )
}
