//! `GET /crm/v8/settings/modules/{api_name}`.

use crate::world::{World, text};
use insta::assert_snapshot;

#[test]
fn a_module_by_its_name_or_its_id() {
    let world = World::demo();
    let get = |name: &str| {
        world
            .actor("admin")
            .get(&format!("/crm/v8/settings/modules/{name}"))
    };
    let leads = get("Leads");
    assert_snapshot!(leads, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"modules":[{"has_more_profiles":false,"global_search_supported":true,"deletable":true,"creatable":true,"editable":true,"viewable":true,"recycle_bin_on_delete":true,"presence_sub_menu":true,"lookupable":true,"isBlueprintSupported":true,"convertable":true,"sub_menu_available":true,"show_as_tab":true,"quick_create":true,"feeds_required":false,"public_fields_configured":false,"api_supported":true,"id":"3652397500000190001","api_name":"Leads","module_name":"Leads","singular_label":"Lead","plural_label":"Leads","actual_singular_label":"Lead","actual_plural_label":"Leads","generated_type":"default","status":"visible","visibility":1,"sequence_number":2,"access_type":"org_based","private_profile":null,"profile_count":4,"profiles":[{"name":"Administrator","id":"3652397000000190001"},{"name":"Standard","id":"3652397000000190002"},{"name":"No Delete","id":"3652397000000190003"},{"name":"Lock Exempt","id":"3652397000000190004"}],"business_card_field_limit":5,"description":null,"web_link":null,"arguments":[],"parent_module":{},"modified_time":null,"modified_by":null,"activity_badge":"Not_Supported","$field_states":[],"$properties":["$editable","$approval_state","$review","$in_merge","$process_flow","$locked_for_me"],"$on_demand_properties":[],"per_page":50,"display_field":"Full_Name","search_layout_fields":["Full_Name"],"lookup_field_properties":{"fields":[{"sequence_number":1,"api_name":"Full_Name","id":"3652397500000191015"}]},"related_list_properties":{"sort_by":null,"fields":["Full_Name"],"sort_order":null},"custom_view":{"display_value":"All Leads","created_time":null,"access_type":"public","system_name":"ALLVIEWS","created_by":null,"default":true,"modified_time":null,"name":"All Open Leads","system_defined":true,"modified_by":null,"id":"3652397504001190000","category":"public_views","last_accessed_time":null,"locked":false,"favorite":null,"criteria":{"comparator":"equal","field":{"api_name":"Converted__s","id":"3652397500000191039"},"type":"value","value":false},"sort_by":null,"sort_order":null,"shared_to":null,"module":{"api_name":"Leads","id":"3652397500000190001"},"fields":[{"api_name":"Full_Name","id":"3652397500000191015","_pin":false},{"api_name":"Last_Name","id":"3652397500000191014","_pin":false},{"api_name":"Email","id":"3652397500000191017","_pin":false},{"api_name":"Phone","id":"3652397500000191019","_pin":false},{"api_name":"Owner","id":"3652397500000191001","_pin":false}]},"filter_status":false,"chart_view":false,"kanban_view":false,"kanban_view_supported":false,"masked_fields_count":0}]}
    "#);
    let leads = leads.json();
    let id = text(&leads["modules"][0]["id"]);
    assert_eq!(get(&id).json(), leads);
    for name in ["Workshops", "Notes", "Home"] {
        assert_eq!(get(name).json()["modules"][0]["api_name"], name);
    }
}

#[test]
fn there_is_no_such_module() {
    let world = World::demo();
    let get = |name: &str| {
        world.refused(|world| {
            world
                .actor("admin")
                .get(&format!("/crm/v8/settings/modules/{name}"))
        })
    };
    assert_snapshot!(get("Leeds"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_MODULE","details":{"resource_path_index":2},"message":"the module name given seems to be invalid","status":"error"}
    "#);
    for name in ["1", "0", "%00"] {
        assert_eq!(get(name).code(), "INVALID_MODULE", "{name}");
    }
    assert_eq!(
        world
            .refused(|world| world
                .actor("write_only")
                .get("/crm/v8/settings/modules/Leads"))
            .status,
        401
    );
}
