//! `tanzanite blueprint`.

use super::support::Folder;
use insta::assert_snapshot;

const PROCESS: &str = r#"{
  "module": "Leads",
  "name": "Nurturing",
  "field": "Lead_Status",
  "transitions": [
    { "name": "Reach", "from": "Not Contacted", "to": "Contacted", "mandatory": ["Phone"] },
    { "name": "Drop", "from": "Not Contacted", "to": "Junk Lead" }
  ]
}"#;

#[test]
fn a_process_is_set_listed_and_removed() {
    let folder = Folder::new();
    let server = folder.serve("--memory");
    let at = [("TANZANITE_URL", server.url.as_str())];
    let run = |line: &str| folder.run_with(&format!("blueprint {line}"), &at);
    std::fs::write(folder.path("nurturing.json"), PROCESS).expect("a file");
    let set = run("set nurturing.json");
    assert_eq!(set.code, 0, "{}", set.stderr);
    assert_snapshot!(set.stdout, @"
    3652397000000190048  Nurturing  Leads.Lead_Status
    3652397000000190049  Reach      Not Contacted -> Contacted
    3652397000000190050  Drop       Not Contacted -> Junk Lead
    ");
    let list = run("list");
    assert_eq!((list.code, list.stdout.as_str()), (0, set.stdout.as_str()));
    let id = set.stdout.split_whitespace().next().expect("an id");
    assert_eq!(run(&format!("delete {id}")).code, 0);
    assert_eq!(run("list").stdout, "");
    let gone = run(&format!("delete {id}"));
    assert_eq!(gone.code, 5, "{}", gone.stderr);
    assert!(
        gone.stderr.contains("there is no blueprint"),
        "{}",
        gone.stderr
    );
}

#[test]
fn a_process_that_cannot_be_is_refused_with_advice() {
    let folder = Folder::new();
    let server = folder.serve("--memory");
    let at = [("TANZANITE_URL", server.url.as_str())];
    let mut told = String::new();
    for (file, text) in [
        ("flawed.json", PROCESS.replace("Junk Lead", "Junk")),
        ("broken.json", "{".to_owned()),
        ("missing.json", String::new()),
    ] {
        if !text.is_empty() {
            std::fs::write(folder.path(file), text).expect("a file");
        }
        let run = folder.run_with(&format!("blueprint set {file}"), &at);
        told.push_str(&format!(
            "{} {}",
            run.code,
            run.stderr.replace(&server.url, "URL")
        ));
    }
    assert_snapshot!(told, @r#"
    5 tanzanite: URL refused: transition "Drop": Lead_Status has no value "Junk". Use one of Attempted to Contact, Contact in Future, Contacted, Junk Lead, Lost Lead, Not Contacted, Pre-Qualified, Not Qualified.
    hint: send such as {"module": "Leads", "name": "Nurturing", "field": "Lead_Status", "transitions": [{"name": "Reach", "from": "Not Contacted", "to": "Contacted", "mandatory": ["Phone"]}]}; criteria, continuous, optional and message may stand there too
    2 tanzanite: broken.json is no JSON: EOF while parsing an object at line 1 column 1
    2 tanzanite: missing.json cannot be read: No such file or directory (os error 2)
    "#);
}
