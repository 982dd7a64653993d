//! `GET /crm/v8/users`.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;

fn get(world: &World, actor: &str, query: &str) -> Exchange {
    world.actor(actor).get(&format!("/crm/v8/users{query}"))
}

fn refused(world: &World, query: &str) -> Exchange {
    world.refused(|world| get(world, "admin", query))
}

fn first_names(exchange: &Exchange) -> Vec<String> {
    assert_eq!(exchange.status, 200, "{exchange}");
    let users = exchange.json()["users"].take();
    users
        .as_array()
        .expect("users")
        .iter()
        .map(|user| text(&user["first_name"]))
        .collect()
}

#[test]
fn the_current_user_is_the_caller() {
    let world = World::demo();
    assert_snapshot!(get(&world, "manager", "?type=CurrentUser&"), @r##"
    200
    content-type: application/json;charset=UTF-8

    {"users":[{"country":"DE","language":"en_US","state":"","fax":null,"country_locale":"en_US","zip":null,"decimal_separator":"Period","created_time":"2024-01-15T09:00:00+01:00","time_format":"HH:mm","offset":3600000,"created_by":{"name":"Mara Lindqvist","id":"3652397000000190008"},"territories":[],"Current_Shift__s":null,"Next_Shift__s":null,"Shift_Effective_From__s":null,"dob":null,"customize_info":{"notes_desc":null,"show_right_panel":null,"bc_view":null,"show_home":false,"show_detail_view":true,"show_left_panel":false,"unpin_recent_item":null},"city":null,"distance_preference__s":"kilometers","signature":null,"name_format":"Salutation,First Name,Last Name","personal_account":true,"Isonline":true,"default_tab_group":"0","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Modified_Time":"2024-01-15T09:00:00+01:00","street":null,"theme":{"normal_tab":{"font_color":"#FFFFFF","background":"#222222"},"selected_tab":{"font_color":"#FFFFFF","background":"#222222"},"new_background":null,"background":"#F3F0EB","screen":"fixed","type":"default"},"website":null,"mobile":null,"date_format":"dd/MM/yyyy","role":{"name":"Manager","id":"3652397000000190006"},"microsoft":false,"locale":"en_US","$shift_effective_from":null,"$current_shift":null,"alias":null,"id":"3652397000000190009","sandboxDeveloper":false,"first_name":"Tomas","email":"tomas.okafor@example.com","Reporting_To":null,"status_reason__s":null,"$next_shift":null,"profile":{"name":"Standard","id":"3652397000000190002"},"last_name":"Okafor","time_zone":"Europe/Berlin","zuid":"600100202","confirm":true,"full_name":"Tomas Okafor","phone":null,"status":"active","type__s":"Regular User"}],"info":{"per_page":200,"count":1,"page":1,"more_records":false}}
    "##);
}

#[test]
fn each_type_has_its_users() {
    let world = World::enlarged();
    let all = [
        "Mara", "Tomas", "Jun", "Ines", "Noel", "Pia", "Otto", "Vera", "Nil",
    ];
    let active = ["Mara", "Tomas", "Jun", "Ines", "Noel", "Pia", "Vera", "Nil"];
    let confirmed = ["Mara", "Tomas", "Jun", "Ines", "Noel", "Pia", "Otto", "Nil"];
    for (kind, expected) in [
        ("", &all[..]),
        ("?type=", &all),
        ("?type=AllUsers", &all),
        ("?type=ActiveUsers", &active),
        ("?type=DeactiveUsers", &["Otto"]),
        ("?type=ConfirmedUsers", &confirmed),
        ("?type=NotConfirmedUsers", &["Vera"]),
        ("?type=DeletedUsers", &["Gone"]),
        (
            "?type=ActiveConfirmedUsers",
            &["Mara", "Tomas", "Jun", "Ines", "Noel", "Pia", "Nil"],
        ),
        ("?type=AdminUsers", &["Mara"]),
        ("?type=ActiveConfirmedAdmins", &["Mara"]),
        ("?type=ParentRoleUsers", &[]),
    ] {
        let exchange = get(&world, "admin", kind);
        if expected.is_empty() {
            assert_eq!((exchange.status, exchange.body.len()), (204, 0), "{kind}");
        } else {
            assert_eq!(first_names(&exchange), expected, "{kind}");
        }
    }
    assert_snapshot!(refused(&world, "?type=Everybody"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"type","supported_values":["AllUsers","ActiveUsers","DeactiveUsers","ConfirmedUsers","NotConfirmedUsers","DeletedUsers","ActiveConfirmedUsers","AdminUsers","ActiveConfirmedAdmins","CurrentUser","AllActiveUsers","ActiveAndDeactive","ChildRoleUsers","ParentRoleUsers","SubordinateRoleUsers"]},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    assert_eq!(refused(&world, "?type=allusers").code(), "INVALID_DATA");
}

#[test]
fn users_come_in_pages() {
    let world = World::demo();
    let all = first_names(&get(&world, "admin", ""));
    let mut walked = Vec::new();
    for page in 1.. {
        let exchange = get(&world, "admin", &format!("?per_page=3&page={page}"));
        walked.extend(first_names(&exchange));
        let info = exchange.json()["info"].take();
        assert_eq!(
            (&info["page"], &info["per_page"]),
            (&page.into(), &3.into()),
            "{info}"
        );
        if info["more_records"] == false {
            break;
        }
    }
    assert_eq!(walked, all);
    assert_eq!(get(&world, "admin", "?page=2").status, 204);
    assert_snapshot!(refused(&world, "?per_page=201"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"PATTERN_NOT_MATCHED","details":{"param_name":"per_page"},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    for query in ["?page=0", "?page=x", "?per_page=0", "?per_page=-1"] {
        assert_eq!(
            refused(&world, query).code(),
            "PATTERN_NOT_MATCHED",
            "{query}"
        );
    }
}

#[test]
fn ids_choose_users() {
    let world = World::demo();
    let users = get(&world, "admin", "").json();
    let id = text(&users["users"][2]["id"]);
    assert_eq!(
        first_names(&get(&world, "admin", &format!("?ids={id},1"))),
        ["Jun"]
    );
    assert_eq!(get(&world, "admin", "?ids=1").status, 204);
    assert_eq!(refused(&world, "?ids=x").code(), "PATTERN_NOT_MATCHED");
    let many = ["1"; 101].join(",");
    assert_snapshot!(refused(&world, &format!("?ids={many}")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"LIMIT_EXCEEDED","details":{"limit":100,"param_name":"ids"},"message":"limit exceeded","status":"error"}
    "#);
}

#[test]
fn the_scope_does_not_do() {
    let world = World::demo();
    assert_snapshot!(world.refused(|world| get(world, "write_only", "")), @r#"
    401
    content-type: application/json;charset=UTF-8

    {"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"Unauthorized","status":"error"}
    "#);
    assert_eq!(get(&world, "read_only", "").status, 200);
}
