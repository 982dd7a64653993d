//! `POST /_tanzanite/explain`: why a request would be answered as it would be, without carrying it out. `precedence.rs`
//! and `matrix.rs` test that explanations predict the answers of all endpoints, `ways.rs` that the remedies work.

use super::journal::journal;
use crate::stores::is_shared;
use crate::world::{Exchange, MULTIPART, World, multipart, png, text};
use insta::assert_snapshot;
use serde_json::{Value, json};
use tanzanite_server::Config;

const REASON: &str = r#"{"data":[{"Locked_Reason__s":"audit"}]}"#;

fn photo(world: &World, key: &str) -> String {
    format!("{}/photo", world.path(key))
}

/// The faults of an explanation: the first, and those that would follow.
fn chain(explained: &Value) -> Vec<String> {
    let refusals = ["refusals", "later"].map(|key| explained[key].as_array().expect(key).clone());
    let refusals = refusals.concat();
    refusals
        .iter()
        .map(|refusal| text(&refusal["fault"]))
        .collect()
}

/// The remedies of an explanation, a line each.
fn ways(explained: &Value) -> Vec<String> {
    let ways = explained["ways"].as_array().expect("ways").iter();
    let way = |way: &Value| {
        let changes = way.as_array().expect("changes").iter();
        let changes: Vec<_> = changes.map(|change| text(&change["what"])).collect();
        changes.join("; ")
    };
    ways.map(way).collect()
}

/// The checks of an explanation, a line each.
fn checks(explained: &Value) -> String {
    let checks = explained["checks"].as_array().expect("checks").iter();
    let check = |check: &Value| {
        let found = check["found"].as_array().expect("found").iter().map(text);
        let found = found.collect::<Vec<_>>().join("\n    ");
        let line = format!(
            "{} {}\n    {found}",
            text(&check["check"]),
            text(&check["status"])
        );
        line.trim_end().to_owned()
    };
    checks.map(check).collect::<Vec<_>>().join("\n")
}

fn refused(world: &World, body: &str) -> Exchange {
    let exchange = world.anyone().post("/_tanzanite/explain", body);
    assert!((400..500).contains(&exchange.status), "{body}: {exchange}");
    let json = exchange.json();
    assert!(!text(&json["error"]).is_empty() && !text(&json["hint"]).is_empty());
    exchange
}

#[test]
fn every_row_of_the_page_is_foreseen_with_what_would_mend_it() {
    let world = World::demo();
    let own = |key| photo(&world, key);
    for (token, method, path, faults, way) in [
        (
            "admin",
            "DELETE",
            own("with_photo").replace("Leads", "Leeds"),
            vec!["ModuleUnknown"],
            format!("ask for {}", own("with_photo")),
        ),
        (
            "admin",
            "DELETE",
            own("task"),
            vec!["ModuleNotSupported"],
            String::new(),
        ),
        (
            "admin",
            "PUT",
            own("with_photo"),
            vec!["MethodWrong"],
            "use DELETE (Delete a Photo)".to_owned(),
        ),
        (
            "stranger",
            "DELETE",
            own("private_of_other"),
            vec!["PhotoDeleteNotShared"],
            "make ines.varga@example.com the owner".to_owned(),
        ),
        (
            "admin",
            "DELETE",
            own("deleted"),
            vec!["RecordUnknown"],
            String::new(),
        ),
        (
            "admin",
            "DELETE",
            own("locked"),
            vec!["PhotoDeleteLocked"],
            "unlock it".to_owned(),
        ),
        (
            "read_only",
            "DELETE",
            own("with_photo"),
            vec!["ScopeMismatch"],
            "use a token of mara.lindqvist@example.com that has ZohoCRM.modules.leads.DELETE too"
                .to_owned(),
        ),
        (
            "no_delete",
            "DELETE",
            own("of_no_delete"),
            vec!["PhotoDeleteNotPermitted"],
            "let the profile \"No Delete\" delete in Leads".to_owned(),
        ),
        (
            "admin",
            "DELETE",
            own("with_photo").replace("v8", "8"),
            vec!["UrlUnknown"],
            format!("ask for {}", own("with_photo")),
        ),
        (
            "stranger",
            "DELETE",
            own("locked_without_photo"),
            vec!["PhotoDeleteNotShared", "PhotoDeleteLocked", "PhotoMissing"],
            "use a token of mara.lindqvist@example.com".to_owned(),
        ),
        ("admin", "DELETE", own("with_photo"), vec![], String::new()),
    ] {
        let (explained, _) = world.actor(token).send_foreseen(method, &path, &[], b"");
        assert_eq!(chain(&explained), faults, "{path}");
        if faults.len() < 2 {
            let found = ways(&explained);
            assert_eq!(found.first().map_or("", String::as_str), way, "{path}");
        }
    }
}

