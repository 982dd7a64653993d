//! The members of a collection's things, and how the value that is kept becomes the one that is shown.

use super::shape::{Shape, typed};
use crate::metadata::Metadata;
use crate::operations::users;
use crate::schema::validate::{self, Place};
use crate::stored::{DocumentKind, KeySlot};
use crate::transaction::Stamp;
use serde_json::{Map, Value, json};
use tanzanite_protocol::{Fault, RecordId, Row, Timestamp};

/// One member, in the place where it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// The vendor's key.
    pub name: &'static str,
    /// The values that it can have.
    pub shape: Shape,
    /// A thing cannot do without.
    pub mandatory: bool,
    /// No two things that stand within the same have the same one, without regard to letter case: the keys of this
    /// series.
    pub unique: Option<KeySlot>,
    /// It is given when the thing is made, and stays.
    pub fixed: bool,
    /// Another member may make it mandatory.
    pub needed: Option<Needed>,
    /// The fault of a value that is none of those there are, if it is not the one that collections share: of a word, of
    /// a character, of a thing.
    pub otherwise: Option<&'static Row>,
}

/// Another member whose value makes a member mandatory.
#[derive(Clone, Copy, Debug)]
pub struct Needed {
    /// The other one.
    pub by: &'static str,
    /// The values of it that do: words, or `true` and `false`.
    pub when: &'static [&'static str],
    /// The fault of a thing without it.
    pub row: &'static Row,
}

/// Members that the server writes, and those of another shape, begin so.
pub const fn member(name: &'static str, shape: Shape) -> Member {
    Member {
        name,
        shape,
        mandatory: false,
        unique: None,
        fixed: false,
        needed: None,
        otherwise: None,
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

    /// Another member makes it mandatory with one of these values.
    #[must_use]
    pub const fn needed(
        mut self,
        by: &'static str,
        when: &'static [&'static str],
        row: &'static Row,
    ) -> Self {
        self.needed = Some(Needed { by, when, row });
        self
    }

    /// Values that are none of those there are have a fault of the collection's own.
    #[must_use]
    pub const fn otherwise(mut self, row: &'static Row) -> Self {
        self.otherwise = Some(row);
        self
    }

    /// Whether a client may write it.
    pub const fn is_given(&self) -> bool {
        self.shape.is_given()
    }

    /// Whether another value than the one that is shown is refused by name.
    pub const fn is_unserved(&self) -> bool {
        matches!(self.shape, Shape::TimeZone)
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
        self.shape.check(value, self.otherwise, at)
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
        // The same refusal at a later stage: the type may be the kept one, of which nobody learns before the thing is
        // found.
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

    /// The fault if the members of a thing make it mandatory and it has no value.
    pub(super) fn check_needed(&self, body: &Map<String, Value>, path: &str) -> Result<(), Fault> {
        let Some(needed) = self.needed else {
            return Ok(());
        };
        let said = match body.get(needed.by) {
            Some(Value::Bool(true)) => "true",
            Some(Value::Bool(false)) => "false",
            other => other.and_then(Value::as_str).unwrap_or_default(),
        };
        let has_value = match body.get(self.name) {
            None | Some(Value::Null) => false,
            Some(Value::Array(values)) => !values.is_empty(),
            Some(_) => true,
        };
        if has_value || !needed.when.contains(&said) {
            return Ok(());
        }
        let by = Place::new(path, needed.by);
        let by = json!({ "api_name": needed.by, "json_path": by.json_path() });
        Err(Place::new(path, self.name)
            .fault(needed.row)
            .with("dependee", by))
    }

    /// The value by which a parameter finds things, from its text; `None` for a text that is no such value.
    pub(super) fn sought(&self, text: &str) -> Option<Value> {
        match self.shape {
            Shape::Word(words) => words.contains(&text).then(|| text.into()),
            Shape::YearOf(_) if text.len() == 4 => text.parse::<u16>().ok().map(Value::from),
            Shape::Thing(..) | Shape::User => RecordId::parse(text).map(|id| id.get().into()),
            _ => None,
        }
    }

    /// The value that is kept, or follows from those that are.
    pub(super) fn kept(&self, body: &Map<String, Value>) -> Value {
        let own = |name: &str| body.get(name).cloned().unwrap_or(Value::Null);
        match self.shape {
            Shape::YearOf(date) => {
                let date = own(date);
                let year = date
                    .as_str()
                    .and_then(|date| date.get(..4)?.parse::<u16>().ok());
                year.map_or(Value::Null, Value::from)
            }
            Shape::Same(name) => own(name),
            Shape::Boolean => own(self.name).as_bool().unwrap_or(false).into(),
            _ => own(self.name),
        }
    }

    /// The value as it is shown. `thing` finds the member of another thing that a reference is shown with.
    pub(super) fn show(
        &self,
        id: i64,
        body: &Map<String, Value>,
        metadata: &Metadata,
        thing: &mut dyn FnMut(DocumentKind, i64, &'static str) -> Value,
    ) -> Value {
        let stamp = |key: &str| stamp(body, key);
        match self.shape {
            Shape::Id => id.to_string().into(),
            Shape::TimeZone => metadata.organisation().time_zone.as_str().into(),
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
            Shape::Thing(kind, shown) => match self.kept(body).as_i64() {
                None => Value::Null,
                Some(id) => json!({ shown: thing(kind, id, shown), "id": id.to_string() }),
            },
            Shape::User => match self.kept(body).as_i64().and_then(RecordId::new) {
                None => Value::Null,
                Some(id) => users::reference(metadata, id),
            },
            _ => self.kept(body),
        }
    }
}

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
