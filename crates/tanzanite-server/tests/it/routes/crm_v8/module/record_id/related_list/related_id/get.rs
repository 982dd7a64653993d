//! `GET /crm/v8/{module}/{record_id}/{related_list}/{related_id}`.

use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

#[test]
fn one_of_those_that_refer_to_a_record_is_read() {
    let world = World::demo();
    let account = json!({ "id": world.id("account") });
    let [id, other] = world
        .insert(
            "Contacts",
            &[
                json!({ "Last_Name": "A", "Account_Name": account }),
                json!({ "Last_Name": "B" }),
            ],
        )
        .try_into()
        .expect("two");
    let path = |id: &str| format!("{}/Contacts/{id}?fields=Last_Name", world.path("account"));
    assert_snapshot!(world.actor("admin").get(&path(&id)), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Last_Name":"A","id":"3652397000000190048"}]}
    "#);
    for missing in [other.as_str(), "1", "x"] {
        assert_eq!(
            world.actor("admin").get(&path(missing)).status,
            204,
            "{missing}"
        );
    }
    assert_eq!(world.actor("stranger").get(&path(&id)).status, 204);
    let unknown = format!("{}/Nonsense/1", world.path("account"));
    assert_eq!(
        world
            .refused(|world| world.actor("admin").get(&unknown))
            .code(),
        "INVALID_DATA"
    );
}
