//! The secrets that no log, journal or recording may keep: tokens, codes, client secrets, passwords and cookies.
//!
//! They are recognised by their names ([`names`]) in every query, form, multipart body, JSON and header, whatever the
//! path. At the token endpoints anything that is not understood may be a secret, so only its length is kept.

mod body;
mod members;
mod names;
mod pairs;
mod parts;
mod places;
mod splice;

pub(crate) use body::{Redacted, is_compressed, of_body};
pub(crate) use names::Ground;
pub(crate) use places::Places;

use http::header::{
    AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHORIZATION, SET_COOKIE,
};
use memchr::{memchr, memchr3};
use percent_encoding::percent_decode;
use places::{REDACTED, length};
use std::borrow::Cow;
use tanzanite_crm::policy::bearer_digest;
use tanzanite_crm::secret::Digest;

/// Headers with a token behind a scheme.
const TOKENS: [HeaderName; 2] = [AUTHORIZATION, PROXY_AUTHORIZATION];
/// Headers whose whole value is a secret.
const COOKIES: [HeaderName; 2] = [COOKIE, SET_COOKIE];
/// The longest word before a token that counts as a scheme.
const SCHEME_BYTES_MAX: usize = 20;
/// The longest segment in a token endpoint's path; a longer one may be a token.
const SEGMENT_BYTES_MAX: usize = 16;
/// Bytes before a value in which its name is searched: room for the longest name of the table, fully escaped.
const NAME_BYTES_MAX: usize = 256;
/// The number of times that a name may be escaped.
const ESCAPES_MAX: usize = 3;

/// A path and query without secrets; `None` if there are none.
pub(crate) fn of_target(target: &str, places: &mut Places) -> Option<String> {
    let (path, query) = match target.split_once('?') {
        None => (target, None),
        Some((path, query)) => (path, Some(query)),
    };
    let ground = Ground::of(path);
    let path = of_path(path, places);
    let query = query.map(|query| of_query(query, ground, places));
    match (&path, &query) {
        (Cow::Borrowed(_), None | Some(Cow::Borrowed(_))) => None,
        (_, None) => Some(path.into_owned()),
        (_, Some(query)) => Some(format!("{path}?{query}")),
    }
}

/// A path without secrets, for clients that forget or escape the `?`.
pub(crate) fn of_path<'a>(path: &'a str, places: &mut Places) -> Cow<'a, str> {
    let bytes = path.as_bytes();
    let escape = memchr(b'%', bytes).unwrap_or(path.len());
    if let Some(at) = pairs::secret_in(&bytes[..escape]) {
        let place = places.of(&bytes[at..]);
        return format!("{}{}", &path[..at], pairs::encoded(&place)).into();
    }
    if escape < path.len() && pairs::secret_in(&decoded(bytes)).is_some() {
        return format!("{}{}", &path[..escape], pairs::encoded(REDACTED)).into();
    }
    let is_long = |segment: &str| segment.len() > SEGMENT_BYTES_MAX;
    if Ground::of(path) == Ground::Records || !path.split('/').any(is_long) {
        return path.into();
    }
    let segments = path.split('/').map(|segment| {
        if is_long(segment) {
            pairs::encoded(&length(segment.len()))
        } else {
            segment.to_owned()
        }
    });
    segments.collect::<Vec<_>>().join("/").into()
}

fn of_query<'a>(query: &'a str, ground: Ground, places: &mut Places) -> Cow<'a, str> {
    if ground == Ground::Pairs && !pairs::is_form(query.as_bytes()) {
        return pairs::encoded(&length(query.len())).into();
    }
    match hide(query.as_bytes(), ground, places) {
        None => query.into(),
        Some(hidden) => String::from_utf8_lossy(&hidden).into_owned().into(),
    }
}

/// Removes secrets from the headers of a request or an answer.
pub(crate) fn of_headers(headers: &mut HeaderMap, places: &mut Places) {
    for (name, value) in headers.iter_mut() {
        if let Some(redacted) = of_header(name, value, places) {
            *value = redacted;
        }
    }
}

