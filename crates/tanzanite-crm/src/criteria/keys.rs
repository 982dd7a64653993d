//! The texts under which a store finds records by the values of their fields: the value index.
//!
//! Texts are compared byte by byte, in every store alike. The text of a number or an instant is such that the order of
//! texts is that of the values, so that a range of values is a range of texts.
//!
//! The words of a field's texts are keys of a series beside the field's own, whose number is the field's with a minus:
//! a search finds a record by a word in the middle of a name as it finds it by the whole name. A text that is one word
//! has no second key; who looks for a word asks both series ([`word_series`]). Two words that stand one after the other
//! are a key too, so that a phrase is found without a look at each text that has its words. A long text has too many
//! words for a key each: all of them are one key, in which a word is looked for with a blank at either end
//! ([`in_long_text`]).

use super::FieldTest;
use crate::schema::validate::instant;
use crate::schema::{Field, Kind, Module, Number, display_name};
use serde_json::{Map, Value};

/// A field of a module or the series of its words, and one key of its value.
pub type FieldKey = (Number, String);

/// Words of one value that are keys. The words after them are not found.
const WORDS_MAX: usize = 100;
/// Characters of a word, and of a long text's beginning, that are looked at.
const KEY_CHARS_MAX: usize = 255;
/// Bytes of the different words of a long text that are its key. The words after them are not found: PostgreSQL takes
/// 2,700 bytes into an index.
const LONG_KEY_BYTES_MAX: usize = 2_000;

/// The two series in which the words of a field are.
pub fn word_series(field: Number) -> [Number; 2] {
    [field, -field]
}

