//! What neither the journal nor a recording may keep: tokens, codes, client secrets and cookies.

use bytes::Bytes;
use http::header::{
    AUTHORIZATION, COOKIE, Entry, HeaderMap, HeaderName, HeaderValue, LOCATION,
    PROXY_AUTHORIZATION, SET_COOKIE,
};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use tanzanite_crm::context::token_digest;
use tanzanite_crm::policy::bearer_token;
use tanzanite_crm::secret::Digest;
use tanzanite_protocol::limits;

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
/// Headers whose whole value is one.
const COOKIES: [HeaderName; 2] = [COOKIE, SET_COOKIE];
/// A text that is shorter may stand anywhere by chance, and is looked for at its own places alone.
const SWEPT_BYTES_MIN: usize = 16;

/// What is written in a secret's place. Nothing leads back from it to the secret.
#[derive(Default)]
pub(crate) enum Places {
    /// The same for all.
    #[default]
    Alike,
    /// The same for the same secret: a number, in the order in which they come up.
    Numbered(HashMap<String, usize>),
}

impl Places {
    /// None has a number yet.
    pub(crate) fn numbered() -> Self {
        Self::Numbered(HashMap::new())
    }

    fn of(&mut self, secret: &str) -> Cow<'static, str> {
        let Self::Numbered(numbers) = self else {
            return REDACTED.into();
        };
        let next = numbers.len() + 1;
        if let Some(number) = numbers.get(secret) {
            return numbered(*number).into();
        }
        if secret.is_empty() || next > limits::RECORDING_SECRETS_MAX {
            return REDACTED.into();
        }
        numbers.insert(secret.to_owned(), next);
        numbered(next).into()
    }

    /// A text without the secrets that have come up, wherever in it they stand.
    pub(crate) fn sweep<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut swept = Cow::Borrowed(text);
        if let Self::Numbered(numbers) = self {
            for (secret, number) in numbers {
                if secret.len() >= SWEPT_BYTES_MIN && swept.contains(secret.as_str()) {
                    swept = swept.replace(secret, &numbered(*number)).into();
                }
            }
        }
        swept
    }
}

/// Says nothing: it holds secrets.
impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Places(…)")
    }
}

fn numbered(number: usize) -> String {
    format!("[redacted {number}]")
}

/// Whether a request to this path carries secrets elsewhere than in its headers.
pub(crate) fn are_in(path: &str) -> bool {
    path.starts_with(PREFIX)
}

/// Of a request or of an answer.
pub(crate) fn of_headers(headers: &mut HeaderMap, places: &mut Places) {
    for name in [AUTHORIZATION, PROXY_AUTHORIZATION] {
        replace(headers, name, |value| without_token(value, places));
    }
    for name in COOKIES {
        replace(headers, name, |_| HeaderValue::from_static(REDACTED));
    }
    // Where the consent page sends a browser, with the code.
    replace(headers, LOCATION, |value| {
        let text = value.to_str().unwrap_or(REDACTED);
        let Some((before, query)) = text.split_once('?') else {
            return value.clone();
        };
        let text = format!("{before}?{}", of_form(query, places));
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(REDACTED))
    });
}

fn replace(
    headers: &mut HeaderMap,
    name: HeaderName,
    mut with: impl FnMut(&HeaderValue) -> HeaderValue,
) {
    if let Entry::Occupied(mut values) = headers.entry(name) {
        for value in values.iter_mut() {
            *value = with(value);
        }
    }
}

/// The scheme stays: a wrong one is what a client's author looks for.
fn without_token(value: &HeaderValue, places: &mut Places) -> HeaderValue {
    let text = value.to_str().unwrap_or_default().trim();
    if matches!(places, Places::Alike) && text.starts_with("Zoho-oauthtoken ") {
        return HeaderValue::from_static("Zoho-oauthtoken [redacted]");
    }
    let redacted = match text.split_once(' ') {
        Some((scheme, token)) => format!("{scheme} {}", places.of(token.trim())),
        None => places.of(text).into_owned(),
    };
    HeaderValue::from_str(&redacted).unwrap_or(HeaderValue::from_static(REDACTED))
}

/// Of the token in a header, if it has one.
pub(crate) fn digest(value: &HeaderValue) -> Option<Digest> {
    let token = bearer_token(value.to_str().ok()?)?;
    Some(token_digest(token))
}

