//! Made-up values pass the same validation as the real ones, and are equal where those are.

use super::*;
use serde_json::json;
use std::collections::HashSet;
use tanzanite_crm::schema::standard_modules;
use tanzanite_crm::schema::validate::{Mode, check};

fn field(module: &str, name: &str) -> Field {
    let modules = standard_modules().iter();
    let module = modules.clone().find(|known| known.api_name == module);
    module
        .and_then(|module| module.field(name))
        .expect(name)
        .clone()
}

#[test]
fn a_record_of_made_up_values_passes_the_gate() {
    let fakes = Fakes::new("key");
    let record = json!({
        "First_Name": "Rosa", "Last_Name": "Amberg", "Company": "Amberg Joinery & Söhne",
        "Email": "Rosa.Amberg@larkspur.test", "Phone": "+49 (30) 555-0101", "Mobile": "0170-5550102",
        "Website": "https://amberg.test/shop?x=1", "No_of_Employees": 14, "Annual_Revenue": 148_500.25,
        "Lead_Source": "Advertisement", "Industry": "Tree houses", "Email_Opt_Out": true,
        "Description": "Wants benches.\r\nCall Tuesday — not Monday. ".repeat(50), "City": "Aš",
    });
    let module = standard_modules()
        .iter()
        .find(|module| module.api_name == "Leads")
        .expect("Leads");
    let mut made_up = serde_json::Map::new();
    for (name, value) in record.as_object().expect("an object") {
        let other = fakes.value(&field("Leads", name), value, 3).expect(name);
        if !["Lead_Source", "Email_Opt_Out"].contains(&name.as_str()) {
            assert_ne!(&other, value, "{name}");
        }
        made_up.insert(name.clone(), other);
    }
    let checked = check(module, &made_up, "$", Mode::Create).map_err(|fault| fault.to_json());
    assert_eq!(checked.expect("sound").fields.len(), made_up.len());
    assert_eq!(made_up["Lead_Source"], "Advertisement");
    let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let (before, after) = (
        length(&record["Description"]),
        length(&made_up["Description"]),
    );
    assert!(after <= before && after + 2 > before, "{before} {after}");
    let revenue = made_up["Annual_Revenue"].as_f64().expect("a number");
    assert!((100_000.0..1_000_000.0).contains(&revenue), "{revenue}");
}

#[test]
fn equal_values_stay_equal_and_different_ones_different() {
    let fakes = Fakes::new("key");
    let email = field("Leads", "Email");
    let of = |text: &str| fakes.value(&email, &text.into(), 0).expect("an address");
    assert_eq!(of("Mara@x.test"), of("mara@X.test"));
    assert_eq!(of("mara@x.test"), fakes.email("mara@x.test").as_str());
    assert_ne!(of("mara@x.test"), of("maria@x.test"));
    assert_ne!(
        of("mara@x.test"),
        Fakes::new("other").email("mara@x.test").as_str()
    );

    let mut code = field("Products", "Product_Code");
    code.unique = true;
    let codes = (0..200).flat_map(|number| {
        [
            format!("Ws-{number}"),
            format!("wS{number}"),
            format!("ä{number}"),
        ]
    });
    let keys = codes.map(|text| {
        let other = fakes.value(&code, &text.into(), 0).expect("a code");
        other.as_str().expect("a text").to_lowercase()
    });
    assert_eq!(keys.collect::<HashSet<_>>().len(), 600);
}

#[test]
fn dates_of_a_record_keep_their_distance_and_their_form() {
    let fakes = Fakes::new("key");
    let days = fakes.days_back("1");
    assert!((1..=365).contains(&days));
    let earlier_by = |text: &str| earlier(text, 31);
    assert_eq!(earlier_by("2026-03-31").as_deref(), Some("2026-02-28"));
    assert_eq!(
        earlier_by("2026-01-10T10:15:00+01:00").as_deref(),
        Some("2025-12-10T10:15:00+01:00")
    );
    assert_eq!(
        earlier_by("2026-01-10T10:15:00").as_deref(),
        Some("2025-12-10T10:15:00")
    );
    assert_eq!(earlier_by("soon"), None);
    assert_eq!(earlier_by("yesterday…"), None);
}

#[test]
fn pictures_are_made_up_in_all_formats() {
    let fakes = Fakes::new("key");
    for kind in [
        ImageKind::Png,
        ImageKind::Jpeg,
        ImageKind::Gif,
        ImageKind::Bmp,
    ] {
        let picture = fakes.picture(kind, "1").expect("a picture");
        assert_eq!(
            tanzanite_protocol::media::inspect(&picture).map(|image| image.kind),
            Some(kind)
        );
    }
}
