//! Fields whose values depend on those of others: values that follow from them, and values that they allow.

use crate::schema::{Module, NO_VALUE};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use tanzanite_protocol::Timestamp;

const STAGE: &str = "Stage";
const PIPELINE: &str = "Pipeline";
const PROBABILITY: &str = "Probability";
const AMOUNT: &str = "Amount";
const EXPECTED_REVENUE: &str = "Expected_Revenue";
const SALES_CYCLE: &str = "Sales_Cycle_Duration";
const OVERALL: &str = "Overall_Sales_Duration";
const STATUS: &str = "Status";
const CLOSED_TIME: &str = "Closed_Time";
const COMPLETED: &str = "Completed";

const MILLIS_PER_DAY: i64 = 86_400_000;

/// The probability of a deal in each stage of the standard pipeline, in per cent: those that a new organisation has.
const PROBABILITIES: &[(&str, i64)] = &[
    ("Qualification", 10),
    ("Needs Analysis", 20),
    ("Value Proposition", 40),
    ("Id. Decision Makers", 60),
    ("Proposal/Price Quote", 75),
    ("Negotiation/Review", 90),
    ("Closed Won", 100),
    ("Closed Lost", 0),
    ("Closed Lost to Competition", 0),
];
/// The beginning of each stage that closes a deal.
const CLOSED: &str = "Closed";

/// The times of a change that values follow from.
#[derive(Clone, Copy, Debug)]
pub struct Times<'a> {
    /// When the record was made.
    pub created: Timestamp,
    /// The time of the change.
    pub now: Timestamp,
    /// The organisation's zone.
    pub zone: &'a TimeZone,
}

/// Completes the values of a record `after` a change with those that follow from others. `before` is empty for a new
/// record.
pub fn complete(
    module: &Module,
    before: &Map<String, Value>,
    after: &mut Map<String, Value>,
    times: &Times<'_>,
) {
    if module.custom {
        return;
    }
    match module.api_name.as_ref() {
        "Deals" => deal(before, after, times),
        "Tasks" => task(before, after, times),
        _ => {}
    }
}

/// A deal that comes to a stage gets the stage's probability, unless the change gives one. The expected revenue follows
/// from amount and probability. A deal that is closed tells how many days it took.
fn deal(before: &Map<String, Value>, after: &mut Map<String, Value>, times: &Times<'_>) {
    let moves = before.get(STAGE) != after.get(STAGE);
    let stage = after.get(STAGE).and_then(Value::as_str);
    let is_closed = stage.is_some_and(|stage| stage.starts_with(CLOSED));
    let usual = PROBABILITIES
        .iter()
        .find(|(name, _)| Some(*name) == stage)
        .map(|(_, probability)| *probability);
    if let Some(usual) =
        usual.filter(|_| moves && before.get(PROBABILITY) == after.get(PROBABILITY))
    {
        after.insert(PROBABILITY.to_owned(), usual.into());
    }
    let number = |name| after.get(name).and_then(Value::as_f64);
    match number(AMOUNT).zip(number(PROBABILITY)) {
        Some((amount, probability)) => {
            let expected = amount * probability / 100.0;
            after.insert(EXPECTED_REVENUE.to_owned(), money(expected));
        }
        None => {
            after.remove(EXPECTED_REVENUE);
        }
    }
    if moves {
        let took = times.now.millis() - times.created.millis();
        let days = if is_closed { took / MILLIS_PER_DAY } else { 0 };
        for name in [SALES_CYCLE, OVERALL] {
            after.insert(name.to_owned(), days.into());
        }
    }
}

/// A task that is completed tells when.
fn task(before: &Map<String, Value>, after: &mut Map<String, Value>, times: &Times<'_>) {
    if before.get(STATUS) == after.get(STATUS) {
        return;
    }
    if after.get(STATUS).and_then(Value::as_str) == Some(COMPLETED) {
        let now = times.now.render(times.zone);
        after.insert(CLOSED_TIME.to_owned(), now.into());
    } else {
        after.remove(CLOSED_TIME);
    }
}

/// An amount in whole cents; a whole amount without a fraction, as recorded deals have it.
pub(super) fn money(amount: f64) -> Value {
    let cents = (amount * 100.0).round() / 100.0;
    if cents.fract() == 0.0 && cents.abs() < 9.0e15 {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and in range")]
        return (cents as i64).into();
    }
    cents.into()
}

/// The field whose value another field's does not allow, and the other one, if there is such a pair among the values of
/// a record `after` a change that touches one of the two. A deal's stage must be one of its pipeline, and an
/// organisation here has one pipeline, of the stages in the picklist.
pub fn mapped(
    module: &Module,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Option<(&'static str, &'static str)> {
    let touches = [STAGE, PIPELINE]
        .iter()
        .any(|name| before.get(*name) != after.get(*name));
    if module.custom || module.api_name != "Deals" || !touches {
        return None;
    }
    let stage = after.get(STAGE)?;
    let is_unlisted = module.field(STAGE)?.unlisted(stage).next().is_some();
    (is_unlisted || stage == NO_VALUE).then_some((STAGE, PIPELINE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::standard_modules;
    use serde_json::json;

    fn changed(module: &str, before: &Value, after: &Value) -> Value {
        let mut modules = standard_modules().iter();
        let module = modules.find(|one| one.api_name == module).expect(module);
        let map = |value: &Value| value.as_object().cloned().unwrap_or_default();
        let mut after = map(after);
        let times = Times {
            created: Timestamp::from_millis(0),
            now: Timestamp::from_millis(3 * MILLIS_PER_DAY + 5),
            zone: &TimeZone::UTC,
        };
        complete(module, &map(before), &mut after, &times);
        Value::Object(after)
    }

    #[test]
    fn a_deal_s_stage_gives_its_probability_and_the_amount_what_is_expected() {
        let new = json!({ "Stage": "Value Proposition", "Amount": 250 });
        let made = changed("Deals", &json!({}), &new);
        assert_eq!(
            made,
            json!({
                "Stage": "Value Proposition", "Amount": 250, "Probability": 40,
                "Expected_Revenue": 100, "Sales_Cycle_Duration": 0, "Overall_Sales_Duration": 0,
            })
        );
        let mut won = made.clone();
        won["Stage"] = json!("Closed Won");
        won["Amount"] = json!(99.99);
        let won = changed("Deals", &made, &won);
        assert_eq!(won["Probability"], 100);
        assert_eq!(won["Expected_Revenue"], 99.99);
        assert_eq!(won["Sales_Cycle_Duration"], 3);
        let own = json!({ "Stage": "Qualification", "Probability": 33 });
        assert_eq!(changed("Deals", &json!({}), &own)["Probability"], 33);
    }

    #[test]
    fn a_task_tells_when_it_was_completed_while_it_is() {
        let done = changed("Tasks", &json!({}), &json!({ "Status": "Completed" }));
        assert_eq!(done["Closed_Time"], "1970-01-04T00:00:00+00:00");
        let mut open = done.clone();
        open["Status"] = json!("In Progress");
        assert_eq!(
            changed("Tasks", &done, &open),
            json!({ "Status": "In Progress" })
        );
    }
}
