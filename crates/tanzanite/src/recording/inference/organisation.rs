//! Infers the organisation itself, and the base of its ids.

use super::Notes;
use crate::recording::step::Step;
use serde_json::Value;
use tanzanite_crm::metadata::Organisation;
use tanzanite_protocol::{RecordId, Timestamp};

/// Lower ids are assumed ones.
const ID_BASE_MIN: i64 = 1_000_000;
/// Higher ids are invented by clients that want to see them refused.
const ID_BASE_MAX: i64 = i64::MAX - 1_000_000_000_000;

/// The organisation, as the recording shows it, or otherwise derived from recorded times.
pub(super) fn of(steps: &[Step<'_>], notes: &mut Notes) -> Organisation {
    let asked = steps
        .iter()
        .find(|step| step.operation == "org.get" && step.succeeded());
    let Some(org) = asked.and_then(|step| step.items("org").first()) else {
        notes.assume("the organisation's name, edition and country");
        return Organisation {
            zgid: 1,
            company_name: "Recorded".to_owned(),
            domain_name: "recorded".to_owned(),
            primary_email: "office@example.com".to_owned(),
            time_zone: zone(steps, notes),
            iso_code: "EUR".to_owned(),
            country_code: "DE".to_owned(),
            edition: "enterprise".to_owned(),
            id_base: greatest_id(steps),
            created_time: founded(steps),
        };
    };
    let text = |key: &str| org[key].as_str().unwrap_or_default().to_owned();
    let created = org["created_time"].as_str().and_then(Timestamp::parse);
    let edition = org["license_details"]["paid_type"].as_str();
    Organisation {
        zgid: text("zgid").parse().unwrap_or(1),
        id_base: greatest_id(steps),
        company_name: text("company_name"),
        domain_name: text("domain_name"),
        primary_email: text("primary_email"),
        time_zone: text("time_zone"),
        iso_code: text("iso_code"),
        country_code: text("country_code"),
        edition: edition.unwrap_or("enterprise").to_owned(),
        created_time: created.map_or(0, Timestamp::millis),
    }
}

/// The earliest time at which a user was made; users of a server of ours are made with their organisation.
fn founded(steps: &[Step<'_>]) -> i64 {
    let users = steps.iter().flat_map(|step| step.items("users"));
    let times = users.filter_map(|user| Timestamp::parse(user["created_time"].as_str()?));
    times.map(Timestamp::millis).min().unwrap_or_default()
}

/// A user's time zone, or one with the offset of the first time in a record.
fn zone(steps: &[Step<'_>], notes: &mut Notes) -> String {
    let mut users = steps.iter().flat_map(|step| step.items("users"));
    if let Some(zone) = users.find_map(|user| user["time_zone"].as_str()) {
        return zone.to_owned();
    }
    let mut times = steps
        .iter()
        .flat_map(|step| step.items("data"))
        .filter_map(|record| record["Created_Time"].as_str());
    let offset = times
        .next()
        .and_then(|time| time.get(19..))
        .unwrap_or("+00:00");
    let hours = offset.get(..3).and_then(|hours| hours.parse::<i8>().ok());
    let zone = match (offset, hours) {
        ("+05:30", _) => "Asia/Kolkata".to_owned(),
        // The names of these zones have the opposite sign (POSIX).
        (_, Some(hours)) if offset.ends_with(":00") && hours != 0 => {
            format!("Etc/GMT{:+}", -hours)
        }
        _ => "UTC".to_owned(),
    };
    notes.assume(format!("the organisation's time zone is {zone}"));
    zone
}

/// The greatest id in an answer. A server that counts on from there repeats none.
fn greatest_id(steps: &[Step<'_>]) -> i64 {
    fn within(value: &Value) -> i64 {
        match value {
            Value::String(text) => {
                let id = RecordId::parse(text).map_or(0, RecordId::get);
                if id > ID_BASE_MAX { 0 } else { id }
            }
            Value::Array(items) => items.iter().map(within).max().unwrap_or_default(),
            Value::Object(members) => members.values().map(within).max().unwrap_or_default(),
            _ => 0,
        }
    }
    let ids = steps.iter().map(|step| {
        let asked = step.record.map_or(0, RecordId::get);
        within(&step.answered).max(within(&step.asked)).max(asked)
    });
    ids.max().unwrap_or_default().max(ID_BASE_MIN)
}
