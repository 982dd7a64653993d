//! `GET /crm/v8/settings/profiles`.

use crate::world::{Exchange, World};
use insta::assert_snapshot;

fn get(world: &World, query: &str) -> Exchange {
    world
        .actor("admin")
        .get(&format!("/crm/v8/settings/profiles{query}"))
}

#[test]
fn all_profiles() {
    let world = World::demo();
    assert_snapshot!(get(&world, ""), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"profiles":[{"display_label":"Administrator","created_time":null,"modified_time":null,"api_name":"Administrator","custom":false,"name":"Administrator","modified_by":null,"description":null,"id":"3652397000000190001","type":"normal_profile","created_by":null},{"display_label":"Standard","created_time":null,"modified_time":null,"api_name":"Standard","custom":false,"name":"Standard","modified_by":null,"description":null,"id":"3652397000000190002","type":"normal_profile","created_by":null},{"display_label":"No Delete","created_time":"[now]","modified_time":"[now]","api_name":"No_Delete","custom":true,"name":"No Delete","modified_by":null,"description":null,"id":"3652397000000190003","type":"normal_profile","created_by":null},{"display_label":"Lock Exempt","created_time":"[now]","modified_time":"[now]","api_name":"Lock_Exempt","custom":true,"name":"Lock Exempt","modified_by":null,"description":null,"id":"3652397000000190004","type":"normal_profile","created_by":null}],"info":{"page":1,"per_page":200,"count":4,"more_records":false,"license_limit":200}}
    "#);
    assert_eq!(
        get(&world, "?type=normal_profile").text(),
        get(&world, "").text()
    );
    assert_eq!(get(&world, "?type=lite_profile").status, 204);
}

#[test]
fn a_profile_says_category_in_v2() {
    let world = World::demo();
    let profiles = world.actor("admin").get("/crm/v2/settings/profiles").json();
    let profiles = profiles["profiles"].as_array().expect("profiles").iter();
    let own: Vec<_> = profiles
        .map(|profile| (&profile["name"], &profile["category"]))
        .collect();
    assert_snapshot!(serde_json::to_string(&own).expect("JSON"), @r#"[["Administrator",false],["Standard",false],["No Delete",true],["Lock Exempt",true]]"#);
}

#[test]
fn the_type_is_none() {
    let world = World::demo();
    assert_snapshot!(world.refused(|world| get(world, "?type=heavy_profile")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"type"},"message":"invalid data","status":"error"}
    "#);
}
