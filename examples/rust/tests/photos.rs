//! Each test has a CRM of its own: they run at the same time and see nothing of each other.

use tanzanite_example::{Crm, Removed};
use tanzanite_test::Tanzanite;

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
