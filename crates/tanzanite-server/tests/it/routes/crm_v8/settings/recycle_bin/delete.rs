//! `DELETE /crm/v8/settings/recycle_bin?ids=`: delete records for good.

use crate::world::World;
use insta::assert_snapshot;

#[test]
fn each_id_has_its_answer_and_nothing_is_left_of_the_record() {
    let world = World::demo();
    let admin = world.actor("admin");
    let key = "with_photo";
    assert_eq!(admin.delete(&world.path(key)).status, 200);
    let (one, live) = (world.id(key), world.id("without_photo"));
    let target = format!("/crm/v8/settings/recycle_bin?ids={one},{live},{one}");
    assert_snapshot!(admin.delete(&target), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"SUCCESS","details":{"id":"3652397000000190018"},"message":"record deleted","status":"success"},{"code":"INVALID_DATA","details":{"id":"3652397000000190022"},"message":"the id given seems to be invalid","status":"error"},{"code":"INVALID_DATA","details":{"id":"3652397000000190018"},"message":"the id given seems to be invalid","status":"error"}]}
    "#);
    let list = admin.get("/crm/v8/Leads/deleted?type=permanent");
    assert_snapshot!(list, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"deleted_by":null,"id":"3652397000000190018","display_name":null,"type":"permanent","created_by":null,"deleted_time":"[now]"}],"info":{"per_page":200,"count":1,"page":1,"more_records":false}}
    "#);
    let restore = format!("/crm/v8/settings/recycle_bin/{one}/actions/restore");
    assert_eq!(
        admin.post(&restore, "").json()["recycle_bin"][0]["code"],
        "INVALID_DATA"
    );
    assert_eq!(admin.get(&world.path("without_photo")).status, 200);
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&target)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"INVALID_DATA","details":{"id":"3652397000000190018"},"message":"the id given seems to be invalid","status":"error"},{"code":"INVALID_DATA","details":{"id":"3652397000000190022"},"message":"the id given seems to be invalid","status":"error"},{"code":"INVALID_DATA","details":{"id":"3652397000000190018"},"message":"the id given seems to be invalid","status":"error"}]}
    "#);
}

#[test]
fn the_choice_is_missing_or_too_large() {
    let world = World::demo();
    let refused = |query: &str| {
        let target = format!("/crm/v8/settings/recycle_bin{query}");
        world.refused(|world| world.actor("admin").delete(&target))
    };
    assert_snapshot!(refused(""), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"EXPECTED_PARAM_MISSING","details":{"param_names":["filters","ids"]},"message":"one of the expected parameter is missing","status":"error"}
    "#);
    assert_snapshot!(refused("?ids="), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"EXPECTED_PARAM_MISSING","details":{"param_names":["filters","ids"]},"message":"one of the expected parameter is missing","status":"error"}
    "#);
    assert_snapshot!(refused("?filters=%7B%7D"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"API_NOT_SUPPORTED","details":{"param_name":"filters"},"message":"Tanzanite does not act on this parameter or header yet","status":"error"}
    "#);
    let many: Vec<String> = (1..=201).map(|id| id.to_string()).collect();
    assert_eq!(
        refused(&format!("?ids={}", many.join(","))).code(),
        "LIMIT_EXCEEDED"
    );
}

#[test]
fn who_may_not_delete_may_not_purge() {
    let world = World::enlarged();
    let id = world.id("deleted");
    let purge_of = |actor: &str, id: &str| {
        let target = format!("/crm/v8/settings/recycle_bin?ids={id}");
        world.refused(|world| world.actor(actor).delete(&target))
    };
    let purge = |actor: &str| purge_of(actor, &id);
    assert_snapshot!(purge("no_delete_at_the_bin"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"INVALID_DATA","details":{"id":"3652397000000190029"},"message":"the id given seems to be invalid","status":"error"}]}
    "#);
    assert_snapshot!(purge("stranger_at_the_bin"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"INVALID_DATA","details":{"id":"3652397000000190029"},"message":"the id given seems to be invalid","status":"error"}]}
    "#);
    assert_eq!(purge("read_only").code(), "OAUTH_SCOPE_MISMATCH");
    let own = world.deleted_of("no_delete", "Leads", "Last_Name");
    assert_snapshot!(purge_of("no_delete_at_the_bin", &own), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_Delete_Leads"],"id":"3652397000000190052"},"message":"Permission denied to delete","status":"error"}]}
    "#);
    let read = world.deleted_of("manager", "Accounts", "Account_Name");
    assert_snapshot!(purge_of("stranger_at_the_bin", &read), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"AUTHORIZATION_FAILED","details":{"id":"3652397000000190053"},"message":"User does not have sufficient privilege to perform this action","status":"error"}]}
    "#);
}
