//! Conversions that are refused change nothing.

use super::{convert, deal};
use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn refused(world: &World, actor: &str, key: &str, item: &Value) -> Exchange {
    world.refused(|world| convert(world, actor, key, item))
}

#[test]
fn the_lead_is_unknown() {
    let world = World::demo();
    for id in ["1", "x", &world.id("deleted"), &world.id("account")] {
        let path = format!("/crm/v8/Leads/{id}/actions/convert");
        let exchange = world.refused(|world| world.actor("admin").post(&path, r#"{"data":[{}]}"#));
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (400, "INVALID_DATA"),
            "{id}"
        );
        assert_eq!(
            exchange.json()["details"],
            json!({ "resource_path_index": 1 }),
            "{id}"
        );
    }
}

#[test]
fn the_body_is_none_or_holds_no_lead() {
    let world = World::demo();
    let path = format!("{}/actions/convert", world.path("with_photo"));
    let codes = [
        "",
        "[]",
        r#"{"data":[]}"#,
        r#"{"data":[{},{}]}"#,
        r#"{"data":[7]}"#,
    ]
    .map(|body| {
        let exchange = world.refused(|world| world.actor("admin").post(&path, body));
        format!("{body} {} {}\n", exchange.status, exchange.text())
    });
    assert_snapshot!(codes.concat(), @r#"
     400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject"},"message":"body","status":"error"}
    [] 400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject"},"message":"body","status":"error"}
    {"data":[]} 400 {"code":"INVALID_DATA","details":{"minimum_length":1,"api_name":"data","json_path":"$.data"},"message":"invalid data","status":"error"}
    {"data":[{},{}]} 400 {"data":[{"code":"LIMIT_EXCEEDED","details":{"maximum_length":1,"api_name":"data"},"message":"count of records in your request exceeds the limit","status":"error"}]}
    {"data":[7]} 400 {"data":[{"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"data","json_path":"$.data[0]"},"message":"invalid data","status":"error"}]}
    "#);
}

#[test]
fn a_key_is_wrong() {
    let world = World::demo();
    let mut told = String::new();
    for item in [
        json!({ "overwrite": "yes" }),
        json!({ "Accounts": {} }),
        json!({ "Contacts": { "id": "1" } }),
        json!({ "Contacts": [] }),
        json!({ "Accounts": { "id": world.id("account"), "Phone": "1" } }),
        json!({ "assign_to": "1" }),
        json!({ "Deals": {} }),
        json!({ "Deals": { "Deal_Name": "A", "Stage": "Qualification" } }),
        json!({ "Deals": { "id": world.id("deal") } }),
        json!({ "Deals": { "Deal_Name": "A", "Stage": "Qualification", "Closing_Date": "soon" } }),
        json!({ "carry_over_tags": { "Contacts": "fair" } }),
        json!({ "carry_over_tags": { "Contacts": [1] } }),
        json!({ "carry_over_tags": { "Contacts": ["unheard"] } }),
        json!({ "carry_over_tags": { "Deals": ["unheard"] } }),
        json!({ "move_attachments_to": {} }),
        json!({ "move_attachments_to": { "id": "1" } }),
        json!({ "move_attachments_to": { "api_name": "Deals" } }),
    ] {
        let exchange = refused(&world, "admin", "with_photo", &item);
        assert_eq!(exchange.status, 400, "{exchange}");
        let fault = &exchange.json()["data"][0];
        told.push_str(&format!("{item} {} {}\n", fault["code"], fault["details"]));
    }
    assert_snapshot!(told, @r#"
    {"overwrite":"yes"} "INVALID_DATA" {"expected_data_type":"boolean","api_name":"overwrite","json_path":"$.data[0].overwrite"}
    {"Accounts":{}} "MANDATORY_NOT_FOUND" {"api_name":"id","json_path":"$.data[0].Accounts.id"}
    {"Contacts":{"id":"1"}} "INVALID_DATA" {"api_name":"Contacts","json_path":"$.data[0].Contacts"}
    {"Contacts":[]} "INVALID_DATA" {"expected_data_type":"jsonobject","api_name":"Contacts","json_path":"$.data[0].Contacts"}
    {"Accounts":{"id":"3652397000000190031","Phone":"1"}} "API_NOT_SUPPORTED" {"api_name":"Phone","json_path":"$.data[0].Accounts.Phone"}
    {"assign_to":"1"} "INVALID_DATA" {"api_name":"assign_to","json_path":"$.data[0].assign_to"}
    {"Deals":{}} "MULTIPLE_OR_MULTI_ERRORS" {"errors":[{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Deal_Name","json_path":"$.data[0].Deals.Deal_Name"},"message":"required field not found","status":"error"},{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Stage","json_path":"$.data[0].Deals.Stage"},"message":"required field not found","status":"error"}]}
    {"Deals":{"Deal_Name":"A","Stage":"Qualification"}} "MANDATORY_NOT_FOUND" {"api_name":"Closing_Date","json_path":"$.data[0].Deals.Closing_Date"}
    {"Deals":{"id":"3652397000000190041"}} "API_NOT_SUPPORTED" {"api_name":"id","json_path":"$.data[0].Deals.id"}
    {"Deals":{"Deal_Name":"A","Stage":"Qualification","Closing_Date":"soon"}} "INVALID_DATA" {"expected_data_type":"date","api_name":"Closing_Date","json_path":"$.data[0].Deals.Closing_Date"}
    {"carry_over_tags":{"Contacts":"fair"}} "INVALID_DATA" {"expected_data_type":"jsonarray","api_name":"Contacts","json_path":"$.data[0].carry_over_tags.Contacts"}
    {"carry_over_tags":{"Contacts":[1]}} "INVALID_DATA" {"expected_data_type":"text","api_name":"Contacts","json_path":"$.data[0].carry_over_tags.Contacts[0]"}
    {"carry_over_tags":{"Contacts":["unheard"]}} "INVALID_DATA" {"api_name":"Contacts","json_path":"$.data[0].carry_over_tags.Contacts[0]"}
    {"carry_over_tags":{"Deals":["unheard"]}} "INVALID_DATA" {"api_name":"Deals","json_path":"$.data[0].carry_over_tags.Deals"}
    {"move_attachments_to":{}} "MANDATORY_NOT_FOUND" {"api_name":"id","json_path":"$.data[0].move_attachments_to.id"}
    {"move_attachments_to":{"id":"1"}} "INVALID_DATA" {"api_name":"move_attachments_to","json_path":"$.data[0].move_attachments_to"}
    {"move_attachments_to":{"api_name":"Deals"}} "INVALID_DATA" {"api_name":"move_attachments_to","json_path":"$.data[0].move_attachments_to"}
    "#);
}

/// The account and the contact would have been made before the deal.
#[test]
fn a_deal_in_no_stage_of_its_pipeline_leaves_no_contact_behind() {
    let world = World::demo();
    let mut deal = deal();
    deal["Pipeline"] = "Standard (Standard)".into();
    deal["Stage"] = "Nowhere".into();
    let exchange = refused(&world, "admin", "with_photo", &json!({ "Deals": deal }));
    assert_snapshot!(exchange, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"MAPPING_MISMATCH","details":{"mapped_field":"Pipeline","api_name":"Stage","json_path":"$.data[0].Deals.Stage"},"message":"Pipeline doesn't contain the Stage","status":"error"}]}
    "#);
}

#[test]
fn the_lead_is_locked_or_not_shared() {
    let world = World::demo();
    assert_snapshot!(refused(&world, "admin", "locked", &json!({})), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"RECORD_LOCKED","details":{"api_name":"id","json_path":"$.data[0].id","action":"record_locking"},"message":"Sorry, you cannot perform this operation as the record is locked.","status":"error"}]}
    "#);
    assert_snapshot!(refused(&world, "stranger", "with_photo", &json!({})), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to update records","status":"error"}]}
    "#);
    // The profile of this user is excluded from the lock.
    assert_eq!(
        convert(&world, "lock_exempt", "locked", &json!({})).status,
        200
    );
}

#[test]
fn a_contact_that_is_not_shared_is_unknown() {
    let world = World::demo();
    let item = json!({ "Contacts": { "id": world.id("contact_of_stranger") } });
    let exchange = refused(&world, "no_delete", "of_no_delete", &item);
    assert_eq!(
        exchange.json()["data"][0]["code"],
        "INVALID_DATA",
        "{exchange}"
    );
}
