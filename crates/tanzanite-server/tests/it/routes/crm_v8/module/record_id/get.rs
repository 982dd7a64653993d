//! `GET /crm/v8/{module}/{record_id}`: one record.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn get(world: &World, actor: &str, path: &str) -> Exchange {
    world.actor(actor).get(path)
}

#[test]
fn a_record_comes_whole_and_without_info() {
    let world = World::demo();
    let exchange = get(&world, "admin", &world.path("workshop"));
    assert_snapshot!(exchange, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Owner":{"name":"Jun Castellan","id":"3652397000000190010","email":"jun.castellan@example.com"},"Created_By":{"name":"Jun Castellan","id":"3652397000000190010","email":"jun.castellan@example.com"},"Modified_By":{"name":"Jun Castellan","id":"3652397000000190010","email":"jun.castellan@example.com"},"Created_Time":"[now]","Modified_Time":"[now]","Record_Image":"cb5b02996394a07234c1de5fecb591995533","Name":"Dovetails by hand","Workshop_Code":"WS-01","Held_On":"2026-05-09","Seats":8,"Host":{"name":"Sofia Brenner","id":"3652397000000190033"},"id":"3652397000000190045","$field_states":null,"$state":"save","$process_flow":false,"$orchestration":false,"$approved":true,"$approval_state":"approved","$approval":{"delegate":false,"takeover":false,"approve":false,"reject":false,"resubmit":false},"$review":null,"$review_process":{"approve":false,"reject":false,"resubmit":false},"$in_merge":false,"Tag":[],"$editable":true,"$currency_symbol":"€","$locked_for_me":false,"Locked__s":false,"$layout_id":{"display_label":"Standard","name":"Standard","id":"3652397500000290000"}}]}
    "#);
    assert!(exchange.json().get("info").is_none());
    let lead = world.record(&world.path("with_photo"));
    let keys = lead.as_object().expect("a record");
    for key in [
        "id",
        "Owner",
        "Created_Time",
        "Full_Name",
        "Salutation",
        "Favourite_Wood",
        "$editable",
        "Locked__s",
    ] {
        assert!(keys.contains_key(key), "{key}");
    }
}

#[test]
fn fields_choose_and_are_at_most_fifty() {
    let world = World::demo();
    let path = world.path("with_photo");
    assert_snapshot!(get(&world, "admin", &format!("{path}?fields=Last_Name,Nonsense,$editable")), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Last_Name":"Amberg","id":"3652397000000190018","$editable":true}]}
    "#);
    let many = format!("{path}?fields={}", ["City"; 51].join(","));
    assert_snapshot!(world.refused(|world| get(world, "admin", &many)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"LIMIT_EXCEEDED","details":{"limit":50,"param_name":"fields"},"message":"limit exceeded","status":"error"}
    "#);
}

#[test]
fn an_id_of_no_record_has_no_content() {
    let world = World::demo();
    assert_snapshot!(get(&world, "admin", "/crm/v8/Leads/3652397000000990099"), @"204");
    for id in [
        "0",
        "x",
        "99999999999999999999",
        &world.id("deleted"),
        &world.id("account"),
    ] {
        assert_eq!(
            get(&world, "admin", &format!("/crm/v8/Leads/{id}")).status,
            204,
            "{id}"
        );
    }
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let world = World::demo();
    let path = world.path("with_photo");
    let seen = text(&world.record(&path)["Modified_Time"]);
    let since = |time: &str| {
        world
            .actor("admin")
            .send("GET", &path, &[("If-Modified-Since", time)], b"")
    };
    assert_snapshot!(since(&seen), @"304");
    assert_eq!(since("2001-01-01T00:00:00+00:00").status, 200);
    assert_eq!(since("yesterday").status, 200);
    // Times have whole seconds, so the change must fall into another second.
    world.later();
    world
        .actor("admin")
        .put(&path, r#"{"data":[{"City":"Bonn"}]}"#);
    assert_eq!(since(&seen).status, 200);
}

#[test]
fn a_change_of_the_photo_is_a_change_of_the_record() {
    let world = World::demo();
    let path = world.path("with_photo");
    let seen = text(&world.record(&path)["Modified_Time"]);
    world.later();
    assert_eq!(
        world.actor("admin").delete(&format!("{path}/photo")).status,
        200
    );
    assert_ne!(text(&world.record(&path)["Modified_Time"]), seen);
}

#[test]
fn the_record_is_not_shared_with_this_user() {
    let world = World::demo();
    let path = world.path("private_of_other");
    assert_snapshot!(world.refused(|world| get(world, "stranger", &path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to read records","status":"error"}
    "#);
    for actor in ["manager", "admin"] {
        assert_eq!(get(&world, actor, &path).status, 200, "{actor}");
    }
}

#[test]
fn a_lookup_shows_the_name_of_what_the_caller_does_not_see() {
    // Assumed: the vendor shows the name of a lookup's target to every user who sees the record.
    let world = World::demo();
    let deal = get(&world, "admin", &world.path("deal")).json();
    assert_eq!(deal["data"][0]["Contact_Name"]["name"], "Sofia Brenner");
    let workshop = get(&world, "stranger", &world.path("workshop")).json();
    assert_eq!(workshop["data"][0]["Host"]["name"], "Sofia Brenner");
}

#[test]
fn the_module_the_token_or_the_profile_does_not_do() {
    let world = World::enlarged();
    let path = world.path("with_photo");
    let refused = |actor: &str, path: &str| world.refused(|world| get(world, actor, path));
    assert_snapshot!(refused("nothing", &path), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_View_Leads"]},"message":"Permission denied","status":"error"}
    "#);
    assert_snapshot!(refused("write_only", &path), @r#"
    401
    content-type: application/json;charset=UTF-8

    {"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"Unauthorized","status":"error"}
    "#);
    assert_snapshot!(refused("admin", "/crm/v8/Leeds/1"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_MODULE","details":{"resource_path_index":0},"message":"the module name given seems to be invalid","status":"error"}
    "#);
    assert_eq!(
        refused("admin", "/crm/v8/Attachments/1").code(),
        "API_NOT_SUPPORTED"
    );
}

#[test]
fn a_head_request_is_none_of_the_vendor_s() {
    let world = World::demo();
    let exchange = world
        .actor("admin")
        .send("HEAD", &world.path("with_photo"), &[], b"");
    assert_eq!((exchange.status, exchange.body.len()), (400, 0));
    assert_ne!(Value::Null, world.record(&world.path("with_photo")));
}

#[test]
fn a_checkbox_that_nobody_ticked_reads_false() {
    let world = World::demo();
    let admin = world.actor("admin");
    let lead = world.path("without_photo");
    let ask = |path: &str| admin.get(path).json()["data"][0].take();
    let both =
        json!({ "Email_Opt_Out": false, "Converted__s": false, "id": world.id("without_photo") });
    assert_eq!(
        ask(&format!("{lead}?fields=Email_Opt_Out,Converted__s")),
        both
    );
    let listed = format!(
        "/crm/v8/Leads?fields=Email_Opt_Out,Converted__s&ids={}",
        world.id("without_photo")
    );
    assert_eq!(ask(&listed), both);
    for value in ["true", "null"] {
        let body = format!(r#"{{"data":[{{"Email_Opt_Out":{value}}}]}}"#);
        assert_eq!(admin.put(&lead, &body).status, 200);
        assert_eq!(world.record(&lead)["Email_Opt_Out"], value == "true");
    }
    for (key, field) in [
        ("product_without_photo", "Taxable"),
        ("vendor", "Email_Opt_Out"),
        ("task", "Send_Notification_Email"),
    ] {
        assert_eq!(world.record(&world.path(key))[field], false, "{key}");
    }
}
