//! The members of a collection's things: their shapes, and how a request's value becomes the one that is kept, and that one the one
//! that is shown.

use crate::metadata::Metadata;
use crate::operations::users;
use crate::schema::Kind;
use crate::schema::validate::{self, Place};
use crate::stored::{DocumentKind, KeySlot};
use crate::transaction::Stamp;
use serde_json::{Map, Value, json};
use tanzanite_protocol::{Fault, RecordId, Timestamp};

/// One member, in the place where it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// The vendor's key.
    pub name: &'static str,
    /// The values that it can have.
    pub shape: Shape,
    /// A thing cannot do without.
    pub mandatory: bool,
    /// No two things that stand within the same have the same one, without regard to letter case: the keys of this series.
    pub unique: Option<KeySlot>,
    /// It is given when the thing is made, and stays.
    pub fixed: bool,
}

/// The values that a member can have.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A text of at most so many characters.
    Text(u32),
    /// A text of letters, digits and underscores that begins with a letter, of at most so many characters.
    ApiName(u32),
    /// A colour such as `#57B1FD`, or `null`.
    Colour,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Boolean,
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

/// Members that the server writes, and those of another shape, begin so.
pub const fn member(name: &'static str, shape: Shape) -> Member {
    Member {
        name,
        shape,
        mandatory: false,
        unique: None,
        fixed: false,
    }
}

/// A text of at most so many characters.
pub const fn text(name: &'static str, characters_max: u32) -> Member {
    member(name, Shape::Text(characters_max))
}

impl Member {
    /// Without it no thing is made.
    #[must_use]
    pub const fn mandatory(mut self) -> Self {
        self.mandatory = true;
        self
    }

    /// No two things have the same.
    #[must_use]
    pub const fn unique(mut self, slot: KeySlot) -> Self {
        self.unique = Some(slot);
        self
    }

    /// It cannot be changed.
    #[must_use]
    pub const fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// Whether a client may write it.
    pub const fn is_given(&self) -> bool {
        matches!(
            self.shape,
            Shape::Text(_)
                | Shape::ApiName(_)
                | Shape::Colour
                | Shape::Word(_)
                | Shape::Boolean
                | Shape::Thing(..)
                | Shape::User
                | Shape::TypedBy(_)
        )
    }

    /// The value as it is kept. The caller looks whether what it refers to is there.
    pub(crate) fn check(&self, value: &Value, at: &Place<'_>) -> Result<Value, Fault> {
        if value.is_null() {
            return if self.mandatory {
                Err(at.missing())
            } else {
                Ok(Value::Null)
            };
        }
        match self.shape {
            Shape::Text(length) => validate::scalar(Kind::Text, length, value, at),
            Shape::ApiName(length) => {
                let value = validate::scalar(Kind::Text, length, value, at)?;
                if value.as_str().is_some_and(validate::is_api_name) {
                    Ok(value)
                } else {
                    Err(at.fault(&super::faults::PATTERN).with("regex", API_NAME))
                }
            }
            Shape::Colour => {
                let value = validate::scalar(Kind::Text, 7, value, at)?;
                if value.as_str().is_some_and(is_colour) {
                    Ok(value)
                } else {
                    Err(at.fault(&super::faults::SPECIAL_CHARACTERS))
                }
            }
            Shape::Word(words) => match value {
                Value::String(word) if words.contains(&word.as_str()) => Ok(value.clone()),
                Value::String(_) => Err(at
                    .fault(&super::faults::WORD)
                    .with("supported_values", words.to_vec())),
                _ => Err(at.wrong_type("text")),
            },
            Shape::Boolean => validate::scalar(Kind::Boolean, 0, value, at),
            Shape::Thing(..) | Shape::User => at.id(value).map(|id| id.get().into()),
            _ => Ok(Value::Null),
        }
    }

    /// Whether another member says the type of its value.
    pub(super) const fn is_typed(&self) -> bool {
        matches!(self.shape, Shape::TypedBy(_))
    }

    /// The value of such a member as it is kept, beside the thing's other members.
    pub(super) fn check_typed(
        &self,
        value: &Value,
        others: &Map<String, Value>,
        at: &Place<'_>,
    ) -> Result<Value, Fault> {
        let Shape::TypedBy(name) = self.shape else {
            return Ok(value.clone());
        };
        if value.is_null() {
            return Ok(Value::Null);
        }
        let (kind, length) = typed(others.get(name).and_then(Value::as_str).unwrap_or_default());
        // The same refusal at a later stage: the type may be the kept one, of which nobody learns before the thing is found.
        validate::scalar(kind, length, value, at).map_err(|fault| {
            let mut late = at.fault(&super::faults::VALUE_OF_TYPE);
            for key in ["expected_data_type", "maximum_length"] {
                if let Some(detail) = fault.detail(key) {
                    late = late.with(key, detail.clone());
                }
            }
            late
        })
    }

    /// The value as it is shown. `thing` finds the member of another thing that a reference is shown with.
    pub(super) fn show(
        &self,
        id: i64,
        body: &Map<String, Value>,
        metadata: &Metadata,
        thing: &mut dyn FnMut(DocumentKind, i64, &'static str) -> Value,
    ) -> Value {
        let own = |name: &str| body.get(name).cloned().unwrap_or(Value::Null);
        let stamp = |key: &str| stamp(body, key);
        match self.shape {
            Shape::Id => id.to_string().into(),
            Shape::Same(name) => own(name),
            Shape::Always(text) => text.into(),
            Shape::Never => false.into(),
            Shape::CreatedTime => {
                stamp(CREATED).map_or(Value::Null, |stamp| stamp.at.render(metadata.zone()).into())
            }
            Shape::ModifiedTime => {
                stamp(MODIFIED).map_or(Value::Null, |stamp| stamp.at.render(metadata.zone()).into())
            }
            Shape::CreatedBy => {
                stamp(CREATED).map_or(Value::Null, |stamp| users::reference(metadata, stamp.by))
            }
            Shape::ModifiedBy => {
                stamp(MODIFIED).map_or(Value::Null, |stamp| users::reference(metadata, stamp.by))
            }
            Shape::Thing(kind, shown) => match own(self.name).as_i64() {
                None => Value::Null,
                Some(id) => json!({ shown: thing(kind, id, shown), "id": id.to_string() }),
            },
            Shape::User => match own(self.name).as_i64().and_then(RecordId::new) {
                None => Value::Null,
                Some(id) => users::reference(metadata, id),
            },
            Shape::Boolean => own(self.name).as_bool().unwrap_or(false).into(),
            _ => own(self.name),
        }
    }
}

/// The expression that the vendor's error for API names shows.
const API_NAME: &str = r"^[a-zA-Z]+\\w*[a-zA-Z0-9]*$";

/// The keys of a document's stamps. No member can have these names.
pub(crate) const CREATED: &str = "$created";
pub(super) const MODIFIED: &str = "$modified";

/// A stamp as it is kept.
pub(super) fn kept(stamp: Stamp) -> Value {
    json!({ "at": stamp.at.millis(), "by": stamp.by.get() })
}

fn stamp(body: &Map<String, Value>, key: &str) -> Option<Stamp> {
    let stamp = body.get(key)?;
    Some(Stamp {
        at: Timestamp::from_millis(stamp.get("at")?.as_i64()?),
        by: RecordId::new(stamp.get("by")?.as_i64()?)?,
    })
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

fn typed(word: &str) -> (Kind, u32) {
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
