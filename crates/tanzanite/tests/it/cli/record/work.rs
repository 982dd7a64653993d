//! A small sample of clients' work with an organisation.

use super::studio::{Studio, ask, form, upload};
use serde_json::{Value, json};
use tanzanite_seed::demo_picture;

/// Reads, writes, photos, locks, tokens and refusals. Returns the issued tokens.
pub(super) fn work(studio: &Studio) -> Vec<String> {
    settings(studio);
    records(studio);
    photos(studio);
    refusals(studio);
    tokens(studio)
}

fn settings(studio: &Studio) {
    for token in [
        "admin",
        "manager",
        "stranger",
        "no_delete",
        "lock_exempt",
        "read_only",
    ] {
        studio.get("/crm/v8/users?type=CurrentUser", token);
    }
    for path in [
        "/crm/v8/org",
        "/crm/v8/users?type=AllUsers",
        "/crm/v8/users?type=DeletedUsers",
        "/crm/v8/settings/modules",
        "/crm/v8/settings/modules/Workshops",
        "/crm/v8/settings/fields?module=Leads",
        "/crm/v8/settings/fields?module=Workshops",
    ] {
        assert!(studio.get(path, "admin").status < 300, "{path}");
    }
}

fn records(studio: &Studio) {
    for key in ["with_photo", "with_photo_jpeg", "without_photo", "locked"] {
        let path = format!("/crm/v8/Leads/{}", studio.id(key));
        assert_eq!(studio.get(&path, "admin").status, 200);
    }
    studio.get(
        "/crm/v8/Workshops?fields=Name,Workshop_Code,Host,Seats,Held_On",
        "admin",
    );
    studio.get("/crm/v8/Contacts?fields=Last_Name,Owner", "admin");
    // This user sees only her own records.
    studio.get("/crm/v8/Contacts?fields=Last_Name", "stranger");
    let made = studio.ask(
        "POST /crm/v8/Leads",
        "admin",
        &json!({ "data": [{ "Last_Name": "Made", "Company": "Here" }, { "Company": "Nameless" }] }),
    );
    assert_eq!(made.status, 207);
    let id = made.json()["data"][0]["details"]["id"].clone();
    let id = id.as_str().expect("an id").to_owned();
    let lead = format!("/crm/v8/Leads/{id}");
    let read = studio.get(&lead, "admin").json();
    let since = read["data"][0]["Modified_Time"].as_str().expect("a time");
    let token = studio.token("admin");
    let since = [("If-Modified-Since", since)];
    let line = format!("GET {lead}");
    let unchanged = ask(
        &studio.recorder.url,
        &line,
        Some(&token),
        &since,
        Vec::new(),
    );
    assert_eq!(unchanged.status, 304);
    let change = json!({ "data": [{ "id": id, "Company": "There" }] });
    assert_eq!(
        studio.ask("PUT /crm/v8/Leads", "admin", &change).status,
        200
    );
    assert_eq!(
        studio.get(&lead, "admin").json()["data"][0]["Company"],
        "There"
    );
    let page = studio
        .get("/crm/v8/Leads?fields=Last_Name&per_page=2", "admin")
        .json();
    let next = page["info"]["next_page_token"].as_str().expect("a token");
    let next = format!("/crm/v8/Leads?fields=Last_Name&per_page=2&page_token={next}");
    assert_eq!(studio.get(&next, "admin").status, 200);
    let locks = format!("{lead}/Locking_Information__s");
    let lock = json!({ "data": [{ "Locked_Reason__s": "Under audit" }] });
    assert_eq!(
        studio.ask(&format!("POST {locks}"), "admin", &lock).status,
        201
    );
    let shown = studio.get(
        &format!("{locks}?fields=Locked_Reason__s,Locked_Time__s"),
        "admin",
    );
    let lock = shown.json()["data"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(
        studio
            .ask(&format!("DELETE {lead}"), "admin", &Value::Null)
            .status,
        400
    );
    let unlock = format!("DELETE {locks}/{lock}");
    assert_eq!(studio.ask(&unlock, "admin", &Value::Null).status, 200);
    assert_eq!(
        studio
            .ask(&format!("DELETE {lead}"), "admin", &Value::Null)
            .status,
        200
    );
    assert_eq!(studio.get(&lead, "admin").status, 204);
}

fn photos(studio: &Studio) {
    let photo = |key: &str| format!("/crm/v8/Leads/{}/photo", studio.id(key));
    let first = studio.get(&photo("with_photo"), "admin");
    assert_eq!(first.body, demo_picture("rosa.png").expect("a picture"));
    assert_eq!(first.headers["content-type"], "image/png");
    let tag = first.headers["etag"].to_str().expect("a tag").to_owned();
    let token = studio.token("admin");
    let line = format!("GET {}", photo("with_photo"));
    let known = [("If-None-Match", tag.as_str())];
    let unchanged = ask(
        &studio.recorder.url,
        &line,
        Some(&token),
        &known,
        Vec::new(),
    );
    assert_eq!(unchanged.status, 304);
    let (base, manager) = (&studio.recorder.url, studio.token("manager"));
    let up = upload(base, &photo("without_photo"), &manager, "emil.jpg");
    assert_eq!(up.status, 200, "{:?}", String::from_utf8_lossy(&up.body));
    let down = studio.get(&photo("without_photo"), "manager");
    assert_eq!(down.body, demo_picture("emil.jpg").expect("a picture"));
    for key in ["without_photo", "without_photo", "with_photo_gif", "locked"] {
        studio.ask(&format!("DELETE {}", photo(key)), "admin", &Value::Null);
    }
    studio.get(&photo("with_photo_bmp"), "admin");
    let lead = format!("/crm/v8/Leads/{}", studio.id("without_photo"));
    studio.get(&lead, "admin");
}

fn refusals(studio: &Studio) {
    let photo = |key: &str| format!("DELETE /crm/v8/Leads/{}/photo", studio.id(key));
    for (line, token, status) in [
        (photo("of_no_delete"), "no_delete", 403),
        (photo("with_photo_bmp"), "read_only", 401),
        (photo("with_photo_bmp"), "expired", 401),
        (photo("with_photo_bmp"), "stranger", 400),
        ("DELETE /crm/v8/Leads/12/photo".to_owned(), "admin", 400),
        ("GET /crm/v8/Ledes?fields=id".to_owned(), "admin", 400),
        ("GET /crm/v8/coql".to_owned(), "admin", 400),
        ("POST /crm/v8/coql".to_owned(), "admin", 400),
        ("GET /crm/v9/Leads".to_owned(), "admin", 404),
        ("POST /crm/v8/Leads".to_owned(), "admin", 400),
    ] {
        assert_eq!(
            studio.ask(&line, token, &Value::Null).status,
            status,
            "{line}"
        );
    }
    let none = ask(
        &studio.recorder.url,
        "GET /crm/v8/org",
        None,
        &[],
        Vec::new(),
    );
    assert_eq!(none.status, 401);
}

fn tokens(studio: &Studio) -> Vec<String> {
    let Studio {
        recorder,
        credentials,
        ..
    } = studio;
    let (base, id, secret) = (
        &recorder.url,
        &credentials.client_id,
        &credentials.client_secret,
    );
    let client = [("client_id", id.as_str()), ("client_secret", secret)];
    let ask_token = |more: [(&str, &str); 2]| {
        let [first, second] = client;
        form(base, "/oauth/v2/token", &[first, second, more[0], more[1]])
    };
    let refresh = studio.token("refresh");
    let code = studio.token("code_python");
    let by_refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
    ];
    let issued = ask_token(by_refresh).json();
    assert_eq!(
        issued["api_domain"],
        base.as_str(),
        "the client stays with the recorder"
    );
    let access = issued["access_token"].as_str().expect("a token").to_owned();
    let org = |token: &str| ask(base, "GET /crm/v8/org", Some(token), &[], Vec::new()).status;
    assert_eq!(org(&access), 200);
    let by_code = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
    ];
    let second = ask_token(by_code).json();
    assert_eq!(org(second["access_token"].as_str().expect("a token")), 200);
    assert_eq!(
        ask_token(by_code).json()["error"],
        "invalid_code",
        "it is used"
    );
    assert_eq!(
        form(base, "/oauth/v2/token/revoke", &[("token", &refresh)]).status,
        200
    );
    assert_eq!(org(&access), 401);
    let wrong = [
        client[0],
        ("client_secret", "another"),
        by_refresh[0],
        by_refresh[1],
    ];
    let wrong = form(base, "/oauth/v2/token", &wrong).json();
    assert_eq!(wrong["error"], "invalid_client_secret");
    let issued = [&issued, &second].into_iter().flat_map(|answer| {
        let names = ["access_token", "refresh_token"];
        names.map(|name| answer[name].as_str().map(str::to_owned))
    });
    issued.flatten().collect()
}