/// All keys of a record's values, each once, in the order of fields and texts. A field of several values has several;
/// one without a value, or of a kind that is not compared, has none.
pub fn record_keys(
    module: &Module,
    zone: &jiff::tz::TimeZone,
    fields: &Map<String, Value>,
) -> Vec<FieldKey> {
    let mut keys = Vec::new();
    for field in &module.fields {
        let name = field.api_name.as_ref();
        match fields.get(name) {
            Some(value) => {
                let of_field = value_keys(field, zone, value).into_iter();
                keys.extend(of_field.map(|key| (field.number, key)));
                if let Value::String(text) = value {
                    keys.extend(word_keys(field, text));
                }
            }
            // Made of others, and kept as the record's name alone.
            None if field.read_only && module.display_field == name => {
                let name = display_name(module, fields);
                let key = folded(&name);
                keys.extend((!key.is_empty()).then_some((field.number, key)));
                keys.extend(word_keys(field, &name));
            }
            None => {}
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The keys that a change takes away, and those that it adds.
pub fn changed_keys(before: &[FieldKey], after: Vec<FieldKey>) -> (Vec<FieldKey>, Vec<FieldKey>) {
    let gone = before
        .iter()
        .filter(|key| !after.contains(key))
        .cloned()
        .collect();
    let new = after
        .into_iter()
        .filter(|key| !before.contains(key))
        .collect();
    (gone, new)
}

/// The keys of one field's value: of each of several. Empty for a value that the field cannot have.
pub fn value_keys(field: &Field, zone: &jiff::tz::TimeZone, value: &Value) -> Vec<String> {
    match (&field.kind, value) {
        (Kind::MultiSelectPicklist(_), Value::Array(values)) => {
            let texts = values.iter().filter_map(Value::as_str);
            texts.map(folded).filter(|key| !key.is_empty()).collect()
        }
        (_, value) => value_key(&field.kind, zone, value).into_iter().collect(),
    }
}

/// The keys of a text in the series of its field's words: of a telephone number its digits alone.
fn word_keys(field: &Field, text: &str) -> Vec<FieldKey> {
    let whole = folded(text);
    let words: Vec<String> = match field.kind {
        Kind::Phone => vec![digits(text)],
        Kind::Textarea => vec![long_key(text)],
        Kind::Text | Kind::Email | Kind::Website => {
            let mut words = words(text);
            words.truncate(WORDS_MAX);
            let pairs = pairs(&words);
            [words, pairs].concat()
        }
        _ => return Vec::new(),
    };
    let inner = words.into_iter();
    let inner = inner.filter(|word| !word.is_empty() && *word != whole);
    inner.map(|word| (-field.number, word)).collect()
}

/// The different words of a long text, with a blank before and after each; empty if there are none.
fn long_key(text: &str) -> String {
    let mut words = words(text);
    words.sort_unstable();
    words.dedup();
    let mut key = String::new();
    for word in words {
        if key.len() + word.len() + 2 > LONG_KEY_BYTES_MAX {
            break;
        }
        key.push(' ');
        key.push_str(&word);
    }
    if !key.is_empty() {
        key.push(' ');
    }
    key
}

/// That a long text's words have this one among them, or one that begins with it.
pub fn in_long_text(word: &str, begins: bool) -> FieldTest {
    let end = if begins { "" } else { " " };
    FieldTest::Contains(format!(" {word}{end}"))
}

/// The words of a text, folded: its longest runs of letters and digits.
pub fn words(text: &str) -> Vec<String> {
    let folded = folded(text);
    let runs = folded.split(|c: char| !c.is_alphanumeric() && !is_mark(c));
    let runs = runs.filter(|run| !run.is_empty());
    runs.map(beginning).collect()
}

/// Each word with the one after it.
pub fn pairs(words: &[String]) -> Vec<String> {
    let pairs = words.windows(2);
    pairs.map(|pair| pair.join(" ")).collect()
}

/// The digits of a telephone number.
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A mark that joins the letter before it.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn beginning(text: &str) -> String {
    text.chars().take(KEY_CHARS_MAX).collect()
}

fn value_key(kind: &Kind, zone: &jiff::tz::TimeZone, value: &Value) -> Option<String> {
    let key = match (kind, value) {
        (
            Kind::Text
            | Kind::Email
            | Kind::Phone
            | Kind::Website
            | Kind::Picklist(_)
            | Kind::MultiSelectPicklist(_)
            | Kind::AutoNumber
            | Kind::Date,
            Value::String(text),
        ) => folded(text),
        (Kind::Textarea, Value::String(text)) => beginning(&folded(text)),
        (Kind::Datetime, Value::String(text)) => whole(instant(text, zone)?.millis()),
        (Kind::Integer | Kind::Double | Kind::Currency | Kind::Percent, Value::Number(number)) => {
            fraction(number.as_f64()?)
        }
        (Kind::Bigint, value) => whole(integer(value)?),
        (Kind::Boolean, Value::Bool(truth)) => truth.to_string(),
        (Kind::Lookup(_) | Kind::OwnerLookup | Kind::UserLookup, Value::Object(object)) => {
            object.get("id")?.as_str()?.to_owned()
        }
        _ => return None,
    };
    (!key.is_empty()).then_some(key)
}

/// Texts are the same without regard to case and to blanks around, as those of unique fields are.
pub fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Sixteen digits in the order of the numbers.
pub(super) fn whole(number: i64) -> String {
    format!("{:016x}", number.cast_unsigned() ^ (1 << 63))
}

/// Sixteen digits in the order of the numbers: those of a positive one with its sign turned, those of a negative one
/// turned altogether.
fn fraction(number: f64) -> String {
    let bits = (number + 0.0).to_bits();
    let ordered = if bits >> 63 == 0 {
        bits | (1 << 63)
    } else {
        !bits
    };
    format!("{ordered:016x}")
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_i64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(words("  Acme-Inc. (Wien)  "), ["acme", "inc", "wien"]);
        assert_eq!(words("A.B@c-d.com"), ["a", "b", "c", "d", "com"]);
        assert_eq!(words("--"), [""; 0]);
        assert_eq!(words("e\u{301}t\u{e9}"), ["e\u{301}t\u{e9}"]);
        assert_eq!(words(&"x".repeat(300))[0].len(), KEY_CHARS_MAX);
    }

    proptest! {
        #[test]
        fn the_order_of_keys_is_that_of_the_numbers(one: i64, other: i64) {
            prop_assert_eq!(whole(one).cmp(&whole(other)), one.cmp(&other));
        }

        #[test]
        fn the_order_of_keys_is_that_of_the_fractions(
            one in proptest::num::f64::NORMAL | proptest::num::f64::ZERO | proptest::num::f64::SUBNORMAL,
            other in proptest::num::f64::NORMAL | proptest::num::f64::ZERO,
        ) {
            prop_assert_eq!(Some(fraction(one).cmp(&fraction(other))), one.partial_cmp(&other));
        }
    }
}
