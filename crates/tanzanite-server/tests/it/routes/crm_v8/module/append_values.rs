//! The key `$append_values` of items that change records.

use crate::world::World;
use serde_json::{Value, json};

const INTERESTS: &str = r#"
[[field]]
module = "Leads"
api_name = "Interests"
label = "Interests"
data_type = "multiselectpicklist"
values = ["Oak", "Elm", "Ash"]
"#;

#[test]
fn values_are_added_to_those_that_the_record_has() {
    let world = World::demo_and(INTERESTS);
    let lead =
        json!({ "Last_Name": "A", "Interests": ["Oak"], "$append_values": { "Interests": true } });
    let id = world.insert("Leads", &[lead]).remove(0);
    let path = format!("/crm/v8/Leads/{id}");
    let change = |method: &str, target: &str, item: Value| {
        let body = json!({ "data": [item] }).to_string();
        let exchange = world
            .actor("admin")
            .send(method, target, &[], body.as_bytes());
        assert_eq!(exchange.status, 200, "{exchange}");
        world.record(&path)["Interests"].take()
    };
    let add = json!({ "Interests": true });
    let item = json!({ "Interests": ["Elm", "Oak"], "$append_values": add });
    assert_eq!(change("PUT", &path, item), json!(["Oak", "Elm"]));
    let item = json!({ "id": id, "Interests": ["Ash"], "$append_values": add });
    assert_eq!(
        change("POST", "/crm/v8/Leads/upsert", item),
        json!(["Oak", "Elm", "Ash"])
    );
    let found = world
        .actor("admin")
        .get("/crm/v8/Leads/search?criteria=(Interests:equals:Ash)");
    assert_eq!(found.json()["data"][0]["id"], id.as_str());
    let item = json!({ "Interests": null, "$append_values": add });
    assert_eq!(change("PUT", &path, item), Value::Null);
    let item = json!({ "Interests": ["Elm"], "$append_values": { "Interests": false } });
    assert_eq!(change("PUT", &path, item), json!(["Elm"]));
}
