//! `/crm/v8/{module}/actions`.

mod add_tags;
mod change_owner;
mod count;
mod mass_change_owner;
mod mass_delete;
mod mass_update;
mod remove_tags;

use crate::world::{Exchange, World, text};
use serde_json::Value;

/// The ids of a module's views of all records and of one's own.
fn views(world: &World, module: &str) -> [String; 2] {
    let path = format!("/crm/v8/settings/custom_views?module={module}");
    let views = world.actor("admin").get(&path).json();
    [0, 1].map(|place| text(&views["custom_views"][place]["id"]))
}

/// Has a mass action done that was answered with its job. Gives the job's id.
fn done(world: &World, scheduled: &Exchange) -> String {
    assert!([200, 202].contains(&scheduled.status), "{scheduled}");
    let id = text(&scheduled.json()["data"][0]["details"]["job_id"]);
    let run = world.anyone().post("/_tanzanite/jobs/run", "{}");
    assert_eq!(run.status, 200, "{run}");
    id
}

/// One value of all records of a module that the administrator sees.
fn values(world: &World, module: &str, field: &str) -> Vec<Value> {
    let path = format!("/crm/v8/{module}?fields={field}&per_page=200");
    let listed = world.actor("admin").get(&path).json();
    let records = listed["data"].as_array().expect("records").iter();
    records.map(|record| record[field].clone()).collect()
}

/// Hides the id of a job, which differs from run to run.
fn shown(scheduled: &Exchange) -> String {
    let id = text(&scheduled.json()["data"][0]["details"]["job_id"]);
    scheduled.to_string().replace(&id, "{job}")
}

/// The second of two requests that were sent at once, in a world where the first is still under way.
fn at_once(send: impl Fn() -> Exchange) -> Exchange {
    // A server does jobs by itself, a few times a second, so one pair may come too late.
    let mut seconds = (0..50).map(|_| {
        send();
        send()
    });
    let refused = seconds.find(|second| second.code() == "ALREADY_SCHEDULED");
    refused.expect("a refusal")
}
