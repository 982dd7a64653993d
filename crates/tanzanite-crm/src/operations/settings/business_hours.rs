//! `/crm/{version}/settings/business_hours`: when the organisation works. There is one such thing, and no operation
//! removes it.

use crate::call::Call;
use crate::collection::{
    Act, Change, Collection, Hooks, Place, Shape, Told, Unknown, Within, faults as shared, member,
};
use crate::faults::VALUE_IMPOSSIBLE;
use crate::policy::Right;
use crate::stored::DocumentKind;
use crate::transaction::Transaction;
use serde_json::{Value, json};
use tanzanite_protocol::Fault;

pub mod faults {
    //! The refusals of business hours.

    tanzanite_protocol::faults! {
        "business_hours.";

        /// The caller's profile is no administrator's.
        NOT_PERMITTED: Profile 403 NO_PERMISSION "Forbidden due to insufficient permissions" ["permissions"] OpenApi;
        /// The organisation has business hours already.
        ANOTHER: State 400 NOT_ALLOWED "Organization can have only one Business Hour" [] OpenApi;
        /// There are none to change. The OpenAPI has code and message; that they are meant for this is assumed.
        NONE: Record 400 NOT_ALLOWED "Cannot update business hours" [] Assumed;
        /// A day has a timing of its own and is no business day. The OpenAPI lists the code and does not say when it is
        /// answered.
        DAY_CLOSED: State 400 DEPENDENT_MISMATCH "invalid data" ["api_name", "json_path", "dependee"] Assumed;
    }
}

const DAYS: &[&str] = &[
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const DAY: Shape = Shape::Word(DAYS);
/// When work begins and ends.
const TIMING: Shape = Shape::List {
    of: &Shape::Time,
    least: 2,
    most: 2,
    distinct: false,
};

/// The business hours of the organisation.
// Conflict C15: the v7 page wants `type` and `week_starts_on` in a change too; the OpenAPI of 2026 does not.
pub static BUSINESS_HOURS: Collection = Collection {
    kind: DocumentKind::BUSINESS_HOURS,
    root: "business_hours",
    path: "/crm/{version}/settings/business_hours",
    path_of_one: "/crm/{version}/settings/business_hours",
    scope: "business_hours",
    within: Within::Organisation,
    only: Some(&faults::ANOTHER),
    right: Right::Administrator([&faults::NOT_PERMITTED; 3]),
    members: &[
        member("week_starts_on", DAY).mandatory(),
        member("type", Shape::Word(&["custom", "24_by_7", "24_by_5"])).mandatory(),
        member("id", Shape::Id),
        member("timezone", Shape::TimeZone),
        member(
            "business_days",
            Shape::List {
                of: &DAY,
                least: 1,
                most: 7,
                distinct: true,
            },
        )
        .needed("type", &["custom", "24_by_5"], &shared::DEPENDENT_MISSING),
        member("same_as_everyday", Shape::BooleanOrNull).needed(
            "type",
            &["custom"],
            &shared::DEPENDENT_MISSING,
        ),
        member("daily_timing", TIMING).needed(
            "same_as_everyday",
            &["true"],
            &shared::DEPENDENT_MISSING,
        ),
        member(
            "custom_timing",
            Shape::Entries {
                members: &[
                    member("days", DAY).mandatory(),
                    member("business_timing", TIMING).mandatory(),
                ],
                by: "days",
                most: 7,
            },
        )
        .needed("same_as_everyday", &["false"], &shared::DEPENDENT_MISSING),
    ],
    acts: &[
        Act::get("business_hours.get", "Get Business Hours"),
        Act::create("business_hours.create", "Add Business Hours", 1, SAVED),
        Act::update_one("business_hours.update", "Update Business Hours", SAVED),
    ],
    told: Told::Id,
    filters: &[],
    built_in: &[],
    unknown: Unknown {
        in_path: &faults::NONE,
        in_item: &shared::ID_UNKNOWN,
        removed: &faults::NONE,
    },
    unlinks: None,
    hooks: Hooks {
        check: agree,
        refuses: &[&VALUE_IMPOSSIBLE, &faults::DAY_CLOSED],
        ..Hooks::NONE
    },
};

const SAVED: &str = "Business Hours saved successfully";

/// The members agree with one another. A thing that is open on all days needs not name them.
fn agree(_: &Call<'_>, change: &mut Change<'_>, _: &mut dyn Transaction) -> Result<(), Fault> {
    let body = &mut *change.body;
    let days_of = |body: &serde_json::Map<String, Value>| {
        let days = body["business_days"].as_array();
        days.cloned().unwrap_or_default()
    };
    // Five days are the v7 page's; seven are assumed from it.
    let expected = match body["type"].as_str() {
        Some("24_by_7") => 7,
        Some("24_by_5") => 5,
        _ => days_of(body).len(),
    };
    if expected == 7 && change.given.get("business_days").is_none_or(Value::is_null) {
        body.insert("business_days".to_owned(), DAYS.into());
    }
    let days = days_of(body);
    if days.len() != expected {
        return Err(Place::new(change.path, "business_days").fault(&VALUE_IMPOSSIBLE));
    }
    let at = Place::new(change.path, "custom_timing");
    let of_all = span(&body["daily_timing"]);
    for (index, timing) in body["custom_timing"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        if !days.contains(&timing["days"]) {
            let by = Place::new(change.path, "business_days");
            let by = json!({ "api_name": by.api_name, "json_path": by.json_path() });
            return Err(at.fault(&faults::DAY_CLOSED).with("dependee", by));
        }
        let of_day = span(&timing["business_timing"]);
        if let (Some((open, close)), Some((begin, end))) = (of_all, of_day)
            && (begin < open || end > close)
        {
            let path = at.element(index).json_path();
            return Err(Place::new(&path, "business_timing").fault(&VALUE_IMPOSSIBLE));
        }
    }
    Ok(())
}

/// Both ends of a timing. Times of day are in the order of their texts.
fn span(timing: &Value) -> Option<(&str, &str)> {
    Some((timing.get(0)?.as_str()?, timing.get(1)?.as_str()?))
}
