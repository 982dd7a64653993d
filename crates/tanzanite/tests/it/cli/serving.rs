//! Serving: the output, the ready file, tokens, data folders, and shutdown.

use super::support::Folder;
use insta::assert_snapshot;
use serde_json::Value;
use std::net::TcpListener;
use ureq::Agent;

/// Sends a request without a body; returns its status and JSON.
fn send(method: &str, url: &str, authorization: &str) -> (u16, Value) {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let request = ureq::http::Request::builder()
        .method(method)
        .uri(url)
        .header("Authorization", authorization)
        .body(())
        .expect("a request");
    let mut response = agent.run(request).expect("an answer");
    let text = response.body_mut().read_to_string().expect("text");
    (
        response.status().as_u16(),
        serde_json::from_str(&text).expect("JSON"),
    )
}

fn org_with(url: &str, token: &str) -> u16 {
    send(
        "GET",
        &format!("{url}/crm/v8/org"),
        &format!("Zoho-oauthtoken {token}"),
    )
    .0
}

/// The curl lines in a text: method, URL, value of the `Authorization` header.
fn curl_lines(text: &str) -> Vec<(String, String, String)> {
    let joined = text.replace("\\\n", " ");
    let lines = joined
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("curl "));
    let parse = |line: &str| {
        let (words, header) = line.split_once("-H 'Authorization: ").expect("a header");
        let words: Vec<_> = words.split_whitespace().collect();
        let header = header.strip_suffix('\'').expect("a quote");
        assert_eq!(words[..2], ["curl", "-X"]);
        (words[2].to_owned(), words[3].to_owned(), header.to_owned())
    };
    lines.map(parse).collect()
}

#[test]
fn the_demo_prints_requests_that_work_as_pasted() {
    let folder = Folder::new();
    let server = folder.serve("");
    let lines = curl_lines(&folder.read("out"));
    let [(method, url, authorization), refused] = &lines[..] else {
        panic!("{lines:?}")
    };
    let (status, body) = send(method, url, authorization);
    assert_eq!(
        (status, &body["message"]),
        (200, &Value::from("Photo deleted"))
    );
    let (status, body) = send(&refused.0, &refused.1, &refused.2);
    assert_eq!(
        (status, &body["code"]),
        (400, &Value::from("RECORD_LOCKED"))
    );
    assert!(server.stop().success());
}

#[test]
fn env_tokens_and_grants_come_from_the_running_server() {
    let folder = Folder::new();
    let server = folder.serve("--log off");
    let url = &server.url;
    let run = folder.run(&format!("env --json --url {url}"));
    let environment: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let keys: Vec<_> = environment
        .as_object()
        .expect("an object")
        .keys()
        .cloned()
        .collect();
    assert_eq!(
        keys,
        [
            "api_domain",
            "accounts_url",
            "client_id",
            "client_secret",
            "refresh_token",
            "access_token"
        ]
    );
    assert_eq!(environment["api_domain"], url.as_str());
    assert_eq!(
        org_with(url, environment["access_token"].as_str().expect("a token")),
        200
    );
    assert!(
        folder
            .run(&format!("env --export --url {url}"))
            .stdout
            .contains("export ZOHO_API_DOMAIN='http://")
    );

    let user = administrator(url, &environment);
    let token = folder.run(&format!(
        "token issue --user {user} --scope ZohoCRM.org.READ --url {url}"
    ));
    assert_eq!(org_with(url, token.stdout.trim()), 200);
    let grant = folder.run(&format!(
        "grant issue --user {user} --scope ZohoCRM.org.READ --url {url} --json"
    ));
    let grant: Value = serde_json::from_str(&grant.stdout).expect("JSON");
    let exchange = format!(
        "{url}/oauth/v2/token?grant_type=authorization_code&client_id={}&client_secret={}&code={}",
        grant["client_id"].as_str().expect("an id"),
        grant["client_secret"].as_str().expect("a secret"),
        grant["code"].as_str().expect("a code"),
    );
    let (status, tokens) = send("POST", &exchange, "");
    assert_eq!(status, 200);
    assert_eq!(
        org_with(url, tokens["access_token"].as_str().expect("a token")),
        200
    );

    let stranger = folder.run(&format!(
        "token issue --user nobody@example.org --scope ZohoCRM.org.READ --url {url}"
    ));
    assert_eq!((stranger.code, stranger.stdout.as_str()), (5, ""));
    assert!(
        stranger.stderr.contains("nobody@example.org"),
        "{}",
        stranger.stderr
    );
}

