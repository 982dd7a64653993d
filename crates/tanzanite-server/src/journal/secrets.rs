//! What the journal must not keep: tokens, codes and client secrets.

use bytes::Bytes;
use http::header::HeaderValue;
use serde_json::Value;
use tanzanite_crm::context::token_digest;
use tanzanite_crm::policy::bearer_token;
use tanzanite_crm::secret::Digest;

const REDACTED: &str = "[redacted]";
/// Where secrets are in the query, the form and the answer.
const PREFIX: &str = "/oauth/";
/// What they are called there.
const NAMES: [&str; 5] = [
    "access_token",
    "client_secret",
    "code",
    "refresh_token",
    "token",
];

/// Whether a request to this path carries secrets elsewhere than in `Authorization`.
pub(super) fn are_in(path: &str) -> bool {
    path.starts_with(PREFIX)
}

/// The scheme stays: a wrong one is what a client's author looks for.
pub(super) fn without_token(value: &HeaderValue) -> HeaderValue {
    let text = value.to_str().unwrap_or_default().trim();
    if text.starts_with("Zoho-oauthtoken ") {
        return HeaderValue::from_static("Zoho-oauthtoken [redacted]");
    }
    let redacted = match text.split_once(' ') {
        Some((scheme, _)) => format!("{scheme} {REDACTED}"),
        None => REDACTED.to_owned(),
    };
    HeaderValue::from_str(&redacted).unwrap_or(HeaderValue::from_static(REDACTED))
}

/// Of the token in a header, if it has one.
pub(super) fn digest(value: &HeaderValue) -> Option<Digest> {
    let token = bearer_token(value.to_str().ok()?)?;
    Some(token_digest(token))
}

/// A form or a query: its names stay, and the values that are no secrets.
pub(super) fn of_form(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let pairs = form_urlencoded::parse(text.as_bytes()).map(|(name, value)| {
        let secret = NAMES.contains(&name.as_ref());
        (name, if secret { REDACTED.into() } else { value })
    });
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// What is no form may be anything, and a secret too.
pub(super) fn of_form_bytes(bytes: &Bytes) -> Bytes {
    match std::str::from_utf8(bytes) {
        Ok("") => Bytes::new(),
        Ok(text) if text.contains('=') && !text.contains("\r\n") => Bytes::from(of_form(text)),
        _ => Bytes::from_static(REDACTED.as_bytes()),
    }
}

/// A JSON object.
pub(super) fn of_json(bytes: &Bytes) -> Bytes {
    let Ok(Value::Object(mut object)) = serde_json::from_slice(bytes) else {
        return bytes.clone();
    };
    for (name, value) in &mut object {
        if NAMES.contains(&name.as_str()) {
            *value = REDACTED.into();
        }
    }
    Bytes::from(Value::Object(object).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let form = "grant_type=refresh_token&refresh_token=1000.a&client_secret=b%26c&x=y";
        assert_eq!(
            of_form(form),
            "grant_type=refresh_token&refresh_token=%5Bredacted%5D&client_secret=%5Bredacted%5D&x=y"
        );
        for body in ["code:1000.secret", "--b\r\ncode=1000.secret", "\u{0}"] {
            assert_eq!(of_form_bytes(&Bytes::from(body)), REDACTED, "{body}");
        }
        let reply = Bytes::from(r#"{"access_token":"1000.a","expires_in":3600}"#);
        assert_eq!(
            of_json(&reply),
            r#"{"access_token":"[redacted]","expires_in":3600}"#
        );
        for (value, redacted) in [
            ("Zoho-oauthtoken 1000.a", "Zoho-oauthtoken [redacted]"),
            ("1000.a", "[redacted]"),
        ] {
            assert_eq!(without_token(&HeaderValue::from_static(value)), redacted);
        }
    }
}
