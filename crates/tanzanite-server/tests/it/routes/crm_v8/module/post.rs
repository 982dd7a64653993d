//! `POST /crm/v8/{module}`: insert records. The types of fields are tested in `values.rs`.

use crate::world::{World, text};
use insta::assert_snapshot;
use serde_json::json;

const LEADS: &str = "/crm/v8/Leads";
const WORKSHOPS: &str = "/crm/v8/Workshops";

#[test]
fn records_are_made_and_can_be_read() {
    let world = World::demo();
    let body = r#"{"data":[{"Last_Name":"Ruiz","First_Name":"Ana","Company":"Ruiz Chairs"},{"Last_Name":"Bo"}]}"#;
    let exchange = world.actor("admin").post(LEADS, body);
    assert_snapshot!(exchange, @r#"
    201
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"$approval_state":"approved"},"message":"record added","status":"success"},{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190049","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"$approval_state":"approved"},"message":"record added","status":"success"}]}
    "#);
    let id = text(&exchange.json()["data"][0]["details"]["id"]);
    let record = world.record(&format!("{LEADS}/{id}"));
    assert_eq!(
        (&record["First_Name"], &record["Full_Name"]),
        (&json!("Ana"), &json!("Ana Ruiz"))
    );
    assert_eq!(
        record["Owner"]["email"],
        world.credentials.user_email.as_str(),
        "who makes it owns it"
    );
    assert_eq!(record["Created_By"], record["Modified_By"]);
}

#[test]
fn of_a_mixed_batch_each_item_has_its_answer_in_order() {
    let world = World::demo();
    let body = r#"{"data":[{"Last_Name":"A"},{"Company":"nameless"},{"Last_Name":"C"},7]}"#;
    let exchange = world.actor("admin").post(LEADS, body);
    assert_snapshot!(exchange, @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"$approval_state":"approved"},"message":"record added","status":"success"},{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Last_Name","json_path":"$.data[1].Last_Name"},"message":"required field not found","status":"error"},{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190049","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"$approval_state":"approved"},"message":"record added","status":"success"},{"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"data","json_path":"$.data[3]"},"message":"invalid data","status":"error"}]}
    "#);
    let answers = exchange.json();
    for index in [0, 2] {
        let id = text(&answers["data"][index]["details"]["id"]);
        assert_eq!(
            world.actor("admin").get(&format!("{LEADS}/{id}")).status,
            200
        );
    }
}

#[test]
fn the_items_of_one_call_see_each_other() {
    let world = World::demo();
    let body =
        r#"{"data":[{"Name":"A","Workshop_Code":"WS-9"},{"Name":"B","Workshop_Code":" ws-9 "}]}"#;
    let exchange = world.actor("admin").post(WORKSHOPS, body);
    assert_eq!(exchange.status, 207, "{exchange}");
    assert_eq!(exchange.json()["data"][1]["code"], "DUPLICATE_DATA");
}

#[test]
fn a_unique_value_is_another_record_s() {
    let world = World::demo();
    let body = r#"{"data":[{"Name":"A","Workshop_Code":"ws-01"}]}"#;
    assert_snapshot!(world.refused(|world| world.actor("admin").post(WORKSHOPS, body)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"DUPLICATE_DATA","details":{"api_name":"Workshop_Code","duplicate_record":{"Owner":{"name":"Jun Castellan","id":"3652397000000190010","zuid":"600100203"},"id":"3652397000000190045","module":{"api_name":"Workshops","id":"3652397500000190100"}},"json_path":"$.data[0].Workshop_Code","id":"3652397000000190045","more_records":false},"message":"duplicate data","status":"error"}]}
    "#);
    assert_eq!(
        world.actor("admin").delete(&world.path("workshop")).status,
        200
    );
    assert_eq!(
        world.actor("admin").post(WORKSHOPS, body).status,
        201,
        "the value is free again"
    );
}

