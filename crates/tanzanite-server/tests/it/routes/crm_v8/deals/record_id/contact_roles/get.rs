//! `GET /crm/v8/Deals/{record_id}/Contact_Roles`.

use crate::world::World;
use insta::assert_snapshot;

#[test]
fn contacts_are_listed_with_their_parts() {
    let world = World::demo();
    let admin = world.actor("admin");
    let path = format!("{}/Contact_Roles", world.path("deal"));
    assert_eq!(admin.get(&format!("{path}?fields=Last_Name")).status, 204);
    for (key, role) in [
        ("private_of_other", "Purchasing"),
        ("contact_of_manager", "Executive Sponsor"),
    ] {
        let body = format!(r#"{{"data":[{{"Contact_Role":{{"name":"{role}"}}}}]}}"#);
        let made = admin.put(&format!("{path}/{}", world.id(key)), &body);
        assert_eq!(made.status, 200, "{made}");
    }
    assert_snapshot!(admin.get(&format!("{path}?fields=Last_Name")), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Last_Name":"Vesely","id":"3652397000000190035","Contact_Role":{"name":"Executive Sponsor","id":"3652397507002190004"}},{"Last_Name":"Brenner","id":"3652397000000190033","Contact_Role":{"name":"Purchasing","id":"3652397507002190003"}}],"info":{"per_page":200,"next_page_token":null,"count":2,"page":1,"previous_page_token":null,"page_token_expiry":null,"more_records":false}}
    "#);
    let lower = path
        .replace("Deals", "deals")
        .replace("Contact_Roles", "contact_roles");
    assert_eq!(
        admin.get(&format!("{lower}?fields=Last_Name")).text(),
        admin.get(&format!("{path}?fields=Last_Name")).text()
    );
}
