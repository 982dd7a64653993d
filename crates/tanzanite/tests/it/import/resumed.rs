//! Limits are respected, and an interrupted import continues: after a kill, a limit, an expired token, or an expired
//! page token.

use super::{Account, files, rich_folder};
use crate::cli::support::Folder;
use std::time::{Duration, Instant};

/// The number of requests of an uninterrupted import.
fn requests(folder: &Folder, account: &Account) -> usize {
    account.imported(folder, "whole");
    let requests = account.asked(folder).len();
    clear(folder, account);
    requests
}

fn tell(folder: &Folder, account: &Account, line: &str) {
    let run = folder.run_with(line, &[("TANZANITE_URL", account.server.url.as_str())]);
    assert_eq!(run.code, 0, "{line}: {}", run.stderr);
}

fn clear(folder: &Folder, account: &Account) {
    tell(folder, account, "journal --clear");
}

#[test]
fn an_import_that_is_killed_goes_on_where_it_was() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    let requests = requests(&folder, &account);
    tell(&folder, &account, "fault add --path /crm/* --delay 20ms");
    let line = format!("import --from {} --key test-key killed", account.server.url);
    let environment = [("TANZANITE_IMPORT_TOKEN", account.token.as_str())];
    let mut kills = 0;
    for milliseconds in [60, 200, 350, 500, 650] {
        let mut child = folder.spawn(&line, &environment);
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().expect("killed");
        if child.wait().expect("a status").code().is_none() {
            kills += 1;
        }
    }
    assert!(kills >= 3, "{kills}");
    tell(&folder, &account, "fault remove");
    // A kill may also come between the seed and the end of the work folder, which the next run removes.
    let is_written = folder.path("killed/seed.toml").exists();
    if !is_written || folder.path("killed/.import").exists() {
        let run = account.import(&folder, "killed");
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let asked = account.asked(&folder).len();
    // Each kill costs the answer in progress, and each run repeats the four refused paths.
    let most = requests + kills * 5;
    assert!(asked <= most, "{asked} of {requests} with {kills} kills");
    let (killed, whole) = (files(&folder.path("killed")), files(&folder.path("whole")));
    assert_eq!(
        killed.keys().collect::<Vec<_>>(),
        whole.keys().collect::<Vec<_>>()
    );
    assert!(killed == whole, "the same files, with other contents");
}

#[test]
fn a_limit_stops_it_and_nothing_is_asked_for_twice() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    let requests = requests(&folder, &account);
    let run = account.import(&folder, "--credits-max 20 bounded");
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(
        run.stderr
            .contains("as many requests were made as --credits-max allows"),
        "{}",
        run.stderr
    );
    assert_eq!(account.asked(&folder).len(), 20);
    account.imported(&folder, "bounded");
    let asked = account.asked(&folder);
    assert_eq!(
        asked.len(),
        requests + 1,
        "what is refused is tried again: the locking configuration of Leads"
    );
    assert!(files(&folder.path("bounded")) == files(&folder.path("whole")));
}

#[test]
fn another_import_is_not_gone_on_with() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    assert_eq!(account.import(&folder, "--credits-max 3 one").code, 1);
    let run = account.import(&folder, "--plain one");
    assert_eq!(run.code, 2, "real and made-up values are not mixed");
    assert!(
        run.stderr.contains("holds another import"),
        "{}",
        run.stderr
    );
    account.imported(&folder, "one");
    assert_eq!(
        account.import(&folder, "one").code,
        2,
        "and a seed is not written over"
    );
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "waiting is measured by the clock"
)]
fn limits_of_the_server_are_waited_for() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    let fault = "fault add --path /crm/v8/org --times 1 --status 429 --reply-header Retry-After=1 --body {\"code\":\"TOO_MANY_REQUESTS\"}";
    tell(&folder, &account, fault);
    tell(
        &folder,
        &account,
        "fault add --path /crm/v8/*/photo --times 2 --status 503 --reply-header Retry-After=0",
    );
    tell(
        &folder,
        &account,
        "fault add --path /crm/v8/Contacts --times 1 --close",
    );
    let begun = Instant::now();
    let report = account.imported(&folder, "one");
    assert!(
        begun.elapsed() >= Duration::from_millis(1500),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(report["modules"][0]["photos"], 4);
    assert!(
        !report["assumed"].to_string().contains("time_zone"),
        "the organisation was read"
    );

    tell(
        &folder,
        &account,
        "fault add --path /crm/v8/org --status 429 --reply-header Retry-After=86400",
    );
    let run = account.import(&folder, "two");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stderr.contains("it wants no more requests for now"),
        "{}",
        run.stderr
    );
}

