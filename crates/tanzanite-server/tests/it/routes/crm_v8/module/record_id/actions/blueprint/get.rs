//! `GET /crm/v8/{module}/{record_id}/actions/blueprint`: "Blueprint APIs".

use super::{get, path, put, transition, world};
use crate::world::World;
use insta::assert_snapshot;
use serde_json::{Value, json};

/// The answer without the fields of transitions, of which the names alone are left.
fn shown(world: &World, key: &str) -> Value {
    let mut told = get(world, "admin", key).json();
    let transitions = told["blueprint"]["transitions"].as_array_mut();
    for transition in transitions.expect("transitions") {
        let fields = transition["fields"].as_array().expect("fields").iter();
        let names = fields.map(|field| field["api_name"].clone());
        transition["fields"] = names.collect();
    }
    told
}

#[test]
fn the_transitions_of_the_present_state_are_told() {
    let world = world();
    assert_snapshot!(shown(&world, "without_photo"), @r#"{"blueprint":{"process_info":{"field_id":"3652397500000191024","is_continuous":true,"api_name":"Lead_Status","continuous":true,"field_label":"Lead Status","name":"Lead nurturing","column_name":"LEADSTATUS","field_value":"-None-","id":"1001","field_name":"Lead Status","escalation":null,"current_picklist":{"colour_code":null,"id":"3652397500001214001","value":"-None-"}},"transitions":[{"next_transitions":[{"criteria_matched":false,"name":"Qualify","id":"1004","type":"manual"},{"criteria_matched":true,"name":"Drop","id":"1005","type":"manual"}],"data":{"Phone":null,"Annual_Revenue":null,"Description":null},"next_field_value":"Contacted","name":"Reach","criteria_matched":true,"id":"1002","fields":["Phone","Annual_Revenue","Description"],"criteria_message":null,"percent_partial_save":0,"type":"manual","execution_time":null,"sequence":1,"parent_transition":null,"color_code":null,"text_color_code":null},{"next_transitions":[],"data":{},"next_field_value":"Attempted to Contact","name":"No answer","criteria_matched":true,"id":"1003","fields":[],"criteria_message":null,"percent_partial_save":0,"type":"manual","execution_time":null,"sequence":2,"parent_transition":null,"color_code":null,"text_color_code":null}]}}"#);
    assert_snapshot!(shown(&world, "with_photo"), @r#"{"blueprint":{"process_info":{"field_id":"3652397500000191024","is_continuous":true,"api_name":"Lead_Status","continuous":true,"field_label":"Lead Status","name":"Lead nurturing","column_name":"LEADSTATUS","field_value":"Contacted","id":"1001","field_name":"Lead Status","escalation":null,"current_picklist":{"colour_code":null,"id":"3652397500001214004","value":"Contacted"}},"transitions":[{"next_transitions":[],"data":{},"next_field_value":"Pre-Qualified","name":"Qualify","criteria_matched":false,"id":"1004","fields":[],"criteria_message":"Ask for the revenue first","percent_partial_save":0,"type":"manual","execution_time":null,"sequence":3,"parent_transition":null,"color_code":null,"text_color_code":null},{"next_transitions":[],"data":{},"next_field_value":"Junk Lead","name":"Drop","criteria_matched":true,"id":"1005","fields":[],"criteria_message":null,"percent_partial_save":0,"type":"manual","execution_time":null,"sequence":4,"parent_transition":null,"color_code":null,"text_color_code":null}]}}"#);
}

#[test]
fn a_field_of_a_transition_is_told_as_the_settings_tell_it_and_with_its_place() {
    let world = world();
    let told = get(&world, "admin", "without_photo").json();
    let fields = told["blueprint"]["transitions"][0]["fields"].as_array();
    let fields = fields.expect("fields");
    let settings = world
        .actor("admin")
        .get("/crm/v8/settings/fields?module=Leads");
    let settings = settings.json();
    let mut more = Vec::new();
    for field in fields {
        let mut known = settings["fields"].as_array().expect("fields").iter();
        let known = known.find(|known| known["id"] == field["id"]);
        let known = known.expect("a field").as_object().expect("a field");
        for (key, value) in known {
            assert_eq!(field[key], *value, "{key}");
        }
        let own = field.as_object().expect("a field").iter();
        let own = own.filter(|(key, _)| !known.contains_key(*key));
        more.push(
            own.map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
        );
    }
    let more: Vec<Value> = more.into_iter().map(Value::Object).collect();
    assert_snapshot!(Value::from(more), @r#"[{"_type":"fields","mandatory":true,"transition_sequence":1,"layouts":{"name":"Standard","id":"3652397500000191000"},"content":null,"validation_rule":null,"personality_name":null},{"_type":"fields","mandatory":true,"transition_sequence":2,"layouts":{"name":"Standard","id":"3652397500000191000"},"content":null,"validation_rule":null,"personality_name":null},{"_type":"fields","mandatory":false,"transition_sequence":3,"layouts":{"name":"Standard","id":"3652397500000191000"},"content":null,"validation_rule":null,"personality_name":null}]"#);
}

#[test]
fn a_partial_save_is_told_with_its_share() {
    let world = world();
    let body = transition("1002", &json!({ "Phone": "+49 30 5550199" }));
    assert_eq!(put(&world, "admin", "without_photo", &body).status, 200);
    let reach = shown(&world, "without_photo")["blueprint"]["transitions"][0].take();
    assert_eq!(reach["percent_partial_save"], 50);
    assert_eq!(reach["data"]["Phone"], "+49 30 5550199");
    assert_eq!(
        world.record(&world.path("without_photo"))["Phone"],
        Value::Null
    );
}

#[test]
fn earlier_versions_tell_less() {
    let world = world();
    let mut told = String::new();
    for version in ["v2", "v2.1", "v7"] {
        let path = path(&world, "with_photo").replace("v8", version);
        let json = world.actor("admin").get(&path).json();
        let keys = |value: &Value| {
            let object = value.as_object().expect("an object");
            object
                .keys()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" ")
        };
        let process = keys(&json["blueprint"]["process_info"]);
        let transition = keys(&json["blueprint"]["transitions"][0]);
        told.push_str(&format!("{version} {process}\n{version} {transition}\n"));
    }
    assert_snapshot!(told, @"
    v2 field_id is_continuous api_name continuous field_label name column_name field_value id field_name
    v2 next_transitions data next_field_value name criteria_matched id fields criteria_message percent_partial_save
    v2.1 field_id is_continuous api_name continuous field_label name column_name field_value id field_name escalation
    v2.1 next_transitions data next_field_value name criteria_matched id fields criteria_message percent_partial_save type execution_time
    v7 field_id is_continuous api_name continuous field_label name column_name field_value id field_name escalation
    v7 next_transitions data next_field_value name criteria_matched id fields criteria_message percent_partial_save type execution_time
    ");
}

#[test]
fn the_record_is_in_no_process() {
    let world = world();
    assert_snapshot!(world.refused(|world| get(world, "admin", "with_photo_bmp")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"RECORD_NOT_IN_PROCESS","details":{},"message":"record not in process","status":"error"}
    "#);
    let contact = world.refused(|world| get(world, "admin", "private_of_other"));
    assert_eq!(contact.code(), "RECORD_NOT_IN_PROCESS");
    let of_module = |module: &str| {
        let path = format!("/crm/v8/{module}/1/actions/blueprint");
        world
            .refused(|world| world.actor("admin").get(&path))
            .code()
    };
    assert_eq!(of_module("Notes"), "API_NOT_SUPPORTED");
    assert_eq!(of_module("Locking_Information__s"), "INVALID_MODULE");
}

#[test]
fn the_record_is_unknown_locked_or_not_shared() {
    let world = world();
    let unknown = |id: &str| {
        let path = format!("/crm/v8/Leads/{id}/actions/blueprint");
        world.refused(|world| world.actor("admin").get(&path))
    };
    assert_snapshot!(unknown("1"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"the id given seems to be invalid","status":"error"}
    "#);
    assert_eq!(unknown("1").text(), unknown("x").text());
    assert_eq!(unknown("1").text(), unknown(&world.id("deleted")).text());
    assert_snapshot!(world.refused(|world| get(world, "stranger", "with_photo")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to read records","status":"error"}
    "#);
    assert_snapshot!(world.refused(|world| get(world, "admin", "locked")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"RECORD_LOCKED","details":{},"message":"You cannot perform this operation as the record is locked.","status":"error"}
    "#);
}
