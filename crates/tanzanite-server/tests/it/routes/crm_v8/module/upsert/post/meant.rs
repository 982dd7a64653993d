//! The record that an item of an upsert means, and whether there is one.

use super::{MORE, changed, is_made, refused, upsert, upserted, upserted_by};
use crate::world::{World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

#[test]
fn without_names_the_system_s_field_is_looked_at_and_then_the_unique_ones() {
    let world = World::demo_and(MORE);
    let (first, second) = (world.id("workshop"), world.id("workshop_without_photo"));
    let both = json!({ "Name": "Dovetails by hand", "Workshop_Code": "WS-01", "Seats": 1 });
    assert_eq!(
        upserted(&world, "Workshops", &[both]),
        [changed("Name", &first)]
    );
    let by_code = json!({ "Name": "Another", "Workshop_Code": "WS-02", "Room": "12" });
    assert_eq!(
        upserted(&world, "Workshops", &[by_code]),
        [changed("Workshop_Code", &second)]
    );
    let record = world.record(&world.path("workshop_without_photo"));
    assert_eq!(
        (&record["Name"], &record["Seats"]),
        (&json!("Another"), &json!(12))
    );
    let by_room = json!({ "Room": "12", "Seats": 3 });
    assert_eq!(
        upserted(&world, "Workshops", &[by_room]),
        [changed("Room", &second)]
    );
    let new = json!({ "Name": "New", "Workshop_Code": "WS-50", "Room": "13" });
    assert!(is_made(&upserted(&world, "Workshops", &[new])[0]));
}

#[test]
fn named_fields_are_looked_at_in_their_order_and_the_other_unique_ones_after_them() {
    let world = World::demo_and(MORE);
    let (first, second) = (world.id("workshop"), world.id("workshop_without_photo"));
    let room = json!({ "id": second, "Room": "12" });
    assert_eq!(
        world
            .actor("admin")
            .put("/crm/v8/Workshops", &json!({ "data": [room] }).to_string())
            .status,
        200
    );
    let by = |fields: Value, item: Value| upserted_by(&world, "Workshops", &fields, &[item]);
    let of_both = || json!({ "Name": "Sharpening for beginners", "Workshop_Code": "WS-01" });
    for (fields, expected) in [
        (
            json!(["Workshop_Code", "Name"]),
            changed("Workshop_Code", &first),
        ),
        (json!(["Workshop_Code"]), changed("Workshop_Code", &first)),
        // The field of the system is looked at only if it is named.
        (json!(["Room"]), changed("Workshop_Code", &first)),
        (json!(["Room", "Room"]), changed("Workshop_Code", &first)),
    ] {
        assert_eq!(by(fields.clone(), of_both()), [expected], "{fields}");
    }
    let name = world.record(&world.path("workshop"))["Name"].take();
    assert_eq!(
        name, "Sharpening for beginners",
        "it has the other's name now"
    );
    let unnamed = json!({ "Name": "Make your own plane", "Workshop_Code": "WS-60" });
    assert!(is_made(&by(json!(["Workshop_Code"]), unnamed)[0]));
    let by_room = json!({ "Name": "Make your own plane", "Room": "12" });
    assert_eq!(
        by(json!(["Workshop_Code"]), by_room),
        [changed("Room", &second)]
    );
    for (none, name) in [(json!(null), "Nulls"), (json!([]), "Lists")] {
        let item = json!({ "Name": name, "Workshop_Code": "ws-01" });
        assert_eq!(by(none, item), [changed("Workshop_Code", &first)]);
    }
}

#[test]
fn letter_case_and_blanks_around_a_value_do_not_count() {
    let world = World::demo_and(MORE);
    let id = world.id("with_photo");
    let item = json!({ "Email": "ROSA.Amberg@Example.com" });
    assert_eq!(upserted(&world, "Leads", &[item]), [changed("Email", id)]);
    assert_eq!(
        world.record(&world.path("with_photo"))["Email"],
        "ROSA.Amberg@Example.com"
    );
    let item = json!({ "Account_Name": "  brenner WOODWORKS " });
    assert_eq!(
        upserted(&world, "Accounts", &[item]),
        [changed("Account_Name", world.id("account"))]
    );
    let item = json!({ "Workshop_Code": " ws-03 " });
    assert_eq!(
        upserted(&world, "Workshops", &[item]),
        [changed("Workshop_Code", world.id("workshop_of_manager"))]
    );
    let badge = |value: Value| json!({ "Last_Name": "B", "Badge": value });
    let made = upserted(&world, "Contacts", &[badge(json!(700))]).remove(0);
    assert!(is_made(&made));
    assert_eq!(
        upserted(&world, "Contacts", &[badge(json!("700"))]),
        [changed("Badge", made.2)]
    );
}

#[test]
fn the_items_of_one_call_find_what_those_before_them_made_and_changed() {
    let world = World::demo();
    let ana = |more: Value| {
        let mut item = json!({ "Email": "ana@example.com" });
        item.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("more").clone());
        item
    };
    let items = [
        ana(json!({ "Last_Name": "Ruiz", "City": "Bonn" })),
        ana(json!({ "City": "Graz" })),
        json!({ "Last_Name": "Other", "Email": "other@example.com" }),
        json!({ "Email": "Ana@example.com", "Phone": "1" }),
    ];
    let answers = upserted(&world, "Leads", &items);
    assert!(is_made(&answers[0]) && is_made(&answers[2]));
    let id = answers[0].2.clone();
    assert_eq!([&answers[1], &answers[3]], [&changed("Email", &id); 2]);
    let record = world.record(&format!("/crm/v8/Leads/{id}"));
    assert_eq!(
        (&record["City"], &record["Phone"]),
        (&json!("Graz"), &json!("1"))
    );

    // The first item gives the address up; who names it then is somebody else.
    let items = [
        json!({ "id": id, "Email": "ana.ruiz@example.com" }),
        ana(json!({ "Last_Name": "Ruiz the Younger" })),
        json!({ "Email": "ana.ruiz@example.com", "City": "Wien" }),
    ];
    let answers = upserted(&world, "Leads", &items);
    assert_eq!(answers[0], ("update".to_owned(), json!(null), id.clone()));
    assert!(is_made(&answers[1]) && answers[1].2 != id);
    assert_eq!(answers[2], changed("Email", id));
}

