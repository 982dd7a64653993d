//! With `--plain` the import equals the account.

use super::compare::everything;
use super::{Account, account, files, rich_folder};

#[test]
fn what_was_imported_answers_as_what_it_was_read_from() {
    let folder = rich_folder();
    let original = Account::serve(&folder, "rich.toml");
    let report = original.imported(&folder, "--plain one");
    assert_eq!(report["anonymised"], false);
    assert_eq!(report["fields_left_out"], serde_json::json!([]));
    assert_eq!(report["values_left_out"], serde_json::json!([]));
    let leads = &report["modules"][0];
    assert_eq!(leads["records"], account::LEADS);
    assert_eq!((&leads["photos"], &leads["locks"]), (&4.into(), &2.into()));

    let copy = Account::serve(&folder, "one/seed.toml");
    let (expected, found) = (everything(&original), everything(&copy));
    let paths = |answers: &std::collections::BTreeMap<String, _>| {
        answers.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(paths(&found), paths(&expected));
    assert!(expected.len() > account::LEADS, "{}", expected.len());
    for (path, answer) in expected {
        assert_eq!(found[&path], answer, "{path}");
    }

    // An import of the import is identical.
    copy.imported(&folder, "--plain two");
    let (one, two) = (files(&folder.path("one")), files(&folder.path("two")));
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        two.keys().collect::<Vec<_>>()
    );
    assert!(one == two, "the seeds differ");
    assert_eq!(one.len(), 6, "a seed and five pictures: {:?}", one.keys());
}

#[test]
fn an_import_sends_nothing_but_get() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    let report = account.imported(&folder, "--plain one");
    let asked = account.asked(&folder);
    assert_eq!(report["requests"], asked.len());
    assert!(asked.len() > 40, "{}", asked.len());
    for (method, path) in asked {
        assert!(
            method == "GET" && path.starts_with("/crm/v8/"),
            "{method} {path}"
        );
    }
}

#[test]
fn only_what_was_asked_for_is_read() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    let report = account.imported(
        &folder,
        "--plain --modules Leads,Tasks --records-max 3 --without-photos one",
    );
    let modules = report["modules"].as_array().expect("modules");
    let counts = modules.iter().map(|module| {
        (
            module["api_name"].as_str(),
            module["records"].as_u64(),
            module["photos"].as_u64(),
        )
    });
    assert_eq!(
        counts.collect::<Vec<_>>(),
        [
            (Some("Leads"), Some(3), Some(0)),
            (Some("Tasks"), Some(1), Some(0))
        ]
    );
    let lost = report["values_left_out"].as_array().expect("values");
    let lost = lost
        .iter()
        .map(|lost| lost["field"].as_str().expect("a field"));
    assert_eq!(lost.collect::<Vec<_>>(), ["Tasks.What_Id", "Tasks.Who_Id"]);
    assert!(
        account
            .asked(&folder)
            .iter()
            .all(|(_, path)| !path.contains("photo") && !path.contains("Contacts"))
    );
    Account::serve(&folder, "one/seed.toml");
}

#[test]
fn what_the_token_does_not_open_is_told_and_done_without() {
    let folder = rich_folder();
    let mut account = Account::serve(&folder, "rich.toml");
    let check: serde_json::Value =
        serde_json::from_str(&folder.run("check rich.toml --json").stdout).expect("JSON");
    account.token = check["tokens"]["leads_only"]["text"]
        .as_str()
        .expect("a token")
        .to_owned();
    let report = account.imported(&folder, "--plain one");
    let not_read = report["not_read"].to_string();
    for what in [
        "org: 401 OAUTH_SCOPE_MISMATCH",
        "users?type=AllUsers: 401 OAUTH_SCOPE_MISMATCH",
        "Contacts: 401 OAUTH_SCOPE_MISMATCH",
    ] {
        assert!(not_read.contains(what), "{what}: {not_read}");
    }
    let assumed = report["assumed"].to_string();
    for what in [
        "the organisation's time_zone is UTC",
        "a user administrator@example.com",
        "users whom records name and no list are disabled",
    ] {
        assert!(assumed.contains(what), "{what}: {assumed}");
    }
    assert_eq!(report["modules"][0]["records"], account::LEADS);
    Account::serve(&folder, "one/seed.toml");
}
