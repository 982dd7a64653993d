//! `GET /crm/v8/{module}/{record_id}/{related_list}`.

use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

fn names(world: &World, actor: &str, path: &str) -> Vec<String> {
    let found = world.actor(actor).get(path);
    if found.status == 204 {
        return Vec::new();
    }
    assert_eq!(found.status, 200, "{path}: {found}");
    let data = found.json()["data"].take();
    let names = data.as_array().expect("data").iter();
    names
        .map(|record| crate::world::text(&record["Last_Name"]))
        .collect()
}

#[test]
fn the_contacts_of_an_account_are_listed_as_they_are_seen() {
    let world = World::demo();
    let account = json!({ "id": world.id("account") });
    let contacts =
        ["A", "B", "C"].map(|name| json!({ "Last_Name": name, "Account_Name": account }));
    world.insert("Contacts", &contacts);
    let path = format!("{}/Contacts?fields=Last_Name", world.path("account"));
    let before = names(&world, "admin", &path);
    assert!(
        before.starts_with(&["C".to_owned(), "B".to_owned(), "A".to_owned()]),
        "{before:?}"
    );
    assert_eq!(
        names(&world, "admin", &format!("{path}&per_page=2&page=2")).first(),
        before.get(2)
    );
    // Contacts of others are not seen, though the account is.
    assert_eq!(names(&world, "stranger", &path), [""; 0]);
    assert_eq!(
        names(&world, "admin", &path.replace("Contacts?", "contacts?")),
        before
    );
}

#[test]
fn activities_are_listed_by_what_they_are_about() {
    let world = World::demo();
    let about = json!({ "Subject": "Call back", "What_Id": { "id": world.id("account") }, "$se_module": "Accounts" });
    let with = json!({ "Subject": "Write", "Who_Id": { "id": world.id("private_of_other") } });
    world.insert("Tasks", &[about, with]);
    let of = |key: &str| {
        world
            .actor("admin")
            .get(&format!("{}/Tasks?fields=Subject", world.path(key)))
    };
    assert_eq!(of("account").json()["data"][0]["Subject"], "Call back");
    assert_eq!(of("private_of_other").json()["data"][0]["Subject"], "Write");
}

#[test]
fn a_list_that_there_is_not_is_told_from_one_that_is_not_served() {
    let world = World::demo();
    let get = |list: &str| {
        let path = format!("{}/{list}?fields=id", world.path("deal"));
        world.refused(|world| world.actor("admin").get(&path))
    };
    assert_snapshot!(get("Contacts"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":2},"message":"the relation name given seems to be invalid","status":"error"}
    "#);
    assert_snapshot!(get("Emails"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"API_NOT_SUPPORTED","details":{"operation":"Get Emails of a Record","method":"GET","path":"/crm/{version}/{module_name}/{record_id}/Emails"},"message":"Tanzanite does not serve this operation yet","status":"error"}
    "#);
    let unseen = format!("{}/Deals?fields=id", world.path("private_of_other"));
    assert_snapshot!(world.refused(|world| world.actor("stranger").get(&unseen)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to read related records data","status":"error"}
    "#);
}

#[test]
fn only_what_has_changed_is_sent() {
    let world = World::demo();
    let account = json!({ "id": world.id("account") });
    world.insert(
        "Contacts",
        &[json!({ "Last_Name": "A", "Account_Name": account })],
    );
    let path = format!("{}/Contacts?fields=Last_Name", world.path("account"));
    let future = [("If-Modified-Since", "2099-01-01T00:00:00+00:00")];
    assert_eq!(
        world.actor("admin").send("GET", &path, &future, b"").status,
        304
    );
}
