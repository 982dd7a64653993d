//! From the text of a query to its parts. The grammar is `sqlparser`'s; all that COQL does not have is refused here.

mod aggregate;
mod parts;

pub(super) use aggregate::Aggregate;
use aggregate::{grouped, term};
pub(super) use parts::{Column, Path, Query, Sorted, Subquery, Term};
pub(crate) use parts::{Comparator, Comparison, Condition};

use super::faults;
use sqlparser::ast::{
    self, BinaryOperator, Expr, InTarget, LimitClause, OrderByKind, OrderBySort, Select,
    SelectItem, SetExpr, Statement, TableFactor, UnaryOperator, Value,
};
use sqlparser::dialect::Dialect;
use sqlparser::parser::{Parser, ParserError};
use tanzanite_protocol::{Fault, limits};

/// How COQL is written: names may have a dollar sign, and `limit` may have the offset before it.
#[derive(Debug)]
struct Coql;

impl Dialect for Coql {
    fn is_identifier_start(&self, c: char) -> bool {
        c.is_alphabetic() || c == '_' || c == '$'
    }

    fn is_identifier_part(&self, c: char) -> bool {
        c.is_alphanumeric() || c == '_' || c == '$'
    }

    fn supports_limit_comma(&self) -> bool {
        true
    }
}

/// Reads a query.
pub(super) fn parse(text: &str) -> Result<Query, Fault> {
    if text.chars().count() > limits::COQL_CHARS_MAX {
        return Err(too_much("select", limits::COQL_CHARS_MAX));
    }
    let parser = Parser::new(&Coql).with_recursion_limit(limits::COQL_DEPTH_MAX);
    let statements = parser
        .try_with_sql(text.trim().trim_end_matches(';'))
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|error| unreadable(&error))?;
    match <[Statement; 1]>::try_from(statements) {
        Ok([Statement::Query(query)]) => read(*query, &mut Read::default()),
        _ => Err(Fault::new(&faults::NOT_SUPPORTED)),
    }
}

/// The parts of a text that were read, which are bounded for the query and all its subqueries together.
#[derive(Debug, Default)]
struct Read {
    conditions: usize,
    subqueries: usize,
}

fn read(query: ast::Query, so_far: &mut Read) -> Result<Query, Fault> {
    if query.with.is_some() || query.fetch.is_some() || !query.locks.is_empty() {
        return Err(Fault::new(&faults::NOT_SUPPORTED));
    }
    let SetExpr::Select(select) = *query.body else {
        return Err(Fault::new(&faults::NOT_SUPPORTED));
    };
    let (limit, offset) = limited(query.limit_clause)?;
    let order = match query.order_by.map(|order| order.kind) {
        None => Vec::new(),
        Some(OrderByKind::Expressions(sorted)) => sorted
            .into_iter()
            .map(|sorted| {
                Ok(Sorted {
                    term: term(sorted.expr, "order by")?,
                    descending: matches!(sorted.options.sort, Some(OrderBySort::Desc)),
                })
            })
            .collect::<Result<_, Fault>>()?,
        Some(OrderByKind::All(_)) => return Err(Fault::new(&faults::NOT_SUPPORTED)),
    };
    if order.len() > limits::COQL_SORTED_FIELDS_MAX {
        return Err(too_much("order by", limits::COQL_SORTED_FIELDS_MAX));
    }
    once(
        order.iter().map(|sorted| sorted.term.to_string()),
        "order by",
    )?;
    selected(*select, order, (limit, offset), so_far)
}

/// No column may stand twice in a clause.
fn once(columns: impl Iterator<Item = String>, clause: &'static str) -> Result<(), Fault> {
    let mut before: Vec<String> = Vec::new();
    for column in columns {
        if before.contains(&column) {
            return Err(Fault::new(&faults::CLAUSE_DUPLICATE)
                .with("clause", clause)
                .with("column_name", column));
        }
        before.push(column);
    }
    Ok(())
}

