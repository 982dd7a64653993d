//! `GET /crm/v8/{module}/{record_id}/Notes`.

use crate::routes::crm_v8::notes::{note, titles};
use crate::world::World;
use insta::assert_snapshot;

#[test]
fn the_notes_of_a_record_are_listed_page_by_page() {
    let world = World::demo();
    for title in ["one", "two", "three"] {
        note(&world, "with_photo", title);
    }
    note(&world, "account", "of another");
    let path = format!(
        "{}/Notes?fields=Note_Title&per_page=2",
        world.path("with_photo")
    );
    assert_eq!(titles(&world, "admin", &path), ["three", "two"]);
    assert_eq!(titles(&world, "admin", &format!("{path}&page=2")), ["one"]);
    assert_eq!(
        titles(
            &world,
            "admin",
            &format!("{path}&sort_by=Created_Time&sort_order=asc")
        ),
        ["one", "two"]
    );
    let first = world.actor("admin").get(&path).json();
    let token = crate::world::text(&first["info"]["next_page_token"]);
    assert_eq!(
        titles(&world, "admin", &format!("{path}&page_token={token}")),
        ["one"]
    );
    // The token of one record's list is none of another's.
    let other = format!(
        "{}/Notes?fields=Note_Title&per_page=2&page_token={token}",
        world.path("account")
    );
    assert_eq!(
        world
            .refused(|world| world.actor("admin").get(&other))
            .code(),
        "TOKEN_BOUND_DATA_MISMATCH"
    );
    assert_snapshot!(world.actor("admin").get(&format!("{}/Notes?fields=Note_Title", world.path("account"))), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Note_Title":"of another","id":"3652397000000190051"}],"info":{"per_page":200,"next_page_token":null,"count":1,"page":1,"previous_page_token":null,"page_token_expiry":null,"more_records":false}}
    "#);
}

#[test]
fn who_does_not_see_the_record_does_not_see_its_notes() {
    let world = World::demo();
    note(&world, "private_of_other", "one");
    let path = format!("{}/Notes?fields=Note_Title", world.path("private_of_other"));
    assert_snapshot!(world.refused(|world| world.actor("stranger").get(&path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to read related records data","status":"error"}
    "#);
    let path = "/crm/v8/Leads/1/Notes?fields=Note_Title";
    assert_snapshot!(world.refused(|world| world.actor("admin").get(path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":1},"message":"the related id given seems to be invalid","status":"error"}
    "#);
    assert_eq!(
        world
            .actor("admin")
            .get(&format!("{}/Notes?fields=id", world.path("task")))
            .status,
        204
    );
}

/// The vendor's pages want the scope of the module and that of notes.
#[test]
fn both_scopes_are_needed() {
    let world = World::demo();
    let path = format!("{}/Notes", world.path("with_photo"));
    let made = world
        .actor("write_only")
        .post(&path, r#"{"data":[{"Note_Title":"A"}]}"#);
    assert_eq!(made.code(), "OAUTH_SCOPE_MISMATCH");
}
