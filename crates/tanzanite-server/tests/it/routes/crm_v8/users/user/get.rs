//! `GET /crm/v8/users/{user}`.

use crate::world::{World, text};
use insta::assert_snapshot;

#[test]
fn a_user_comes_without_info() {
    let world = World::enlarged();
    let gone = world
        .actor("admin")
        .get("/crm/v8/users?type=DeletedUsers")
        .json();
    let path = format!("/crm/v8/users/{}", text(&gone["users"][0]["id"]));
    assert_snapshot!(world.actor("admin").get(&path), @r##"
    200
    content-type: application/json;charset=UTF-8

    {"users":[{"country":"DE","language":"en_US","state":"","fax":null,"country_locale":"en_US","zip":null,"decimal_separator":"Period","created_time":"2024-01-15T09:00:00+01:00","time_format":"HH:mm","offset":3600000,"created_by":{"name":"Mara Lindqvist","id":"3652397000000190008"},"territories":[],"Current_Shift__s":null,"Next_Shift__s":null,"Shift_Effective_From__s":null,"dob":null,"customize_info":{"notes_desc":null,"show_right_panel":null,"bc_view":null,"show_home":false,"show_detail_view":true,"show_left_panel":false,"unpin_recent_item":null},"city":null,"distance_preference__s":"kilometers","signature":null,"name_format":"Salutation,First Name,Last Name","personal_account":true,"Isonline":false,"default_tab_group":"0","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Modified_Time":"2024-01-15T09:00:00+01:00","street":null,"theme":{"normal_tab":{"font_color":"#FFFFFF","background":"#222222"},"selected_tab":{"font_color":"#FFFFFF","background":"#222222"},"new_background":null,"background":"#F3F0EB","screen":"fixed","type":"default"},"website":null,"mobile":null,"date_format":"dd/MM/yyyy","role":{"name":"Representative","id":"3652397000000190007"},"microsoft":false,"locale":"en_US","$shift_effective_from":null,"$current_shift":null,"alias":null,"id":"3652397000000190050","sandboxDeveloper":false,"first_name":"Gone","email":"gone.away@example.com","Reporting_To":null,"status_reason__s":null,"$next_shift":null,"profile":{"name":"Standard","id":"3652397000000190002"},"last_name":"Away","time_zone":"Europe/Berlin","zuid":"600100210","confirm":true,"full_name":"Gone Away","phone":null,"status":"deleted","type__s":"Regular User"}]}
    "##);
}

#[test]
fn an_id_of_nobody_has_no_content_and_what_is_no_id_is_refused() {
    let world = World::demo();
    assert_snapshot!(world.actor("admin").get("/crm/v8/users/1"), @"204");
    assert_eq!(
        world
            .actor("admin")
            .get(&format!("/crm/v8/users/{}", world.id("account")))
            .status,
        204
    );
    assert_snapshot!(world.refused(|world| world.actor("admin").get("/crm/v8/users/x")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":1},"message":"the id given seems to be invalid","status":"error"}
    "#);
    for id in ["0", "-1", "99999999999999999999", "CurrentUser"] {
        let exchange =
            world.refused(|world| world.actor("admin").get(&format!("/crm/v8/users/{id}")));
        assert_eq!(exchange.code(), "INVALID_DATA", "{id}");
    }
}

#[test]
fn the_scope_does_not_do() {
    let world = World::demo();
    let exchange = world.refused(|world| world.actor("write_only").get("/crm/v8/users/1"));
    assert_eq!(
        (exchange.status, exchange.code().as_str()),
        (401, "OAUTH_SCOPE_MISMATCH")
    );
}