fn selected(
    select: Select,
    order: Vec<Sorted>,
    (limit, offset): (Option<u32>, u32),
    so_far: &mut Read,
) -> Result<Query, Fault> {
    if select.distinct.is_some() {
        return Err(not_served("distinct"));
    }
    if select.having.is_some() {
        return Err(not_served("having"));
    }
    let groups = grouped(select.group_by)?;
    let columns: Result<Vec<Column>, Fault> = select.projection.into_iter().map(column).collect();
    let columns = columns?;
    check_columns(&columns)?;
    let mut from = select.from.into_iter();
    let table = from
        .next()
        .ok_or_else(|| Fault::new(&faults::CLAUSE_MISSING).with("clause", "from"))?;
    if !table.joins.is_empty() || from.next().is_some() {
        return Err(not_served("join"));
    }
    let TableFactor::Table { name, .. } = table.relation else {
        return Err(not_served("from"));
    };
    let condition = select
        .selection
        .ok_or_else(|| Fault::new(&faults::CLAUSE_MISSING).with("clause", "where"))?;
    Ok(Query {
        columns,
        module: name.to_string(),
        condition: combined(condition, so_far)?,
        groups,
        order,
        limit,
        offset,
    })
}

fn check_columns(columns: &[Column]) -> Result<(), Fault> {
    if columns.len() > limits::COQL_COLUMNS_MAX {
        return Err(too_much("select", limits::COQL_COLUMNS_MAX));
    }
    let aggregates = columns
        .iter()
        .filter(|column| column.term.aggregate.is_some());
    if aggregates.count() > limits::COQL_AGGREGATES_MAX {
        return Err(too_much("aggregate", limits::COQL_AGGREGATES_MAX));
    }
    for (place, column) in columns.iter().enumerate() {
        let mut before = columns.iter().take(place);
        let is_same =
            |before: &&Column| before.term == column.term && column.term.aggregate.is_some();
        let Some(same) = before.find(|before| before.key == column.key || is_same(before)) else {
            continue;
        };
        return Err(match column.term.aggregate {
            _ if same.term != column.term => {
                let terms = [&same.term, &column.term].map(Term::to_string);
                Fault::new(&faults::ALIAS_DUPLICATE)
                    .with("referred_columns", terms.to_vec())
                    .with("alias", column.key.as_str())
            }
            Some(aggregate) => Fault::new(&faults::AGGREGATE_DUPLICATE)
                .with("column_name", column.term.path.join("."))
                .with("aggregate", aggregate.as_str()),
            None => Fault::new(&faults::COLUMN_DUPLICATE)
                .with("column_name", column.term.path.join(".")),
        });
    }
    Ok(())
}

fn column(item: SelectItem) -> Result<Column, Fault> {
    match item {
        SelectItem::UnnamedExpr(expr) => {
            let term = term(expr, "select")?;
            Ok(Column {
                key: term.to_string(),
                term,
            })
        }
        SelectItem::ExprWithAlias { expr, alias } => {
            let term = term(expr, "select")?;
            let key = alias.value.trim().to_owned();
            if key.is_empty() {
                return Err(Fault::new(&faults::ALIAS_EMPTY)
                    .with("column_name", term.to_string())
                    .with("alias", ""));
            }
            Ok(Column { term, key })
        }
        _ => Err(Fault::new(&faults::NOT_SUPPORTED)),
    }
}

/// A column's path. `'What_Id->Leads.Last_Name'` is written in quotes, because of the arrow.
fn path(expr: Expr, clause: &'static str) -> Result<Path, Fault> {
    match expr {
        Expr::Identifier(name) => Ok(name.value.split('.').map(str::to_owned).collect()),
        Expr::CompoundIdentifier(names) => Ok(names.into_iter().map(|name| name.value).collect()),
        Expr::Nested(inner) => path(*inner, clause),
        Expr::Value(value) => match value.value {
            Value::SingleQuotedString(text) => Ok(text.split('.').map(str::to_owned).collect()),
            _ => Err(Fault::new(&faults::NOT_SUPPORTED)),
        },
        Expr::Function(_) => Err(not_served("function")),
        _ => Err(not_served(clause)),
    }
}

