//! Names of modules and related lists as clients write them: in any letter case, in paths and in `module=`.

use crate::world::World;
use serde_json::{Value, json};
use tanzanite_protocol::ApiVersion;

/// Regression: every call of a client that writes lower case was refused with `INVALID_MODULE`.
#[test]
fn a_module_is_found_in_whatever_case_a_client_writes_it() {
    let world = World::demo();
    let admin = world.actor("admin");
    let lead = world.id("with_photo");
    for version in ApiVersion::ALL.map(ApiVersion::as_str) {
        let root = format!("/crm/{version}");
        for (written, spelled) in [
            (format!("leads/{lead}"), format!("Leads/{lead}")),
            (format!("LEADS/{lead}"), format!("Leads/{lead}")),
            (format!("leads/{lead}/photo"), format!("Leads/{lead}/photo")),
            (
                "leads?fields=Company&per_page=200&page=1".to_owned(),
                "Leads?fields=Company&per_page=200&page=1".to_owned(),
            ),
            (
                "price_books?fields=Price_Book_Name".to_owned(),
                "Price_Books?fields=Price_Book_Name".to_owned(),
            ),
            (
                "workshops?fields=Name".to_owned(),
                "Workshops?fields=Name".to_owned(),
            ),
            (
                "settings/modules/leads".to_owned(),
                "settings/modules/Leads".to_owned(),
            ),
            (
                "settings/fields?module=workshops".to_owned(),
                "settings/fields?module=Workshops".to_owned(),
            ),
        ] {
            let written = admin.get(&format!("{root}/{written}"));
            let spelled = admin.get(&format!("{root}/{spelled}"));
            assert!(spelled.status < 300, "{version}: {spelled}");
            assert_eq!(written.status, spelled.status, "{version}: {written}");
            assert_eq!(written.body, spelled.body, "{version}: {written}");
        }
    }
}

#[test]
fn records_of_a_module_in_lower_case_are_written() {
    let world = World::demo();
    let admin = world.actor("admin");
    let deal = r#"{"data":[{"Deal_Name":"Benches","Stage":"Qualification"}]}"#;
    let made = admin.post("/crm/v2/deals", deal);
    assert_eq!(made.status, 201, "{made}");
    let id = made.json()["data"][0]["details"]["id"].clone();
    let id = id.as_str().expect("an id");
    assert_eq!(
        world.record(&format!("/crm/v8/Deals/{id}"))["Deal_Name"],
        "Benches"
    );
    let renamed = r#"{"data":[{"Deal_Name":"Chairs"}]}"#;
    assert_eq!(
        admin.put(&format!("/crm/v2/DEALS/{id}"), renamed).status,
        200
    );
    assert_eq!(
        world.record(&format!("/crm/v8/Deals/{id}"))["Deal_Name"],
        "Chairs"
    );
    assert_eq!(admin.delete(&format!("/crm/v2/deals/{id}")).status, 200);
    assert_eq!(admin.get(&format!("/crm/v8/Deals/{id}")).status, 204);

    let photo = format!("/crm/v8/leads/{}/photo", world.id("with_photo"));
    assert_eq!(
        admin.delete(&photo).json()["message"],
        "Photo deleted",
        "{photo}"
    );
    assert_eq!(
        world.record(&world.path("with_photo"))["Record_Image"],
        Value::Null
    );
}

/// Regression: in lower case the path named another operation, one that is not served.
#[test]
fn the_locks_of_a_record_are_found_in_lower_case() {
    let world = World::demo();
    let admin = world.actor("admin");
    let locks = format!("{}/Locking_Information__s", world.path("locked"));
    let query = "?fields=Locked_By__s";
    let spelled = admin.get(&format!("{locks}{query}"));
    let written = admin.get(&format!("{}{query}", locks.to_lowercase()));
    assert_eq!(spelled.status, 200, "{spelled}");
    assert_eq!(written.body, spelled.body, "{written}");
}

/// Scopes and profiles are checked for the module as it is registered.
#[test]
fn a_module_in_lower_case_is_guarded_as_it_is() {
    let world = World::demo();
    let lower = world.path("with_photo").replace("Leads", "leads");
    let photo = format!("{lower}/photo");
    for (token, code) in [
        ("write_only", "OAUTH_SCOPE_MISMATCH"),
        ("no_delete", "NO_PERMISSION"),
    ] {
        let refused = world.refused(|world| {
            let actor = world.actor(token);
            let (explained, exchange) = actor.send_foreseen("DELETE", &photo, &[], b"");
            assert_ne!(explained["ways"], json!([]), "{explained:#}");
            exchange
        });
        assert_eq!(refused.code(), code, "{refused}");
    }
    let company = r#"{"data":[{"Company":"Elsewhere"}]}"#;
    assert_eq!(world.actor("write_only").put(&lower, company).status, 200);
}

#[test]
fn a_rule_about_a_module_fires_in_whatever_case_it_is_asked_for() {
    let world = World::demo();
    let rule = json!({ "request": { "module": "Leads" }, "reply": { "status": 503 } });
    world.anyone().post("/_tanzanite/faults", &rule.to_string());
    let admin = world.actor("admin");
    let lower = world.path("with_photo").replace("Leads", "leads");
    assert_eq!(admin.get(&lower).status, 503);
    assert_eq!(admin.get("/crm/v8/contacts?fields=Last_Name").status, 200);
}

/// Regression: these paths were taken for modules or lists, and answered `INVALID_MODULE` or as wrong methods.
#[test]
fn what_the_sdk_calls_and_is_not_served_is_known_by_name() {
    let world = World::demo();
    let admin = world.actor("admin");
    for (method, path) in [
        ("GET", "/crm/v8/org/taxes"),
        ("PUT", "/crm/v8/org/taxes"),
        ("GET", "/crm/v8/org/taxes/1"),
        ("POST", "/crm/v8/functions/greet/actions/execute"),
        ("POST", "/crm/v8/signals/notifications"),
        ("POST", "/crm/v8/Contacts/roles"),
        ("PUT", "/crm/v8/contacts/roles/2"),
        ("POST", "/crm/v8/Leads/1/actions/get_related_records_count"),
        ("GET", "/crm/v8/settings/webforms"),
        ("GET", "/crm/v8/settings/data_sharing"),
        ("GET", "/crm/email/v8/settings/compose/email_signatures"),
    ] {
        let answered = admin.send(method, path, &[], b"");
        assert_eq!(
            (answered.status, answered.code().as_str()),
            (400, "API_NOT_SUPPORTED"),
            "{method} {path}"
        );
        assert_eq!(answered.json()["details"]["method"], method, "{path}");
    }
}
