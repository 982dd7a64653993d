//! An account that differs from this server's: data that the vendor serves and we do not, that seeds cannot hold, or
//! that our validation rejects. Fault injection rules play the vendor.

use super::{Account, rich_folder};
use crate::cli::support::Folder;
use serde_json::{Value, json};

/// Makes a path answer with this body.
fn answer(folder: &Folder, account: &Account, path: &str, body: &Value) {
    let body = body.to_string();
    assert!(
        !body.contains(' '),
        "a command line is split at blanks: {body}"
    );
    let line = format!("fault add --path /crm/v8/{path} --status 200 --body {body}");
    let run = folder.run_with(&line, &[("TANZANITE_URL", account.server.url.as_str())]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

fn field(api_name: &str, data_type: &str, more: &Value) -> Value {
    let mut field = json!({
        "api_name": api_name, "field_label": api_name, "data_type": data_type, "json_type": "string",
        "length": 100, "custom_field": true, "system_mandatory": false, "unique": {}, "lookup": {},
    });
    for (key, value) in more.as_object().expect("an object") {
        field[key] = value.clone();
    }
    field
}

/// Makes the server answer like an account of the vendor's with such data.
fn become_unlike_ours(folder: &Folder, account: &Account) {
    answer(
        folder,
        account,
        "settings/modules",
        &json!({ "modules": [
            { "api_name": "Contacts", "api_supported": true, "generated_type": "default" },
            { "api_name": "Quotes", "api_supported": true, "generated_type": "default" },
            { "api_name": "../up", "api_supported": true, "generated_type": "custom" },
        ] }),
    );
    answer(
        folder,
        account,
        "settings/roles",
        &json!({ "roles": [
        { "id": "9001", "name": "Boss" },
        { "id": "9002", "name": "boss", "reporting_to": { "id": "9001", "name": "Boss" } },
        { "id": "9003", "name": "Stray", "reporting_to": { "id": "1", "name": "Gone" } },
    ] }),
    );
    answer(
        folder,
        account,
        "settings/profiles",
        &json!({ "profiles": [{ "id": "8001", "name": "Vendors-own" }] }),
    );
    answer(
        folder,
        account,
        "settings/record_locking_configurations",
        &json!({
            "record_locking_configurations": [{
                "id": "7001", "lock_type": "manual", "restricted_actions": ["update", "delete", "unheard-of"],
                "lock_excluded_profiles": [{ "id": "8001", "name": "Vendors-own" }, { "id": "1", "name": "Gone" }],
            }],
        }),
    );
    let standard = json!({ "custom_field": false });
    answer(
        folder,
        account,
        "settings/fields",
        &json!({ "fields": [
        field("Last_Name", "text", &standard),
        field("Email", "email", &standard),
        field("Visitor_Score", "integer", &standard),
        field("Total", "formula", &json!({})),
        field("Tags", "text", &json!({ "json_type": "jsonarray" })),
        field("Quote", "lookup", &json!({ "lookup": { "module": { "api_name": "Quotes" } } })),
        field("Must", "text", &json!({ "system_mandatory": true })),
        field("Always", "text", &json!({ "system_mandatory": true, "length": 9999 })),
        field("Owned", "ownerlookup", &json!({})),
    ] }),
    );
    let person = json!({ "id": "5555", "name": "Gone-Person", "email": "gone@quadrille.test" });
    answer(
        folder,
        account,
        "Contacts",
        &json!({ "data": [
        { "id": "4001", "Owner": person, "Last_Name": "Sound", "Must": "here", "Always": "a", "Locked__s": false },
        { "id": "4002", "Owner": person, "Email": "no-address", "Always": "b", "Locked__s": false },
        { "id": "../../4003", "Last_Name": "Evil", "Always": "c" },
    ], "info": { "more_records": false } }),
    );
}

#[test]
fn what_the_vendor_serves_is_read_and_what_a_seed_cannot_hold_is_told() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    become_unlike_ours(&folder, &account);
    let report = account.imported(&folder, "--plain --modules Contacts one");

    assert_eq!(report["modules"][0]["records"], 2);
    let left_out = report["fields_left_out"].to_string();
    for what in [
        "Contacts.Total",
        "Contacts.Tags",
        "Contacts.Quote",
        "Contacts.Owned",
        "Contacts.Visitor_Score",
    ] {
        assert!(left_out.contains(what), "{what}: {left_out}");
    }
    assert_eq!(report["values_left_out"][0]["field"], "Contacts.Email");
    let assumed = report["assumed"].to_string();
    assert!(
        assumed.contains("Contacts.Last_Name where a record has none"),
        "{assumed}"
    );
    assert!(!assumed.contains("no role reports to another"), "{assumed}");
    let not_read = report["not_read"].to_string();
    assert!(
        not_read.contains("module Quotes: Tanzanite takes no records of it"),
        "{not_read}"
    );

    let seed: toml::Table = folder.read("one/seed.toml").parse().expect("TOML");
    let tables = |key: &str| seed[key].as_array().expect(key).iter();
    let find = |kind: &str, key: &str, value: &str| {
        let found = tables(kind).find(|table| table[key].as_str() == Some(value));
        found.unwrap_or_else(|| panic!("{kind} {value}")).clone()
    };
    assert_eq!(
        find("role", "name", "boss 2")["reports_to"].as_str(),
        Some("Boss")
    );
    assert!(find("role", "name", "Stray").get("reports_to").is_none());
    let locking = find("locking", "module", "Contacts");
    let words = |value: &toml::Value| {
        value
            .as_array()
            .expect("a list")
            .iter()
            .map(|word| word.as_str().expect("a text").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(locking["id"].as_integer(), Some(7001));
    assert_eq!(locking["lock_type"].as_str(), Some("manual"));
    assert_eq!(words(&locking["restricted_actions"]), ["update", "delete"]);
    assert_eq!(words(&locking["excluded_profiles"]), ["Vendors-own"]);
    assert!(
        find("field", "api_name", "Must").get("mandatory").is_none(),
        "a record has none"
    );
    let always = find("field", "api_name", "Always");
    assert_eq!(always["mandatory"].as_bool(), Some(true));
    assert!(always.get("length").is_none(), "as much as a text takes");
    let gone = find("user", "email", "gone@quadrille.test");
    assert_eq!(
        (gone["last_name"].as_str(), gone["status"].as_str()),
        (Some("Gone-Person"), Some("disabled"))
    );
    let second = find("record", "key", "4002");
    assert_eq!(second["fields"]["Last_Name"].as_str(), Some("-"));
    assert!(second["fields"].get("Email").is_none());
    Account::serve(&folder, "one/seed.toml");
}

/// A seed may have only values that its picklists have; an account has others, from its own lists or removed from them.
#[test]
fn values_that_nobody_lists_any_more_are_listed_in_the_seed() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    answer(
        &folder,
        &account,
        "settings/modules",
        &json!({ "modules": [
            { "api_name": "Contacts", "api_supported": true, "generated_type": "default" },
            { "api_name": "Locking_Information__s", "api_supported": true, "viewable": false, "generated_type": "default" },
        ] }),
    );
    let listed = |value: &str| json!({ "pick_list_values": [{ "actual_value": value }] });
    answer(
        &folder,
        &account,
        "settings/fields",
        &json!({ "fields": [
            field("Last_Name", "text", &json!({ "custom_field": false })),
            field("Lead_Source", "picklist", &json!({ "custom_field": false })),
            field("Grade", "picklist", &listed("A")),
        ] }),
    );
    answer(
        &folder,
        &account,
        "Contacts",
        &json!({ "data": [
            { "id": "4001", "Last_Name": "One", "Lead_Source": "Fair", "Grade": "B" },
            { "id": "4002", "Last_Name": "Two", "Lead_Source": "Fair", "Grade": "A" },
            { "id": "4003", "Last_Name": "Three", "Lead_Source": "Partner" },
        ], "info": { "more_records": false } }),
    );
    let report = account.imported(&folder, "--plain --modules Contacts one");
    let not_read = report["not_read"].to_string();
    assert!(
        !not_read.contains("Locking_Information__s"),
        "locks are read with their records: {not_read}"
    );
    let seed: toml::Table = folder.read("one/seed.toml").parse().expect("TOML");
    let added: Vec<String> = seed["picklist"]
        .as_array()
        .expect("picklists")
        .iter()
        .map(|list| format!("{}: {}", list["field"], list["values"]))
        .collect();
    assert_eq!(added, [r#""Lead_Source": ["Fair"]"#, r#""Grade": ["B"]"#]);
    let planted = Account::serve(&folder, "one/seed.toml");
    assert_eq!(
        planted.json("Contacts/4001")["data"][0]["Lead_Source"],
        "Fair"
    );
}
