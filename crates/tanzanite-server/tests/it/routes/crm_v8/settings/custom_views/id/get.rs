//! `GET /crm/v8/settings/custom_views/{id}?module=`.

use crate::world::World;
use insta::assert_snapshot;

#[test]
fn a_view_tells_its_criteria_and_fields() {
    let world = World::demo();
    let get = |path: &str| {
        world
            .actor("admin")
            .get(&format!("/crm/v8/settings/custom_views{path}"))
    };
    let all = get("?module=Leads").json();
    let id = |place: usize| {
        all["custom_views"][place]["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    let [all_leads, my_leads] = [id(0), id(1)];
    assert_snapshot!(get(&format!("/{all_leads}?module=Leads")), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"custom_views":[{"display_value":"All Leads","created_time":null,"access_type":"public","system_name":"ALLVIEWS","created_by":null,"default":true,"modified_time":null,"name":"All Open Leads","system_defined":true,"modified_by":null,"id":"3652397504001190000","category":"public_views","last_accessed_time":null,"locked":false,"favorite":null,"criteria":{"comparator":"equal","field":{"api_name":"Converted__s","id":"3652397500000191039"},"type":"value","value":false},"sort_by":null,"sort_order":null,"shared_to":null,"module":{"api_name":"Leads","id":"3652397500000190001"},"fields":[{"api_name":"Full_Name","id":"3652397500000191015","_pin":false},{"api_name":"Last_Name","id":"3652397500000191014","_pin":false},{"api_name":"Email","id":"3652397500000191017","_pin":false},{"api_name":"Phone","id":"3652397500000191019","_pin":false},{"api_name":"Owner","id":"3652397500000191001","_pin":false}]}],"info":{"translation":{"public_views":"Public Views","other_users_views":"Other User's Views","shared_with_me":"Shared With Me","created_by_me":"Created By Me"}}}
    "#);
    let my_leads = get(&format!("/{my_leads}?module=Leads")).json();
    assert_snapshot!(my_leads["custom_views"][0]["criteria"], @r#"{"group_operator":"AND","group":[{"comparator":"equal","field":{"api_name":"Converted__s","id":"3652397500000191039"},"type":"value","value":false},{"comparator":"equal","field":{"api_name":"Owner","id":"3652397500000191001"},"type":"value","value":"${CURRENTUSER}"}]}"#);
    assert_eq!(get(&format!("/{all_leads}?module=Deals")).status, 204);
    assert_eq!(get("/x?module=Deals").status, 204);
    assert_eq!(
        get(&format!("/{all_leads}")).code(),
        "REQUIRED_PARAM_MISSING"
    );
}

#[test]
fn a_module_tells_its_first_view() {
    let world = World::demo();
    let get = |path: &str| {
        world
            .actor("admin")
            .get(&format!("/crm/v8/settings/{path}"))
            .json()
    };
    let all = get("custom_views?module=Deals");
    let module = get("modules/Deals");
    assert_eq!(
        module["modules"][0]["custom_view"]["id"],
        all["info"]["default"]
    );
}
