//! Conditions on the records of one module: what search, views, counts and locking rules compile to. A store lowers one
//! to its own language; [`Criteria::holds`] is the meaning that every store must give it.

pub mod compare;
mod keys;
pub mod notation;

pub use keys::{
    FieldKey, changed_keys, digits, folded, in_long_text, pairs, record_keys, value_keys,
    word_series, words,
};

use crate::schema::Number;
use crate::transaction::RecordHead;

/// A condition on a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Criteria {
    /// All of these hold; of none, it is true.
    All(Vec<Self>),
    /// One of these holds; of none, it is false.
    Any(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
    /// A part of the record's head compares so.
    Head(HeadKey, Test<i64>),
    /// One of the keys in these series is so. The series are those of fields and of their words.
    Keys(Vec<Number>, FieldTest),
}

/// A part of the head that is compared: an id, or an instant in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the head")]
pub enum HeadKey {
    Id,
    Owner,
    CreatedBy,
    ModifiedBy,
    CreatedTime,
    ModifiedTime,
}

/// A comparison with values that have an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test<K> {
    /// It is one of these.
    OneOf(Vec<K>),
    /// It is this or greater.
    From(K),
    /// It is greater.
    Above(K),
    /// It is this or less.
    UpTo(K),
    /// It is less.
    Below(K),
}

/// A comparison with a key of a field's value, as [`value_keys`] writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldTest {
    /// It is there at all.
    Present,
    /// It compares so.
    Is(Test<String>),
    /// It begins with this text.
    StartsWith(String),
    /// It ends with this text, which is not empty.
    EndsWith(String),
    /// It has this text in it, which is not empty.
    Contains(String),
}

impl HeadKey {
    fn of(self, head: &RecordHead) -> i64 {
        match self {
            Self::Id => head.id.get(),
            Self::Owner => head.owner.get(),
            Self::CreatedBy => head.created.by.get(),
            Self::ModifiedBy => head.modified.by.get(),
            Self::CreatedTime => head.created.at.millis(),
            Self::ModifiedTime => head.modified.at.millis(),
        }
    }
}

impl<K: Ord> Test<K> {
    fn holds(&self, found: &K) -> bool {
        match self {
            Self::OneOf(keys) => keys.contains(found),
            Self::From(key) => found >= key,
            Self::Above(key) => found > key,
            Self::UpTo(key) => found <= key,
            Self::Below(key) => found < key,
        }
    }
}

impl FieldTest {
    fn holds(&self, found: &String) -> bool {
        match self {
            Self::Present => true,
            Self::Is(test) => test.holds(found),
            Self::StartsWith(text) => found.starts_with(text),
            Self::EndsWith(text) => found.ends_with(text),
            Self::Contains(text) => found.contains(text),
        }
    }
}

impl Criteria {
    /// Whether it holds for a record with these keys.
    pub fn holds(&self, head: &RecordHead, keys: &[FieldKey]) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(head, keys)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(head, keys)),
            Self::Not(part) => !part.holds(head, keys),
            Self::Head(key, test) => test.holds(&key.of(head)),
            Self::Keys(series, test) => {
                let mut asked = keys.iter().filter(|(number, _)| series.contains(number));
                asked.any(|(_, key)| test.holds(key))
            }
        }
    }

    /// A comparison of one field's keys.
    pub fn field(field: Number, test: FieldTest) -> Self {
        Self::Keys(vec![field], test)
    }

    /// No record passes.
    pub const NEVER: Self = Self::Any(Vec::new());

    /// All of those that there are; `None` for everything.
    pub fn both(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) => Some(Self::All(vec![one, other])),
            (one, other) => one.or(other),
        }
    }

    /// The parts that must hold and that few records may pass, for a store to begin with one: the value of a field, or
    /// how it begins.
    pub fn selective(&self) -> Vec<(&[Number], &FieldTest)> {
        match self {
            Self::All(parts) => parts.iter().flat_map(Self::selective).collect(),
            Self::Keys(
                series,
                test @ (FieldTest::Is(Test::OneOf(_)) | FieldTest::StartsWith(_)),
            ) => vec![(series, test)],
            _ => Vec::new(),
        }
    }
}