#[test]
fn of_several_records_with_the_value_the_last_changed_is_meant() {
    let world = World::demo();
    let account = |site: &str| json!({ "Account_Name": "Twin", "Account_Site": site });
    let ids = world.insert("Accounts", &[account("a"), account("b"), account("c")]);
    let twin = || upserted(&world, "Accounts", &[json!({ "Account_Name": "twin" })]).remove(0);
    assert_eq!(
        twin(),
        changed("Account_Name", &ids[2]),
        "of those changed at once the youngest"
    );
    let touch = |id: &str| {
        world.later();
        let body = json!({ "data": [{ "Phone": "1" }] }).to_string();
        assert_eq!(
            world
                .actor("admin")
                .put(&format!("/crm/v8/Accounts/{id}"), &body)
                .status,
            200
        );
    };
    touch(&ids[0]);
    assert_eq!(twin(), changed("Account_Name", &ids[0]));

    // Many of one name are not in the way of another name of the call, which is older than all of them.
    world.later();
    world.insert("Accounts", &vec![account("d"); 5]);
    touch(&ids[1]);
    let items = ["Estuary Boats", "TWIN", "Nobody", "Brenner Woodworks"];
    let items = items.map(|name| json!({ "Account_Name": name }));
    let answers = upserted(&world, "Accounts", &items);
    assert_eq!(
        answers[0],
        changed("Account_Name", world.id("account_without_photo"))
    );
    assert_eq!(answers[1], changed("Account_Name", &ids[1]));
    assert!(is_made(&answers[2]));
    assert_eq!(answers[3], changed("Account_Name", world.id("account")));
}

#[test]
fn a_record_in_the_recycle_bin_is_none() {
    let world = World::demo();
    let items = [json!({ "Last_Name": "Ottesen", "Email": "finn.ottesen@example.com" })];
    assert!(is_made(&upserted(&world, "Leads", &items)[0]));
    assert_eq!(
        world.actor("admin").delete(&world.path("workshop")).status,
        200
    );
    let items = [json!({ "Name": "Dovetails by hand", "Workshop_Code": "WS-01" })];
    assert!(is_made(&upserted(&world, "Workshops", &items)[0]));
}

