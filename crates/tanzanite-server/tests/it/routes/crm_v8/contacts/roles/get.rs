//! `GET /crm/v8/Contacts/roles`.

use crate::world::World;
use insta::assert_snapshot;

#[test]
fn the_parts_that_contacts_play() {
    let world = World::demo();
    assert_snapshot!(world.actor("admin").get("/crm/v8/Contacts/roles"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"contact_roles":[{"name":"Developer/Evaluator","id":"3652397507002190001","sequence_number":1},{"name":"Decision Maker","id":"3652397507002190002","sequence_number":2},{"name":"Purchasing","id":"3652397507002190003","sequence_number":3},{"name":"Executive Sponsor","id":"3652397507002190004","sequence_number":4},{"name":"Engineering Lead","id":"3652397507002190005","sequence_number":5},{"name":"Economic Decision Maker","id":"3652397507002190006","sequence_number":6},{"name":"Product Management","id":"3652397507002190007","sequence_number":7}]}
    "#);
}
