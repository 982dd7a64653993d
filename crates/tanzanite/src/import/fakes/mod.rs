//! Makes up values that replace real ones. The same key, kind of field and value always give the same made-up value, so
//! that equal values stay equal and unique ones unique.
//!
//! Unchanged are picklist values, booleans, ids, and the names of modules, fields, profiles and roles.

mod shape;
#[cfg(test)]
mod tests;
mod words;

use bytes::Bytes;
use serde_json::{Number, Value};
use shape::{Digits, disguise};
use tanzanite_crm::schema::{Field, Kind};
use tanzanite_crm::secret::derive_hex;
use tanzanite_protocol::Timestamp;
use tanzanite_protocol::media::ImageKind;
use tanzanite_seed::demo_picture;

/// Characters of a text that is replaced by one of the same shape; longer ones become prose.
const CODE_CHARS_MAX: usize = 12;
/// The most days by which a record's dates are moved back.
const DAYS_BACK_MAX: u128 = 365;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// The pictures of each format.
const PICTURES: [(ImageKind, &[&str]); 4] = [
    (
        ImageKind::Png,
        &[
            "alma.png",
            "leon.png",
            "rosa.png",
            "shop.png",
            "plane.png",
            "bench.png",
        ],
    ),
    (ImageKind::Jpeg, &["emil.jpg", "sofia.jpg"]),
    (ImageKind::Gif, &["yuki.gif"]),
    (ImageKind::Bmp, &["bram.bmp"]),
];

/// Makes up values with a key.
pub(super) struct Fakes {
    key: String,
}

impl Fakes {
    /// With this key, which must stay secret: it allows short values to be recovered.
    pub(super) fn new(key: &str) -> Self {
        Self {
            key: format!("made-up values {key}"),
        }
    }

    /// The replacement of a field's value; `days` is [`Self::days_back`] of the record. `None` if there is no possible
    /// replacement.
    pub(super) fn value(&self, field: &Field, value: &Value, days: i64) -> Option<Value> {
        match (&field.kind, value) {
            (_, Value::Null | Value::Bool(_)) => Some(value.clone()),
            (Kind::Picklist(_), Value::String(text)) => {
                let is_listed = field.unlisted(value).next().is_none();
                Some(if is_listed {
                    value.clone()
                } else {
                    self.text(field, text).into()
                })
            }
            (Kind::MultiSelectPicklist(listed), Value::Array(values)) => {
                let is_listed =
                    |value: &&Value| listed.iter().any(|listed| value.as_str() == Some(listed));
                Some(values.iter().filter(is_listed).cloned().collect())
            }
            (Kind::Date | Kind::Datetime, Value::String(text)) => {
                earlier(text, days).map(Value::String)
            }
            (Kind::Bigint, Value::String(text)) => self
                .shaped("number", text, Digits::Number)
                .map(Value::String),
            (_, Value::String(text)) => Some(self.text(field, text).into()),
            (_, Value::Number(number)) => self.number(field, number).map(Value::Number),
            _ => None,
        }
    }

    /// The replacement of a text field's value.
    fn text(&self, field: &Field, text: &str) -> String {
        match field.kind {
            Kind::Email => self.email(text),
            Kind::Phone => {
                let other = self.shaped("phone", text, Digits::Code);
                other.unwrap_or_else(|| self.digits("phone", text, 9))
            }
            Kind::Website => {
                let host = derive_hex(self.key.as_bytes(), &format!("website {text}"), 10);
                format!("https://{host}.example.com")
            }
            _ if field.unique => self.unique(text),
            _ => match field.api_name.as_ref() {
                "First_Name" => self.given_name(text),
                "Last_Name" => self.family_name(text),
                _ => self.prose(text),
            },
        }
    }

    /// A made-up email address, the same for users and in records.
    pub(super) fn email(&self, text: &str) -> String {
        let text = text.trim().to_lowercase();
        let local = derive_hex(self.key.as_bytes(), &format!("email {text}"), 12);
        format!("m{local}@example.com")
    }

    /// A first name; an empty one stays empty.
    pub(super) fn given_name(&self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        pick(&words::GIVEN, self.random("given", text)).to_owned()
    }

    /// A last name.
    pub(super) fn family_name(&self, text: &str) -> String {
        let name = pick(&words::FAMILY, self.random("family", text));
        format!("{name} {}", self.digits("family number", text, 4))
    }

