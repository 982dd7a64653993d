//! `GET /crm/v8/settings/pipeline?layout_id=`.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;

pub(super) fn layout(world: &World) -> String {
    let layouts = world
        .actor("admin")
        .get("/crm/v8/settings/layouts?module=Deals");
    text(&layouts.json()["layouts"][0]["id"])
}

pub(super) fn get(world: &World, rest: &str) -> Exchange {
    world
        .actor("admin")
        .get(&format!("/crm/v8/settings/pipeline{rest}"))
}

/// Clients take the ids and values of stages from here and give them to deals.
#[test]
fn the_stages_of_deals() {
    let world = World::demo();
    let listed = get(&world, &format!("?layout_id={}", layout(&world)));
    assert_eq!(listed.status, 200, "{listed}");
    let listed = listed.json();
    let pipeline = &listed["pipeline"][0];
    let stages = pipeline["maps"].as_array().expect("stages").iter();
    let stages = stages.map(|stage| {
        format!(
            "{} {} {} {}\n",
            stage["sequence_number"],
            stage["display_value"],
            stage["forecast_category"]["name"],
            stage["forecast_type"]
        )
    });
    assert_snapshot!(stages.collect::<String>(), @r#"
    1 "Qualification" "Pipeline" "Open"
    2 "Needs Analysis" "Pipeline" "Open"
    3 "Value Proposition" "Pipeline" "Open"
    4 "Identify Decision Makers" "Pipeline" "Open"
    5 "Proposal/Price Quote" "Pipeline" "Open"
    6 "Negotiation/Review" "Pipeline" "Open"
    7 "Closed Won" "Closed" "Closed Won"
    8 "Closed Lost" "Omitted" "Closed Lost"
    9 "Closed-Lost to Competition" "Omitted" "Closed Lost"
    "#);
    assert_snapshot!(pipeline["maps"][4], @r#"{"display_value":"Proposal/Price Quote","sequence_number":5,"forecast_category":{"name":"Pipeline","id":"3652397506004190000"},"colour_code":null,"actual_value":"Proposal/Price Quote","id":"3652397500004202006","forecast_type":"Open"}"#);
    let path = "/crm/v8/settings/fields?module=Deals";
    let fields = world.actor("admin").get(path).json();
    let mut fields = fields["fields"].as_array().expect("fields").iter();
    let stage = fields
        .find(|field| field["api_name"] == "Stage")
        .expect("it");
    assert_eq!(
        stage["pick_list_values"][1]["id"],
        pipeline["maps"][0]["id"]
    );
    let body = serde_json::json!({ "data": [{
        "Deal_Name": "A",
        "Stage": pipeline["maps"][2]["actual_value"],
        "Pipeline": pipeline["actual_value"],
    }] });
    let made = world
        .actor("admin")
        .post("/crm/v8/Deals", &body.to_string());
    assert_eq!(made.status, 201, "{made}");
}

#[test]
fn the_layout_is_missing_or_another_module_s() {
    let world = World::demo();
    let refused = |rest: &str| world.refused(|world| get(world, rest));
    assert_eq!(refused("").code(), "REQUIRED_PARAM_MISSING");
    assert_snapshot!(refused("?layout_id=1"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"layout_id"},"message":"the id given seems to be invalid","status":"error"}
    "#);
}
