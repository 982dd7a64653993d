//! `POST /crm/v8/settings/tags/actions/mass_delete`.

use crate::world::World;
use serde_json::{Value, json};

const PATH: &str = "/crm/v8/settings/tags/actions/mass_delete";

#[test]
fn a_job_removes_the_tags_and_records_lose_them() {
    let world = World::demo();
    let names: Vec<String> = (0..25).map(|number| format!("tag {number}")).collect();
    let ids: Vec<Value> = names
        .iter()
        .map(|name| json!({ "id": world.tag(name) }))
        .collect();
    world.tag_record("with_photo", &["tag 3", "stays"]);
    let body =
        json!({ "mass_delete": [{ "module": { "api_name": "Leads" }, "tags": ids }] }).to_string();
    let scheduled = world.actor("admin").post(PATH, &body);
    assert_eq!(scheduled.status, 202, "{scheduled}");
    let answer = scheduled.json();
    assert_eq!(
        (&answer["code"], &answer["message"]),
        (&json!("SCHEDULED"), &json!("tags scheduled successfully"))
    );
    let run = world.anyone().post("/_tanzanite/jobs/run", "{}");
    assert_eq!(run.status, 200, "{run}");
    let job = crate::world::text(&answer["details"]["job_id"]);
    let status = world
        .actor("admin")
        .get(&format!("{PATH}?job_id={job}"))
        .json();
    let expected = json!({
        "job_id": job, "total_count": 25, "failed_count": 0, "deleted_count": 25, "status": "COMPLETED",
    });
    assert_eq!(status, json!({ "mass_delete": [expected] }));
    assert_eq!(world.tags_of("with_photo"), ["stays"]);
    let jobs = world.anyone().get("/_tanzanite/jobs").json();
    assert_eq!(
        (&jobs["jobs"][0]["id"], &jobs["jobs"][0]["state"]),
        (&json!(job), &json!("COMPLETED"))
    );
}

#[test]
fn a_server_does_by_itself_what_is_due() {
    let world = World::demo();
    let tag = world.tag("goes");
    let body =
        json!({ "mass_delete": [{ "module": { "api_name": "Leads" }, "tags": [{ "id": tag }] }] })
            .to_string();
    assert_eq!(world.actor("admin").post(PATH, &body).status, 202);
    let gone = || {
        world
            .actor("admin")
            .get("/crm/v8/settings/tags?module=Leads")
            .status
            == 204
    };
    let began = std::time::Instant::now();
    while !gone() {
        assert!(began.elapsed().as_secs() < 20, "nobody did it");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn tags_that_are_not_there_or_another_module_s_count_as_failed() {
    let world = World::demo();
    let other = world.tag_of("Contacts", "other");
    let tags =
        json!([{ "id": world.tag("goes") }, { "id": other }, { "id": "999999999999999999" }]);
    let body =
        json!({ "mass_delete": [{ "module": { "api_name": "leads" }, "tags": tags }] }).to_string();
    let scheduled = world.actor("admin").post(PATH, &body).json();
    world.anyone().post("/_tanzanite/jobs/run", "{}");
    let job = crate::world::text(&scheduled["details"]["job_id"]);
    let status = world
        .actor("admin")
        .get(&format!("{PATH}?job_id={job}"))
        .json()["mass_delete"][0]
        .clone();
    assert_eq!(
        (&status["deleted_count"], &status["failed_count"]),
        (&json!(1), &json!(2)),
        "{status}"
    );
    let left = world
        .actor("admin")
        .get("/crm/v8/settings/tags?module=Contacts")
        .json();
    assert_eq!(left["info"]["count"], 1);
}

#[test]
fn what_cannot_be_scheduled_is_refused() {
    let world = World::demo();
    let tags = json!([{ "id": world.tag("stays") }]);
    let leads = json!({ "api_name": "Leads" });
    let modules = world
        .actor("admin")
        .get("/crm/v8/settings/modules/Contacts")
        .json();
    let contacts = modules["modules"][0]["id"].clone();
    let many: Vec<Value> = (1..=201)
        .map(|number| json!({ "id": number.to_string() }))
        .collect();
    for (item, code) in [
        (json!({ "tags": tags }), "MANDATORY_NOT_FOUND"),
        (
            json!({ "module": {}, "tags": tags }),
            "EXPECTED_FIELD_MISSING",
        ),
        (json!({ "module": 7, "tags": tags }), "INVALID_DATA"),
        (
            json!({ "module": { "api_name": "Nothing" }, "tags": tags }),
            "INVALID_DATA",
        ),
        (
            json!({ "module": { "id": "7" }, "tags": tags }),
            "INVALID_DATA",
        ),
        (
            json!({ "module": { "id": contacts, "api_name": "Leads" }, "tags": tags }),
            "AMBIGUITY_DURING_PROCESSING",
        ),
        (json!({ "module": leads }), "MANDATORY_NOT_FOUND"),
        (
            json!({ "module": leads, "tags": [] }),
            "MANDATORY_NOT_FOUND",
        ),
        (
            json!({ "module": leads, "tags": [{}] }),
            "MANDATORY_NOT_FOUND",
        ),
        (
            json!({ "module": leads, "tags": [{ "id": "x" }] }),
            "INVALID_DATA",
        ),
        (json!({ "module": leads, "tags": many }), "INVALID_DATA"),
        (json!(7), "INVALID_DATA"),
    ] {
        let body = json!({ "mass_delete": [item] }).to_string();
        let refused = world.refused(|world| world.actor("admin").post(PATH, &body));
        assert_eq!(refused.code(), code, "{body}: {refused}");
    }
}
