//! `tanzanite fault`: its flags make the rule that they describe, and invalid ones are refused.

use super::support::Folder;
use serde_json::{Value, json};

#[test]
fn the_flags_of_a_rule_are_what_the_server_is_asked_for() {
    let folder = Folder::new();
    let server = folder.serve("--memory");
    let url = [("TANZANITE_URL", server.url.as_str())];
    for (flags, rule) in [
        (
            "--client 1000.A --after --expire-token --reset",
            json!({"request": {"client": "1000.A"}, "moment": "after", "expire_token": true, "reset": true}),
        ),
        (
            "--slow 1s --truncated half --fault RecordUnknown",
            json!({"request": {}, "moment": "before", "fault": "RecordUnknown", "slow": "1s", "truncated": "half"}),
        ),
        (
            "--times 2 --truncated 100 --status 200 --body text",
            json!({"request": {}, "times": 2, "moment": "before", "reply": {"status": 200, "headers": {}, "body": "text"}, "truncated": {"after": 100}}),
        ),
    ] {
        let run = folder.run_with(&format!("fault add {flags} --json"), &url);
        assert_eq!(run.code, 0, "{flags}: {}", run.stderr);
        let mut added: Value = serde_json::from_str(&run.stdout).expect("JSON");
        for name in ["number", "met", "fired"] {
            let counted = added.as_object_mut().expect("a rule").shift_remove(name);
            assert!(counted.is_some(), "{flags}: {name}");
        }
        assert_eq!(added, rule, "{flags}");
    }
    for (flags, code) in [
        ("--slow 1s --close", 2),
        ("--reset --close", 2),
        ("--truncated half --reset", 2),
        ("--truncated third", 2),
        ("--truncated -1", 2),
        ("--slow 2h", 5),
        ("--times 1", 5),
    ] {
        let run = folder.run_with(&format!("fault add {flags}"), &url);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (code, ""),
            "{flags}: {}",
            run.stderr
        );
        assert!(
            run.stderr.starts_with("tanzanite: "),
            "{flags}: {}",
            run.stderr
        );
    }
    let listed = folder.run_with("fault list", &url);
    assert_eq!(listed.stdout.lines().count(), 3, "{}", listed.stdout);
}
