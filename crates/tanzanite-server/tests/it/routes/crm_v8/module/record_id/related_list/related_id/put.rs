//! `PUT /crm/v8/{module}/{record_id}/{related_list}/{related_id}`.

use crate::world::World;
use insta::assert_snapshot;

/// Form plugins connect a contact with a deal so, in v2 and with the role's name alone.
#[test]
fn a_contact_gets_a_part_in_a_deal() {
    let world = World::demo();
    let admin = world.actor("admin");
    let contact = world.path("private_of_other");
    let path = format!("{}/Deals/{}", contact.replace("v8", "v2"), world.id("deal"));
    let body = r#"{"data":[{"Contact_Role":"Decision Maker"}]}"#;
    assert_snapshot!(admin.put(&path, body), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190041"},"message":"relation updated","status":"success"}]}
    "#);
    let deals = admin.get(&format!("{contact}/Deals?fields=Deal_Name"));
    assert_snapshot!(deals, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Deal_Name":"Benches for Brenner","id":"3652397000000190041","Contact_Role":{"name":"Decision Maker","id":"3652397507002190002"}}],"info":{"per_page":200,"next_page_token":null,"count":1,"page":1,"previous_page_token":null,"page_token_expiry":null,"more_records":false}}
    "#);
    let one = admin.get(&format!(
        "{contact}/Deals/{}?fields=Deal_Name",
        world.id("deal")
    ));
    assert_eq!(
        one.json()["data"][0]["Contact_Role"]["name"],
        "Decision Maker"
    );
}

#[test]
fn the_part_is_none() {
    let world = World::demo();
    let path = format!(
        "{}/Deals/{}",
        world.path("private_of_other"),
        world.id("deal")
    );
    let mut told = String::new();
    for item in [
        "{}",
        r#"{"Contact_Role":"Jester"}"#,
        r#"{"Contact_Role":{"id":"1"}}"#,
        r#"{"Contact_Role":7}"#,
    ] {
        let body = format!(r#"{{"data":[{item}]}}"#);
        let refused = world.refused(|world| world.actor("admin").put(&path, &body));
        told.push_str(&format!("{item} {} {}\n", refused.status, refused.text()));
    }
    assert_snapshot!(told, @r#"
    {} 400 {"data":[{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Contact_Role","json_path":"$.data[0].Contact_Role"},"message":"required field not found","status":"error"}]}
    {"Contact_Role":"Jester"} 400 {"data":[{"code":"INVALID_DATA","details":{"api_name":"Contact_Role","json_path":"$.data[0].Contact_Role"},"message":"invalid data","status":"error"}]}
    {"Contact_Role":{"id":"1"}} 400 {"data":[{"code":"INVALID_DATA","details":{"api_name":"Contact_Role","json_path":"$.data[0].Contact_Role"},"message":"invalid data","status":"error"}]}
    {"Contact_Role":7} 400 {"data":[{"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"Contact_Role","json_path":"$.data[0].Contact_Role"},"message":"invalid data","status":"error"}]}
    "#);
}
