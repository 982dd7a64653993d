//! `GET /crm/bulk/v8/read/{job_id}/result`: "Download Bulk Read Result".

use super::super::super::{PATH, ask, done, lines, run};
use crate::world::{World, text};
use serde_json::json;

#[test]
fn the_file_has_a_name_a_type_and_a_day_to_live() {
    let world = World::demo();
    let path = done(
        &world,
        "admin",
        &json!({ "module": { "api_name": "Leads" }, "fields": ["Last_Name"] }),
    );
    let id = path.rsplit('/').next().expect("an id");
    let file = world.actor("admin").get(&format!("{path}/result"));
    assert_eq!(file.header("content-type"), Some("application/zip"));
    let named = file.header("content-disposition").expect("a name");
    assert!(named.contains(&format!("{id}.zip")), "{named}");
    let again = world.actor("admin").get(&format!("{path}/result"));
    assert_eq!(file.body, again.body);
    assert!(
        world.state().contains("part of a job's result"),
        "{}",
        world.state()
    );
    world.clock(r#"{"action":"advance","by":"24h"}"#);
    let gone = world.actor("admin").get(&format!("{path}/result"));
    assert_eq!(
        (gone.status, gone.code().as_str()),
        (404, "RESOURCE_NOT_FOUND"),
        "{gone}"
    );
    run(&world);
    assert!(
        !world.state().contains("part of a job's result"),
        "{}",
        world.state()
    );
}

#[test]
fn a_job_without_a_result_has_none() {
    let world = World::demo();
    world.clock(r#"{"action":"freeze"}"#);
    let asked = ask(
        &world,
        "admin",
        &json!({ "module": { "api_name": "Leads" } }),
    );
    let id = text(&asked.json()["data"][0]["details"]["id"]);
    for (actor, id) in [("manager", id.as_str()), ("admin", "7")] {
        let path = format!("{PATH}/{id}/result");
        let refused = world.refused(|world| world.actor(actor).get(&path));
        assert_eq!(refused.status, 404, "{refused}");
    }
}

#[test]
fn a_file_of_many_steps_has_every_record_once() {
    let world = World::demo();
    let names: Vec<String> = (0..1_234).map(|number| format!("Step {number}")).collect();
    for chunk in names.chunks(100) {
        let leads: Vec<_> = chunk
            .iter()
            .map(|name| json!({ "Last_Name": name, "Company": "Steps" }))
            .collect();
        world.insert("Leads", &leads);
    }
    let criteria =
        json!({ "field": { "api_name": "Company" }, "comparator": "equal", "value": "Steps" });
    let path = done(
        &world,
        "admin",
        &json!({ "module": { "api_name": "Leads" }, "fields": ["Last_Name"], "criteria": criteria }),
    );
    let lines = lines(&world, "admin", &path);
    let found: Vec<&str> = lines[1..]
        .iter()
        .filter_map(|line| line.split(',').nth(1))
        .collect();
    assert_eq!(found, names);
}