    /// Prose of the same length in characters. A short text keeps its shape instead, so that different texts stay
    /// different.
    pub(super) fn prose(&self, text: &str) -> String {
        let length = text.chars().count();
        if length <= CODE_CHARS_MAX
            && let Some(other) = self.shaped("text", text, Digits::Code)
        {
            return other;
        }
        let mut prose = String::with_capacity(length);
        let mut random = 0;
        let mut count = 0_u32;
        while prose.len() < length {
            if count.is_multiple_of(20) {
                random = self.random(&format!("prose {count}"), text);
            }
            if count > 0 {
                prose.push(' ');
            }
            prose.push_str(pick(&words::PROSE, random));
            random >>= 6;
            count += 1;
        }
        prose.truncate(length);
        // The vendor would drop a blank at the end.
        let mut prose = prose.trim_end().to_owned();
        if text.starts_with(char::is_uppercase)
            && let Some(first) = prose.get_mut(..1)
        {
            first.make_ascii_uppercase();
        }
        prose
    }

    /// A text that no other value yields, even without regard to case.
    fn unique(&self, text: &str) -> String {
        let key = text.trim().to_lowercase();
        let other = self.shaped("unique", &key, Digits::Code);
        other.unwrap_or_else(|| derive_hex(self.key.as_bytes(), &format!("unique {key}"), 12))
    }

    /// A number of the same magnitude.
    fn number(&self, field: &Field, number: &Number) -> Option<Number> {
        let text = number.to_string();
        if field.api_name == "Probability" && !field.custom {
            return Some(
                u64::try_from(self.random("probability", &text) % 101)
                    .ok()?
                    .into(),
            );
        }
        let (digits, rest) = match text.split_once('e') {
            Some((digits, power)) => (digits, format!("e{power}")),
            None => match text.strip_suffix(".0") {
                Some(whole) => (whole, ".0".to_owned()),
                None => (text.as_str(), String::new()),
            },
        };
        let Some(other) = self.shaped("number", digits, Digits::Number) else {
            return Some(number.clone());
        };
        serde_json::from_str(&(other + &rest)).ok()
    }

    /// The days by which the dates of a record are moved back.
    pub(super) fn days_back(&self, record: &str) -> i64 {
        1 + i64::try_from(self.random("days", record) % DAYS_BACK_MAX).unwrap_or(0)
    }

    /// A picture of a format.
    pub(super) fn picture(&self, kind: ImageKind, record: &str) -> Option<Bytes> {
        let (_, names) = PICTURES.iter().find(|(known, _)| *known == kind)?;
        demo_picture(pick(names, self.random("picture", record)))
    }

    /// A positive number with as many digits.
    pub(super) fn id(&self, id: i64) -> i64 {
        let mut text = id.to_string();
        // A result that is too large is disguised again, which keeps the mapping one-to-one.
        loop {
            match self.shaped("id", &text, Digits::Number) {
                Some(other) => text = other,
                None => return id,
            }
            if let Ok(other) = text.parse() {
                return other;
            }
        }
    }

    fn shaped(&self, purpose: &str, text: &str, digits: Digits) -> Option<String> {
        disguise(text, digits, |inner| self.random(purpose, inner))
    }

    fn digits(&self, purpose: &str, text: &str, count: u32) -> String {
        let low = 10_u128.pow(count - 1);
        (low + self.random(purpose, text) % (9 * low)).to_string()
    }

    fn random(&self, purpose: &str, text: &str) -> u128 {
        let hex = derive_hex(self.key.as_bytes(), &format!("{purpose}\n{text}"), 32);
        u128::from_str_radix(&hex, 16).unwrap_or(0)
    }
}

/// Selects one of the texts.
fn pick<'a>(texts: &[&'a str], random: u128) -> &'a str {
    let index = random % (texts.len().max(1) as u128);
    let text = usize::try_from(index)
        .ok()
        .and_then(|index| texts.get(index));
    text.copied().unwrap_or_default()
}

/// An instant this many days earlier.
pub(super) fn earlier_stamp(at: Timestamp, days: i64) -> Timestamp {
    Timestamp::from_millis(at.millis().saturating_sub(days.saturating_mul(DAY_MILLIS)))
}

/// A date, or a date and time, this many days earlier, in the same form.
fn earlier(text: &str, days: i64) -> Option<String> {
    // The date, and the rest with time and offset.
    let (day, rest) = text.split_at_checked(10)?;
    let midnight = Timestamp::parse(&format!("{day}T00:00:00+00:00"))?;
    let day = earlier_stamp(midnight, days).render_utc();
    Some(format!("{}{rest}", day.get(..10)?))
}
