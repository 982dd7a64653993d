//! `GET /crm/bulk/v8/read/{job_id}`: "Get the Status of the Bulk Read Job".

use super::super::{done, run, told};
use crate::routes::crm_v8::module::record_id::actions::change_owner::post::user;
use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;
use tanzanite_crm::policy::Grant;
use tanzanite_crm::stored::{DocumentKey, DocumentKind, KeySlot, NewDocument};
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_store::Store as _;

#[test]
fn a_job_tells_its_state_its_query_and_its_result() {
    let world = World::demo();
    world.clock(r#"{"action":"freeze"}"#);
    let criteria =
        json!({ "field": { "api_name": "Last_Name" }, "comparator": "not_equal", "value": "x" });
    let query =
        json!({ "module": { "api_name": "leads" }, "fields": ["Last_Name"], "criteria": criteria });
    let path = done(&world, "admin", &query);
    let id = path.rsplit('/').next().expect("an id").to_owned();
    let mut job = told(&world, "admin", &path);
    job["created_time"] = "{time}".into();
    assert_snapshot!(job.to_string().replace(&id, "{job}"), @r#"{"id":"{job}","operation":"read","state":"COMPLETED","query":{"module":{"id":"3652397500000190001","api_name":"Leads"},"page":1,"fields":["Last_Name"],"criteria":{"field":{"api_name":"Last_Name"},"comparator":"not_equal","value":"x"}},"created_by":{"name":"Mara Lindqvist","id":"3652397000000190008"},"created_time":"{time}","file_type":"csv","result":{"page":1,"per_page":200000,"count":9,"download_url":"/crm/bulk/v8/read/{job}/result","more_records":false}}"#);
}

#[test]
fn a_job_is_the_user_s_who_asked() {
    let world = World::demo();
    let path = done(
        &world,
        "admin",
        &json!({ "module": { "api_name": "Leads" } }),
    );
    for (actor, path) in [
        ("manager", path.as_str()),
        ("admin", "/crm/bulk/v8/read/7"),
        ("admin", "/crm/bulk/v8/read/x"),
    ] {
        let refused = world.refused(|world| world.actor(actor).get(path));
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (404, "RESOURCE_NOT_FOUND"),
            "{refused}"
        );
    }
}

#[test]
fn nothing_is_done_for_a_user_who_is_not_active_any_more() {
    let world = World::demo();
    let otto = user(&world, "Otto").parse::<i64>().expect("an id");
    let org = world.org;
    let job = NewDocument {
        within: 0,
        body: json!({ "work": "bulk_read", "by": otto, "state": "SCHEDULED", "body": {} }),
        keys: vec![DocumentKey {
            slot: KeySlot::DUE,
            value: format!("{:015}", 0),
        }],
    };
    let put = move |tx: &mut dyn Transaction| {
        let grant =
            Grant::bypassing_policy_as_operator(org, DocumentKind::JOB, 7, "the test's own job");
        tx.put_document(grant, &job)
    };
    let put: Result<(), StoreError> = world.store.write_blocking(put);
    put.expect("a job");
    run(&world);
    let jobs = world.anyone().get("/_tanzanite/jobs").json();
    assert_eq!(jobs["jobs"][0]["state"], "FAILED", "{jobs}");
}