#[test]
fn credits_of_others_are_left_to_them() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    let body = "{\"org\":[]}";
    tell(
        &folder,
        &account,
        &format!(
            "fault add --path /crm/v8/org --status 200 --reply-header X-API-CREDITS-REMAINING=503 --body {body}"
        ),
    );
    let run = account.import(&folder, "one");
    assert_eq!(run.code, 1, "{}", run.stderr);
    let asked = account.asked(&folder);
    let org = asked
        .iter()
        .position(|(_, path)| path == "/crm/v8/org")
        .expect("it was asked for");
    assert_eq!(asked.len() - org - 1, 3, "of 503 credits 500 are left");
}

#[test]
fn a_way_to_the_next_page_that_is_dead_is_gone_from_its_beginning() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    // Modules, the organisation, three lists of users, profiles, roles, the fields of Leads, one page.
    assert_eq!(
        account.import(&folder, "--plain --credits-max 9 one").code,
        1
    );
    let pages = std::fs::read_dir(folder.path("one/.import/records/Leads/0")).expect("pages");
    assert_eq!(pages.count(), 1);
    tell(&folder, &account, "clock --advance 25h");
    let report = account.imported(&folder, "--plain one");
    assert_eq!(report["modules"][0]["records"], super::account::LEADS);
    let not_read = report["not_read"].as_array().expect("a list");
    let leads =
        |what: &serde_json::Value| what.as_str().is_some_and(|what| what.starts_with("Leads:"));
    assert!(!not_read.iter().any(leads), "{not_read:?}");
}

#[test]
fn a_dead_token_is_renewed_or_told() {
    let folder = rich_folder();
    let mut account = Account::serve(&folder, "rich.toml");
    let check: serde_json::Value =
        serde_json::from_str(&folder.run("check rich.toml --json").stdout).expect("JSON");
    let token = |name: &str| {
        check["tokens"][name]["text"]
            .as_str()
            .expect("a token")
            .to_owned()
    };
    account.token = token("dead");
    let run = account.import(&folder, "one");
    assert_eq!(run.code, 5);
    assert!(run.stderr.contains("the token is dead"), "{}", run.stderr);
    assert!(!run.stderr.contains(&account.token), "it is not told");

    let secret = check["client_secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    let client = check["client_id"].as_str().expect("an id");
    let url = &account.server.url;
    let line = format!(
        "import --from {url} --key test-key --json --client-id {client} --accounts-url {url} --refresh-token {} --client-secret {secret} one",
        token("refresh")
    );
    clear(&folder, &account);
    let run = folder.run_with(&line, &[("TANZANITE_IMPORT_TOKEN", &account.token)]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let asked = account.asked(&folder);
    let others: Vec<_> = asked.iter().filter(|(method, _)| method != "GET").collect();
    assert_eq!(others, [&("POST".to_owned(), "/oauth/v2/token".to_owned())]);
    for (name, bytes) in files(&folder.path("one")) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains(&secret) && !text.contains(&token("refresh")),
            "{name}"
        );
    }
}

#[test]
fn mistakes_are_told() {
    let folder = rich_folder();
    let account = Account::serve(&folder, "rich.toml");
    let run = account.import(&folder, "--modules Leads,Leeds one");
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("there is no module Leeds") && run.stderr.contains("Contacts"),
        "{}",
        run.stderr
    );
    let token = [("TANZANITE_IMPORT_TOKEN", "1000.secret")];
    let run = folder.run_with("import --from http://crm.example.com x", &token);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("over https only"), "{}", run.stderr);
    let run = folder.run("import --from http://127.0.0.1:1 x");
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("TANZANITE_IMPORT_TOKEN"),
        "{}",
        run.stderr
    );
    // TLS to a server without TLS is an error, not a panic.
    let url = account.server.url.replace("http://", "https://");
    let run = folder.run_with(&format!("import --from {url} x"), &token);
    assert_eq!(run.code, 4, "{}", run.stderr);
    let run = folder.run_with("import --from http://127.0.0.1:1 y", &token);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(!run.stderr.contains("1000.secret"), "{}", run.stderr);
}