fn administrator(url: &str, environment: &Value) -> String {
    let token = environment["access_token"].as_str().expect("a token");
    let authorization = format!("Zoho-oauthtoken {token}");
    let (_, users) = send(
        "GET",
        &format!("{url}/crm/v8/users?type=CurrentUser"),
        &authorization,
    );
    users["users"][0]["email"]
        .as_str()
        .expect("an email")
        .to_owned()
}

#[test]
fn a_data_folder_is_filled_once_and_guarded() {
    let folder = Folder::new();
    let said = |line: &str| {
        let run = folder.run(line);
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{line}");
        run.stderr
    };
    assert_snapshot!(said("serve --data crm"), @"
    tanzanite: the data folder crm is empty
    hint: fill it with --seed demo or --seed FILE; `tanzanite init` writes such a file
    ");
    assert!(!folder.path("crm").exists(), "nothing is made by accident");
    assert!(said("serve --data crm --seed missing.toml").contains("missing.toml"));
    assert!(
        !folder.path("crm").exists(),
        "a bad seed leaves nothing behind"
    );

    let first = folder.serve("--data crm --seed demo");
    assert_snapshot!(said("serve --listen 127.0.0.1:0 --data crm"), @"
    tanzanite: another process uses the data folder crm
    hint: stop it, or use the server that it is: commands take --url instead of --data
    ");
    assert_eq!(curl_lines(&folder.read("out")).len(), 2);
    assert!(first.stop().success());

    assert!(
        folder.serve("--data crm --seed demo").stop().success(),
        "the same seed again"
    );
    folder.run("init other");
    assert_snapshot!(said("serve --data crm --seed other/seed.toml"), @"
    tanzanite: the data folder crm was filled from another seed, or from this one before it was changed
    hint: without a seed (flag, variable or settings file) what it holds is served; to begin anew, name another one or remove this one
    ");
    assert_snapshot!(said("serve --data crm --listen 0.0.0.0:0"), @"
    tanzanite: 0.0.0.0:0 can be reached by others, and everybody knows the demo's credentials
    hint: listen on 127.0.0.1, or say --insecure if you mean it
    ");

    let later = folder.serve("--data crm");
    let [(method, url, authorization), _] = &curl_lines(&folder.read("out"))[..] else {
        panic!("two lines")
    };
    assert_eq!(send(method, url, authorization).0, 200);
    assert!(later.stop().success());
}

#[test]
fn tokens_can_be_made_on_a_folder_that_no_server_uses() {
    let folder = Folder::new();
    let server = folder.serve("--data crm --seed demo");
    let environment = folder
        .run(&format!("env --json --url {}", server.url))
        .stdout;
    let user = administrator(
        &server.url,
        &serde_json::from_str(&environment).expect("JSON"),
    );
    let line = format!("token issue --user {user} --scope ZohoCRM.org.READ --data crm");
    let in_use = folder.run(&line);
    assert_eq!(in_use.code, 3);
    assert!(
        in_use.stderr.contains("another process"),
        "{}",
        in_use.stderr
    );
    assert!(server.stop().success());

    let token = folder.run(&line);
    assert_eq!(token.code, 0, "{}", token.stderr);
    let server = folder.serve("--data crm");
    assert_eq!(org_with(&server.url, token.stdout.trim()), 200);
}

#[test]
fn what_is_unsafe_is_not_shown_to_other_machines() {
    let folder = Folder::new();
    let said = |line: &str| {
        let run = folder.run(line);
        assert_eq!(run.code, 3, "{line}");
        run.stderr
    };
    assert_snapshot!(said("serve --listen 0.0.0.0:0"), @"
    tanzanite: 0.0.0.0:0 can be reached by others, and everybody knows the demo's credentials
    hint: listen on 127.0.0.1, or say --insecure if you mean it
    ");
    folder.run("init own");
    let off = said("serve --listen 0.0.0.0:0 --memory --seed own/seed.toml --auth off");
    assert!(off.contains("--insecure"), "{off}");
    said("serve --listen 0.0.0.0:0 --data crm --seed demo");
    said("serve --listen 0.0.0.0:0 --data crm --seed own/seed.toml --auth any");
    assert!(
        !folder.path("crm").exists(),
        "what is refused has filled a folder"
    );
    let open = folder.start("serve --listen 0.0.0.0:0 --insecure");
    assert!(open.stop().success());
}

#[test]
fn an_address_that_was_asked_for_and_is_taken_is_refused() {
    let folder = Folder::new();
    let server = folder.serve("");
    let address = server.url.trim_start_matches("http://");
    let run = folder.run(&format!("serve --listen {address}"));
    assert_eq!(run.code, 3);
    assert!(
        run.stderr.contains("it is taken by Tanzanite"),
        "{}",
        run.stderr
    );
    let holder = TcpListener::bind("127.0.0.1:0").expect("a port");
    let run = folder.run(&format!(
        "serve --listen {}",
        holder.local_addr().expect("an address")
    ));
    assert_eq!(run.code, 3);
    assert!(
        run.stderr.contains("hint: --listen 127.0.0.1:0"),
        "{}",
        run.stderr
    );
}

#[test]
fn if_the_usual_address_is_taken_another_is_found_and_told() {
    // Another process may hold the port already, which serves as well.
    let _holder = TcpListener::bind("127.0.0.1:8480");
    let folder = Folder::new();
    let server = folder.start("");
    assert_ne!(server.url, "http://127.0.0.1:8480");
    assert!(
        folder.read("err").starts_with("127.0.0.1:8480 is taken"),
        "{}",
        folder.read("err")
    );
    assert_eq!(curl_lines(&folder.read("out")).len(), 2);
    assert!(server.stop().success());
}

#[test]
fn the_log_has_a_line_a_request_and_never_a_token() {
    for (log, lines) in [("requests", 2), ("refusals", 1), ("off", 0)] {
        let folder = Folder::new();
        let server = folder.serve(&format!("--log {log} --log-format json"));
        let [(_, deletion, authorization), _] = &curl_lines(&folder.read("out"))[..] else {
            panic!("two lines")
        };
        assert_eq!(send("DELETE", deletion, authorization).0, 200);
        assert_eq!(send("DELETE", deletion, authorization).0, 400);
        assert!(server.stop().success());
        let text = folder.read("err");
        let logged: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect();
        assert_eq!(logged.len(), lines, "{text}");
        if let Some(refusal) = logged.last() {
            assert_eq!(
                (&refusal["status"], &refusal["code"]),
                (&Value::from(400), &Value::from("INVALID_DATA"))
            );
        }
        assert!(
            !text.contains(authorization.rsplit(' ').next().expect("a token")),
            "{text}"
        );
    }
}

/// Cases that `docs/laboratory.md` does not show: conflicting flags of the clock, and that the clock is stored.
#[test]
fn a_clock_is_kept_with_the_organisation_and_set_in_one_way_at_a_time() {
    let folder = Folder::new();
    let server = folder.serve("--data data --seed demo");
    let clock = |url: &str, options: &str| folder.run(&format!("clock --url {url} {options}"));
    let frozen = "2026-03-01T08:00:00.000Z (frozen)\n";
    let run = clock(&server.url, "--freeze 2026-03-01T08:00:00Z");
    assert_eq!((run.code, run.stdout.as_str()), (0, frozen));
    for (options, code) in [
        ("--freeze --reset", 2),
        ("--set", 2),
        ("--advance soon", 5),
        ("--set yesterday", 5),
    ] {
        let run = clock(&server.url, options);
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{options}");
        assert!(
            run.stderr.contains("hint") || code == 2,
            "{options}: {}",
            run.stderr
        );
    }
    let gone = server.url.clone();
    assert!(server.stop().success());
    assert_eq!(clock(&gone, "").code, 4);
    let server = folder.serve("--data data");
    assert_eq!(clock(&server.url, "").stdout, frozen);
}

/// Cases that `docs/laboratory.md` does not show: conflicting flags of limits, that limits are stored and usage is not,
/// and that the configuration applies to organisations without limits of their own.
#[test]
fn limits_are_kept_with_the_organisation_and_what_is_used_in_the_process() {
    let folder = Folder::new();
    let server = folder.serve("--data data --seed demo --limits on");
    let limits = |url: &str, options: &str| folder.run(&format!("limits --url {url} {options}"));
    for (options, code) in [
        ("--on --off", 2),
        ("--default --credits 3", 2),
        ("--credits many", 2),
        ("--credits 1000000001", 5),
        ("--concurrency 10001", 5),
    ] {
        let run = limits(&server.url, options);
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{options}");
        assert!(
            run.stderr.contains("hint") || code == 2,
            "{options}: {}",
            run.stderr
        );
    }
    let token = {
        let issue = "token issue --user ines.varga@example.com --scope ZohoCRM.org.READ";
        let run = folder.run(&format!("{issue} --url {}", server.url));
        format!("Zoho-oauthtoken {}", run.stdout.trim())
    };
    let org = |url: &str| send("GET", &format!("{url}/crm/v8/org"), &token).0;
    let set = limits(&server.url, "--credits 1 --reset --json");
    assert_eq!(set.code, 0, "{}", set.stderr);
    assert_eq!((org(&server.url), org(&server.url)), (200, 429));
    let shown = limits(&server.url, "").stdout;
    assert!(shown.starts_with("limits are on"), "{shown}");
    assert!(
        shown.contains("1 of 1 a day are used, 0 are left; 1 come back at "),
        "{shown}"
    );
    assert!(server.stop().success());
    let server = folder.serve("--data data");
    let shown = limits(&server.url, "").stdout;
    assert!(
        shown.starts_with("limits are off") && shown.contains("0 of 1 a day"),
        "{shown}"
    );
    assert_eq!(limits(&server.url, "--on").code, 0);
    assert_eq!((org(&server.url), org(&server.url)), (200, 429));
}

/// The kits of `packages` test that it serves until then.
#[test]
fn a_server_that_is_told_to_ends_with_its_input() {
    let folder = Folder::new();
    let run = folder.run("serve --memory --seed demo --listen 127.0.0.1:0 --until-stdin-ends");
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn an_explanation_ends_with_1_if_the_request_would_be_refused() {
    let folder = Folder::new();
    let server = folder.serve("--memory");
    let url = server.url.as_str();
    let explain =
        |rest: &str| folder.run_with(&format!("explain {rest}"), &[("TANZANITE_URL", url)]);
    folder.write("body", r#"{"data": [{"Last_Name": "New"}]}"#);
    let inserting = "POST /crm/v8/Leads --user ines.varga@example.com --scope ZohoCRM.modules.ALL";
    let passes = explain(&format!("{inserting} --body @body"));
    assert_eq!(passes.code, 0, "{}", passes.stderr);
    assert!(passes.stdout.contains(" -> 201\n"), "{}", passes.stdout);
    assert!(!passes.stdout.contains('\x1b'), "nobody sees colours");
    let refused = explain(&format!("{inserting} --body [] --json"));
    let explained: Value = serde_json::from_str(&refused.stdout).expect("JSON");
    assert_eq!((refused.code, &explained["passes"]), (1, &false.into()));
    assert_eq!(explained["refusals"][0]["fault"], "BodyInvalid");
    for (usage, code) in [
        ("GET", 2),
        ("--entry 1 --body x", 2),
        ("GET /crm/v8/org --user ines.varga@example.com", 2),
        ("GET /crm/v8/org --token a --user b --scope c", 2),
        ("GET /crm/v8/org --body @nothing", 2),
        ("GET crm", 5),
        ("--entry 1", 5),
    ] {
        let run = explain(usage);
        assert_eq!(run.code, code, "{usage}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains("hint: "), "{usage}: {}", run.stderr);
    }
}
