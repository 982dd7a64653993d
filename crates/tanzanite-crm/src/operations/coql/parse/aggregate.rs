//! Aggregates and groups of a query.

use super::{Path, Term, faults, not_served, once, path, too_much};
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments,
    GroupByExpr,
};
use std::fmt;
use tanzanite_protocol::{Fault, limits};

/// A function over the values of a column in several records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Count,
    Sum,
    Avg,
    Min,
    Max,
}

impl Aggregate {
    fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_uppercase().as_str() {
            "COUNT" => Self::Count,
            "SUM" => Self::Sum,
            "AVG" => Self::Avg,
            "MIN" => Self::Min,
            "MAX" => Self::Max,
            _ => return None,
        })
    }

    /// As answers write it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Count => "COUNT",
            Self::Sum => "SUM",
            Self::Avg => "AVG",
            Self::Min => "MIN",
            Self::Max => "MAX",
        }
    }
}

// Conflict C23: no source shows the key of an aggregate without an alias. It is the function in capitals with its
// column, however the query writes it.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.join(".");
        match self.aggregate {
            Some(aggregate) => write!(f, "{}({path})", aggregate.as_str()),
            None => f.write_str(&path),
        }
    }
}

/// A column or an aggregate.
pub(super) fn term(expr: Expr, clause: &'static str) -> Result<Term, Fault> {
    let Expr::Function(function) = expr else {
        return Ok(Term {
            path: path(expr, clause)?,
            aggregate: None,
        });
    };
    let Some(aggregate) = Aggregate::parse(&function.name.to_string()) else {
        return Err(Fault::new(&faults::FUNCTION_UNKNOWN)
            .with("reason", "unsupported aggregate function")
            .with("column", function.to_string()));
    };
    Ok(Term {
        path: path(argument(function)?, clause)?,
        aggregate: Some(aggregate),
    })
}

/// The one argument of a function without any of what SQL has beside it.
fn argument(function: Function) -> Result<Expr, Fault> {
    let refused = || Fault::new(&faults::NOT_SUPPORTED);
    if function.filter.is_some() || function.over.is_some() || !function.within_group.is_empty() {
        return Err(refused());
    }
    let FunctionArguments::List(FunctionArgumentList {
        duplicate_treatment: None,
        args,
        ..
    }) = function.args
    else {
        return Err(refused());
    };
    match <[FunctionArg; 1]>::try_from(args) {
        Ok([FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))]) => Ok(expr),
        _ => Err(refused()),
    }
}

/// The columns that the records are grouped by.
pub(super) fn grouped(clause: GroupByExpr) -> Result<Vec<Path>, Fault> {
    let GroupByExpr::Expressions(groups, modifiers) = clause else {
        return Err(not_served("group by all"));
    };
    if !modifiers.is_empty() {
        return Err(Fault::new(&faults::NOT_SUPPORTED));
    }
    if groups.len() > limits::COQL_GROUPED_FIELDS_MAX {
        return Err(too_much("group by", limits::COQL_GROUPED_FIELDS_MAX));
    }
    let groups: Result<Vec<Path>, Fault> = groups
        .into_iter()
        .map(|group| path(group, "group by"))
        .collect();
    let groups = groups?;
    once(groups.iter().map(|group| group.join(".")), "group by")?;
    Ok(groups)
}
