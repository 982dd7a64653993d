//! `GET /crm/v8/Notes`: the notes of all records that the caller sees.

use super::{note, titles};
use crate::world::World;
use insta::assert_snapshot;

const NOTES: &str = "/crm/v8/Notes?fields=Note_Title";

#[test]
fn notes_are_listed_with_all_that_is_asked_for() {
    let world = World::demo();
    note(&world, "with_photo", "First");
    let fields = "id,Note_Title,Note_Content,$attachments,Parent_Id,Owner,Modified_Time,Created_Time,$editable,$se_module";
    let path = format!("/crm/v8/Notes?fields={fields}");
    assert_snapshot!(world.actor("admin").get(&path), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Owner":{"name":"Mara Lindqvist","id":"3652397000000190008","email":"mara.lindqvist@example.com"},"Created_Time":"[now]","Modified_Time":"[now]","Note_Title":"First","Note_Content":"It rained.","Parent_Id":{"name":"Rosa Amberg","id":"3652397000000190018","module":{"api_name":"Leads","id":"3652397500000190001"}},"id":"3652397000000190048","$editable":true,"$se_module":"Leads","$attachments":null}],"info":{"call":false,"per_page":200,"next_page_token":null,"count":1,"sort_by":"id","page":1,"previous_page_token":null,"page_token_expiry":null,"sort_order":"desc","email":false,"more_records":false}}
    "#);
}

#[test]
fn a_note_is_seen_with_its_record() {
    let world = World::demo();
    for key in [
        "with_photo",
        "private_of_other",
        "account",
        "workshop",
        "task",
    ] {
        note(&world, key, key);
    }
    let all = [
        "task",
        "workshop",
        "account",
        "private_of_other",
        "with_photo",
    ];
    assert_eq!(titles(&world, "admin", NOTES), all);
    assert_eq!(titles(&world, "manager", NOTES), all);
    // Accounts and workshops are public; leads, contacts and tasks of others are not.
    assert_eq!(titles(&world, "stranger", NOTES), ["workshop", "account"]);
    assert_eq!(
        titles(
            &world,
            "admin",
            &format!("{NOTES}&sort_order=asc&per_page=2&page=2")
        ),
        ["account", "workshop"]
    );
    assert_eq!(
        titles(
            &world,
            "stranger",
            &format!("{NOTES}&sort_by=Modified_Time")
        ),
        ["workshop", "account"]
    );
    assert_eq!(
        titles(&world, "stranger", &format!("{NOTES}&sort_by=Created_Time")),
        ["workshop", "account"]
    );
}

#[test]
fn a_deleted_record_takes_its_notes_along_and_brings_them_back() {
    let world = World::demo();
    let id = note(&world, "with_photo", "Of a lead");
    note(&world, "account", "Of an account");
    let admin = world.actor("admin");
    assert_eq!(admin.delete(&world.path("with_photo")).status, 200);
    assert_eq!(titles(&world, "admin", NOTES), ["Of an account"]);
    assert_eq!(admin.get(&format!("/crm/v8/Notes/{id}")).status, 204);
    let restored = format!(
        "/crm/v8/settings/recycle_bin/{}/actions/restore",
        world.id("with_photo")
    );
    assert_eq!(admin.post(&restored, "").status, 200);
    assert_eq!(
        titles(&world, "admin", NOTES),
        ["Of an account", "Of a lead"]
    );
}

/// The file of an attachment goes too, and so the store's verification has nothing to say.
#[test]
fn a_record_that_is_removed_for_good_takes_its_notes_and_their_attachments_along() {
    let world = World::demo();
    let id = note(&world, "with_photo", "Of a lead");
    let admin = world.actor("admin");
    for path in [
        format!("{}/Attachments", world.path("with_photo")),
        format!("/crm/v8/Notes/{id}/Attachments"),
    ] {
        assert_eq!(
            admin.upload(&path, b"content-of-an-attachment").status,
            200,
            "{path}"
        );
    }
    assert!(
        world.state().contains("content-of-an-attachment") || world.state().contains("Of a lead")
    );
    assert_eq!(admin.delete(&world.path("with_photo")).status, 200);
    let purge = format!("/crm/v8/settings/recycle_bin/{}", world.id("with_photo"));
    assert_eq!(admin.delete(&purge).status, 200);
    assert_eq!(titles(&world, "admin", NOTES), [""; 0]);
    assert!(!world.state().contains("Of a lead"));
    assert!(!world.state().contains("a.png"), "{}", world.state());
}

#[test]
fn fields_are_needed_since_v3() {
    let world = World::demo();
    note(&world, "with_photo", "First");
    let admin = world.actor("admin");
    assert_eq!(
        world.refused(|_| admin.get("/crm/v8/Notes")).code(),
        "REQUIRED_PARAM_MISSING"
    );
    assert_snapshot!(admin.get("/crm/v2/Notes"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Owner":{"name":"Mara Lindqvist","id":"3652397000000190008","email":"mara.lindqvist@example.com"},"Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008","email":"mara.lindqvist@example.com"},"Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008","email":"mara.lindqvist@example.com"},"Created_Time":"[now]","Modified_Time":"[now]","Note_Title":"First","Note_Content":"It rained.","Parent_Id":{"name":"Rosa Amberg","id":"3652397000000190018"},"id":"3652397000000190048","$field_states":null,"$state":"save","$editable":true,"$se_module":"Leads","$attachments":null,"$is_shared_to_client":false,"$size":null,"$voice_note":false}],"info":{"per_page":200,"count":1,"sort_by":"id","page":1,"sort_order":"desc","more_records":false}}
    "#);
}