/// A form or a query: its names stay, and the values that are no secrets. One without secrets stays as it is.
pub(crate) fn of_form(text: &str, places: &mut Places) -> String {
    let pairs = || form_urlencoded::parse(text.as_bytes());
    if !pairs().any(|(name, _)| is_secret(&name)) {
        return text.to_owned();
    }
    let pairs = pairs().map(|(name, value)| {
        let value = if is_secret(&name) {
            places.of(&value)
        } else {
            value
        };
        (name, value.into_owned())
    });
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// A form as a body, in either encoding. What is none may be anything, and a secret too.
pub(crate) fn of_form_bytes(bytes: &Bytes, places: &mut Places) -> Bytes {
    let redacted = match std::str::from_utf8(bytes) {
        Ok("") => return Bytes::new(),
        Ok(text) if text.starts_with("--") => of_multipart(text, places),
        Ok(text) if text.contains('=') && !text.contains("\r\n") => Some(of_form(text, places)),
        _ => None,
    };
    redacted.map_or(Bytes::from_static(REDACTED.as_bytes()), Bytes::from)
}

/// A form whose parts are texts.
fn of_multipart(text: &str, places: &mut Places) -> Option<String> {
    let boundary = text.split("\r\n").next()?;
    let mut parts = Vec::new();
    for part in text.split(boundary) {
        // Before the first boundary there is nothing, after the last `--`.
        if matches!(part, "" | "--" | "--\r\n") {
            parts.push(part.to_owned());
            continue;
        }
        let (head, value) = part.split_once("\r\n\r\n")?;
        let name = head.split("name=\"").nth(1)?.split('"').next()?;
        let value = value.strip_suffix("\r\n")?;
        let value = if is_secret(name) {
            places.of(value)
        } else {
            value.into()
        };
        parts.push(format!("{head}\r\n\r\n{value}\r\n"));
    }
    Some(parts.join(boundary))
}

/// A JSON answer. What is none may be anything, and a secret too.
pub(crate) fn of_json(bytes: &Bytes, places: &mut Places) -> Bytes {
    if bytes.is_empty() {
        return Bytes::new();
    }
    let Ok(mut value) = serde_json::from_slice(bytes) else {
        return Bytes::from_static(REDACTED.as_bytes());
    };
    if hide_members(&mut value, places) {
        Bytes::from(value.to_string())
    } else {
        bytes.clone()
    }
}

/// Whether there was one.
fn hide_members(value: &mut Value, places: &mut Places) -> bool {
    let mut found = false;
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if is_secret(name) {
                    found = true;
                    let secret = value.as_str().map(str::to_owned);
                    *value = places
                        .of(&secret.unwrap_or_else(|| value.to_string()))
                        .into();
                } else {
                    found |= hide_members(value, places);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                found |= hide_members(item, places);
            }
        }
        _ => {}
    }
    found
}

fn is_secret(name: &str) -> bool {
    NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::CONTENT_TYPE;

    fn alike() -> Places {
        Places::default()
    }

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let form = "grant_type=refresh_token&refresh_token=1000.a&client_secret=b%26c&x=y";
        assert_eq!(
            of_form(form, &mut alike()),
            "grant_type=refresh_token&refresh_token=%5Bredacted%5D&client_secret=%5Bredacted%5D&x=y"
        );
        for body in ["code:1000.secret", "--b\r\ncode=1000.secret", "\u{0}"] {
            let bytes = Bytes::from(body);
            assert_eq!(of_form_bytes(&bytes, &mut alike()), REDACTED, "{body}");
        }
        let reply = Bytes::from(r#"{"access_token":"1000.a","expires_in":3600}"#);
        assert_eq!(
            of_json(&reply, &mut alike()),
            r#"{"access_token":"[redacted]","expires_in":3600}"#
        );
        let page = Bytes::from("<p>1000.a</p>");
        assert_eq!(of_json(&page, &mut alike()), REDACTED);
    }

    #[test]
    fn the_scheme_of_a_token_stays_and_of_a_cookie_nothing() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (AUTHORIZATION, "Zoho-oauthtoken 1000.a"),
            (AUTHORIZATION, "1000.a"),
            (COOKIE, "session=a"),
            (LOCATION, "https://app.example.com/?code=1000.b&location=eu"),
            (CONTENT_TYPE, "text/html"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        of_headers(&mut headers, &mut alike());
        let left: Vec<_> = headers
            .values()
            .filter_map(|value| value.to_str().ok())
            .collect();
        assert_eq!(
            left,
            [
                "Zoho-oauthtoken [redacted]",
                "[redacted]",
                "[redacted]",
                "https://app.example.com/?code=%5Bredacted%5D&location=eu",
                "text/html"
            ]
        );
    }

    #[test]
    fn the_same_secret_has_the_same_number_wherever_it_stands() {
        let mut places = Places::numbered();
        let token = "1000.0123456789abcdef";
        let form = format!("code=1000.b&client_secret={token}");
        assert_eq!(
            of_form(&form, &mut places),
            "code=%5Bredacted+1%5D&client_secret=%5Bredacted+2%5D"
        );
        let value = HeaderValue::from_str(&format!("Zoho-oauthtoken {token}")).expect("a value");
        assert_eq!(
            without_token(&value, &mut places),
            "Zoho-oauthtoken [redacted 2]"
        );
        let reply = Bytes::from(format!(r#"{{"data":[{{"token":"{token}"}}]}}"#));
        assert_eq!(
            of_json(&reply, &mut places),
            r#"{"data":[{"token":"[redacted 2]"}]}"#
        );
        let parts = format!(
            "--b\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n{token}\r\n--b\r\n\
             Content-Disposition: form-data; name=\"grant_type\"\r\n\r\nauthorization_code\r\n--b--\r\n"
        );
        let redacted = of_form_bytes(&Bytes::from(parts.clone()), &mut places);
        assert_eq!(redacted, parts.replace(token, "[redacted 2]"));
        assert_eq!(
            places.sweep(&format!("no such token {token}, nor 1000.b")),
            "no such token [redacted 2], nor 1000.b"
        );
    }
}
