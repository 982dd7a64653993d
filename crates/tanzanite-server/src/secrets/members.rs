//! Finds members of JSON objects, `"name": value`. They are found in any text by the colon and the name before it, so
//! that truncated or invalid JSON is searched too.

use super::names::Ground;
use super::places::Places;
use super::splice::Splice;
use super::tail;
use memchr::{memchr_iter, memrchr};
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::ops::Range;

/// A value's place, and the quotes that its replacement needs.
struct Value {
    range: Range<usize>,
    is_quoted: bool,
}

/// The text without its secrets; `None` if it has none.
pub(super) fn hide(text: &[u8], ground: Ground, places: &mut Places) -> Option<Vec<u8>> {
    let mut splice = Splice::new(text);
    let mut done = 0;
    for colon in memchr_iter(b':', text) {
        if colon < done || !name_before(&text[..colon]).is_some_and(|name| ground.is_secret(&name))
        {
            continue;
        }
        let Some(Value { range, is_quoted }) = value_after(text, colon + 1) else {
            continue;
        };
        let place = places.of(&unescaped(&text[range.clone()]));
        done = range.end;
        if is_quoted {
            splice.replace(range, place.as_bytes());
        } else {
            splice.replace(range, format!("\"{place}\"").as_bytes());
        }
    }
    splice.finish()
}

/// The name at the end of a text, in double quotes or in the single ones that Python prints.
fn name_before(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    let text = text.trim_ascii_end();
    let (quote, text) = text.split_last()?;
    if !is_quote(*quote) {
        return None;
    }
    let text = tail(text);
    let name = memrchr(*quote, text).map_or(text, |begin| &text[begin + 1..]);
    // Backslashes that escape the quote, in JSON within a JSON string, do not belong to the name.
    let end = name.iter().rposition(|byte| *byte != b'\\');
    Some(unescaped(&name[..end.map_or(0, |end| end + 1)]))
}

/// The value behind a colon; `None` if there is nothing to hide.
fn value_after(text: &[u8], colon: usize) -> Option<Value> {
    let blanks = text[colon..]
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace());
    let begin = colon + blanks.count();
    let slashes = text[begin..].iter().take_while(|byte| **byte == b'\\');
    let slashes = slashes.count();
    match *text.get(begin + slashes)? {
        quote if is_quote(quote) => {
            let begin = begin + slashes + 1;
            Some(Value {
                range: begin..end_of_text(text, begin, quote, slashes),
                is_quoted: true,
            })
        }
        b'{' | b'[' => Some(Value {
            range: begin..end_of_nested(text, begin),
            is_quoted: false,
        }),
        _ => bare(text, begin),
    }
}

/// A number or a word; if it is not valid JSON, all up to a possible end of the text.
fn bare(text: &[u8], begin: usize) -> Option<Value> {
    let until = |is_end: fn(&u8) -> bool| {
        let end = text[begin..].iter().position(is_end);
        end.map_or(text.len(), |end| begin + end)
    };
    let end = until(|byte| b",]}\r\n".contains(byte));
    let word = text[begin..end].trim_ascii_end();
    let range = begin..begin + word.len();
    if word.is_empty() || word == b"null" {
        return None;
    }
    if serde_json::from_slice::<IgnoredAny>(word).is_ok() {
        return Some(Value {
            range,
            is_quoted: false,
        });
    }
    Some(Value {
        range: begin..until(|byte| b"\"'\r\n".contains(byte)),
        is_quoted: true,
    })
}

/// The end of a string that began with a quote and this many backslashes before it.
fn end_of_text(text: &[u8], begin: usize, quote: u8, slashes: usize) -> usize {
    for found in memchr_iter(quote, &text[begin..]) {
        let before = text[begin..begin + found].iter().rev();
        let run = before.take_while(|byte| **byte == b'\\').count();
        if slashes == 0 && run % 2 == 0 {
            return begin + found;
        }
        if slashes > 0 && run <= slashes {
            return begin + found - run;
        }
    }
    text.len()
}

/// The end of an object or an array.
fn end_of_nested(text: &[u8], begin: usize) -> usize {
    let (mut at, mut levels) = (begin, 0_usize);
    while let Some(byte) = text.get(at) {
        match byte {
            b'{' | b'[' => levels += 1,
            b'}' | b']' => levels = levels.saturating_sub(1),
            b'"' => at = end_of_text(text, at + 1, b'"', 0),
            _ => {}
        }
        at += 1;
        if levels == 0 {
            return at.min(text.len());
        }
    }
    text.len()
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\\') {
        return text.into();
    }
    let quoted = [b"\"", text, b"\""].concat();
    let plain = serde_json::from_slice::<String>(&quoted);
    plain.map_or(text.into(), |plain| plain.into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str, ground: Ground) -> String {
        let hidden = hide(text.as_bytes(), ground, &mut Places::Alike);
        hidden.map_or(text.to_owned(), |bytes| {
            String::from_utf8(bytes).expect("a text")
        })
    }

    #[test]
    fn secrets_go_at_any_depth_and_the_rest_stays_as_it_was() {
        for (text, left) in [
            (
                r#"{ "a":[{"client_secret" : "b=c\"d"}], "e":1.0 }"#,
                r#"{ "a":[{"client_secret" : "[redacted]"}], "e":1.0 }"#,
            ),
            (
                r#"{"token":"a","token":"b","x":{"token":"c"},"x":1}"#,
                r#"{"token":"[redacted]","token":"[redacted]","x":{"token":"[redacted]"},"x":1}"#,
            ),
            (
                r#"{"client\u005fsecret":7}"#,
                r#"{"client\u005fsecret":"[redacted]"}"#,
            ),
            (
                r#"{"token":{"a":["b}"]},"c":1}"#,
                r#"{"token":"[redacted]","c":1}"#,
            ),
            (r#"{"token":null,"c":1}"#, r#"{"token":null,"c":1}"#),
            (
                r#"{"a":1,"password":"b"#,
                r#"{"a":1,"password":"[redacted]"#,
            ),
            (
                r#"{"a":1}"" "token":"b""#,
                r#"{"a":1}"" "token":"[redacted]""#,
            ),
            ("{'token': 'b'}", "{'token': '[redacted]'}"),
            (r#"{"token": b,c}"#, r#"{"token": [redacted]"#),
            (
                r#"{"note":"{\"token\":\"b\",\"c\":1}"}"#,
                r#"{"note":"{\"token\":\"[redacted]\",\"c\":1}"}"#,
            ),
            (
                r#"{"note":"the \"token\": ask","c":1}"#,
                r#"{"note":"the \"token\": [redacted]","c":1}"#,
            ),
        ] {
            assert_eq!(hidden(text, Ground::Records), left);
        }
    }

    #[test]
    fn the_vendor_s_code_is_none_and_that_of_a_token_endpoint_is() {
        let text = r#"{"code":"SUCCESS"}"#;
        assert_eq!(hidden(text, Ground::Records), text);
        assert_eq!(hidden(text, Ground::Pairs), r#"{"code":"[redacted]"}"#);
    }
}