#[test]
fn an_explanation_shows_each_check_and_what_it_looked_at() {
    let world = World::demo();
    let path = photo(&world, "locked_without_photo");
    let explained = world.actor("stranger").explain("DELETE", &path, &[], b"");
    let shown = checks(&explained).replace(
        &text(&world.record(&world.path("locked_without_photo"))["Created_Time"]),
        "[then]",
    );
    assert_snapshot!(shown, @r#"
    url passed
        /crm/{version}/{module}/{record_id}/photo
    method passed
        DELETE
    served passed
        Delete a Photo
    authentication passed
        Authorization: Zoho-oauthtoken …
    token passed
        of ines.varga@example.com (active), role "Representative"
    module passed
        Leads
        takes Leads, Contacts, Accounts, Products, Vendors and custom modules
    scope passed
        the token has ZohoCRM.modules.ALL, ZohoCRM.settings.READ, ZohoCRM.users.READ, ZohoCRM.org.READ, ZohoSearch.securesearch.READ, ZohoCRM.coql.READ, ZohoCRM.bulk.READ, ZohoCRM.change_owner.ALL, ZohoCRM.mass_update.ALL, ZohoCRM.mass_delete.ALL, ZohoCRM.notifications.ALL
        any of ZohoCRM.modules.ALL, ZohoCRM.modules.leads.ALL, ZohoCRM.modules.leads.DELETE would do
    profile passed
        "Standard" permits Crm_Implied_Delete_Leads
    parameters passed
    record passed
        3652397000000190027 "Lars Winter"
    sharing refused
        3652397000000190027 is jun.castellan@example.com's; ines.varga@example.com does not stand above the owner, and Leads are private
    lock would_refuse
        3652397000000190027 is locked by tomas.okafor@example.com since [then]: "Under audit until the end of the quarter"
        locks stop update, tags, convert, delete, change_owner, but not the profiles Lock Exempt
    state would_refuse
        3652397000000190027 has no photo
    "#);
    assert_snapshot!(ways(&explained).join("\n"), @r"
    use a token of pia.halloran@example.com with ZohoCRM.modules.leads.DELETE; give it a photo, which the lock must not stop
    unlock it; make ines.varga@example.com the owner; give it a photo
    ");
    assert_eq!(
        explained["ways"][1][0]["steps"][0]["send"],
        json!({ "method": "DELETE", "path": world.lock_path("locked_without_photo"), "body": null })
    );
    assert_eq!(
        (
            &explained["answer"],
            &explained["passes"],
            &explained["operation"]
        ),
        (
            &json!({ "status": 400, "code": "AUTHORIZATION_FAILED" }),
            &false.into(),
            &"record_photo.delete".into()
        )
    );
}

#[test]
fn a_store_that_is_gone_is_foreseen_too() {
    let world = World::demo();
    let path = photo(&world, "with_photo");
    let question = json!({ "request": { "method": "DELETE", "path": path } }).to_string();
    world.store.close();
    let explained = world.anyone().post("/_tanzanite/explain", &question).json();
    assert_eq!(chain(&explained), ["StoreFailed"]);
    assert!(checks(&explained).contains("served passed"));
    assert!(checks(&explained).contains("store refused\nauthentication not_reached"));
    assert_eq!(
        explained["answer"],
        json!({ "status": 500, "code": "INTERNAL_ERROR" })
    );
    assert_eq!(world.anyone().delete(&path).status, 500);
}

#[test]
fn nothing_is_written_and_no_number_is_taken() {
    let world = World::demo();
    let admin = world.actor("admin");
    let kept = || is_shared().then(|| world.contents());
    let insert = r#"{"data":[{"Last_Name":"Never"}]}"#;
    let both = format!(
        r#"{{"data":[{{"id":"{0}","Last_Name":"A"}},{{"id":"{0}"}}]}}"#,
        world.id("with_photo")
    );
    let picture = multipart(&[("file", &png(1, 1, 64))]);
    let code = world.credentials.token("code_node").expect("a code");
    let form = format!(
        "grant_type=authorization_code&client_id={}&client_secret={}&code={code}",
        world.credentials.client_id, world.credentials.client_secret
    );
    let before = (world.state(), kept());
    for (method, path, headers, body) in [
        (
            "POST",
            "/crm/v8/Leads".to_owned(),
            vec![],
            insert.as_bytes(),
        ),
        ("PUT", "/crm/v8/Leads".to_owned(), vec![], both.as_bytes()),
        ("DELETE", world.path("with_photo"), vec![], b"".as_slice()),
        (
            "POST",
            photo(&world, "with_photo"),
            vec![("Content-Type", MULTIPART)],
            &picture,
        ),
        ("DELETE", photo(&world, "with_photo"), vec![], b""),
        (
            "POST",
            format!("{}/Locking_Information__s", world.path("with_photo")),
            vec![],
            REASON.as_bytes(),
        ),
        ("DELETE", world.lock_path("locked"), vec![], b""),
        (
            "POST",
            "/oauth/v2/token".to_owned(),
            vec![],
            form.as_bytes(),
        ),
    ] {
        for _ in 0..2 {
            let explained = admin.explain(method, &path, &headers, body);
            assert_eq!(explained["passes"], true, "{method} {path}: {explained:#}");
            assert!(!explained.to_string().contains("access_token"));
        }
    }
    assert!(before == (world.state(), kept()), "something was written");
    let another = World::demo();
    let ids = |world: &World| world.insert("Leads", &[json!({ "Last_Name": "First" })]);
    assert_eq!(ids(&world), ids(&another), "no number was taken");
    assert_eq!(world.anyone().post("/oauth/v2/token", &form).code(), "");
}

#[test]
fn the_second_of_two_items_sees_what_the_first_would_have_written() {
    let world = World::demo();
    let id = world.id("with_photo");
    let admin = world.actor("admin");
    let twice = format!("/crm/v8/Leads?ids={id},{id},{}", world.id("locked"));
    let (explained, _) = admin.send_foreseen("DELETE", &twice, &[], b"");
    assert_eq!(
        chain(&explained),
        ["RecordNotDeleted", "RecordDeleteLocked"]
    );
    let same =
        r#"{"data":[{"Name":"A","Workshop_Code":"WS-9"},{"Name":"B","Workshop_Code":"WS-9"}]}"#;
    // The record that this duplicates has no id yet, so the details of the refusal are not compared.
    let explained = admin.explain("POST", "/crm/v8/Workshops", &[], same.as_bytes());
    assert_eq!(
        admin.post("/crm/v8/Workshops", same).refusals()[0]["code"],
        "DUPLICATE_DATA"
    );
    assert_eq!(chain(&explained)[0], "FieldDuplicate");
}

#[test]
fn parameters_and_values_that_are_refused_can_be_left_out() {
    let world = World::demo();
    let admin = world.actor("admin");
    let record = world.path("with_photo");
    let wrong = r#"{"data":[{"Email":"nobody","Last_Name":7}],"trigger":["all"]}"#;
    for (method, path, headers, body, way) in [
        (
            "GET",
            "/crm/v8/Leads".to_owned(),
            vec![],
            "",
            "ask for /crm/v8/Leads?fields=id",
        ),
        (
            "GET",
            "/crm/v8/Leads?fields=id&per_page=900&sort_by=Email".to_owned(),
            vec![],
            "",
            "ask for /crm/v8/Leads?fields=id",
        ),
        (
            "GET",
            "/crm/v8/Leads?fields=id&territory_id=1".to_owned(),
            vec![],
            "",
            "ask for /crm/v8/Leads?fields=id",
        ),
        (
            "PUT",
            record.clone(),
            vec![],
            r#"{"data":[{"City":"Graz","Exchange_Rate":1.5}],"lar_id":"1"}"#,
            r#"send a body such as {"data":[{"City":"Graz"}]}"#,
        ),
        (
            "PUT",
            record.clone(),
            vec![],
            wrong,
            r#"send a body such as {"data":[{}],"trigger":[]}"#,
        ),
        (
            "PUT",
            record,
            vec![("If-Unmodified-Since", "2020-01-01T00:00:00Z")],
            r#"{"data":[{}]}"#,
            "leave If-Unmodified-Since out",
        ),
    ] {
        let (explained, _) = admin.send_foreseen(method, &path, &headers, body.as_bytes());
        assert_eq!(ways(&explained), [way], "{method} {path}: {explained:#}");
    }
}

#[test]
fn an_entry_of_the_journal_is_explained_without_its_token() {
    let world = World::demo();
    let (path, lock) = (photo(&world, "locked"), world.lock_path("locked"));
    let stranger = world
        .actor("lock_exempt")
        .authorization()
        .expect("a token")
        .to_owned();
    world.actor("admin").delete(&path);
    world.anyone().delete(&path);
    let entries = journal(&world, "?operation=Delete%20a%20Photo");
    let numbers: Vec<_> = entries
        .iter()
        .map(|entry| entry["number"].clone())
        .collect();
    let explain = |question: Value| world.explain(&question);
    let explained = explain(json!({ "entry": numbers[0] }));
    assert_eq!(chain(&explained), ["PhotoDeleteLocked"]);
    assert_eq!(
        (&explained["then"]["status"], &explained["then"]["code"]),
        (&400.into(), &"RECORD_LOCKED".into())
    );
    assert_eq!(
        chain(&explain(json!({ "entry": numbers[1] })))[0],
        "AuthenticationMissing"
    );
    let token = stranger.trim_start_matches("Zoho-oauthtoken ");
    assert_eq!(
        explain(json!({ "entry": numbers[1], "token": token }))["passes"],
        true
    );
    assert_eq!(world.actor("admin").delete(&lock).status, 200);
    let now = explain(json!({ "entry": numbers[0] }));
    assert_eq!(
        (&now["passes"], &now["then"]["status"]),
        (&true.into(), &400.into())
    );
    let said = now.to_string() + &explained.to_string();
    assert!(
        !said.contains(token) && !said.contains(world.credentials.token("admin").expect("a token"))
    );

    world
        .anyone()
        .post("/oauth/v2/token/revoke?token=1000.a", "");
    let long = format!(r#"{{"data":[{{"Last_Name":"{}"}}]}}"#, "a".repeat(20_000));
    world.actor("admin").post("/crm/v8/Leads", &long);
    for entry in journal(&world, "?limit=2") {
        let exchange = refused(&world, &json!({ "entry": entry["number"] }).to_string());
        assert_eq!(exchange.status, 409, "{exchange}");
    }
}

#[test]
fn a_token_that_nobody_has_can_be_supposed() {
    let world = World::demo();
    let question = |scope: &str| {
        json!({
            "request": { "method": "DELETE", "path": photo(&world, "with_photo") },
            "supposed": { "user": "ines.varga@example.com", "scopes": [scope] },
        })
    };
    let explained = world.explain(&question("ZohoCRM.modules.leads.READ"));
    assert_eq!(chain(&explained), ["ScopeMismatch", "PhotoDeleteNotShared"]);
    let unknown = question("ZohoCRM.modules").to_string();
    assert_eq!(refused(&world, &unknown).status, 400);
    let unknown = unknown.replace("ines.varga", "nobody");
    assert_eq!(refused(&world, &unknown).status, 400);
}

#[test]
fn a_token_names_its_organisation_unless_another_was_asked_for() {
    let world = World::demo();
    let (other, _) = world.another();
    let question = json!({
        "request": { "method": "GET", "path": "/crm/v8/org" },
        "token": world.credentials.token("admin").expect("a token"),
    })
    .to_string();
    let ask = |path: &str| world.anyone().post(path, &question);
    assert_eq!(ask("/_tanzanite/explain").json()["passes"], true);
    let own = format!("/_tanzanite/explain?org={}", world.org.get());
    assert_eq!(ask(&own).json()["passes"], true);
    let exchange = ask(&format!("/_tanzanite/explain?org={}", other.get()));
    assert_eq!(exchange.status, 409, "{exchange}");
}

#[test]
fn tokens_that_are_not_looked_at_are_not_asked_for() {
    let world = World::with(Config {
        auth: tanzanite_crm::AuthMode::Off,
        ..Config::default()
    });
    let path = photo(&world, "locked");
    let (explained, _) = world.anyone().send_foreseen("DELETE", &path, &[], b"");
    assert_eq!(chain(&explained), ["PhotoDeleteLocked"]);
    assert!(
        checks(&explained).contains("tokens are not looked at: mara.lindqvist@example.com answers")
    );
}

#[test]
fn what_cannot_be_explained_is_refused_with_a_hint() {
    let world = World::demo();
    let request = r#""request":{"method":"GET","path":"/crm/v8/org"}"#;
    for body in [
        "",
        "{}",
        "[]",
        r#"{"request":{"method":"GET"}}"#,
        r#"{"request":{"method":"GET","path":"crm"}}"#,
        r#"{"request":{"method":"GET","path":""}}"#,
        r#"{"request":{"method":"GET","path":"/a b"}}"#,
        r#"{"request":{"method":"GET","path":"/","headers":{"a b":"c"}}}"#,
        r#"{"request":{"method":"GET","path":"/","headers":{"a":"\n"}}}"#,
        r#"{"request":{"method":"GET","path":"/","body":"a","body_base64":"YQ=="}}"#,
        r#"{"request":{"method":"GET","path":"/","body_base64":"?"}}"#,
        &format!(
            r#"{{"request":{{"method":"GET","path":"/{}"}}}}"#,
            "a".repeat(9000)
        ),
        &format!("{{{request},\"entry\":1}}"),
        &format!("{{{request},\"colour\":1}}"),
        &format!(r#"{{{request},"token":"a","supposed":{{"user":"a","scopes":["b"]}}}}"#),
        r#"{"entry":-1}"#,
        r#"{"entry":1}"#,
    ] {
        refused(&world, body);
    }
    assert_snapshot!(refused(&world, r#"{"entry":7}"#), @r#"
    404
    content-type: application/json;charset=UTF-8

    {"error":"the journal has no entry 7, or none any more","hint":"GET /_tanzanite/journal lists the entries"}
    "#);
}
