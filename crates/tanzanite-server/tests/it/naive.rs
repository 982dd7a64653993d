//! Search, counts and COQL beside a naive evaluator. Random conditions on random records find the same ones, in the
//! same order, page by page.

use crate::world::{World, text};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use std::cell::Cell;

const RECORDS: usize = 150;
const CASES: u32 = 150;
/// The records' last names begin so, and nobody else's do.
const MARK: &str = "Naive";

const CITIES: [&str; 5] = ["Graz", "Graz West", "Linz", "West Graz", "wien"];
const SOURCES: [&str; 3] = ["Advertisement", "Cold Call", "Web Download"];

/// A value of a field, as clients write it.
#[derive(Clone, Debug)]
enum Operand {
    Text(&'static str),
    Number(i32),
}

impl Operand {
    fn bare(&self) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }

    fn quoted(&self) -> String {
        match self {
            Self::Text(text) => format!("'{text}'"),
            Self::Number(number) => number.to_string(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Between,
    In,
    StartsWith,
}

use Operator::{Between, Equal, Greater, GreaterEqual, In, Less, LessEqual, NotEqual, StartsWith};

#[derive(Clone, Debug)]
enum Condition {
    Compare(&'static str, Operator, Vec<Operand>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

/// The language of a condition: they do not mean the same by `equals` of texts.
#[derive(Clone, Copy, PartialEq)]
enum Language {
    Search,
    Coql,
}

fn number_comparison(field: &'static str) -> impl Strategy<Value = Condition> {
    let operator = prop::sample::select(vec![
        Equal,
        NotEqual,
        Greater,
        GreaterEqual,
        Less,
        LessEqual,
        Between,
        In,
    ]);
    (operator, -2..12_i32, 0..6_i32).prop_map(move |(operator, low, width)| {
        let mut values = vec![Operand::Number(low)];
        if matches!(operator, Between | In) {
            values.push(Operand::Number(low + width));
        }
        Condition::Compare(field, operator, values)
    })
}

fn text_comparison(
    field: &'static str,
    values: &[&'static str],
    operators: Vec<Operator>,
) -> impl Strategy<Value = Condition> {
    let value = prop::sample::select(values.to_vec());
    (prop::sample::select(operators), value.clone(), value).prop_map(
        move |(operator, one, other)| {
            let mut values = vec![Operand::Text(one)];
            if operator == In {
                values.push(Operand::Text(other));
            }
            Condition::Compare(field, operator, values)
        },
    )
}

fn conditions() -> impl Strategy<Value = Condition> {
    let comparison = prop_oneof![
        number_comparison("No_of_Employees"),
        number_comparison("Annual_Revenue"),
        text_comparison("City", &CITIES, vec![Equal, NotEqual, In, StartsWith]),
        text_comparison("Lead_Source", &SOURCES, vec![Equal, NotEqual, In]),
    ];
    comparison.prop_recursive(2, 8, 3, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            parts().prop_map(Condition::All),
            parts().prop_map(Condition::Any)
        ]
    })
}

fn joined(parts: &[Condition], word: &str, write: fn(&Condition) -> String) -> String {
    // Pairs, as both pages of the vendor want brackets.
    let mut written = parts.iter().map(write);
    let first = written.next().unwrap_or_default();
    written.fold(first, |left, right| format!("({left}{word}{right})"))
}

fn criteria(condition: &Condition) -> String {
    match condition {
        Condition::All(parts) => joined(parts, "and", criteria),
        Condition::Any(parts) => joined(parts, "or", criteria),
        Condition::Compare(field, operator, values) => {
            let operator = match operator {
                Equal => "equals",
                NotEqual => "not_equal",
                Greater => "greater_than",
                GreaterEqual => "greater_equal",
                Less => "less_than",
                LessEqual => "less_equal",
                Between => "between",
                In => "in",
                StartsWith => "starts_with",
            };
            let values: Vec<String> = values.iter().map(Operand::bare).collect();
            format!("({field}:{operator}:{})", values.join(","))
        }
    }
}

fn coql(condition: &Condition) -> String {
    match condition {
        Condition::All(parts) => joined(parts, " and ", coql),
        Condition::Any(parts) => joined(parts, " or ", coql),
        Condition::Compare(field, operator, values) => {
            let values: Vec<String> = values.iter().map(Operand::quoted).collect();
            let first = &values[0];
            match operator {
                Equal => format!("{field} = {first}"),
                NotEqual => format!("{field} != {first}"),
                Greater => format!("{field} > {first}"),
                GreaterEqual => format!("{field} >= {first}"),
                Less => format!("{field} < {first}"),
                LessEqual => format!("{field} <= {first}"),
                Between => format!("{field} between {}", values.join(" and ")),
                In => format!("{field} in ({})", values.join(", ")),
                StartsWith => format!("{field} like '{}%'", first.trim_matches('\'')),
            }
        }
    }
}

/// Whether a condition holds for a record. No comparison holds where there is no value.
fn holds(condition: &Condition, record: &Map<String, Value>, language: Language) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().all(|part| holds(part, record, language)),
        Condition::Any(parts) => parts.iter().any(|part| holds(part, record, language)),
        Condition::Compare(field, operator, values) => match record.get(*field) {
            Some(Value::String(found)) => text_holds(field, found, *operator, values, language),
            Some(Value::Number(found)) => {
                let found = found.as_f64().expect("a number");
                let numbers: Vec<f64> = values
                    .iter()
                    .map(|value| value.bare().parse().expect("a number"))
                    .collect();
                number_holds(found, *operator, &numbers)
            }
            _ => false,
        },
    }
}

#[expect(clippy::float_cmp, reason = "the numbers are tenths, written alike")]
fn number_holds(found: f64, operator: Operator, values: &[f64]) -> bool {
    let first = values[0];
    match operator {
        Equal => found == first,
        NotEqual => found != first,
        Greater => found > first,
        GreaterEqual => found >= first,
        Less => found < first,
        LessEqual => found <= first,
        Between => values[0] <= found && found <= values[1],
        In => values.contains(&found),
        StartsWith => false,
    }
}

fn text_holds(
    field: &str,
    found: &str,
    operator: Operator,
    values: &[Operand],
    language: Language,
) -> bool {
    let found = found.to_lowercase();
    let values: Vec<String> = values
        .iter()
        .map(|value| value.bare().to_lowercase())
        .collect();
    // A search compares texts by their words, and picklists whole.
    let by_words = language == Language::Search && field == "City";
    let equals = |value: &String| {
        if !by_words {
            return found == *value;
        }
        let (found, wanted): (Vec<&str>, Vec<&str>) =
            (found.split(' ').collect(), value.split(' ').collect());
        found.windows(wanted.len()).any(|part| part == wanted)
    };
    match operator {
        Equal => equals(&values[0]),
        NotEqual => !equals(&values[0]),
        In => values.contains(&found),
        StartsWith => found.starts_with(&values[0]),
        _ => false,
    }
}

/// A world with the records, and those with their ids, the oldest first.
fn planted(rng: &mut TestRng) -> (World, Vec<Map<String, Value>>) {
    let world = World::demo();
    let mut records: Vec<Map<String, Value>> = (0..RECORDS)
        .map(|number| {
            let mut record = Map::new();
            record.insert("Last_Name".to_owned(), format!("{MARK} {number}").into());
            let mut put = |name: &str, is_there: bool, value: Value| {
                if is_there {
                    record.insert(name.to_owned(), value);
                }
            };
            let dice: Vec<usize> = (0..8).map(|_| rng.random_range(0..1_000)).collect();
            put(
                "City",
                !dice[0].is_multiple_of(4),
                CITIES[dice[1] % CITIES.len()].into(),
            );
            put(
                "Lead_Source",
                !dice[2].is_multiple_of(5),
                SOURCES[dice[3] % SOURCES.len()].into(),
            );
            put(
                "No_of_Employees",
                !dice[4].is_multiple_of(6),
                json!(dice[5] % 11),
            );
            let tenths = u32::try_from(dice[7] % 100).expect("small");
            put(
                "Annual_Revenue",
                !dice[6].is_multiple_of(3),
                json!(f64::from(tenths) / 10.0),
            );
            record
        })
        .collect();
    let items: Vec<Value> = records.iter().cloned().map(Value::Object).collect();
    let ids = world.insert("Leads", &items);
    for (record, id) in records.iter_mut().zip(ids) {
        record.insert("id".to_owned(), id.into());
    }
    (world, records)
}

fn ids(world: &World, method: &str, target: &str, body: &str) -> Vec<String> {
    let exchange = world
        .actor("admin")
        .send(method, target, &[], body.as_bytes());
    if exchange.status == 204 {
        return Vec::new();
    }
    assert_eq!(exchange.status, 200, "{target} {body}: {exchange}");
    let found = exchange.json()["data"].take();
    found
        .as_array()
        .expect("data")
        .iter()
        .map(|record| text(&record["id"]))
        .collect()
}

fn asked(world: &World, condition: &str, rest: &str) -> Vec<String> {
    let query =
        format!("select id from Leads where (Last_Name like '{MARK}%' and {condition}) {rest}");
    ids(
        world,
        "POST",
        "/crm/v8/coql",
        &json!({ "select_query": query }).to_string(),
    )
}

/// The ids of the records for which it holds, the oldest first.
fn expected(
    records: &[Map<String, Value>],
    condition: &Condition,
    language: Language,
) -> Vec<String> {
    let found = records
        .iter()
        .filter(|record| holds(condition, record, language));
    found.map(|record| text(&record["id"])).collect()
}

#[test]
fn random_conditions_find_what_a_naive_evaluator_finds() {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::with_cases(CASES), rng);
    let (world, records) = planted(runner.rng());
    let found = Cell::new(0);
    let ran = runner.run(&conditions(), |condition| {
        let searched = criteria(&condition);
        let wanted = expected(&records, &condition, Language::Search);
        let target = format!("/crm/v8/Leads/search?per_page=200&criteria=((Last_Name:starts_with:{MARK})and{searched})");
        let target = target.replace(' ', "%20");
        let mut answered = ids(&world, "GET", &target, "");
        answered.sort();
        prop_assert_eq!(&answered, &wanted, "{}", searched);
        let count = world.actor("admin").get(&target.replace("search?per_page=200&", "actions/count?"));
        prop_assert_eq!(count.json()["count"].as_u64(), u64::try_from(wanted.len()).ok());

        let (condition, wanted) = (coql(&condition), expected(&records, &condition, Language::Coql));
        prop_assert_eq!(&asked(&world, &condition, "limit 200"), &wanted, "{}", condition);
        let pages: Vec<String> = (0..).step_by(7)
            .map(|offset| asked(&world, &condition, &format!("order by id desc limit {offset}, 7")))
            .take_while(|page| !page.is_empty())
            .flatten()
            .collect();
        let reversed: Vec<String> = wanted.iter().rev().cloned().collect();
        prop_assert_eq!(&pages, &reversed, "{}", condition);

        // Nothing comes before every number, and equal ones stay in the order of their ids.
        let sorted = asked(&world, &condition, "order by No_of_Employees limit 200");
        let key = |id: &String| {
            let record = records.iter().find(|record| record["id"] == id.as_str());
            record.and_then(|record| record.get("No_of_Employees")?.as_i64())
        };
        let mut by_key = wanted.clone();
        by_key.sort_by_key(key);
        prop_assert_eq!(&sorted, &by_key, "{}", condition);
        found.set(found.get() + wanted.len());
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
    // The conditions are neither always nor never true.
    let (least, most) = (
        RECORDS * CASES as usize / 20,
        RECORDS * CASES as usize * 19 / 20,
    );
    assert!(
        (least..most).contains(&found.get()),
        "{} were found",
        found.get()
    );
}