/// A header's value without its secrets; `None` if it has none.
pub(crate) fn of_header(
    name: &HeaderName,
    value: &HeaderValue,
    places: &mut Places,
) -> Option<HeaderValue> {
    if TOKENS.contains(name) {
        return Some(without_token(value, places));
    }
    if COOKIES.contains(name) {
        return Some(HeaderValue::from_static(REDACTED));
    }
    let bytes = value.as_bytes();
    let redacted = if Ground::Headers.is_secret(name.as_str().as_bytes()) {
        places.of(bytes).into_owned().into_bytes()
    } else {
        // A value that holds an address, such as the redirect of the consent page with its code.
        memchr3(b'=', b'%', b'"', bytes)?;
        hide(bytes, Ground::Pairs, places)?
    };
    let redacted = HeaderValue::from_bytes(&redacted);
    Some(redacted.unwrap_or(HeaderValue::from_static(REDACTED)))
}

/// The value without its token. The scheme stays, since a wrong scheme is a common mistake that must be visible.
fn without_token(value: &HeaderValue, places: &mut Places) -> HeaderValue {
    let text = value.as_bytes().trim_ascii();
    if matches!(places, Places::Alike) && text.starts_with(b"Zoho-oauthtoken ") {
        return HeaderValue::from_static("Zoho-oauthtoken [redacted]");
    }
    let scheme = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.trim().split_once(' ')?;
        is_scheme(scheme).then_some((scheme, token.trim()))
    });
    let redacted = match scheme {
        Some((scheme, token)) => format!("{scheme} {}", places.of(token.as_bytes())),
        None => places.of(text).into_owned(),
    };
    HeaderValue::from_str(&redacted).unwrap_or(HeaderValue::from_static(REDACTED))
}

/// Whether a word is a scheme, rather than a token followed by something.
fn is_scheme(word: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'-';
    word.len() <= SCHEME_BYTES_MAX && word.bytes().all(is_letter)
}

/// The digest of the token in a header, if there is one.
pub(crate) fn digest(value: &HeaderValue) -> Option<Digest> {
    bearer_digest(value.to_str().ok())
}

/// A text of any kind without its secrets; `None` if it has none.
fn hide(text: &[u8], ground: Ground, places: &mut Places) -> Option<Vec<u8>> {
    let members = members::hide(text, ground, places);
    let pairs = pairs::hide(members.as_deref().unwrap_or(text), places);
    pairs.or(members)
}

/// A text with all levels of its escapes decoded.
fn decoded(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'%', text).is_none() {
        return text.into();
    }
    let mut text = Cow::Borrowed(text);
    for _ in 0..ESCAPES_MAX {
        match percent_decode(&text).into() {
            Cow::Borrowed(_) => break,
            Cow::Owned(plain) => text = plain.into(),
        }
    }
    text
}

