//! `tanzanite org`, `snapshot` and `reset`: their output, their effects, and their exit codes.

use super::support::Folder;
use serde_json::Value;

#[test]
fn an_organisation_is_made_used_and_deleted() {
    let folder = Folder::new();
    let server = folder.serve("--memory");
    let url = [("TANZANITE_URL", server.url.as_str())];
    let ok = |command: &str| {
        let run = folder.run_with(command, &url);
        assert_eq!(run.code, 0, "{command}: {}", run.stderr);
        run.stdout
    };
    let made: Value = serde_json::from_str(&ok("org create one --json")).expect("JSON");
    let org = made["org"].as_str().expect("a number");
    assert!(ok("org create two").contains("token admin"));
    assert_eq!(ok("org list").lines().count(), 3);
    // Commands concern the organisation that they name.
    ok(&format!("clock --freeze 2030-01-01T00:00:00Z --org {org}"));
    assert!(ok(&format!("clock --org {org}")).contains("frozen"));
    assert!(ok("clock").contains("running"));
    let environment: Value =
        serde_json::from_str(&ok(&format!("env --json --org {org}"))).expect("JSON");
    assert_eq!(environment["client_id"], made["client_id"]);
    assert_eq!(ok(&format!("org delete {org}")), "");
    assert_eq!(ok("org list").lines().count(), 2);
    for (command, code, said) in [
        (
            "org create two".to_owned(),
            5,
            "there is an organisation of the name",
        ),
        ("org create a/b".to_owned(), 5, "is no name"),
        (format!("org delete {org}"), 5, "there is no organisation"),
        ("org delete x".to_owned(), 2, "is no organisation's number"),
        ("org delete 600100200".to_owned(), 5, "was started for"),
        ("clock --org 7".to_owned(), 5, "there is no organisation 7"),
        ("clock --org x".to_owned(), 2, "--org"),
        (
            "org create own --seed nowhere.toml".to_owned(),
            3,
            "nowhere.toml",
        ),
    ] {
        let run = folder.run_with(&command, &url);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (code, ""),
            "{command}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(said), "{command}: {}", run.stderr);
    }
}

#[test]
fn an_organisation_of_another_seed_has_the_pictures_beside_the_file() {
    let folder = Folder::new();
    let server = folder.serve("--memory");
    let url = [("TANZANITE_URL", server.url.as_str())];
    for command in ["init crm", "org create mine --seed crm/seed.toml"] {
        let run = folder.run_with(command, &url);
        assert_eq!(run.code, 0, "{command}: {}", run.stderr);
    }
    let listed = folder.run_with("org list", &url).stdout;
    assert_eq!(
        listed.lines().filter(|line| line.contains("mine")).count(),
        1,
        "{listed}"
    );
}

#[test]
fn an_organisation_becomes_what_it_was() {
    let folder = Folder::new();
    let server = folder.serve("--memory");
    let url = [("TANZANITE_URL", server.url.as_str())];
    let ok = |command: &str| {
        let run = folder.run_with(command, &url);
        assert_eq!(run.code, 0, "{command}: {}", run.stderr);
        run.stdout
    };
    ok("snapshot take before");
    ok("clock --freeze 2030-01-01T00:00:00Z");
    assert_eq!(ok("snapshot list").lines().count(), 2);
    ok("snapshot restore before");
    assert!(ok("clock").contains("running"));
    ok("clock --freeze 2030-01-01T00:00:00Z");
    ok("reset");
    assert!(ok("clock").contains("running"));
    assert_eq!(ok("snapshot diff before"), "");
    ok("snapshot delete before");
    for command in [
        "snapshot restore before",
        "snapshot diff before",
        "snapshot delete before",
        "snapshot delete seed",
        "snapshot take a/b",
    ] {
        let run = folder.run_with(command, &url);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (5, ""),
            "{command}: {}",
            run.stderr
        );
        assert!(
            run.stderr.starts_with("tanzanite: "),
            "{command}: {}",
            run.stderr
        );
    }
}
