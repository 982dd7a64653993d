//! Each test has a CRM of its own: they run at the same time and see nothing of each other. That is a server, or an organisation on
//! one that tests share, which is there sooner.

use std::sync::LazyLock;
use tanzanite_example::{Crm, Removed};
use tanzanite_test::Tanzanite;

static SHARED: LazyLock<Tanzanite> = LazyLock::new(|| Tanzanite::start().expect("a CRM"));

/// A client of a fresh demo, and the id of one of its leads.
fn client(crm: &Tanzanite, lead: &str) -> (Crm, String) {
    let client = Crm {
        domain: crm.url().to_owned(),
        token: crm.token("admin").expect("the demo has it").to_owned(),
    };
    let (_, id) = crm.record(lead).expect("the demo has it");
    (client, id.to_string())
}

#[test]
fn a_photo_is_removed_once() {
    let crm = Tanzanite::start().expect("a CRM");
    let (client, lead) = client(&crm, "with_photo");
    assert_eq!(client.remove_photo(&lead).expect("an answer"), Removed::Yes);
    assert_eq!(
        client.remove_photo(&lead).expect("an answer"),
        Removed::NoPhoto
    );
}

#[test]
fn a_locked_record_keeps_its_photo() {
    let crm = Tanzanite::start().expect("a CRM");
    let (client, lead) = client(&crm, "locked");
    assert_eq!(
        client.remove_photo(&lead).expect("an answer"),
        Removed::Locked
    );
}

#[test]
fn a_server_is_shared_and_the_photo_is_not() {
    for test in ["one", "another"] {
        let crm = SHARED.organisation(test).expect("an organisation");
        let (client, lead) = client(&crm, "with_photo");
        assert_eq!(client.remove_photo(&lead).expect("an answer"), Removed::Yes);
        crm.reset().expect("a reset");
        assert_eq!(client.remove_photo(&lead).expect("an answer"), Removed::Yes);
    }
}