#[test]
fn an_id_names_the_record_whatever_the_values_are() {
    let world = World::demo();
    let id = world.id("with_photo");
    let item = |id: Value| json!({ "id": id, "Email": "emil.sarkis@example.com" });
    let named = ("update".to_owned(), json!(null), id.clone());
    assert_eq!(upserted(&world, "Leads", &[item(json!(id))]), [named]);
    assert_eq!(
        world.record(&world.path("with_photo"))["Email"],
        "emil.sarkis@example.com"
    );
    for id in [
        "3652397000000990099",
        "x",
        "",
        &world.id("deleted"),
        &world.id("account"),
    ] {
        let (status, answer) = refused(&world, "admin", "Leads", &item(json!(id)));
        let expected = json!({ "code": "INVALID_DATA", "details": { "api_name": "id", "json_path": "$.data[0].id" },
            "message": "the id given seems to be invalid", "status": "error" });
        assert_eq!((status, answer), (400, expected), "{id:?}");
    }
    let (_, answer) = refused(&world, "admin", "Leads", &item(json!({})));
    assert_eq!(answer["details"]["expected_data_type"], "bigint");
    let none = json!({ "id": null, "Email": "yuki.tanabe@example.com" });
    assert_eq!(
        upserted(&world, "Leads", &[none]),
        [changed("Email", world.id("with_photo_gif"))]
    );
}

#[test]
fn a_field_that_cannot_be_checked_is_refused_with_those_that_can() {
    let world = World::demo_and(MORE);
    let send = |actor: &str, module: &str, fields: &Value| {
        let body = json!({ "data": [{ "Name": "A", "Last_Name": "A", "Email": "rosa.amberg@example.com" }],
            "duplicate_check_fields": fields });
        world.refused(|world| upsert(world, actor, module, &body))
    };
    assert_snapshot!(send("admin", "Leads", &json!(["Email", "Phone"])), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"api_name":"duplicate_check_fields","json_path":"$.duplicate_check_fields[1]","supported_values":["Email"]},"message":"invalid data","status":"error"}
    "#);
    for (module, name) in [
        ("Leads", json!("email")),
        ("Leads", json!("")),
        ("Leads", json!(7)),
        ("Leads", json!(["Email"])),
        ("Workshops", json!("Seats")),
        ("Workshops", json!("Email")),
    ] {
        let details = send("admin", module, &json!([name])).json()["details"].take();
        let supported = if module == "Leads" {
            json!(["Email"])
        } else {
            json!(["Name", "Workshop_Code", "Room"])
        };
        assert_eq!(details["supported_values"], supported, "{name}");
        assert_eq!(
            details["json_path"], "$.duplicate_check_fields[0]",
            "{name}"
        );
    }
    assert_snapshot!(send("admin", "Leads", &json!("Email")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"duplicate_check_fields","json_path":"$.duplicate_check_fields"},"message":"invalid data","status":"error"}
    "#);
    let hidden = send("no_address", "Leads", &json!(["Email"]));
    assert_eq!(
        hidden.json()["details"]["supported_values"],
        json!([]),
        "{hidden}"
    );
}

#[test]
fn an_address_that_is_hidden_finds_nothing_and_tells_nothing() {
    let world = World::demo_and(MORE);
    for address in ["rosa.amberg@example.com", "new@example.com"] {
        let (status, answer) = refused(&world, "no_address", "Leads", &json!({ "Email": address }));
        let errors = answer["details"]["errors"]
            .as_array()
            .expect("errors")
            .iter();
        let codes: Vec<_> = errors.map(|error| text(&error["code"])).collect();
        assert_eq!(
            (status, codes),
            (
                400,
                vec!["MANDATORY_NOT_FOUND".to_owned(), "NO_PERMISSION".to_owned()]
            )
        );
    }
    let body = json!({ "data": [{ "Last_Name": "A" }] });
    let exchange = upsert(&world, "no_address", "Leads", &body);
    assert_eq!(exchange.json()["data"][0]["action"], "insert", "{exchange}");
}
