//! A condition on records in SQL: one lowering for both stores, which differ in how they write parameters, lists and
//! parts of texts.
//!
//! The statements of lists say which index they walk, which no builder of queries can say for both; so they are texts,
//! and this is one too (`docs/decisions/0017-criteria-in-sql.md`).

use tanzanite_crm::criteria::{Criteria, FieldTest, HeadKey, Test};
use tanzanite_crm::policy::{ParentModule, Seen};
use tanzanite_crm::schema::PARENT;
use tanzanite_protocol::RecordId;

/// How a store writes the values of a condition.
pub(crate) trait Dialect {
    /// Adds a number; its parameter.
    fn number(&mut self, value: i64) -> String;
    /// Adds a text; its parameter.
    fn text(&mut self, value: &str) -> String;
    /// Adds numbers; the condition that a column is one of them.
    fn among_numbers(&mut self, column: &str, values: &[i64]) -> String;
    /// Adds texts; the condition that a column is one of them.
    fn among_texts(&mut self, column: &str, values: &[String]) -> String;
    /// The condition that a column has a text in it.
    fn contains(&mut self, column: &str, text: &str) -> String;
    /// The text of a member's member in a column of JSON.
    fn member(&self, column: &str, path: [&str; 2]) -> String;
    /// The condition that a column ends with a text.
    fn ends_with(&mut self, column: &str, text: &str) -> String;
}

/// Records that are few: a list that asks for a value of theirs begins with them. With more of them a walk in the
/// list's order soon finds a page.
pub(crate) const FEW: i64 = 1_000;

/// Records that are so few that no rarer part of the criteria is looked for.
const RARE: i64 = 50;

/// The bounds up to which the holders of so many parts are counted, one after the other: with a rare part among them
/// the common ones need not be counted far.
pub(crate) fn bounds(parts: usize) -> &'static [i64] {
    if parts > 1 { &[RARE, FEW] } else { &[FEW] }
}

/// The condition that a criterion holds for the record `r` of an organisation, whose parameter is given.
pub(crate) fn condition(criteria: &Criteria, org: &str, dialect: &mut impl Dialect) -> String {
    match criteria {
        Criteria::All(parts) => joined(parts, org, dialect, " AND ", "(1 = 1)"),
        Criteria::Any(parts) => joined(parts, org, dialect, " OR ", "(1 = 0)"),
        Criteria::Not(part) => format!("NOT {}", condition(part, org, dialect)),
        Criteria::Head(key, test) => {
            let column = match key {
                HeadKey::Id => "r.id",
                HeadKey::Owner => "r.owner",
                HeadKey::CreatedBy => "r.created_by",
                HeadKey::ModifiedBy => "r.modified_by",
                HeadKey::CreatedTime => "r.created_at",
                HeadKey::ModifiedTime => "r.modified_at",
            };
            let column = format!("({column} + 0)");
            match test {
                Test::OneOf(values) => dialect.among_numbers(&column, values),
                Test::From(value) => format!("{column} >= {}", dialect.number(*value)),
                Test::Above(value) => format!("{column} > {}", dialect.number(*value)),
                Test::UpTo(value) => format!("{column} <= {}", dialect.number(*value)),
                Test::Below(value) => format!("{column} < {}", dialect.number(*value)),
            }
        }
        // One step in the index a record, however many records have the value.
        Criteria::Keys(series, test @ FieldTest::Is(Test::OneOf(_))) => {
            let holders = holders(series, test, org, dialect);
            format!("EXISTS ({holders} AND v.record = r.id)")
        }
        // The sum keeps planners from beginning with these: with what a list begins is said elsewhere.
        Criteria::Keys(series, test) => {
            format!("(r.id + 0) IN ({})", holders(series, test, org, dialect))
        }
    }
}

/// The condition that the record `r` hangs on one that is seen; empty if records are seen by themselves.
pub(crate) fn seen_with_parents(seen: &Seen, org: &str, dialect: &mut impl Dialect) -> String {
    let Some(parents) = seen.parents() else {
        return String::new();
    };
    let modules = parents.iter().map(|ParentModule { module, owners }| {
        let module = dialect.number(*module);
        match owners {
            None => format!("p.module = {module}"),
            Some(owners) => {
                let owners: Vec<i64> = owners.iter().copied().map(RecordId::get).collect();
                let owned = dialect.among_numbers("p.owner", &owners);
                format!("(p.module = {module} AND {owned})")
            }
        }
    });
    let modules: Vec<String> = modules.collect();
    let seen = if modules.is_empty() {
        "1 = 0".to_owned()
    } else {
        modules.join(" OR ")
    };
    let all: Vec<i64> = parents.iter().map(|parent| parent.module).collect();
    let among = dialect.among_numbers("p.module", &all);
    let parent = dialect.member("h.fields", [PARENT, "id"]);
    format!(
        " AND EXISTS (
             SELECT 1 FROM record_fields h JOIN records p
                 ON p.org = h.org AND {among} AND p.id = CAST({parent} AS bigint) AND p.deleted_at IS NULL
             WHERE h.org = {org} AND h.module = r.module AND h.id = r.id AND ({seen}))"
    )
}

