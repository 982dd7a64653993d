//! `POST /crm/v8/settings/recycle_bin/{record_id}/actions/restore`: take a record out of the recycle bin.

use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

fn restore(id: &str) -> String {
    format!("/crm/v8/settings/recycle_bin/{id}/actions/restore")
}

#[test]
fn the_record_is_what_it_was_with_photo_tags_and_lookups() {
    let world = World::demo();
    let admin = world.actor("admin");
    world.tag_record("with_photo", &["kept"]);
    let (path, id) = (world.path("with_photo"), world.id("with_photo"));
    let (record, photo) = (
        world.record(&path),
        admin.get(&format!("{path}/photo")).body,
    );
    assert_eq!(admin.delete(&path).status, 200);
    assert_eq!(admin.get(&path).status, 204);
    assert_snapshot!(admin.post(&restore(&id), ""), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"SUCCESS","details":{"id":"3652397000000190018"},"message":"record restored","status":"success"}]}
    "#);
    assert_eq!(world.record(&path), record);
    assert_eq!(admin.get(&format!("{path}/photo")).body, photo);
    let found = admin.get(&format!("/crm/v8/Leads/search?criteria=(id:equals:{id})"));
    assert_eq!(found.status, 200, "{found}");
    assert_snapshot!(world.refused(|world| world.actor("admin").post(&restore(&id), "")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"INVALID_DATA","details":{"id":"3652397000000190018"},"message":"the id given seems to be invalid","status":"error"}]}
    "#);
}

#[test]
fn another_record_took_the_unique_value_meanwhile() {
    let world = World::demo();
    let admin = world.actor("admin");
    let (path, id) = (world.path("workshop"), world.id("workshop"));
    let code = world.record(&path)["Workshop_Code"].take();
    assert_eq!(admin.delete(&path).status, 200);
    let taker = world.insert(
        "Workshops",
        &[json!({ "Name": "Taker", "Workshop_Code": code })],
    );
    assert_snapshot!(world.refused(|world| world.actor("admin").post(&restore(&id), "")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"DUPLICATE_DATA","details":{"id":"3652397000000190045","api_name":"Workshop_Code"},"message":"duplicate data","status":"error"}]}
    "#);
    let gone = admin.delete(&format!("/crm/v8/Workshops/{}", taker[0]));
    assert_eq!(gone.status, 200);
    assert_eq!(admin.post(&restore(&id), "").status, 200);
    assert_eq!(world.record(&path)["Workshop_Code"], code);
    let again = json!({ "data": [{ "Name": "Again", "Workshop_Code": code }] }).to_string();
    assert_eq!(admin.post("/crm/v8/Workshops", &again).status, 400);
}

#[test]
fn sixty_days_are_over() {
    let world = World::demo();
    let id = world.id("deleted");
    world.clock(r#"{"action":"advance","by":"61d"}"#);
    let refused = world.refused(|world| world.actor("admin").post(&restore(&id), ""));
    assert_eq!(refused.json()["recycle_bin"][0]["code"], "INVALID_DATA");
}

#[test]
fn the_record_is_another_users() {
    let world = World::enlarged();
    let restore = |actor: &str, id: &str| {
        let target = restore(id);
        world.refused(|world| world.actor(actor).post(&target, ""))
    };
    let id = world.id("deleted");
    assert_snapshot!(restore("stranger_at_the_bin", &id), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"INVALID_DATA","details":{"id":"3652397000000190029"},"message":"the id given seems to be invalid","status":"error"}]}
    "#);
    assert_snapshot!(restore("no_delete_at_the_bin", &id), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"INVALID_DATA","details":{"id":"3652397000000190029"},"message":"the id given seems to be invalid","status":"error"}]}
    "#);
    let own = world.deleted_of("no_delete", "Leads", "Last_Name");
    assert_snapshot!(restore("no_delete_at_the_bin", &own), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_Delete_Leads"],"id":"3652397000000190052"},"message":"Permission denied to delete","status":"error"}]}
    "#);
    let read = world.deleted_of("manager", "Accounts", "Account_Name");
    assert_snapshot!(restore("stranger_at_the_bin", &read), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"AUTHORIZATION_FAILED","details":{"id":"3652397000000190053"},"message":"User does not have sufficient privilege to perform this action","status":"error"}]}
    "#);
    assert_snapshot!(restore("admin", "none"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":2},"message":"the id given seems to be invalid","status":"error"}
    "#);
}
