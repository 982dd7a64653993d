//! Without `--plain` the import contains no real value, and has the account's structure.

use super::{Account, files, rich_folder};
use serde_json::Value;
use std::collections::BTreeSet;

/// Types whose values are kept; and dates, which may coincide with another record's real date.
const KEPT: [&str; 7] = [
    "picklist",
    "multiselectpicklist",
    "boolean",
    "autonumber",
    "profileimage",
    "date",
    "datetime",
];

/// The meaningful texts of an account: all values longer than three characters of records, users, locks and the
/// organisation.
fn real_texts(account: &Account) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    let mut add = |value: &Value| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return,
        };
        texts.insert(text);
    };
    let org = account.json("org");
    for key in ["company_name", "domain_name", "primary_email", "zgid"] {
        add(&org["org"][0][key]);
    }
    for kind in ["AllUsers", "DeletedUsers"] {
        for user in account.json(&format!("users?type={kind}"))["users"]
            .as_array()
            .expect("users")
        {
            for key in ["email", "first_name", "last_name", "full_name", "zuid"] {
                add(&user[key]);
            }
        }
    }
    for module in [
        "Leads", "Projects", "Contacts", "Accounts", "Tasks", "Events",
    ] {
        let fields = account.json(&format!("settings/fields?module={module}"));
        let fields = fields["fields"].as_array().expect("fields");
        for record in records(account, module) {
            let id = record["id"].as_str().expect("an id");
            let record = account.json(&format!("{module}/{id}"));
            for field in fields {
                let stays = KEPT.iter().any(|kept| field["data_type"] == *kept);
                let name = field["api_name"].as_str().expect("a name");
                if !stays {
                    add(&record["data"][0][name]);
                    add(&record["data"][0][name]["name"]);
                }
            }
            if record["data"][0]["Locked__s"] == true {
                let lock = account.json(&format!(
                    "{module}/{id}/Locking_Information__s?fields=Locked_Reason__s"
                ));
                add(&lock["data"][0]["Locked_Reason__s"]);
            }
        }
    }
    texts.retain(|text| text.chars().count() > 3);
    texts
}

/// All records of a module, with their ids.
fn records(account: &Account, module: &str) -> Vec<Value> {
    let pages = (1..).map(|page| account.json(&format!("{module}?fields=Owner&page={page}")));
    let mut records = Vec::new();
    for mut page in pages {
        if let Value::Array(some) = page["data"].take() {
            records.extend(some);
        }
        if page["info"]["more_records"] != true {
            break;
        }
    }
    records
}

#[test]
fn no_real_value_is_anywhere_in_the_import() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    let texts = real_texts(&account);
    assert!(texts.contains("Quadrille Pharma") && texts.contains("Hold until the merger closes"));
    assert!(
        texts.contains("73512") && texts.contains("Surname449ov"),
        "numbers and records"
    );
    assert!(texts.len() > 500, "{}", texts.len());

    let plain = account.imported(&folder, "--plain plain");
    let report = account.imported(&folder, "made-up");
    assert_eq!(report["anonymised"], true);
    assert_eq!(report["modules"], plain["modules"]);
    assert_eq!(report["values_left_out"], plain["values_left_out"]);
    let (plain, made_up) = (files(&folder.path("plain")), files(&folder.path("made-up")));
    let (seed, pictures): (Vec<_>, Vec<_>) =
        made_up.iter().partition(|(name, _)| *name == "seed.toml");
    let seed = String::from_utf8(seed[0].1.clone()).expect("UTF-8");
    let printed = report.to_string();
    for text in &texts {
        assert!(!seed.contains(text.as_str()), "{text:?} is in the seed");
        assert!(
            !seed.contains(&toml::Value::from(text.as_str()).to_string()),
            "{text:?} is in the seed"
        );
        assert!(
            !printed.contains(text.as_str()),
            "{text:?} is in the report"
        );
    }
    // The same search is able to find texts: it finds nearly all in the plain import.
    let plain_seed = String::from_utf8(plain["seed.toml"].clone()).expect("UTF-8");
    let found = texts
        .iter()
        .filter(|text| plain_seed.contains(text.as_str()))
        .count();
    assert!(found * 10 > texts.len() * 9, "{found} of {}", texts.len());

    assert_eq!(pictures.len(), 5);
    for (name, bytes) in pictures {
        assert_eq!(
            tanzanite_protocol::media::inspect(bytes).map(|image| image.kind),
            tanzanite_protocol::media::inspect(&plain[name]).map(|image| image.kind),
            "{name}"
        );
    }
}

#[test]
fn made_up_records_are_where_the_real_ones_are() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    account.imported(&folder, "one");
    let copy = Account::serve(&folder, "one/seed.toml");
    let emails = |account: &Account| {
        let (contacts, projects) = (
            account.json("Contacts?fields=Email"),
            account.json("Projects?fields=A_email"),
        );
        let project = projects["data"]
            .as_array()
            .expect("records")
            .iter()
            .map(|record| record["A_email"].clone());
        let project = project.filter(Value::is_string).collect::<Vec<_>>();
        (contacts["data"][0]["Email"].clone(), project)
    };
    let (contact, project) = emails(&copy);
    assert_eq!(
        std::slice::from_ref(&contact),
        project.as_slice(),
        "one person in two modules is one person still"
    );
    assert_ne!(contact, emails(&account).0);
    for module in [
        "Leads", "Projects", "Contacts", "Accounts", "Tasks", "Events",
    ] {
        for real in records(&account, module) {
            let path = format!("{module}/{}", real["id"].as_str().expect("an id"));
            let (real, made_up) = (account.json(&path), copy.json(&path));
            let (real, made_up) = (&real["data"][0], &made_up["data"][0]);
            assert_eq!(real["Owner"]["id"], made_up["Owner"]["id"]);
            for key in ["Created_Time", "Due_Date", "A_datetime", "Start_DateTime"] {
                assert!(
                    real[key].is_null() || real[key] != made_up[key],
                    "{path} {key}"
                );
            }
            for (key, value) in real.as_object().expect("an object") {
                assert_eq!(value.is_null(), made_up[key].is_null(), "{path} {key}");
                // Layouts are numbered anew.
                if key != "$layout_id" {
                    assert_eq!(value["id"], made_up[key]["id"], "{path} {key}");
                }
            }
        }
    }

    // The same key makes up the same values.
    account.imported(&folder, "two");
    assert!(files(&folder.path("one")) == files(&folder.path("two")));
}
