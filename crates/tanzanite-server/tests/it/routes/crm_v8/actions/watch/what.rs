//! The bodies of notifications: collected, so that nothing has to be sent.

use super::{channel, enable, send_as, world};
use crate::world::World;
use insta::assert_snapshot;
use serde_json::{Value, json};

const URL: &str = "http://127.0.0.1:9/hook?key=a%20b&word";

fn collecting() -> World {
    let world = world();
    let set = world
        .anyone()
        .post("/_tanzanite/notifications", r#"{"mode":"collect"}"#);
    assert_eq!(set.status, 200, "{set}");
    world
}

/// The bodies that were collected, the first first; they are forgotten.
fn collected(world: &World) -> Vec<Value> {
    let told = world.anyone().get("/_tanzanite/notifications").json();
    let told = told["notifications"]
        .as_array()
        .expect("notifications")
        .clone();
    let cleared = world.anyone().delete("/_tanzanite/notifications").json();
    assert_eq!(cleared["cleared"], told.len());
    let origin = format!("http://{}", world.address);
    let body = |told: &Value| {
        assert_eq!(
            (&told["state"], &told["outcome"]),
            (&json!("COMPLETED"), &json!("collected"))
        );
        let text = told["payload"].to_string().replace(&origin, "[origin]");
        serde_json::from_str(&text).expect("JSON")
    };
    told.iter().rev().map(body).collect()
}

fn lines(told: &[Value]) -> String {
    let lines: Vec<String> = told.iter().map(Value::to_string).collect();
    lines.join("\n") + "\n"
}

/// Operation, module, and how many records, of each.
fn short(told: &[Value]) -> Vec<String> {
    let short = |told: &Value| {
        let ids = told["ids"].as_array().expect("ids").len();
        format!(
            "{} {} {ids}",
            told["operation"].as_str().expect("a word"),
            told["module"].as_str().expect("a name")
        )
    };
    told.iter().map(short).collect()
}

#[test]
fn a_record_is_made_changed_and_deleted() {
    let world = collecting();
    let more = json!({ "return_affected_field_values": true, "token": "T" });
    enable(&world, &channel("1000000068001", &["Leads.all"], URL, more));
    let ids = world.insert(
        "Leads",
        &[json!({ "Last_Name": "Frei", "Company": "Rangoni", "Phone": "1" })],
    );
    let path = format!("/crm/v8/Leads/{}", ids[0]);
    let admin = world.actor("admin");
    let change =
        json!({ "data": [{ "Company": "Rangoni Of Test", "Phone": null, "Last_Name": "Frei" }] });
    assert_eq!(admin.put(&path, &change.to_string()).status, 200);
    assert_eq!(world.actor("admin").delete(&path).status, 200);
    assert_snapshot!(lines(&collected(&world)), @r#"
    {"server_time":1772452800000,"affected_values":[{"record_id":"3652397000000190049","values":{"Owner":{"name":"Mara Lindqvist","id":"3652397000000190008","email":"mara.lindqvist@example.com"},"Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008","email":"mara.lindqvist@example.com"},"Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008","email":"mara.lindqvist@example.com"},"Created_Time":"2026-03-02T13:00:00+01:00","Modified_Time":"2026-03-02T13:00:00+01:00","Company":"Rangoni","Last_Name":"Frei","Full_Name":"Frei","Phone":"1"}}],"query_params":{"key":"a%20b","word":""},"module":"Leads","resource_uri":"[origin]/crm/v8/Leads","ids":["3652397000000190049"],"affected_fields":[],"operation":"insert","channel_id":"1000000068001","token":"T"}
    {"server_time":1772452800000,"affected_values":[{"record_id":"3652397000000190049","values":{"Company":"Rangoni Of Test","Phone":null}}],"query_params":{"key":"a%20b","word":""},"module":"Leads","resource_uri":"[origin]/crm/v8/Leads","ids":["3652397000000190049"],"affected_fields":[{"3652397000000190049":["Company","Phone"]}],"operation":"update","channel_id":"1000000068001","token":"T"}
    {"server_time":1772452800000,"affected_values":[{"record_id":"3652397000000190049","values":{"Record_Status__s":0}}],"query_params":{"key":"a%20b","word":""},"module":"Leads","resource_uri":"[origin]/crm/v8/Leads","ids":["3652397000000190049"],"affected_fields":[{"3652397000000190049":["Record_Status__s"]}],"operation":"delete","channel_id":"1000000068001","token":"T"}
    "#);
}

