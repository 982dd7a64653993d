//! `GET /crm/v8/settings/profiles/{id}`.

use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::Value;

fn get(world: &World, id: &str) -> Exchange {
    world
        .actor("admin")
        .get(&format!("/crm/v8/settings/profiles/{id}"))
}

/// The permissions are those that the requests of this profile's users meet.
#[test]
fn a_profile_s_permissions() {
    let world = World::demo();
    let profiles = world.actor("admin").get("/crm/v8/settings/profiles").json();
    let mut profiles = profiles["profiles"].as_array().expect("profiles").iter();
    let profile = profiles
        .find(|profile| profile["name"] == "No Delete")
        .expect("it");
    let profile = get(&world, profile["id"].as_str().expect("an id")).json()["profiles"][0].clone();
    let details = profile["permissions_details"]
        .as_array()
        .expect("permissions");
    let of_leads = details.iter().filter(|detail| detail["module"] == "Leads");
    let of_leads: Vec<&Value> = of_leads.collect();
    assert_snapshot!(serde_json::to_string(&of_leads).expect("JSON"), @r#"[{"display_label":"View","customizable":true,"parent_permissions":[],"module":"Leads","name":"Crm_Implied_View_Leads","id":"3652397505001190000","enabled":true},{"display_label":"Create","customizable":true,"parent_permissions":["Crm_Implied_View_Leads"],"module":"Leads","name":"Crm_Implied_Create_Leads","id":"3652397505001190001","enabled":true},{"display_label":"Edit","customizable":true,"parent_permissions":["Crm_Implied_View_Leads"],"module":"Leads","name":"Crm_Implied_Edit_Leads","id":"3652397505001190002","enabled":true},{"display_label":"Delete","customizable":true,"parent_permissions":["Crm_Implied_View_Leads"],"module":"Leads","name":"Crm_Implied_Delete_Leads","id":"3652397505001190003","enabled":false}]"#);
    let ids: Vec<&Value> = of_leads.iter().map(|detail| &detail["id"]).collect();
    let categories = profile["sections"][0]["categories"]
        .as_array()
        .expect("categories");
    let mut categories = categories.iter();
    let leads = categories
        .find(|category| category["name"] == "Leads")
        .expect("it");
    assert_eq!(leads["permissions_details"], serde_json::json!(ids));
}

#[test]
fn the_id_is_that_of_no_profile() {
    let world = World::demo();
    assert_snapshot!(world.refused(|world| get(world, "1")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":2},"message":"the id given seems to be invalid or already deleted","status":"error"}
    "#);
    assert_eq!(
        world.refused(|world| get(world, "x")).code(),
        "INVALID_DATA"
    );
}
