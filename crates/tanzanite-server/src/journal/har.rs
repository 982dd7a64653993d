//! The journal as a HAR 1.2 archive, which browsers and proxies open.

use super::lines::Lines;
use super::{Entry, Kept};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

/// All entries as one archive.
pub(crate) fn har(entries: &[impl AsRef<Entry>]) -> Value {
    let entries = entries.iter().map(|entry| har_entry(entry.as_ref()));
    json!({
        "log": {
            "version": "1.2",
            "creator": { "name": "Tanzanite", "version": env!("CARGO_PKG_VERSION") },
            "entries": entries.collect::<Vec<_>>(),
        }
    })
}

fn har_entry(entry: &Entry) -> Value {
    // A float is exact up to thousands of years.
    #[expect(clippy::cast_precision_loss, reason = "no exchange takes that long")]
    let millis = entry.micros as f64 / 1000.0;
    let separator = if entry.query().is_empty() { "" } else { "?" };
    let query = form_urlencoded::parse(entry.query().as_bytes())
        .map(|(name, value)| json!({ "name": name, "value": value }));
    let mut request = json!({
        "method": entry.method.as_str(),
        "url": format!("{}{}{separator}{}", entry.origin, entry.path(), entry.query()),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&entry.headers),
        "queryString": query.collect::<Vec<_>>(),
        "headersSize": -1,
        "bodySize": entry.body.whole,
    });
    if entry.body.whole > 0 {
        request["postData"] = json!({
            "mimeType": entry.headers.first(&CONTENT_TYPE),
            "text": String::from_utf8_lossy(&entry.body.bytes),
        });
    }
    let status = StatusCode::from_u16(entry.outcome.status).ok();
    json!({
        "startedDateTime": entry.at.render_utc(),
        "time": millis,
        "request": request,
        "response": {
            "status": entry.outcome.status,
            "statusText": status.and_then(|status| status.canonical_reason()).unwrap_or_default(),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers(&entry.reply_headers),
            "content": content(&entry.reply_body, &entry.reply_headers),
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": entry.reply_body.whole,
        },
        "cache": {},
        "timings": { "send": 0, "wait": millis, "receive": 0 },
        "comment": comment(entry),
    })
}

/// Facts that the wire does not show: the effect of a rule, and the cause of a refusal.
fn comment(entry: &Entry) -> String {
    let rule = entry.rule.as_ref();
    let rule = rule.map(|rule| format!("rule {}: {}", rule.number, rule.did));
    let both = rule.into_iter().chain(entry.outcome.cause.clone());
    both.collect::<Vec<_>>().join("; ")
}

fn headers(headers: &Lines) -> Vec<Value> {
    let pairs = headers.iter();
    pairs
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}

fn content(body: &Kept, headers: &Lines) -> Value {
    let mut content = json!({ "size": body.whole, "mimeType": headers.first(&CONTENT_TYPE) });
    if let Some(text) = body.text() {
        content["text"] = text.into();
    } else {
        content["text"] = STANDARD.encode(&body.bytes).into();
        content["encoding"] = "base64".into();
    }
    content
}
