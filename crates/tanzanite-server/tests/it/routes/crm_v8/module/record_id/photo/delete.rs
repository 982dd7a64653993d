//! `DELETE /crm/v8/{module}/{record_id}/photo`: every row of the page, by its real cause, and nothing changed.

use crate::world::World;
use insta::assert_snapshot;
use tanzanite_protocol::ApiVersion;

fn photo(world: &World, key: &str) -> String {
    format!("{}/photo", world.path(key))
}

#[test]
fn a_photo_is_deleted_and_the_record_says_so() {
    let world = World::demo();
    let path = photo(&world, "with_photo");
    let admin = world.actor("admin");
    assert_eq!(admin.get(&path).status, 200);
    assert_snapshot!(admin.delete(&path), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"code":"SUCCESS","details":{},"message":"Photo deleted","status":"success"}
    "#);
    assert_eq!(admin.get(&path).status, 204);
    let record = admin.get(&world.path("with_photo")).json();
    assert_eq!(record["data"][0]["Record_Image"], serde_json::Value::Null);
    assert_eq!(
        record["data"][0]["Modified_By"]["email"],
        world.credentials.user_email.as_str()
    );
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"No such photo exists","status":"error"}
    "#);
}

#[test]
fn the_manager_may_delete_what_a_representative_owns() {
    let world = World::demo();
    assert_eq!(
        world
            .actor("manager")
            .delete(&photo(&world, "with_photo"))
            .status,
        200
    );
}

#[test]
fn who_is_exempt_from_locks_may_delete() {
    let world = World::demo();
    assert_eq!(
        world
            .actor("lock_exempt")
            .delete(&photo(&world, "locked"))
            .status,
        200
    );
}

#[test]
fn a_custom_module_s_photo_is_deleted() {
    let world = World::demo();
    assert_eq!(
        world
            .actor("admin")
            .delete(&photo(&world, "workshop"))
            .status,
        200
    );
}

#[test]
fn every_version_deletes() {
    for version in ApiVersion::ALL.map(ApiVersion::as_str) {
        let world = World::demo();
        let path = photo(&world, "with_photo").replace("/v8/", &format!("/{version}/"));
        assert_eq!(world.actor("admin").delete(&path).status, 200, "{version}");
    }
}

#[test]
fn the_module_is_unknown() {
    let world = World::demo();
    let path = format!("/crm/v8/Leeds/{}/photo", world.id("with_photo"));
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_MODULE","details":{"resource_path_index":0},"message":"the module name given seems to be invalid","status":"error"}
    "#);
}

#[test]
fn the_module_takes_no_photos() {
    let world = World::demo();
    let path = photo(&world, "task");
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_MODULE","details":{"resource_path_index":0},"message":"The given module is not supported in API","status":"error"}
    "#);
    let deal = photo(&world, "deal");
    assert_eq!(
        world
            .refused(|world| world.actor("admin").delete(&deal))
            .code(),
        "INVALID_MODULE"
    );
}

#[test]
fn another_method_is_none_of_the_path_s() {
    let world = World::demo();
    let path = photo(&world, "with_photo");
    assert_snapshot!(world.refused(|world| world.actor("admin").put(&path, "")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_REQUEST_METHOD","details":{},"message":"The http request method type is not a valid one","status":"error"}
    "#);
    for method in ["PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND"] {
        let exchange = world.refused(|world| world.actor("admin").send(method, &path, &[], b""));
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (400, "INVALID_REQUEST_METHOD"),
            "{method}"
        );
    }
    let head = world.refused(|world| world.actor("admin").send("HEAD", &path, &[], b""));
    assert_eq!((head.status, head.body.len()), (400, 0));
}

#[test]
fn the_record_is_not_shared_with_this_user() {
    let world = World::demo();
    let path = photo(&world, "private_of_other");
    assert_snapshot!(world.refused(|world| world.actor("stranger").delete(&path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to delete images","status":"error"}
    "#);
}

#[test]
fn the_id_is_that_of_no_record() {
    let world = World::demo();
    let path = |id: &str| format!("/crm/v8/Leads/{id}/photo");
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&path("3652397000000990099"))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"the id given seems to be invalid","status":"error"}
    "#);
    let other_module = world.id("private_of_other");
    let deleted = world.id("deleted");
    let ids = [
        "abc",
        "0",
        "-1",
        "1e3",
        "99999999999999999999",
        "9223372036854775808",
        "%31%zz",
        &other_module,
        &deleted,
    ];
    for id in ids {
        let exchange = world.refused(|world| world.actor("admin").delete(&path(id)));
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (400, "INVALID_DATA"),
            "{id}: {exchange}"
        );
        assert!(
            exchange.text().contains("the id given seems to be invalid"),
            "{id}: {exchange}"
        );
    }
}

#[test]
fn the_record_is_locked() {
    let world = World::demo();
    let path = photo(&world, "locked");
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"RECORD_LOCKED","details":{"id":"3652397000000190023"},"message":"You cannot perform this operation as the record is locked.","status":"error"}
    "#);
}

