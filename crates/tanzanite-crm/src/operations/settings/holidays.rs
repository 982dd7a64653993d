//! `/crm/{version}/settings/holidays`: days on which the organisation does not work. Holidays of a shift wait for
//! shifts: until there are any, the id of every shift is that of none, as it is in an organisation without shifts.

use crate::call::Call;
use crate::collection::{
    self, Act, Change, Collection, Filter, Hooks, Place, Shape, Thing, Told, Unknown, Within,
    member,
};
use crate::parameters::given;
use crate::policy::Right;
use crate::stored::{DocumentKind, KeySlot};
use crate::transaction::Transaction;
use serde_json::{Map, Value, json};
use tanzanite_protocol::{Fault, limits};

pub mod faults {
    //! The refusals of holidays.

    tanzanite_protocol::faults! {
        "holiday.";

        /// The caller's profile is no administrator's. The message says "read" of every change.
        NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission to read holiday data is required" [] OpenApi;
        /// The name has one of these characters.
        // Conflict C14: the v7 page lists others, among them "+", "=", brackets and braces, and not "*".
        NAME_SPECIAL_CHARACTERS: Body 400 INVALID_DATA "Holiday Name should not contain special characters:#, %, ^, &, *" ["api_name", "json_path"] OpenApi;
        /// The type is none that there is.
        TYPE_UNKNOWN: Body 400 INVALID_DATA "Invalid type" ["supported_values", "api_name", "json_path"] OpenApi;
        /// The shift is none that there is. Tanzanite serves none yet, so every one is.
        SHIFT_UNKNOWN: Body 400 INVALID_DATA "Invalid shift id" ["api_name", "json_path"] OpenApi;
        /// A shift's holiday names no shift.
        SHIFT_MISSING: State 400 DEPENDENT_FIELD_MISSING "Shift id is required for shift holidays" ["api_name", "json_path", "dependee"] OpenApi;
        /// The date is neither in this financial year nor in the next. Both are calendar years until financial years
        /// are served.
        DATE_OUT_OF_RANGE: State 400 INVALID_DATA "Date Should be between current and next financial year" ["api_name", "json_path"] OpenApi;
        /// The year has as many holidays of this type as it may.
        TOO_MANY: State 400 LIMIT_EXCEEDED "Holidays limit exceeds" ["limit", "limit_due_to"] OpenApi;
        /// The id of an item is that of none.
        ITEM_UNKNOWN: Record 400 INVALID_DATA "Invalid holiday id" ["expected_data_type", "api_name", "json_path"] OpenApi;
        /// The id in the path is that of none.
        UNKNOWN: Record 400 INVALID_DATA "Invalid ID" ["resource_path_index"] OpenApi;
        /// A holiday is to be removed, and is in another year than the parameter `year` says.
        OF_ANOTHER_YEAR: State 400 INVALID_DATA "Invalid ID" ["resource_path_index"] Assumed;
    }
}

/// The holidays of the organisation.
pub static HOLIDAYS: Collection = Collection {
    kind: DocumentKind::HOLIDAY,
    root: "holidays",
    path: "/crm/{version}/settings/holidays",
    path_of_one: "/crm/{version}/settings/holidays/{holiday_id}",
    scope: "business_hours",
    within: Within::Organisation,
    only: None,
    right: Right::Administrator([&faults::NOT_PERMITTED; 3]),
    members: &[
        member("date", Shape::Date).mandatory(),
        member("year", Shape::YearOf("date")),
        // Conflict C13: three examples of the OpenAPI speak of the same name, one of the same name and date.
        member("name", Shape::TextWithout(80, "#%^&*"))
            .otherwise(&faults::NAME_SPECIAL_CHARACTERS)
            .mandatory()
            .unique(KeySlot::NAME),
        member("id", Shape::Id),
        member("type", Shape::Word(&["business_holiday", "shift_holiday"]))
            .otherwise(&faults::TYPE_UNKNOWN)
            .mandatory(),
        member("shift_hour", Shape::Thing(DocumentKind::SHIFT_HOUR, "name"))
            .otherwise(&faults::SHIFT_UNKNOWN)
            .needed("type", &["shift_holiday"], &faults::SHIFT_MISSING),
    ],
    acts: &[
        Act::list("holidays.list", "Get the List of Holidays").pages(limits::HOLIDAYS_PER_PAGE_MAX),
        // Conflict C12: the messages are those of the v7 pages; the OpenAPI has the plural for all.
        Act::create(
            "holidays.create",
            "Add a Holiday",
            100,
            "Holiday created successfully",
        ),
        Act::update_many("holidays.update_many", "Update a Holiday", 100, UPDATED),
        Act::get("holidays.get", "Get the List of Holidays").pages(limits::HOLIDAYS_PER_PAGE_MAX),
        Act::update_one("holidays.update", "Update Holiday", UPDATED),
        Act::remove_one(
            "holidays.delete",
            "Delete a Holiday",
            "Holiday deleted successfully",
        ),
    ],
    told: Told::Id,
    filters: &[
        Filter::Is("year", "year"),
        Filter::Is("type", "type"),
        Filter::Is("shift_id", "shift_hour"),
    ],
    built_in: &[],
    unknown: Unknown {
        in_path: &faults::UNKNOWN,
        in_item: &faults::ITEM_UNKNOWN,
        removed: &faults::UNKNOWN,
    },
    unlinks: None,
    hooks: Hooks {
        check: has_room,
        remove: is_of_year,
        refuses: &[
            &faults::DATE_OUT_OF_RANGE,
            &faults::TOO_MANY,
            &faults::OF_ANOTHER_YEAR,
        ],
        ..Hooks::NONE
    },
};

const UPDATED: &str = "Holidays updated successfully";

/// The year of a holiday.
fn year(body: &Map<String, Value>) -> Option<i16> {
    body.get("date")?.as_str()?.get(..4)?.parse().ok()
}

/// A date that is given is in this year or the next, and its year has room for one more.
fn has_room(
    call: &Call<'_>,
    change: &mut Change<'_>,
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    let (Some(year_of_it), true) = (year(change.body), change.given.contains_key("date")) else {
        return Ok(());
    };
    let now = jiff::Timestamp::from_millisecond(call.context.now.millis()).unwrap_or_default();
    let this_year = now.to_zoned_datetime(call.metadata().zone().clone()).year();
    if !(this_year..=this_year + 1).contains(&year_of_it) {
        return Err(Place::new(change.path, "date").fault(&faults::DATE_OUT_OF_RANGE));
    }
    let kind = change.body.get("type");
    let others = collection::all(&HOLIDAYS, call, tx)?.into_iter();
    let others = others.filter(|other| other.id != change.id && other.body.get("type") == kind);
    let in_year = others.filter(|other| year(&other.body) == Some(year_of_it));
    if in_year.count() < limits::HOLIDAYS_PER_YEAR_MAX {
        return Ok(());
    }
    let at = Place::new(change.path, "type");
    let due = json!([{ "api_name": at.api_name, "json_path": at.json_path() }]);
    Err(Fault::new(&faults::TOO_MANY)
        .with("limit", limits::HOLIDAYS_PER_YEAR_MAX)
        .with("limit_due_to", due))
}

/// The year that a deletion names is the holiday's.
fn is_of_year(call: &Call<'_>, holiday: &Thing, _: &mut dyn Transaction) -> Result<(), Fault> {
    match (given(call, "year"), year(&holiday.body)) {
        (Some(named), year) if named.parse().ok() != year => {
            Err(Fault::new(&faults::OF_ANOTHER_YEAR).with("resource_path_index", 2))
        }
        _ => Ok(()),
    }
}
