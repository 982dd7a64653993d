//! The shapes of members: how a request's value becomes the one that is kept.

use super::faults;
use super::member::Member;
use crate::schema::Kind;
use crate::schema::validate::{self, Place};
use crate::stored::DocumentKind;
use serde_json::{Map, Value};
use tanzanite_protocol::{Fault, Row};

/// The values that a member can have.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A text of at most so many characters.
    Text(u32),
    /// A text of at most so many characters that has none of these.
    TextWithout(u32, &'static str),
    /// A text of letters, digits and underscores that begins with a letter, of at most so many characters.
    ApiName(u32),
    /// A colour such as `#57B1FD`, or `null`.
    Colour,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// `true` or `false`; shown as `false` while nothing is said.
    Boolean,
    /// `true` or `false`; shown as `null` while nothing is said.
    BooleanOrNull,
    /// A day: `2026-12-25`.
    Date,
    /// A time of day: `09:00`.
    Time,
    /// A list of values of one shape.
    List {
        /// Their shape.
        of: &'static Shape,
        /// The fewest.
        least: usize,
        /// The most.
        most: usize,
        /// No two are the same.
        distinct: bool,
    },
    /// A list of objects. A change keeps those that it does not name; an object with the key `_delete` takes its
    /// namesake away, and an empty list all.
    Entries {
        /// The members of each.
        members: &'static [Member],
        /// The member that tells them apart.
        by: &'static str,
        /// The most of one request.
        most: usize,
    },
    /// A reference to a thing of a kind: given as `{"id"}` or the id alone, shown with this member of it.
    Thing(DocumentKind, &'static str),
    /// A reference to a user: given as `{"id"}` or the id alone, shown as `{"name","id"}`.
    User,
    /// A value of the type that the member of this name says.
    TypedBy(&'static str),
    /// The thing's id. All below are written by the server, and ignored when they are sent.
    Id,
    /// The same as the member of this name.
    Same(&'static str),
    /// The year of the date that the member of this name has.
    YearOf(&'static str),
    /// The organisation's time zone. Another one in a request is refused by name.
    TimeZone,
    /// A text that never changes.
    Always(&'static str),
    /// `false`.
    Never,
    /// The time when the thing was made.
    CreatedTime,
    /// The user who made it.
    CreatedBy,
    /// The time when it was last changed.
    ModifiedTime,
    /// The user who last changed it.
    ModifiedBy,
}

impl Shape {
    /// Whether a client may write it.
    pub(super) const fn is_given(&self) -> bool {
        !matches!(
            self,
            Self::Id
                | Self::Same(_)
                | Self::YearOf(_)
                | Self::TimeZone
                | Self::Always(_)
                | Self::Never
                | Self::CreatedTime
                | Self::CreatedBy
                | Self::ModifiedTime
                | Self::ModifiedBy
        )
    }

    /// A value that is not `null` as it is kept. `otherwise` is the collection's own fault of one that is none of those
    /// there are.
    pub(super) fn check(
        &self,
        value: &Value,
        otherwise: Option<&'static Row>,
        at: &Place<'_>,
    ) -> Result<Value, Fault> {
        let text = |length| validate::scalar(Kind::Text, length, value, at);
        let unlike = |row: &'static Row| at.fault(otherwise.unwrap_or(row));
        let formed =
            |kept: Value, is_formed: fn(&str) -> bool, fault: &dyn Fn() -> Fault| match kept
                .as_str()
            {
                Some(text) if is_formed(text) => Ok(kept),
                _ => Err(fault()),
            };
        match self {
            Self::Text(length) => text(*length),
            Self::TextWithout(length, characters) => {
                let kept = text(*length)?;
                if kept
                    .as_str()
                    .is_some_and(|text| text.contains(|c| characters.contains(c)))
                {
                    return Err(unlike(&faults::SPECIAL_CHARACTERS));
                }
                Ok(kept)
            }
            Self::ApiName(length) => formed(text(*length)?, validate::is_api_name, &|| {
                at.fault(&faults::PATTERN).with("regex", API_NAME)
            }),
            Self::Colour => formed(text(7)?, is_colour, &|| {
                at.fault(&faults::SPECIAL_CHARACTERS)
            }),
            Self::Time => formed(text(u32::MAX)?, is_time, &|| {
                at.fault(&faults::PATTERN).with("regex", TIME)
            }),
            Self::Word(words) => match value {
                Value::String(word) if words.contains(&word.as_str()) => Ok(value.clone()),
                Value::String(_) => {
                    Err(unlike(&faults::WORD).with("supported_values", words.to_vec()))
                }
                _ => Err(at.wrong_type("text")),
            },
            Self::Boolean | Self::BooleanOrNull => validate::scalar(Kind::Boolean, 0, value, at),
            Self::Date => validate::scalar(Kind::Date, 0, value, at),
            Self::List {
                of,
                least,
                most,
                distinct,
            } => list(of, *least, *most, *distinct, value, at),
            Self::Entries { members, by, most } => entries(members, by, *most, value, at),
            Self::Thing(..) | Self::User => at.id(value).map(|id| id.get().into()),
            _ => Ok(Value::Null),
        }
    }

    /// The value that is kept once a change has given one.
    pub(super) fn merged(&self, kept: Option<&Value>, given: Value) -> Value {
        let (Self::Entries { by, .. }, Value::Array(given)) = (self, &given) else {
            return given;
        };
        if given.is_empty() {
            return Value::Null;
        }
        let mut merged = kept.and_then(Value::as_array).cloned().unwrap_or_default();
        for entry in given {
            let place = merged.iter().position(|kept| kept[*by] == entry[*by]);
            match (entry.get(DELETE).is_some(), place) {
                (true, Some(place)) => drop(merged.remove(place)),
                (true, None) => {}
                (false, Some(place)) => merged[place] = entry.clone(),
                (false, None) => merged.push(entry.clone()),
            }
        }
        merged.into()
    }
}

/// The key of an entry that is to go. The v7 page gives it the value `null`, the OpenAPI of 2026 `true`.
const DELETE: &str = "_delete";

fn array<'a>(
    value: &'a Value,
    least: usize,
    most: usize,
    at: &Place<'_>,
) -> Result<&'a [Value], Fault> {
    let Value::Array(values) = value else {
        return Err(at.wrong_type("jsonarray"));
    };
    if values.len() < least {
        return Err(at.too_few(least));
    }
    if values.len() > most {
        return Err(at.too_long(u32::try_from(most).unwrap_or(u32::MAX)));
    }
    Ok(values)
}

fn list(
    of: &Shape,
    least: usize,
    most: usize,
    distinct: bool,
    value: &Value,
    at: &Place<'_>,
) -> Result<Value, Fault> {
    let mut kept: Vec<Value> = Vec::new();
    for (index, value) in array(value, least, most, at)?.iter().enumerate() {
        let at = at.element(index);
        let value = of.check(value, None, &at)?;
        if distinct && kept.contains(&value) {
            return Err(at.invalid("it stands in the list already"));
        }
        kept.push(value);
    }
    Ok(kept.into())
}

/// The entries as they are given, without keys that they cannot have. Those that are to go keep their mark until the
/// change is made.
fn entries(
    members: &[Member],
    by: &str,
    most: usize,
    value: &Value,
    at: &Place<'_>,
) -> Result<Value, Fault> {
    let mut kept: Vec<Value> = Vec::new();
    for (index, entry) in array(value, 0, most, at)?.iter().enumerate() {
        let element = at.element(index);
        let Value::Object(given) = entry else {
            return Err(element.wrong_type("jsonobject"));
        };
        let path = element.json_path();
        let mut entry = Map::new();
        for member in members {
            let at = Place::new(&path, member.name);
            let value = given.get(member.name).unwrap_or(&Value::Null);
            entry.insert(member.name.to_owned(), member.check(value, &at)?);
        }
        if kept.iter().any(|kept| kept[by] == entry[by]) {
            return Err(Place::new(&path, by).invalid("another entry is the same one"));
        }
        if given
            .get(DELETE)
            .is_some_and(|mark| mark != &Value::Bool(false))
        {
            entry.insert(DELETE.to_owned(), true.into());
        }
        kept.push(entry.into());
    }
    Ok(kept.into())
}

/// The expression that the vendor's error for API names shows.
const API_NAME: &str = r"^[a-zA-Z]+\\w*[a-zA-Z0-9]*$";

/// The expression that the vendor's OpenAPI of 2026 has for times of day.
const TIME: &str = "^([0-1][0-9]|2[0-3]):[0-5][0-9]$";

fn is_time(text: &str) -> bool {
    let [h, hour, b':', m, minute] = text.as_bytes() else {
        return false;
    };
    let is_hour = matches!((h, hour), (b'0' | b'1', b'0'..=b'9') | (b'2', b'0'..=b'3'));
    is_hour && matches!((m, minute), (b'0'..=b'5', b'0'..=b'9'))
}

fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// The vendor's words for the types of values, and how long these can be.
pub const TYPES: &[&str] = &[
    "integer", "text", "percent", "double", "currency", "date", "datetime", "email", "phone",
    "website", "checkbox", "textarea", "long",
];

pub(super) fn typed(word: &str) -> (Kind, u32) {
    match word {
        "integer" => (Kind::Integer, 9),
        "long" => (Kind::Bigint, 18),
        "double" => (Kind::Double, 16),
        "currency" => (Kind::Currency, 16),
        "percent" => (Kind::Percent, 5),
        "checkbox" => (Kind::Boolean, 0),
        "date" => (Kind::Date, 0),
        "datetime" => (Kind::Datetime, 0),
        "email" => (Kind::Email, 100),
        "phone" => (Kind::Phone, 30),
        "website" => (Kind::Website, 255),
        "textarea" => (Kind::Textarea, 2000),
        _ => (Kind::Text, 120),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_time_of_day_has_two_digits_each_and_is_one_that_there_is() {
        for good in ["00:00", "09:30", "19:59", "23:59"] {
            assert!(is_time(good), "{good}");
        }
        for bad in [
            "24:00",
            "9:00",
            "09:60",
            "0900",
            "09:00:00",
            "",
            "2a:00",
            "09:0\u{e4}",
        ] {
            assert!(!is_time(bad), "{bad}");
        }
    }

    #[test]
    fn a_change_keeps_the_entries_that_it_does_not_name() {
        let shape = Shape::Entries {
            members: &[],
            by: "days",
            most: 7,
        };
        let entry = |day: &str, hour: u32| json!({ "days": day, "hour": hour });
        let kept = json!([entry("Monday", 9), entry("Friday", 9)]);
        let gone = json!({ "days": "Friday", DELETE: true });
        let given = json!([entry("Tuesday", 8), entry("Monday", 10), gone]);
        let merged = shape.merged(Some(&kept), given.clone());
        assert_eq!(merged, json!([entry("Monday", 10), entry("Tuesday", 8)]));
        assert_eq!(
            shape.merged(None, given),
            json!([entry("Tuesday", 8), entry("Monday", 10)])
        );
        assert_eq!(shape.merged(Some(&kept), json!([])), Value::Null);
        assert_eq!(shape.merged(Some(&kept), Value::Null), Value::Null);
    }
}
