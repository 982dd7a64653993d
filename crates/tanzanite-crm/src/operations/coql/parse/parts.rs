//! The parts of a query.

use super::Aggregate;

/// A query.
#[derive(Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) columns: Vec<Column>,
    pub(crate) module: String,
    pub(crate) condition: Condition,
    pub(crate) groups: Vec<Path>,
    pub(crate) order: Vec<Sorted>,
    pub(crate) limit: Option<u32>,
    pub(crate) offset: u32,
}

impl Query {
    /// Whether it asks for aggregates or groups, and not for records.
    pub(crate) fn is_grouped(&self) -> bool {
        let mut columns = self.columns.iter();
        !self.groups.is_empty() || columns.any(|column| column.term.aggregate.is_some())
    }
}

/// The names between the dots of a column.
pub(crate) type Path = Vec<String>;

/// A column or an aggregate of one.
#[derive(Debug, PartialEq)]
pub(crate) struct Term {
    pub(crate) path: Path,
    pub(crate) aggregate: Option<Aggregate>,
}

/// A term that is asked for, and the key that it has in the answer.
#[derive(Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) term: Term,
    pub(crate) key: String,
}

/// A term that the answer is sorted by.
#[derive(Debug, PartialEq)]
pub(crate) struct Sorted {
    pub(crate) term: Term,
    pub(crate) descending: bool,
}

/// Conditions, combined.
#[derive(Debug, PartialEq)]
pub(crate) enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Compare(Comparison),
}

/// A column, an operator and values.
#[derive(Debug, PartialEq)]
pub(crate) struct Comparison {
    pub(crate) path: Path,
    pub(crate) comparator: Comparator,
    pub(crate) values: Vec<String>,
    /// The query that has the values instead.
    pub(crate) subquery: Option<Box<Subquery>>,
}

/// A query within the conditions of another.
#[derive(Debug, PartialEq)]
pub(crate) struct Subquery {
    pub(crate) query: Query,
    /// Its place among all subqueries.
    pub(crate) sequence: usize,
}

/// The operators of COQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparator {
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Between,
    NotBetween,
    In,
    NotIn,
    Like,
    NotLike,
    Null,
    NotNull,
}

impl Comparator {
    /// As queries write it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Between => "between",
            Self::NotBetween => "not between",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Like => "like",
            Self::NotLike => "not like",
            Self::Null => "is null",
            Self::NotNull => "is not null",
        }
    }
}
