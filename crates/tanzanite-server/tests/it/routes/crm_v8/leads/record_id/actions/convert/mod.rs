//! `/crm/v8/Leads/{record_id}/actions/convert`.

mod afterwards;
mod post;
mod refused;

use crate::world::{Exchange, World};
use serde_json::{Value, json};

fn convert(world: &World, actor: &str, key: &str, item: &Value) -> Exchange {
    let path = format!("{}/actions/convert", world.path(key));
    let body = json!({ "data": [item] }).to_string();
    world.actor(actor).post(&path, &body)
}

/// The ids that a lead became.
fn became(exchange: &Exchange) -> [Option<String>; 3] {
    assert_eq!(exchange.status, 200, "{exchange}");
    let details = exchange.json()["data"][0]["details"].clone();
    ["Contacts", "Deals", "Accounts"].map(|module| {
        let id = details[module]["id"].as_str();
        id.map(str::to_owned)
    })
}

fn deal() -> Value {
    json!({ "Deal_Name": "Staircase", "Closing_Date": "2027-02-01", "Stage": "Qualification", "Amount": 4200.5 })
}