#[test]
fn without_values_the_fields_alone_are_told_and_of_a_batch_all_records_at_once() {
    let world = collecting();
    enable(
        &world,
        &channel("1", &["Leads.all"], "http://127.0.0.1:9", json!({})),
    );
    let stranger = world.actor("stranger");
    let made = json!({ "data": [{ "Last_Name": "A" }, { "Last_Name": "B" }] }).to_string();
    let made = stranger.post("/crm/v8/Leads", &made).json();
    let made = made["data"].as_array().expect("answers").iter();
    let ids: Vec<&str> = made
        .filter_map(|made| made["details"]["id"].as_str())
        .collect();
    let items: Vec<Value> = ids
        .iter()
        .map(|id| json!({ "id": id, "City": "Basel" }))
        .collect();
    let body = json!({ "data": items }).to_string();
    assert_eq!(world.actor("admin").put("/crm/v8/Leads", &body).status, 200);
    let path = format!("/crm/v8/Leads?ids={}", ids.join(","));
    assert_eq!(stranger.delete(&path).status, 200);
    assert_snapshot!(lines(&collected(&world)), @r#"
    {"server_time":1772452800000,"query_params":{},"module":"Leads","resource_uri":"[origin]/crm/v8/Leads","ids":["3652397000000190049","3652397000000190050"],"affected_fields":[],"operation":"insert","channel_id":"1","token":null}
    {"server_time":1772452800000,"query_params":{},"module":"Leads","resource_uri":"[origin]/crm/v8/Leads","ids":["3652397000000190049","3652397000000190050"],"affected_fields":[{"3652397000000190049":["Modified_By","City"]},{"3652397000000190050":["Modified_By","City"]}],"operation":"update","channel_id":"1","token":null}
    {"server_time":1772452800000,"query_params":{},"module":"Leads","resource_uri":"[origin]/crm/v8/Leads","ids":["3652397000000190049","3652397000000190050"],"affected_fields":[{"3652397000000190049":["Modified_By","Record_Status__s"]},{"3652397000000190050":["Modified_By","Record_Status__s"]}],"operation":"delete","channel_id":"1","token":null}
    "#);
}

#[test]
fn only_what_is_watched_is_told_and_nothing_of_what_is_refused() {
    let world = collecting();
    enable(&world, &channel("1", &["Leads.create"], URL, json!({})));
    enable(
        &world,
        &channel("2", &["Leads.delete", "Deals.edit"], URL, json!({})),
    );
    let items = json!({ "data": [{ "Last_Name": "A" }, { "Company": "B" }] }).to_string();
    assert_eq!(
        world.actor("admin").post("/crm/v8/Leads", &items).status,
        207
    );
    let refused = json!({ "data": [{ "Company": "B" }] }).to_string();
    assert_eq!(
        world.actor("admin").post("/crm/v8/Leads", &refused).status,
        400
    );
    world.insert("Contacts", &[json!({ "Last_Name": "C" })]);
    assert_eq!(short(&collected(&world)), ["insert Leads 1"]);
    // A failure within the transaction of a change takes its notification with it.
    let path = world.path("locked");
    assert_eq!(world.actor("admin").delete(&path).status, 400);
    assert_eq!(short(&collected(&world)), [""; 0]);
}

#[test]
fn an_edit_counts_if_the_fields_of_the_condition_have_changed() {
    let world = collecting();
    let condition = json!([{
        "type": "field_selection",
        "module": { "api_name": "Leads" },
        "field_selection": { "group_operator": "or", "group": [
            { "field": { "api_name": "City" } },
            { "group_operator": "and", "group": [
                { "field": { "api_name": "Phone" } },
                { "field": { "api_name": "Mobile" } },
            ] },
        ] },
    }]);
    let more = json!({ "notification_condition": condition });
    enable(&world, &channel("1", &["Leads.all"], URL, more));
    let ids = world.insert("Leads", &[json!({ "Last_Name": "A", "City": "Bern" })]);
    let path = format!("/crm/v8/Leads/{}", ids[0]);
    let told = |change: Value| {
        let body = json!({ "data": [change] }).to_string();
        assert_eq!(world.actor("admin").put(&path, &body).status, 200);
        short(&collected(&world)).len()
    };
    assert_eq!(told(json!({ "City": "Basel" })), 2, "the insertion too");
    assert_eq!(told(json!({ "City": "Basel" })), 0, "no other value");
    assert_eq!(told(json!({ "Phone": "1" })), 0);
    assert_eq!(told(json!({ "Phone": "2", "Mobile": "3" })), 1);
    assert_eq!(world.actor("admin").delete(&path).status, 200);
    assert_eq!(short(&collected(&world)), ["delete Leads 1"]);
}

#[test]
fn a_change_of_a_record_is_told_of_those_that_it_refers_to() {
    let world = collecting();
    enable(&world, &channel("1", &["Accounts.edit"], URL, json!({})));
    let silent = json!({ "notify_on_related_action": false });
    enable(&world, &channel("2", &["Accounts.edit"], URL, silent));
    let accounts = world.insert("Accounts", &[json!({ "Account_Name": "A" })]);
    let account = json!({ "id": accounts[0] });
    world.insert(
        "Contacts",
        &[json!({ "Last_Name": "C", "Account_Name": account })],
    );
    let note = json!({ "data": [{ "Note_Title": "N", "Parent_Id": { "module": { "api_name": "Accounts" }, "id": accounts[0] } }] });
    assert_eq!(
        world
            .actor("admin")
            .post("/crm/v8/Notes", &note.to_string())
            .status,
        201
    );
    let told = collected(&world);
    assert_eq!(short(&told), ["update Accounts 1"; 2]);
    assert_snapshot!(told[0], @r#"{"server_time":1772452800000,"query_params":{"key":"a%20b","word":""},"module":"Accounts","resource_uri":"[origin]/crm/v8/Accounts","ids":["3652397000000190050"],"affected_fields":[],"operation":"update","channel_id":"1","token":null}"#);
}

#[test]
fn every_way_to_write_a_record_is_told() {
    let world = collecting();
    enable(
        &world,
        &channel(
            "1",
            &["Leads.all", "Contacts.all", "Accounts.create"],
            URL,
            json!({ "notify_on_related_action": false }),
        ),
    );
    let admin = world.actor("admin");
    let lead = world.path("with_photo");
    let id = world.id("with_photo");
    let mut told = String::new();
    let mut tell = |what: &str, status: u16, expected: u16| {
        assert_eq!(status, expected, "{what}");
        let notified = collected(&world);
        let fields: Vec<String> = notified
            .iter()
            .map(|told| told["affected_fields"].to_string())
            .collect();
        told.push_str(&format!(
            "{what}: {:?} {}\n",
            short(&notified),
            fields.join(" ").replace(&id, "[id]")
        ));
    };
    let upsert = json!({ "data": [{ "Last_Name": "New", "Email": "n@example.com" }] }).to_string();
    tell(
        "upsert of a new one",
        admin.post("/crm/v8/Leads/upsert", &upsert).status,
        200,
    );
    let again = json!({ "data": [{ "Last_Name": "Newer", "Email": "n@example.com" }] }).to_string();
    tell(
        "upsert of the same",
        admin.post("/crm/v8/Leads/upsert", &again).status,
        200,
    );
    tell(
        "photo removed",
        admin.delete(&format!("{lead}/photo")).status,
        200,
    );
    let picture = crate::world::png(1, 1, 64);
    tell(
        "photo uploaded",
        admin.upload(&format!("{lead}/photo"), &picture).status,
        200,
    );
    let owner = json!({ "owner": { "id": "3652397000000190011" } }).to_string();
    tell(
        "owner",
        admin
            .post(&format!("{lead}/actions/change_owner"), &owner)
            .status,
        200,
    );
    let tags = r#"{"tags":[{"name":"seen"}]}"#;
    tell(
        "tags",
        admin.post(&format!("{lead}/actions/add_tags"), tags).status,
        200,
    );
    tell(
        "clone",
        admin
            .post(&format!("{lead}/actions/clone"), r#"{"data":[{}]}"#)
            .status,
        201,
    );
    tell("delete", admin.delete(&lead).status, 200);
    let restore = format!("/crm/v8/settings/recycle_bin/{id}/actions/restore");
    tell("restore", admin.post(&restore, "").status, 200);
    let convert = format!("{lead}/actions/convert");
    tell(
        "convert",
        admin.post(&convert, r#"{"data":[{}]}"#).status,
        200,
    );
    assert_snapshot!(told, @r#"
    upsert of a new one: ["insert Leads 1"] []
    upsert of the same: ["update Leads 1"] [{"3652397000000190051":["Last_Name","Full_Name"]}]
    photo removed: ["update Leads 1"] [{"[id]":["Modified_By","Record_Image"]}]
    photo uploaded: ["update Leads 1"] [{"[id]":["Record_Image"]}]
    owner: ["update Leads 1"] [{"[id]":["Owner"]}]
    tags: [] 
    clone: ["insert Leads 1"] []
    delete: ["delete Leads 1"] [{"[id]":["Record_Status__s"]}]
    restore: ["update Leads 1"] []
    convert: ["update Leads 1", "insert Contacts 1", "insert Accounts 1"] [{"[id]":["Converted__s","Converted_Date_Time","Converted_Account","Converted_Contact"]}] [] []
    "#);
}

#[test]
fn a_user_is_told_no_more_than_a_request_would_show() {
    let world = collecting();
    let of = [channel(
        "1",
        &["Leads.all"],
        URL,
        json!({ "return_affected_field_values": true }),
    )];
    assert_eq!(send_as(&world, "stranger", "POST", &of).status, 201);
    // Leads are private, and the stranger is nobody's superior.
    world.insert("Leads", &[json!({ "Last_Name": "A" })]);
    assert_eq!(short(&collected(&world)), [""; 0]);
    let own = json!({ "data": [{ "Last_Name": "B" }] }).to_string();
    assert_eq!(
        world.actor("stranger").post("/crm/v8/Leads", &own).status,
        201
    );
    assert_eq!(short(&collected(&world)), ["insert Leads 1"]);
}

#[test]
fn a_job_that_changes_records_tells_of_them_as_a_request_does() {
    let world = collecting();
    enable(&world, &channel("1", &["Leads.all"], URL, json!({})));
    let manager = world.actor("manager");
    let views = manager
        .get("/crm/v8/settings/custom_views?module=Leads")
        .json();
    let body = json!({ "data": [{ "Rating": "Active" }], "cvid": views["custom_views"][0]["id"] });
    let path = "/crm/v8/Leads/actions/mass_update";
    let scheduled = manager.post(path, &body.to_string());
    assert_eq!(scheduled.status, 200, "{scheduled}");
    super::run(&world);
    let job = scheduled.json()["data"][0]["details"]["job_id"].clone();
    let job = manager.get(&format!("{path}?job_id={}", job.as_str().expect("an id")));
    let updated = &job.json()["data"][0]["Updated_Count"];
    assert_eq!(
        short(&collected(&world)),
        [format!("update Leads {updated}")]
    );
}
