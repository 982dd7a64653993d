//! `GET /crm/v8/settings/layouts?module=`.

use crate::routes::crm_v8::settings::refuses_no_module_and_unknown_ones;
use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::Value;

fn get(world: &World, query: &str) -> Exchange {
    world
        .actor("admin")
        .get(&format!("/crm/v8/settings/layouts{query}"))
}

fn layout(world: &World, module: &str) -> Value {
    let exchange = get(world, &format!("?module={module}"));
    assert_eq!(exchange.status, 200, "{exchange}");
    exchange.json()["layouts"][0].clone()
}

/// n8n reads the sections' fields with `required` and their picklists.
#[test]
fn the_sections_of_leads_and_deals() {
    let world = World::demo();
    let mut table = String::new();
    for module in ["Leads", "Deals", "Products", "Quotes"] {
        for section in layout(&world, module)["sections"]
            .as_array()
            .expect("sections")
        {
            let fields = section["fields"].as_array().expect("fields").iter();
            let fields = fields.map(|field| {
                let required = if field["required"] == true { "!" } else { "" };
                format!("{}{required}", field["api_name"].as_str().expect("a name"))
            });
            let fields: Vec<String> = fields.collect();
            let name = section["api_name"].as_str().expect("a name");
            table.push_str(&format!("{module} {name}: {}\n", fields.join(" ")));
        }
    }
    assert_snapshot!(table, @"
    Leads Lead Image: Record_Image
    Leads Lead Information: Owner Created_By Modified_By Created_Time Modified_Time Company Salutation First_Name Last_Name! Full_Name Designation Email Secondary_Email Phone Fax Mobile Website Lead_Source Lead_Status Industry Rating No_of_Employees Annual_Revenue Email_Opt_Out Skype_ID Twitter Last_Activity_Time Converted__s Converted_Date_Time Converted_Account Converted_Contact Converted_Deal Unsubscribed_Mode Unsubscribed_Time nearby_distance__s Favourite_Wood
    Leads Address Information: Street City State Zip_Code Country Flat_House_No_Building_Apartment_Name Latitude Longitude Coordinates Address
    Leads Description Information: Description
    Deals Deal Information: Owner Created_By Modified_By Created_Time Modified_Time Deal_Name! Stage! Pipeline Amount Closing_Date Account_Name Contact_Name Campaign_Source Type Lead_Source Reason_For_Loss__s Probability Expected_Revenue Next_Step Lead_Conversion_Time Sales_Cycle_Duration Overall_Sales_Duration Last_Activity_Time
    Deals Description Information: Description
    Products Product Image: Record_Image
    Products Product Information: Owner Created_By Modified_By Created_Time Modified_Time Product_Name! Product_Code Vendor_Name Product_Active Manufacturer Product_Category Sales_Start_Date Sales_End_Date Support_Start_Date Support_Expiry_Date Last_Activity_Time
    Products Price Information: Unit_Price Commission_Rate Taxable
    Products Stock Information: Usage_Unit Qty_Ordered Qty_in_Stock Qty_in_Demand Reorder_Level Handler
    Products Description Information: Description
    Quotes Quote Information: Owner Created_By Modified_By Created_Time Modified_Time Subject! Sub_Total Discount Tax Adjustment Grand_Total Last_Activity_Time Quote_Number Deal_Name Quote_Stage Valid_Till Contact_Name Account_Name Carrier Team
    Quotes Address Information: Billing_Street Billing_City Billing_State Billing_Code Billing_Country Billing_Flat_House_No_Building_Apartment_Name Billing_Latitude Billing_Longitude Billing_Coordinates Billing_Address Shipping_Street Shipping_City Shipping_State Shipping_Code Shipping_Country Shipping_Flat_House_No_Building_Apartment_Name Shipping_Latitude Shipping_Longitude Shipping_Coordinates Shipping_Address
    Quotes Quoted Items: Quoted_Items!
    Quotes Terms and Conditions: Terms_and_Conditions
    Quotes Description Information: Description
    ");
}

#[test]
fn each_field_of_a_module_is_in_one_section() {
    let world = World::demo();
    let listed = |module: &str| {
        let path = format!("/crm/v8/settings/fields?module={module}");
        let fields = world.actor("admin").get(&path).json();
        let fields = fields["fields"].as_array().expect("fields").iter();
        let mut names: Vec<String> = fields.map(|field| field["api_name"].to_string()).collect();
        names.sort();
        names
    };
    for module in [
        "Leads",
        "Contacts",
        "Tasks",
        "Invoices",
        "Notes",
        "Workshops",
    ] {
        let layout = layout(&world, module);
        let sections = layout["sections"].as_array().expect("sections").iter();
        let fields = sections.flat_map(|section| section["fields"].as_array().expect("fields"));
        let mut names: Vec<String> = fields.map(|field| field["api_name"].to_string()).collect();
        names.sort();
        assert_eq!(names, listed(module), "{module}");
    }
}

#[test]
fn the_layout_without_its_sections() {
    let world = World::demo();
    let mut layout = layout(&world, "Leads");
    let sections = layout["sections"].take();
    assert_snapshot!(layout, @r#"{"display_label":"Standard","name":"Standard","id":"3652397500000191000","api_name":"Standard__s","has_more_profiles":false,"created_time":null,"modified_time":null,"convert_mapping":{"Contacts":{"display_label":"Standard","name":"Standard","id":"3652397500000192000"},"Deals":{"display_label":"Standard","name":"Standard","id":"3652397500000194000","fields":[{"api_name":"Amount","field_label":"Amount","id":"3652397500000194014","required":false},{"api_name":"Deal_Name","field_label":"Deal Name","id":"3652397500000194011","required":true},{"api_name":"Closing_Date","field_label":"Closing Date","id":"3652397500000194015","required":false},{"api_name":"Stage","field_label":"Stage","id":"3652397500000194012","required":true},{"api_name":"Pipeline","field_label":"Pipeline","id":"3652397500000194013","required":false}]},"Accounts":{"display_label":"Standard","name":"Standard","id":"3652397500000193000"}},"visible":true,"created_for":null,"profiles":[{"default":true,"name":"Administrator","id":"3652397000000190001","_default_view":{"name":"Standard","id":"3652397500000191000","type":"layout"},"_default_assignment_view":{"name":"Standard","id":"3652397500000191000","type":"layout"}},{"default":true,"name":"Standard","id":"3652397000000190002","_default_view":{"name":"Standard","id":"3652397500000191000","type":"layout"},"_default_assignment_view":{"name":"Standard","id":"3652397500000191000","type":"layout"}},{"default":true,"name":"No Delete","id":"3652397000000190003","_default_view":{"name":"Standard","id":"3652397500000191000","type":"layout"},"_default_assignment_view":{"name":"Standard","id":"3652397500000191000","type":"layout"}},{"default":true,"name":"Lock Exempt","id":"3652397000000190004","_default_view":{"name":"Standard","id":"3652397500000191000","type":"layout"},"_default_assignment_view":{"name":"Standard","id":"3652397500000191000","type":"layout"}}],"source":"crm","created_by":null,"modified_by":null,"sections":null,"mode":"view","status":"active","show_business_card":true,"generated_type":"default","actions_allowed":{"edit":false,"rename":false,"clone":false,"downgrade":false,"delete":false,"deactivate":false,"set_layout_permissions":false}}"#);
    let mut section = sections[0].clone();
    section["fields"].take();
    assert_snapshot!(section, @r#"{"isSubformSection":false,"type":"used","display_label":"Lead Image","mode":"default_create","sequence_number":1,"actions_allowed":{"add_field":false,"rename":false,"change_tab_traversal":false,"reorder":false,"delete":false,"remove_field":false,"change_column_count":false},"tab_traversal":"left_to_right","api_name":"Lead Image","column_count":1,"name":"Lead Image","generated_type":"default","id":"3652397503001190000","properties":null,"fields":null}"#);
}

#[test]
fn the_module_is_missing_or_unknown() {
    let world = World::demo();
    let refused = |query: &str| world.refused(|world| get(world, query));
    refuses_no_module_and_unknown_ones(&refused);
    assert_eq!(refused("?module=Home").code(), "INVALID_MODULE");
}
