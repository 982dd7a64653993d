//! The tables keep their own rules, and some numbers that ids in the field depend on.

use super::*;
use crate::schema::{ANY_MODULE, FIRST_CUSTOM_FIELD, FIRST_CUSTOM_MODULE};
use serde_json::json;
use std::collections::HashSet;

fn find(api_name: &str) -> &'static Module {
    let mut modules = standard_modules().iter();
    modules
        .find(|module| module.api_name == api_name)
        .expect(api_name)
}

#[test]
fn numbers_are_unique_and_in_their_ranges() {
    let mut seen = HashSet::new();
    for module in standard_modules()
        .iter()
        .chain([locking_information()])
        .chain(row_modules())
    {
        assert!(
            (1..FIRST_CUSTOM_MODULE).contains(&module.number),
            "{}",
            module.api_name
        );
        assert!(seen.insert(module.number), "{}", module.api_name);
        let first = module.number * NUMBERS_EACH;
        for field in &module.fields {
            let name = format!("{}.{}", module.api_name, field.api_name);
            assert!(seen.insert(field.number), "{name}");
            assert!(
                (first + 1..first + FIRST_CUSTOM_FIELD).contains(&field.number),
                "{name}"
            );
        }
    }
}

#[test]
fn api_names_are_unique_within_their_module_and_lookups_point_somewhere() {
    let names: HashSet<_> = standard_modules()
        .iter()
        .map(|m| m.api_name.as_ref())
        .collect();
    assert_eq!(names.len(), standard_modules().len());
    for module in standard_modules() {
        let fields: HashSet<_> = module.fields.iter().map(|f| f.api_name.as_ref()).collect();
        assert_eq!(fields.len(), module.fields.len(), "{}", module.api_name);
        for field in &module.fields {
            if let Kind::Lookup(target) = &field.kind {
                assert!(
                    names.contains(target.as_ref()) || target == ANY_MODULE,
                    "{}",
                    field.api_name
                );
            }
            assert!(
                field.length > 0 && !field.label.is_empty(),
                "{}",
                field.api_name
            );
        }
    }
}

#[test]
fn modules_that_take_records_have_a_display_field_that_a_record_cannot_lack() {
    for module in standard_modules()
        .iter()
        .filter(|module| module.is_served())
    {
        let display = module.field(&module.display_field).expect("display field");
        let full_name = display.read_only && module.field("Last_Name").is_some_and(|f| f.mandatory);
        assert!(display.mandatory || full_name, "{}", module.api_name);
    }
}

/// The vendor's "system-defined mandatory fields", without the structures that we do not serve.
#[test]
fn the_mandatory_fields_are_the_vendor_s() {
    let expected: &[(&str, &[&str])] = &[
        ("Leads", &["Last_Name"]),
        ("Contacts", &["Last_Name"]),
        ("Accounts", &["Account_Name"]),
        ("Deals", &["Deal_Name", "Stage"]),
        ("Tasks", &["Subject"]),
        ("Events", &["Event_Title", "Start_DateTime", "End_DateTime"]),
        (
            "Calls",
            &["Subject", "Call_Type", "Call_Start_Time", "Call_Duration"],
        ),
        ("Products", &["Product_Name"]),
        ("Vendors", &["Vendor_Name"]),
        ("Price_Books", &["Price_Book_Name"]),
        ("Campaigns", &["Campaign_Name"]),
        ("Cases", &["Subject", "Case_Origin", "Status"]),
        ("Solutions", &["Solution_Title"]),
        ("Quotes", &["Subject", "Quoted_Items"]),
        ("Sales_Orders", &["Subject", "Ordered_Items"]),
        (
            "Purchase_Orders",
            &["Subject", "Purchase_Items", "Vendor_Name"],
        ),
        ("Invoices", &["Subject", "Invoiced_Items"]),
    ];
    let served = standard_modules()
        .iter()
        .filter(|module| module.is_served());
    assert_eq!(served.count(), expected.len());
    for (name, mandatory) in expected {
        let fields = find(name).fields.iter().filter(|field| field.mandatory);
        let fields: Vec<_> = fields.map(|field| field.api_name.as_ref()).collect();
        assert_eq!(fields, *mandatory, "{name}");
    }
}

#[test]
fn numbers_that_were_given_out_stay() {
    let numbers = [
        ("Leads", "Owner", 1001),
        ("Leads", "Record_Image", 1006),
        ("Leads", "Last_Name", 1014),
        ("Contacts", "Last_Name", 2013),
        ("Accounts", "Account_Name", 3011),
        ("Deals", "Stage", 4012),
        ("Solutions", "Answer", 12_017),
    ];
    for (module, field, number) in numbers {
        let field = find(module).field(field).expect(field);
        assert_eq!(field.number, number, "{module}.{}", field.api_name);
    }
}

#[test]
fn photos_are_a_matter_of_five_standard_modules_and_all_custom_ones() {
    let with = standard_modules()
        .iter()
        .filter(|m| m.field("Record_Image").is_some());
    let with: Vec<_> = with.map(|module| module.api_name.as_ref()).collect();
    assert_eq!(
        with,
        ["Leads", "Contacts", "Accounts", "Products", "Vendors"]
    );
    let custom = custom_module(
        100,
        "Projects",
        "Project",
        "Projects",
        "CustomModule1",
        vec![],
    );
    assert!(custom.field("Record_Image").is_some() && custom.custom);
    assert!(custom.field("Name").is_some_and(|field| field.mandatory));
    assert!(custom.field("Owner").is_some_and(|field| !field.read_only));
    assert_eq!(
        custom.field("Name").map(|field| field.number),
        Some(100_011)
    );
}

/// Stores that were made before keep `api_supported` with a module.
#[test]
fn a_module_that_was_kept_with_another_key_is_read() {
    let custom = custom_module(100, "Jobs", "Job", "Jobs", "CustomModule1", vec![]);
    let mut kept = serde_json::to_value(&custom).expect("JSON");
    kept["api_supported"] = true.into();
    let read: Module = serde_json::from_value(kept).expect("a module");
    assert!(read == custom && read.is_served());
}

#[test]
fn records_are_called_by_their_display_field() {
    let cases = [
        (
            "Leads",
            json!({"First_Name": "Ada", "Last_Name": "King"}),
            "Ada King",
        ),
        ("Leads", json!({"Last_Name": "King"}), "King"),
        ("Contacts", json!({}), ""),
        ("Accounts", json!({"Account_Name": "Acme"}), "Acme"),
        ("Deals", json!({"Deal_Name": null}), ""),
    ];
    for (module, fields, name) in cases {
        let fields = fields.as_object().expect("object");
        assert_eq!(display_name(find(module), fields), name, "{module}");
    }
}
