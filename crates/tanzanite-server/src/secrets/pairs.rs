//! Finds pairs in a query, a form or a URL: `name=value&name=value`. They are found in any text, and all other text
//! stays.

use super::names::Ground;
use super::places::{Places, REDACTED};
use super::splice::Splice;
use super::{decoded, members, tail};
use form_urlencoded::byte_serialize;
use memchr::{memchr_iter, memchr2};
use std::borrow::Cow;

/// The levels of nested queries within values that are searched: a URL within a URL, with its own escapes.
const LEVELS_MAX: usize = 3;
/// The longest name at a token endpoint.
const NAME_BYTES_MAX: usize = 64;

/// The text without its secrets; `None` if it has none.
pub(super) fn hide(text: &[u8], places: &mut Places) -> Option<Vec<u8>> {
    hide_within(text, places, LEVELS_MAX)
}

fn hide_within(text: &[u8], places: &mut Places, levels: usize) -> Option<Vec<u8>> {
    let mut splice = Splice::new(text);
    let mut start = 0;
    for pair in text.split(|byte| *byte == b'&') {
        let end = start + pair.len();
        let secret = secret_in(pair);
        let before = secret.map_or(pair, |at| &pair[..at - 1]);
        if let Some(at) = nested_in(before, levels) {
            splice.replace(start + at..end, encoded(REDACTED).as_bytes());
        } else if let Some(at) = secret {
            let place = places.of(&unescaped(&pair[at..]));
            splice.replace(start + at..end, encoded(&place).as_bytes());
        }
        start = end + 1;
    }
    splice.finish()
}

/// The position of the value in a pair that holds a secret.
pub(super) fn secret_in(pair: &[u8]) -> Option<usize> {
    memchr_iter(b'=', pair).find_map(|equals| {
        let name = unescaped(tail(last_word(&pair[..equals])));
        Ground::Pairs
            .is_secret(last_word(&name))
            .then_some(equals + 1)
    })
}

/// The position in a pair from which on it holds secrets under escapes: its value, or its whole.
fn nested_in(pair: &[u8], levels: usize) -> Option<usize> {
    let value = memchr_iter(b'=', pair).next().map(|equals| equals + 1);
    let holds = |at: &usize| {
        let plain = unescaped(&pair[*at..]);
        matches!(plain, Cow::Owned(_))
            && levels > 0
            && (hide_within(&plain, &mut Places::Alike, levels - 1).is_some()
                || members::hide(&plain, Ground::Pairs, &mut Places::Alike).is_some())
    };
    value.into_iter().chain([0]).find(holds)
}

/// Whether a text consists of pairs with words for names, and nothing else.
pub(super) fn is_form(text: &[u8]) -> bool {
    let text = text.trim_ascii_end();
    let pairs = text.split(|byte| *byte == b'&');
    let is_pair = |pair: &[u8]| match memchr_iter(b'=', pair).next() {
        Some(equals) => is_name(&decoded(&pair[..equals])),
        // The official Node SDK ends its queries with a lone `&`.
        None => pair.is_empty(),
    };
    !text.iter().any(u8::is_ascii_control) && pairs.into_iter().all(is_pair)
}

/// Whether this can be the name of a field.
pub(super) fn is_name(name: &[u8]) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len()) && last_word(name).len() == name.len()
}

/// A text, percent-encoded for a query.
pub(super) fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

fn last_word(text: &[u8]) -> &[u8] {
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.%+[]$".contains(byte);
    let before = text.iter().rposition(|byte| !is_inside(byte));
    &text[before.map_or(0, |before| before + 1)..]
}

/// A form's value, decoded once.
fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr2(b'+', b'%', text).is_none() {
        return text.into();
    }
    if text.contains(&b'+') {
        let spaced: Vec<u8> = text
            .iter()
            .map(|byte| if *byte == b'+' { b' ' } else { *byte })
            .collect();
        return Cow::Owned(percent_encoding::percent_decode(&spaced).collect());
    }
    percent_encoding::percent_decode(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> String {
        let hidden = hide(text.as_bytes(), &mut Places::Alike);
        hidden.map_or(text.to_owned(), |bytes| {
            String::from_utf8(bytes).expect("a text")
        })
    }

    #[test]
    fn secrets_go_and_the_rest_stays_as_it_was() {
        for (text, left) in [
            (
                "grant_type=refresh_token&refresh_token=1000.a&client_secret=b%26c&x=%79",
                "grant_type=refresh_token&refresh_token=%5Bredacted%5D&client_secret=%5Bredacted%5D&x=%79",
            ),
            ("client%5Fsecret=a;b=c", "client%5Fsecret=%5Bredacted%5D"),
            ("a=1;token=b", "a=1;token=%5Bredacted%5D"),
            ("a=1%26code=b", "a=1%26code=%5Bredacted%5D"),
            ("https://x/?code=b#d", "https://x/?code=%5Bredacted%5D"),
            ("a=b%26token%3Dc;code=d", "a=%5Bredacted%5D"),
            ("client_secret%3Db&d=e", "%5Bredacted%5D&d=e"),
            (
                "redirect_uri=https%3A%2F%2Fx%2F%3Fcode%3Db",
                "redirect_uri=%5Bredacted%5D",
            ),
            (
                "a=x%253Fcode%253Db&json=%7B%22token%22%3A%22b%22%7D",
                "a=%5Bredacted%5D&json=%5Bredacted%5D",
            ),
        ] {
            assert_eq!(hidden(text), left);
        }
        for text in [
            "",
            "&",
            "=",
            "fields=Last_Name%2CCompany&page_token=a&per_page=1&",
            "a=the+code",
        ] {
            assert_eq!(hidden(text), text);
        }
    }

    #[test]
    fn a_form_is_told_from_a_text_in_which_something_is_equal() {
        for text in [
            "a=b&c=d",
            "",
            "&a=b&",
            "scope=A B",
            "a%5Fb=\u{e4}\n",
            "a[0]==",
        ] {
            assert!(is_form(text.as_bytes()), "{text}");
        }
        for text in [
            "1000.a",
            "a=b&1000.a",
            "code: 1000.a=",
            "a=b\r\ntoken: c",
            "{\"client_secret\":\"a=b\"}",
            "=1000.a",
            "a\0=b",
        ] {
            assert!(!is_form(text.as_bytes()), "{text}");
        }
    }
}