#[test]
fn the_record_has_no_photo() {
    let world = World::demo();
    let path = photo(&world, "without_photo");
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"No such photo exists","status":"error"}
    "#);
}

#[test]
fn the_scope_does_not_do() {
    let world = World::demo();
    let path = photo(&world, "with_photo");
    assert_snapshot!(world.refused(|world| world.actor("read_only").delete(&path)), @r#"
    401
    content-type: application/json;charset=UTF-8

    {"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"Unauthorized","status":"error"}
    "#);
    let write = world.refused(|world| world.actor("write_only").delete(&path));
    assert_eq!(
        write.code(),
        "OAUTH_SCOPE_MISMATCH",
        "the page names ALL and DELETE only"
    );
}

#[test]
fn the_profile_does_not_permit_it() {
    let world = World::demo();
    let path = photo(&world, "with_photo");
    assert_snapshot!(world.refused(|world| world.actor("no_delete").delete(&path)), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_Delete_Leads"]},"message":"Permission denied to delete images","status":"error"}
    "#);
}

#[test]
fn the_url_is_unknown() {
    let world = World::demo();
    let path = photo(&world, "with_photo");
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&format!("{path}/1/2"))), @r#"
    404
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_URL_PATTERN","details":{},"message":"Please check if the URL trying to access is a correct one","status":"error"}
    "#);
    for wrong in [
        "/photo",
        "/crm/v1/Leads/1/photo",
        "/crm/v9/Leads/1/photo",
        "/crm/v8/Leads/1/photo/",
        "//",
    ] {
        let exchange = world.refused(|world| world.actor("admin").delete(wrong));
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (404, "INVALID_URL_PATTERN"),
            "{wrong}"
        );
    }
}

#[test]
fn there_is_no_token() {
    let world = World::demo();
    let path = photo(&world, "with_photo");
    assert_snapshot!(world.refused(|world| world.anyone().delete(&path)), @r#"
    401
    content-type: application/json;charset=UTF-8

    {"code":"AUTHENTICATION_FAILURE","details":{},"message":"Authentication failed","status":"error"}
    "#);
    for authorization in ["", "Zoho-oauthtoken", "Basic YTpi", "Zoho-oauthtoken "] {
        let exchange = world.refused(|world| world.bearing(authorization).delete(&path));
        assert_eq!(
            exchange.code(),
            "AUTHENTICATION_FAILURE",
            "{authorization:?}"
        );
    }
}

#[test]
fn the_token_is_not_alive() {
    let world = World::demo();
    let path = photo(&world, "with_photo");
    assert_snapshot!(world.refused(|world| world.actor("expired").delete(&path)), @r#"
    401
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_TOKEN","details":{},"message":"invalid oauth token","status":"error"}
    "#);
    let long = format!("Zoho-oauthtoken {}", "a".repeat(5000));
    for authorization in ["Zoho-oauthtoken 1000.aa.bb", "Bearer x", &long] {
        let exchange = world.refused(|world| world.bearing(authorization).delete(&path));
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (401, "INVALID_TOKEN"),
            "{authorization}"
        );
    }
    assert_eq!(
        world
            .refused(|world| world.actor("inactive_user").delete(&path))
            .code(),
        "INVALID_TOKEN"
    );
}

#[test]
fn bearer_is_a_scheme_too() {
    let world = World::demo();
    let token = world
        .credentials
        .token("admin")
        .expect("a token")
        .to_owned();
    let path = photo(&world, "with_photo");
    assert_eq!(
        world
            .bearing(&format!("bearer {token}"))
            .delete(&path)
            .status,
        200
    );
}

#[test]
fn restrict_triggers_is_checked() {
    let world = World::demo();
    let path = photo(&world, "with_photo");
    let wrong = format!("{path}?restrict_triggers=workflows");
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&wrong)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"restrict_triggers","supported_values":["workflow","approval","blueprint","pathfinder","orchestration"]},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    let long = format!("{path}?restrict_triggers={}", "workflow,".repeat(12));
    assert_eq!(
        world
            .refused(|world| world.actor("admin").delete(&long))
            .code(),
        "LIMIT_EXCEEDED"
    );
    let right = format!("{path}?restrict_triggers=workflow,approval&");
    assert_eq!(world.actor("admin").delete(&right).status, 200);
}

#[test]
fn a_body_is_ignored() {
    let world = World::demo();
    let path = photo(&world, "with_photo");
    let exchange = world
        .actor("admin")
        .send("DELETE", &path, &[], &vec![b'x'; 100_000]);
    assert_eq!(exchange.status, 200, "{exchange}");
}