/// The ids of the records of which a key in these series is so.
pub(crate) fn holders(
    series: &[i64],
    test: &FieldTest,
    org: &str,
    dialect: &mut impl Dialect,
) -> String {
    const VALUE: &str = "v.value";
    let series = match series {
        [one] => format!("v.field = {}", dialect.number(*one)),
        many => dialect.among_numbers("v.field", many),
    };
    let test = match test {
        FieldTest::Present => String::new(),
        FieldTest::Is(Test::OneOf(values)) => match values.as_slice() {
            [one] => format!(" AND {VALUE} = {}", dialect.text(one)),
            many => format!(" AND {}", dialect.among_texts(VALUE, many)),
        },
        FieldTest::Is(Test::From(value)) => format!(" AND {VALUE} >= {}", dialect.text(value)),
        FieldTest::Is(Test::Above(value)) => format!(" AND {VALUE} > {}", dialect.text(value)),
        FieldTest::Is(Test::UpTo(value)) => format!(" AND {VALUE} <= {}", dialect.text(value)),
        FieldTest::Is(Test::Below(value)) => format!(" AND {VALUE} < {}", dialect.text(value)),
        FieldTest::StartsWith(text) => {
            let from = format!(" AND {VALUE} >= {}", dialect.text(text));
            match successor(text) {
                Some(end) => format!("{from} AND {VALUE} < {}", dialect.text(&end)),
                None => from,
            }
        }
        FieldTest::EndsWith(text) => format!(" AND {}", dialect.ends_with(VALUE, text)),
        FieldTest::Contains(text) => format!(" AND {}", dialect.contains(VALUE, text)),
    };
    format!("SELECT v.record FROM record_values v WHERE v.org = {org} AND {series}{test}")
}

/// The statement that counts the holders of each of these, up to a bound.
pub(crate) fn counted(
    parts: &[(&[i64], &FieldTest)],
    bound: i64,
    org: &str,
    dialect: &mut impl Dialect,
) -> String {
    let bound = dialect.number(bound);
    let count = |(series, test): &(&[i64], &FieldTest)| {
        let holders = holders(series, test, org, dialect);
        format!("(SELECT count(*) FROM ({holders} LIMIT {bound}) AS few)")
    };
    let counts: Vec<String> = parts.iter().map(count).collect();
    format!("SELECT {}", counts.join(", "))
}

/// The part with the fewest holders, if they are at most `few`.
pub(crate) fn fewest(counts: impl IntoIterator<Item = i64>, few: i64) -> Option<usize> {
    let counts = counts.into_iter().enumerate();
    let least = counts.min_by_key(|(_, count)| *count);
    least.and_then(|(part, count)| (count <= few).then_some(part))
}

fn joined(
    parts: &[Criteria],
    org: &str,
    dialect: &mut impl Dialect,
    word: &str,
    of_none: &str,
) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|part| condition(part, org, dialect))
        .collect();
    if parts.is_empty() {
        return of_none.to_owned();
    }
    format!("({})", parts.join(word))
}

/// The least text that is greater than every text that begins with this one; `None` if there is none. The order of
/// texts is that of their bytes, and so that of their characters.
fn successor(prefix: &str) -> Option<String> {
    let mut start = prefix.to_owned();
    while let Some(last) = start.pop() {
        let next = match last {
            // The surrogates between are no characters.
            '\u{d7ff}' => Some('\u{e000}'),
            last => char::from_u32(u32::from(last) + 1),
        };
        if let Some(next) = next {
            start.push(next);
            return Some(start);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_successor_of_a_prefix_is_greater_than_all_that_begin_with_it() {
        for (prefix, expected) in [
            ("abc", Some("abd")),
            ("ab\u{10ffff}", Some("ac")),
            ("a\u{d7ff}", Some("a\u{e000}")),
            ("\u{10ffff}", None),
            ("", None),
        ] {
            assert_eq!(successor(prefix).as_deref(), expected, "{prefix:?}");
        }
    }
}