/// Conditions and what combines them. Brackets within brackets are bounded by the parser, and chains here.
fn combined(expr: Expr, so_far: &mut Read) -> Result<Condition, Fault> {
    match expr {
        Expr::Nested(inner) => combined(*inner, so_far),
        Expr::BinaryOp {
            op: BinaryOperator::And,
            ..
        } => all(chain(expr, &BinaryOperator::And)?, so_far).map(Condition::All),
        Expr::BinaryOp {
            op: BinaryOperator::Or,
            ..
        } => all(chain(expr, &BinaryOperator::Or)?, so_far).map(Condition::Any),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            ..
        } => Err(unknown_operator("not")),
        expr => {
            so_far.conditions += 1;
            if so_far.conditions > limits::COQL_CONDITIONS_MAX {
                return Err(many_conditions());
            }
            comparison(expr, so_far).map(Condition::Compare)
        }
    }
}

fn all(parts: Vec<Expr>, so_far: &mut Read) -> Result<Vec<Condition>, Fault> {
    let parts = parts.into_iter().map(|part| combined(part, so_far));
    parts.collect()
}

/// The parts between which one operator stands. The parser puts all but the last into the operator's left side.
fn chain(expr: Expr, operator: &BinaryOperator) -> Result<Vec<Expr>, Fault> {
    let (mut parts, mut rest) = (Vec::new(), expr);
    loop {
        match rest {
            Expr::BinaryOp { left, op, right } if op == *operator => {
                parts.push(*right);
                rest = *left;
            }
            first => {
                parts.push(first);
                parts.reverse();
                return Ok(parts);
            }
        }
        if parts.len() > limits::COQL_CONDITIONS_MAX {
            return Err(many_conditions());
        }
    }
}

fn many_conditions() -> Fault {
    too_much("where", limits::COQL_CONDITIONS_MAX)
}

fn comparison(expr: Expr, so_far: &mut Read) -> Result<Comparison, Fault> {
    let of = |column: Expr, comparator, values| {
        Ok(Comparison {
            path: path(column, "where")?,
            comparator,
            values,
            subquery: None,
        })
    };
    match expr {
        Expr::BinaryOp { left, op, right } => {
            let comparator = match op {
                BinaryOperator::Eq => Comparator::Equal,
                BinaryOperator::NotEq => Comparator::NotEqual,
                BinaryOperator::Gt => Comparator::Greater,
                BinaryOperator::GtEq => Comparator::GreaterEqual,
                BinaryOperator::Lt => Comparator::Less,
                BinaryOperator::LtEq => Comparator::LessEqual,
                other => return Err(unknown_operator(&other.to_string())),
            };
            if let Expr::Subquery(query) = *right {
                return within(*query, of(*left, comparator, Vec::new())?, so_far);
            }
            of(*left, comparator, vec![value(*right)?])
        }
        Expr::IsNull(column) => of(*column, Comparator::Null, Vec::new()),
        Expr::IsNotNull(column) => of(*column, Comparator::NotNull, Vec::new()),
        Expr::Between {
            expr,
            negated,
            low,
            high,
        } => {
            let values = vec![value(*low)?, value(*high)?];
            let comparator = [Comparator::Between, Comparator::NotBetween][usize::from(negated)];
            of(*expr, comparator, values)
        }
        Expr::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => {
            let comparator = [Comparator::Like, Comparator::NotLike][usize::from(negated)];
            of(*expr, comparator, vec![value(*pattern)?])
        }
        Expr::In {
            expr,
            target,
            negated,
            global: false,
        } => {
            let comparator = [Comparator::In, Comparator::NotIn][usize::from(negated)];
            let values = match target {
                InTarget::List(values) => values,
                InTarget::Subquery(query) => {
                    return within(*query, of(*expr, comparator, Vec::new())?, so_far);
                }
                _ => return Err(Fault::new(&faults::NOT_SUPPORTED)),
            };
            if values.len() > limits::COQL_VALUES_MAX {
                return Err(too_much("in", limits::COQL_VALUES_MAX));
            }
            let values: Result<Vec<String>, Fault> = values.into_iter().map(value).collect();
            of(*expr, comparator, values?)
        }
        _ => Err(Fault::new(&faults::NOT_SUPPORTED)),
    }
}

