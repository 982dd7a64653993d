//! `GET /crm/v8/Notes/{id}`.

use crate::routes::crm_v8::notes::note;
use crate::world::World;
use insta::assert_snapshot;

#[test]
fn a_note_is_read_in_each_version_s_way() {
    let world = World::demo();
    let id = note(&world, "with_photo", "First");
    let admin = world.actor("admin");
    assert_snapshot!(admin.get(&format!("/crm/v8/Notes/{id}?fields=Note_Title,Parent_Id")), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Note_Title":"First","Parent_Id":{"name":"Rosa Amberg","id":"3652397000000190018","module":{"api_name":"Leads","id":"3652397500000190001"}},"id":"3652397000000190048"}]}
    "#);
    assert_snapshot!(admin.get(&format!("/crm/v2/Notes/{id}?fields=Note_Title,Parent_Id,$se_module")), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Note_Title":"First","Parent_Id":{"name":"Rosa Amberg","id":"3652397000000190018"},"id":"3652397000000190048","$se_module":"Leads"}]}
    "#);
    assert_eq!(admin.get("/crm/v8/Notes/1").status, 204);
    assert_eq!(
        admin
            .get(&format!("/crm/v8/Notes/{}", world.id("with_photo")))
            .status,
        204
    );
}

#[test]
fn the_note_of_a_record_that_is_not_shared_is_refused() {
    let world = World::demo();
    let path = format!(
        "/crm/v8/Notes/{}",
        note(&world, "private_of_other", "First")
    );
    assert_snapshot!(world.refused(|world| world.actor("stranger").get(&path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to read records","status":"error"}
    "#);
    assert_eq!(world.actor("manager").get(&path).status, 200);
}

#[test]
fn a_note_shows_its_attachments() {
    let world = World::demo();
    let path = format!("/crm/v8/Notes/{}", note(&world, "with_photo", "First"));
    let admin = world.actor("admin");
    let attachments = format!("{path}/Attachments");
    for count in 1..=5 {
        assert_eq!(admin.upload(&attachments, b"abc").status, 200, "{count}");
    }
    assert_snapshot!(world.refused(|world| world.actor("admin").upload(&attachments, b"abc")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"LIMIT_EXCEEDED","details":{"limit":5},"message":"attachment limit exceeded","status":"error"}
    "#);
    let note = world.record(&path);
    let shown = note["$attachments"].as_array().expect("attachments");
    assert_eq!(shown.len(), 5);
    assert_eq!(
        (&shown[0]["File_Name"], &shown[0]["Size"]),
        (&"a.png".into(), &"3".into())
    );
    let one = format!("{attachments}/{}", crate::world::text(&shown[0]["id"]));
    assert_eq!(admin.get(&one).body, &b"abc"[..]);
    assert_eq!(admin.delete(&one).status, 200);
    assert_eq!(admin.get(&one).status, 204);
}

#[test]
fn a_word_that_asks_for_converted_notes_and_is_none_is_a_fault_of_the_parameter() {
    let world = World::demo();
    let path = format!("/crm/v8/Notes/{}", note(&world, "with_photo", "First"));
    let asked = |word: &str| {
        world
            .actor("admin")
            .get(&format!("{path}?converted={word}"))
    };
    assert_snapshot!(world.refused(|_| asked("x")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"PATTERN_NOT_MATCHED","details":{"param_name":"converted"},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    assert_eq!(asked("both").status, 200);
    let of_none = world.refused(|world| world.actor("admin").get("/crm/v8/Notes/1?converted=x"));
    assert_eq!(of_none.code(), "PATTERN_NOT_MATCHED");
}