#[test]
fn a_mandatory_field_is_missing_or_empty() {
    let world = World::demo();
    let post = |body: &str| world.refused(|world| world.actor("admin").post(LEADS, body));
    assert_snapshot!(post(r#"{"data":[{"Company":"Ruiz"}]}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Last_Name","json_path":"$.data[0].Last_Name"},"message":"required field not found","status":"error"}]}
    "#);
    for item in [
        r#"{"Last_Name":null}"#,
        r#"{"Last_Name":""}"#,
        r#"{"Last_Name":"  "}"#,
        "{}",
    ] {
        let exchange = post(&format!(r#"{{"data":[{item}]}}"#));
        assert_eq!(exchange.status, 400, "{item}");
        assert_eq!(
            exchange.json()["data"][0]["code"],
            "MANDATORY_NOT_FOUND",
            "{item}"
        );
    }
}

#[test]
fn several_fields_of_an_item_are_wrong() {
    let world = World::demo();
    let body = r#"{"data":[{"Last_Name":7,"Email":"nobody","No_of_Employees":1234567890}]}"#;
    assert_snapshot!(world.refused(|world| world.actor("admin").post(LEADS, body)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"MULTIPLE_OR_MULTI_ERRORS","details":{"errors":[{"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"Last_Name","json_path":"$.data[0].Last_Name"},"message":"invalid data","status":"error"},{"code":"INVALID_DATA","details":{"expected_data_type":"email","api_name":"Email","json_path":"$.data[0].Email"},"message":"invalid data","status":"error"},{"code":"INVALID_DATA","details":{"maximum_length":9,"api_name":"No_of_Employees","json_path":"$.data[0].No_of_Employees"},"message":"invalid data","status":"error"}]},"message":"Multiple errors in the request","status":"error"}]}
    "#);
}

#[test]
fn the_body_is_not_what_is_wanted() {
    let world = World::demo();
    let post = |body: &str| world.refused(|world| world.actor("admin").post(LEADS, body));
    assert_snapshot!(post(""), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject"},"message":"body","status":"error"}
    "#);
    assert_snapshot!(post("{}"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"data","json_path":"$.data"},"message":"required field not found","status":"error"}
    "#);
    assert_snapshot!(post(r#"{"data":{"Last_Name":"A"}}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"data","json_path":"$.data"},"message":"invalid data","status":"error"}
    "#);
    assert_snapshot!(post(r#"{"data":[]}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"minimum_length":1,"api_name":"data","json_path":"$.data"},"message":"invalid data","status":"error"}
    "#);
    let deep = format!(
        r#"{{"data":[{{"Last_Name":{}{}}}]}}"#,
        "[".repeat(40),
        "]".repeat(40)
    );
    let abyss = "[".repeat(100_000);
    let long = format!(
        r#"{{"data":[{{"Last_Name":"{}"}}]}}"#,
        "a".repeat(4 * 1024 * 1024)
    );
    for body in [
        "data=1",
        "[]",
        "null",
        "\"data\"",
        r#"{"data":["#,
        "\u{feff}{}",
        &deep,
        &abyss,
        &long,
    ] {
        let (exchange, start) = (post(body), body.get(..20));
        assert_eq!(exchange.json()["message"], "body", "{start:?}: {exchange}");
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (400, "INVALID_DATA"),
            "{start:?}"
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_no_body() {
    let world = World::demo();
    let exchange = world.refused(|world| {
        world
            .actor("admin")
            .send("POST", LEADS, &[], b"{\"data\":[{\"Last_Name\":\"\xff\"}]}")
    });
    assert_eq!(
        (exchange.status, exchange.code().as_str()),
        (400, "INVALID_DATA")
    );
}

#[test]
fn the_content_type_is_not_looked_at() {
    let world = World::demo();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1",
    ] {
        let headers = [("Content-Type", kind)];
        let exchange =
            world
                .actor("admin")
                .send("POST", LEADS, &headers, br#"{"data":[{"Last_Name":"A"}]}"#);
        assert_eq!(exchange.status, 201, "{kind}: {exchange}");
    }
}

#[test]
fn a_hundred_records_are_made_and_one_more_is_refused() {
    let world = World::demo();
    let body = |count| json!({ "data": vec![json!({ "Last_Name": "A" }); count] }).to_string();
    assert_snapshot!(world.refused(|world| world.actor("admin").post(LEADS, &body(101))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"LIMIT_EXCEEDED","details":{"maximum_length":100,"api_name":"data"},"message":"count of records in your request exceeds the limit","status":"error"}]}
    "#);
    let exchange = world.actor("admin").post(LEADS, &body(100));
    assert_eq!(exchange.status, 201);
    assert_eq!(exchange.json()["data"].as_array().map(Vec::len), Some(100));
}

#[test]
fn words_beside_the_items_are_checked() {
    let world = World::demo();
    let post = |beside: &str| format!(r#"{{"data":[{{"Last_Name":"A"}}],{beside}}}"#);
    let refused =
        |beside: &str| world.refused(|world| world.actor("admin").post(LEADS, &post(beside)));
    assert_snapshot!(refused(r#""trigger":["workflows"]"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"api_name":"trigger","json_path":"$.trigger[0]","supported_values":["workflow","approval","blueprint","pathfinder","orchestration"]},"message":"invalid data","status":"error"}
    "#);
    for beside in [
        r#""trigger":"workflow""#,
        r#""skip_feature_execution":[{}]"#,
    ] {
        assert_eq!(refused(beside).status, 400, "{beside}");
    }
    for beside in [
        r#""trigger":[]"#,
        r#""trigger":["workflow","approval","blueprint","pathfinder","orchestration"]"#,
        r#""skip_feature_execution":[{"name":"cadences"}]"#,
        r#""process":["review_process"]"#,
    ] {
        let exchange = world.actor("admin").post(LEADS, &post(beside));
        assert_eq!(exchange.status, 201, "{beside}: {exchange}");
    }
}

#[test]
fn what_the_module_does_not_have_and_what_the_system_keeps_is_ignored() {
    let world = World::demo();
    let item = json!({
        "Last_Name": "A", "Nonsense": [1], "$approved": false, "id": "5", "Full_Name": "X Y",
        "Created_Time": "2001-01-01T00:00:00+00:00", "Created_By": { "id": "1" },
    });
    let id = world.insert("Leads", &[item]).remove(0);
    let record = world.record(&format!("{LEADS}/{id}"));
    assert_eq!(record["Full_Name"], "A");
    assert!(record.get("Nonsense").is_none(), "{record}");
    assert!(
        !text(&record["Created_Time"]).starts_with("2001"),
        "{record}"
    );
}

#[test]
fn another_user_who_works_here_can_own_it() {
    let world = World::demo();
    let users = world
        .actor("admin")
        .get("/crm/v8/users?type=AllUsers")
        .json();
    let id_of = |email: &str| {
        let users = users["users"].as_array().expect("users");
        text(
            &users
                .iter()
                .find(|user| user["email"] == email)
                .expect(email)["id"],
        )
    };
    let body =
        |owner: &str| format!(r#"{{"data":[{{"Last_Name":"A","Owner":{{"id":"{owner}"}}}}]}}"#);
    let post = |owner: &str| world.actor("admin").post(LEADS, &body(owner));
    let exchange = post(&id_of("ines.varga@example.com"));
    let id = text(&exchange.json()["data"][0]["details"]["id"]);
    assert_eq!(
        world.record(&format!("{LEADS}/{id}"))["Owner"]["name"],
        "Ines Varga"
    );
    assert_snapshot!(world.refused(|_| post(&id_of("otto.reyes@example.com"))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"api_name":"Owner","json_path":"$.data[0].Owner"},"message":"invalid data","status":"error"}]}
    "#);
    for nobody in ["1", "", "x", "3652397000000190001"] {
        assert_eq!(world.refused(|_| post(nobody)).status, 400, "{nobody:?}");
    }
}

#[test]
fn a_module_that_is_unknown_or_takes_no_records() {
    let world = World::demo();
    let post = |module: &str| {
        let path = format!("/crm/v8/{module}");
        world.refused(|world| {
            world
                .actor("admin")
                .post(&path, r#"{"data":[{"Subject":"A"}]}"#)
        })
    };
    assert_snapshot!(post("Leeds"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_MODULE","details":{"resource_path_index":0},"message":"the module name given seems to be invalid","status":"error"}
    "#);
    assert_snapshot!(post("Attachments"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"API_NOT_SUPPORTED","details":{"resource_path_index":0,"module":"Attachments"},"message":"Tanzanite does not serve this module yet","status":"error"}
    "#);
    for module in ["Locking_Information__s", "Home", "Feeds"] {
        assert_eq!(post(module).code(), "INVALID_MODULE", "{module}");
    }
}

#[test]
fn the_token_or_the_profile_does_not_do() {
    let world = World::enlarged();
    let post = |actor: &str| {
        world.refused(|world| {
            world
                .actor(actor)
                .post(LEADS, r#"{"data":[{"Last_Name":"A"}]}"#)
        })
    };
    assert_snapshot!(post("read_only"), @r#"
    401
    content-type: application/json;charset=UTF-8

    {"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"Unauthorized","status":"error"}
    "#);
    assert_snapshot!(post("nothing"), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_Create_Leads"]},"message":"Permission denied to add records","status":"error"}
    "#);
    assert_eq!(
        world
            .actor("write_only")
            .post(LEADS, r#"{"data":[{"Last_Name":"A"}]}"#)
            .status,
        201
    );
    let elsewhere = world.refused(|world| {
        world
            .actor("write_only")
            .post(WORKSHOPS, r#"{"data":[{"Name":"A"}]}"#)
    });
    assert_eq!(
        elsewhere.code(),
        "OAUTH_SCOPE_MISMATCH",
        "the scope is that of Leads"
    );
}