/// A comparison with the values of a subquery.
fn within(query: ast::Query, outer: Comparison, so_far: &mut Read) -> Result<Comparison, Fault> {
    let sequence = so_far.subqueries;
    so_far.subqueries += 1;
    if so_far.subqueries > limits::COQL_SUBQUERIES_MAX {
        return Err(too_much("subquery", limits::COQL_SUBQUERIES_MAX));
    }
    let query = read(query, so_far)?;
    if query.columns.len() != 1 {
        let columns = query.columns.iter().map(|column| column.term.to_string());
        return Err(Fault::new(&faults::SUBQUERY_COLUMNS)
            .with("sub_query_sequence", sequence)
            .with("column_name", columns.collect::<Vec<_>>()));
    }
    if query.is_grouped() {
        return Err(not_served("aggregate of a subquery"));
    }
    let subquery = Some(Box::new(Subquery { query, sequence }));
    Ok(Comparison { subquery, ..outer })
}

/// A value: in quotes of either kind, a number, a truth, or a word without quotes.
fn value(expr: Expr) -> Result<String, Fault> {
    match expr {
        Expr::Value(value) => match value.value {
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => Ok(text),
            Value::Number(number, _) => Ok(number),
            Value::Boolean(truth) => Ok(truth.to_string()),
            _ => Err(Fault::new(&faults::NOT_SUPPORTED)),
        },
        Expr::Identifier(word) => Ok(word.value),
        Expr::Nested(inner) => value(*inner),
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => Ok(format!("-{}", value(*expr)?)),
        Expr::Function(_) => Err(not_served("function")),
        _ => Err(Fault::new(&faults::NOT_SUPPORTED)),
    }
}

/// `limit 20`, `limit 40, 20`, `limit 20 offset 40`, `offset 40`.
fn limited(clause: Option<LimitClause>) -> Result<(Option<u32>, u32), Fault> {
    let (limit, offset) = match clause {
        None => (None, None),
        Some(LimitClause::LimitOffset { limit, offset, .. }) => {
            (limit, offset.map(|offset| offset.value))
        }
        Some(LimitClause::OffsetCommaLimit { offset, limit }) => (Some(limit), Some(offset)),
    };
    let number = |expr: Option<Expr>| {
        let text = expr.map(|expr| expr.to_string());
        text.map(|text| {
            text.parse::<u32>()
                .map_err(|_| Fault::new(&faults::LIMIT_INVALID).with("limit", text))
        })
        .transpose()
    };
    let (limit, offset) = (number(limit)?, number(offset)?);
    if limit == Some(0) {
        return Err(Fault::new(&faults::LIMIT_ZERO));
    }
    Ok((limit, offset.unwrap_or(0)))
}

/// The place that the parser's message names, in the vendor's words.
fn unreadable(error: &ParserError) -> Fault {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => return too_much("where", limits::COQL_DEPTH_MAX),
    };
    let near = text.split_once("found: ").map_or("", |(_, near)| near);
    let place = near.rsplit_once(" at Line: ").and_then(|(near, place)| {
        let (line, column) = place.split_once(", Column: ")?;
        Some((near, line.parse::<u32>().ok()?, column.parse::<u32>().ok()?))
    });
    match place {
        Some((near, line, column)) => Fault::new(&faults::SYNTAX)
            .with("line", line)
            .with("column", column)
            .with("near", near),
        None => Fault::new(&faults::UNREADABLE)
            .with("near", near)
            .because(text),
    }
}

pub(super) fn not_served(clause: &'static str) -> Fault {
    Fault::new(&faults::NOT_SERVED).with("clause", clause)
}

pub(super) fn too_much(clause: &'static str, limit: usize) -> Fault {
    Fault::new(&faults::TOO_MUCH)
        .with("clause", clause)
        .with("limit", limit)
}

fn unknown_operator(operator: &str) -> Fault {
    Fault::new(&faults::OPERATOR_UNKNOWN).with("operator", operator)
}

#[cfg(test)]
mod tests;