/// The end of a text, long enough to contain a name.
fn tail(text: &[u8]) -> &[u8] {
    &text[text.len().saturating_sub(NAME_BYTES_MAX)..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::{CONTENT_TYPE, LOCATION, REFERER};

    fn body(text: &str, ground: Ground, places: &mut Places) -> String {
        let bytes = match of_body(text.as_bytes(), 0, &HeaderMap::new(), ground, places) {
            Redacted::Nothing => return text.to_owned(),
            Redacted::Some(bytes) | Redacted::All(bytes) => bytes,
        };
        String::from_utf8(bytes.to_vec()).expect("a text")
    }

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let places = &mut Places::default();
        for text in [
            "code:1000.secret",
            "--b\r\ncode=1000.secret",
            "\u{0}",
            "<p>1000.a</p>",
        ] {
            let left = format!("[redacted: {} bytes]", text.len());
            assert_eq!(body(text, Ground::Pairs, places), left, "{text}");
        }
        let reply = r#"{"access_token":"1000.a","expires_in":3600}"#;
        assert_eq!(
            body(reply, Ground::Pairs, places),
            r#"{"access_token":"[redacted]","expires_in":3600}"#
        );
        for text in ["<p>1000.a</p>", r#"["1000.a"]"#, r#"{"code":"SUCCESS"}"#] {
            assert_eq!(body(text, Ground::Records, places), text);
        }
    }

    #[test]
    fn a_path_that_goes_on_with_a_form_has_no_secret_either() {
        let places = &mut Places::default();
        for (path, left) in [
            (
                "/oauth/v2/token&code=a/b",
                "/oauth/v2/token&code=%5Bredacted%5D",
            ),
            ("/crm/v8/org;token=a", "/crm/v8/org;token=%5Bredacted%5D"),
            ("/crm/v8/a%20b%3Ftoken%3Da", "/crm/v8/a%5Bredacted%5D"),
            ("/a%3Btoken%3Da;code=b", "/a%5Bredacted%5D"),
            (
                "/oauth/v2/token/revoke/1000.0123456789abcdef",
                "/oauth/v2/token/revoke/%5Bredacted%3A+21+bytes%5D",
            ),
        ] {
            assert_eq!(of_path(path, places), left);
        }
        for path in [
            "/oauth/v2/token/revoke",
            "/crm/v8/Leads/3652397000000190018",
            "/a=b%20c",
            "*",
        ] {
            assert_eq!(of_path(path, places), path);
        }
        assert_eq!(
            of_target("/crm/v8/Leads?page_token=a&per_page=1", places),
            None
        );
    }

    #[test]
    fn the_scheme_of_a_token_stays_and_of_a_cookie_nothing() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (AUTHORIZATION, "Zoho-oauthtoken 1000.a"),
            (AUTHORIZATION, "1000.a"),
            (AUTHORIZATION, "1000.a 1000.a"),
            (COOKIE, "session=a"),
            (HeaderName::from_static("x-api-key"), "a"),
            (LOCATION, "https://app.example.com/?code=1000.b&location=eu"),
            (REFERER, "https://app.example.com/#access_token=1000.b"),
            (CONTENT_TYPE, "text/html; charset=utf-8"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        of_headers(&mut headers, &mut Places::default());
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
                "[redacted]",
                "[redacted]",
                "https://app.example.com/?code=%5Bredacted%5D&location=eu",
                "https://app.example.com/#access_token=%5Bredacted%5D",
                "text/html; charset=utf-8"
            ]
        );
    }

    #[test]
    fn the_same_secret_has_the_same_number_wherever_it_stands() {
        let mut places = Places::numbered();
        let token = "1000.0123456789abcdef";
        let form = format!("code=1000.b&client_secret={token}");
        assert_eq!(
            body(&form, Ground::Pairs, &mut places),
            "code=%5Bredacted+1%5D&client_secret=%5Bredacted+2%5D"
        );
        let value = HeaderValue::from_str(&format!("Zoho-oauthtoken {token}")).expect("a value");
        assert_eq!(
            without_token(&value, &mut places),
            "Zoho-oauthtoken [redacted 2]"
        );
        let reply = format!(r#"{{"data":[{{"token":"{token}"}}]}}"#);
        assert_eq!(
            body(&reply, Ground::Pairs, &mut places),
            r#"{"data":[{"token":"[redacted 2]"}]}"#
        );
        let parts = format!(
            "--b\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n{token}\r\n--b\r\n\
             Content-Disposition: form-data; name=\"grant_type\"\r\n\r\nauthorization_code\r\n--b--\r\n"
        );
        let redacted = body(&parts, Ground::Pairs, &mut places);
        assert_eq!(redacted, parts.replace(token, "[redacted 2]"));
        assert_eq!(
            places.sweep(&format!("no such token {token}, nor 1000.b")),
            "no such token [redacted 2], nor 1000.b"
        );
    }
}
