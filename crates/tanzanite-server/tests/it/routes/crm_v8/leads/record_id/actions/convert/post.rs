//! `POST /crm/v8/Leads/{record_id}/actions/convert`: "Convert Lead".

use super::{became, convert, deal};
use crate::world::{World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn shown(record: &Value, fields: &[&str]) -> String {
    let fields = fields
        .iter()
        .map(|name| format!("{name}: {}\n", record[*name]));
    fields.collect()
}

#[test]
fn a_lead_becomes_a_contact_an_account_and_a_deal() {
    let world = World::demo();
    world.later();
    let converted = convert(&world, "manager", "with_photo", &json!({ "Deals": deal() }));
    assert_snapshot!(converted, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Contacts":{"name":"Rosa Amberg","id":"3652397000000190049"},"Deals":{"name":"Staircase","id":"3652397000000190050"},"Accounts":{"name":"Amberg Joinery","id":"3652397000000190048"}},"message":"The record has been converted successfully","status":"success"}]}
    "#);
    let [contact, deal, account] = became(&converted).map(|id| id.expect("an id"));
    let account = world.record(&format!("/crm/v8/Accounts/{account}"));
    assert_snapshot!(shown(&account, &["Account_Name", "Phone", "Website", "Owner", "Created_By"]), @r#"
    Account_Name: "Amberg Joinery"
    Phone: "+49 30 5550101"
    Website: null
    Owner: {"name":"Jun Castellan","id":"3652397000000190010","email":"jun.castellan@example.com"}
    Created_By: {"name":"Tomas Okafor","id":"3652397000000190009","email":"tomas.okafor@example.com"}
    "#);
    let contact = world.record(&format!("/crm/v8/Contacts/{contact}"));
    assert_snapshot!(shown(&contact, &["Full_Name", "First_Name", "Email", "Phone", "Account_Name", "Owner"]), @r#"
    Full_Name: "Rosa Amberg"
    First_Name: "Rosa"
    Email: "rosa.amberg@example.com"
    Phone: "+49 30 5550101"
    Account_Name: {"name":"Amberg Joinery","id":"3652397000000190048"}
    Owner: {"name":"Jun Castellan","id":"3652397000000190010","email":"jun.castellan@example.com"}
    "#);
    let deal = world.record(&format!("/crm/v8/Deals/{deal}"));
    // The lead is of February 2026.
    assert!(
        deal["Lead_Conversion_Time"]
            .as_i64()
            .is_some_and(|days| days > 200),
        "{deal}"
    );
    assert_snapshot!(shown(&deal, &["Deal_Name", "Stage", "Probability", "Amount", "Account_Name", "Contact_Name", "Owner"]), @r#"
    Deal_Name: "Staircase"
    Stage: "Qualification"
    Probability: 10
    Amount: 4200.5
    Account_Name: {"name":"Amberg Joinery","id":"3652397000000190048"}
    Contact_Name: {"name":"Rosa Amberg","id":"3652397000000190049"}
    Owner: {"name":"Jun Castellan","id":"3652397000000190010","email":"jun.castellan@example.com"}
    "#);
}

#[test]
fn an_empty_item_is_enough_and_a_lead_without_company_becomes_no_account() {
    let world = World::demo();
    assert_snapshot!(convert(&world, "admin", "without_photo", &json!({})), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Contacts":{"name":"Hana Nowak","id":"3652397000000190049"},"Deals":null,"Accounts":{"name":"Nowak Violins","id":"3652397000000190048"}},"message":"The record has been converted successfully","status":"success"}]}
    "#);
    let id = &world.insert(
        "Leads",
        &[json!({ "Last_Name": "Solo", "Email": "solo@example.com" })],
    )[0];
    let path = format!("/crm/v8/leads/{id}/actions/convert");
    let converted = world.actor("admin").post(&path, r#"{"data":[{}]}"#);
    assert!(became(&converted)[2].is_none(), "{converted}");
    let contact = became(&converted)[0].clone().expect("a contact");
    assert!(world.record(&format!("/crm/v8/Contacts/{contact}"))["Account_Name"].is_null());
}

/// Recorded traffic of v2 has ids alone, in the body and in the answer.
#[test]
fn in_v2_ids_stand_alone() {
    let world = World::demo();
    let path = world.path("with_photo").replace("v8", "v2");
    let body = json!({ "data": [{
        "overwrite": true,
        "notify_lead_owner": true,
        "Accounts": world.id("account"),
        "Contacts": world.id("contact_of_manager"),
    }] });
    let converted = world
        .actor("admin")
        .post(&format!("{path}/actions/convert"), &body.to_string());
    assert_snapshot!(converted, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Contacts":"3652397000000190035","Deals":null,"Accounts":"3652397000000190031"}]}
    "#);
}

#[test]
fn records_that_there_are_get_the_lead_s_values_only_to_be_overwritten() {
    for overwrite in [false, true] {
        let world = World::demo();
        let [contact, account] = ["contact_of_manager", "account"].map(|key| world.path(key));
        let before = [&contact, &account].map(|path| world.record(path));
        let item = json!({
            "overwrite": overwrite,
            "Accounts": { "id": world.id("account") },
            "Contacts": { "id": world.id("contact_of_manager"), "name": "Whoever" },
        });
        let converted = convert(&world, "admin", "with_photo", &item);
        let ids = became(&converted);
        assert_eq!(
            ids[0].as_deref(),
            Some(world.id("contact_of_manager").as_str())
        );
        assert_eq!(ids[2].as_deref(), Some(world.id("account").as_str()));
        let after = [&contact, &account].map(|path| world.record(path));
        if overwrite {
            assert_eq!(after[0]["Email"], "rosa.amberg@example.com");
            assert_eq!(after[0]["Account_Name"]["id"], world.id("account").as_str());
            assert_eq!(after[1]["Account_Name"], "Amberg Joinery");
            assert_eq!(after[0]["Owner"], before[0]["Owner"]);
        } else {
            assert_eq!(after, before);
        }
    }
}

#[test]
fn new_records_are_assigned_and_carry_tags_over() {
    let world = World::demo();
    let admin = world.actor("admin");
    let tags = r#"{"tags":[{"name":"fair"},{"name":"wood"}]}"#;
    let tagged = admin.post(
        &format!("{}/actions/add_tags", world.path("with_photo")),
        tags,
    );
    assert_eq!(tagged.status, 200, "{tagged}");
    let pia = admin.get("/crm/v8/users?type=AllUsers").json();
    let mut users = pia["users"].as_array().expect("users").iter();
    let pia = users.find(|user| user["first_name"] == "Pia").expect("Pia")["id"].clone();
    let item = json!({
        "assign_to": { "id": pia },
        "carry_over_tags": { "Contacts": ["Fair"], "Accounts": [], "Deals": ["wood"] },
        "Deals": deal(),
    });
    let [contact, deal, account] =
        became(&convert(&world, "admin", "with_photo", &item)).map(|id| id.expect("an id"));
    let of = |path: String| {
        let record = world.record(&path);
        let tags = record["Tag"].as_array().expect("tags").iter();
        let tags: Vec<String> = tags.map(|tag| text(&tag["name"])).collect();
        format!("{} {tags:?}\n", record["Owner"]["name"])
    };
    let all = [
        format!("Contacts/{contact}"),
        format!("Deals/{deal}"),
        format!("Accounts/{account}"),
    ];
    let all = all.map(|path| of(format!("/crm/v8/{path}"))).concat();
    assert_snapshot!(all, @r#"
    "Pia Halloran" ["Fair"]
    "Pia Halloran" ["wood"]
    "Pia Halloran" []
    "#);
}

#[test]
fn notes_and_attachments_move_to_the_new_records() {
    let world = World::demo();
    let admin = world.actor("admin");
    let lead = world.path("with_photo");
    let note = admin.post(
        &format!("{lead}/Notes"),
        r#"{"data":[{"Note_Title":"Called"}]}"#,
    );
    assert_eq!(note.status, 201, "{note}");
    let attached = admin.upload(&format!("{lead}/Attachments"), b"plan");
    assert_eq!(attached.status, 200, "{attached}");
    let item = json!({ "move_attachments_to": { "api_name": "Accounts" } });
    let converted = convert(&world, "admin", "with_photo", &item);
    let [contact, _, account] = became(&converted);
    let count = |path: String| {
        let listed = admin.get(&format!("{path}?fields=id"));
        if listed.status == 204 {
            0
        } else {
            listed.json()["data"].as_array().expect("a list").len()
        }
    };
    let [contact, account] = [contact, account].map(|id| id.expect("an id"));
    assert_eq!(count(format!("/crm/v8/Contacts/{contact}/Notes")), 1);
    assert_eq!(count(format!("/crm/v8/Accounts/{account}/Notes")), 0);
    assert_eq!(count(format!("/crm/v8/Accounts/{account}/Attachments")), 1);
    assert_eq!(count(format!("/crm/v8/Contacts/{contact}/Attachments")), 0);
    assert_eq!(count(format!("{lead}/Notes")), 0);
}
