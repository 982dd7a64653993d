//! `POST /crm/bulk/v8/read`: "Create Bulk Read job".

use super::{PATH, ask, column, done, lines, told};
use crate::world::World;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn leads() -> Value {
    json!({ "api_name": "Leads" })
}

#[test]
fn a_job_is_added_and_a_server_does_it_by_itself() {
    let world = World::demo();
    let asked = ask(&world, "admin", &json!({ "module": leads() }));
    assert_snapshot!(asked.to_string().replace(&*crate::world::text(&asked.json()["data"][0]["details"]["id"]), "{job}"), @r#"
    201
    content-type: application/json;charset=UTF-8

    {"data":[{"status":"success","code":"ADDED_SUCCESSFULLY","message":"Added successfully.","details":{"id":"{job}","operation":"read","state":"ADDED","created_by":{"name":"Mara Lindqvist","id":"3652397000000190008"},"created_time":"[now]"}}],"info":{}}
    "#);
    let id = crate::world::text(&asked.json()["data"][0]["details"]["id"]);
    let path = format!("{PATH}/{id}");
    let began = std::time::Instant::now();
    while told(&world, "admin", &path)["state"] != "COMPLETED" {
        assert!(began.elapsed().as_secs() < 20, "nobody did it");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn the_file_has_the_columns_that_were_asked_for() {
    let world = World::demo();
    let fields = json!([
        "Last_Name",
        "Owner",
        "Owner.last_name",
        "Account_Name.Account_Name",
        "Account_Name.id",
        "Email_Opt_Out",
        "Created_Time",
        "id"
    ]);
    world.insert(
        "Contacts",
        &[json!({ "Last_Name": "Quote \"and\", comma", "Account_Name": { "id": world.id("account") }, "Email_Opt_Out": true })],
    );
    let path = done(
        &world,
        "admin",
        &json!({ "module": { "api_name": "Contacts" }, "fields": fields,
            "criteria": { "field": { "api_name": "Last_Name" }, "comparator": "contains", "value": "comma" } }),
    );
    let lines = lines(&world, "admin", &path);
    let (id, rest) = lines[1].split_once(',').expect("cells");
    assert!(id.starts_with("3652397"), "{id}");
    let (shown, time) = rest.rsplit_once(',').expect("cells");
    assert!(time.ends_with("+01:00") || time.contains('T'), "{time}");
    assert_snapshot!(format!("{}\n{shown}", lines[0]), @r#"
    Id,Last_Name,Owner,Owner.last_name,Account_Name.Account_Name,Account_Name.id,Email_Opt_Out,Created_Time
    "Quote ""and"", comma",3652397000000190008,Lindqvist,Brenner Woodworks,3652397000000190031,true
    "#);
}

#[test]
fn without_fields_every_field_is_a_column() {
    let world = World::demo();
    let path = done(&world, "admin", &json!({ "module": leads() }));
    let lines = lines(&world, "admin", &path);
    assert_snapshot!(lines[0], @"Id,Owner,Created_By,Modified_By,Created_Time,Modified_Time,Record_Image,Company,Salutation,First_Name,Last_Name,Full_Name,Designation,Email,Secondary_Email,Phone,Fax,Mobile,Website,Lead_Source,Lead_Status,Industry,Rating,No_of_Employees,Annual_Revenue,Email_Opt_Out,Skype_ID,Twitter,Description,Last_Activity_Time,Converted__s,Converted_Date_Time,Converted_Account,Converted_Contact,Converted_Deal,Unsubscribed_Mode,Unsubscribed_Time,nearby_distance__s,Street,City,State,Zip_Code,Country,Flat_House_No_Building_Apartment_Name,Latitude,Longitude,Coordinates,Address,Favourite_Wood");
    let count = world
        .actor("admin")
        .get("/crm/v8/Leads/actions/count")
        .json()["count"]
        .clone();
    assert_eq!(json!(lines.len() - 1), count);
}

#[test]
fn a_user_reads_the_records_that_this_user_sees() {
    let world = World::demo();
    let query = json!({ "module": leads(), "fields": ["Last_Name"] });
    let ids = |actor: &str| column(&lines(&world, actor, &done(&world, actor, &query)), "Id");
    let (all, few) = (ids("admin"), ids("stranger"));
    assert!(few.len() < all.len(), "{few:?} of {all:?}");
    assert!(all.contains(&world.id("with_photo")) && !few.contains(&world.id("with_photo")));
}

#[test]
fn a_view_chooses_records_and_converted_leads_are_none() {
    let world = World::demo();
    let views = world
        .actor("admin")
        .get("/crm/v8/settings/custom_views?module=Leads")
        .json();
    let mine = views["custom_views"]
        .as_array()
        .expect("views")
        .iter()
        .find(|view| view["system_name"] == "MYVIEWS")
        .unwrap_or_else(|| panic!("{views}"))["id"]
        .clone();
    let id = world.insert("Leads", &[json!({ "Last_Name": "Mine", "Company": "C" })]);
    let converted = world.insert("Leads", &[json!({ "Last_Name": "Gone", "Company": "C" })]);
    let path = format!("/crm/v8/Leads/{}/actions/convert", converted[0]);
    assert_eq!(
        world.actor("admin").post(&path, r#"{"data":[{}]}"#).status,
        200
    );
    let query = json!({ "module": leads(), "fields": ["Last_Name"], "cvid": mine });
    let found = column(
        &lines(&world, "admin", &done(&world, "admin", &query)),
        "Id",
    );
    assert!(
        found.contains(&id[0]) && !found.contains(&converted[0]),
        "{found:?}"
    );
    assert!(!found.contains(&world.id("with_photo")), "{found:?}");
}

#[test]
fn pages_follow_one_another_by_number_and_by_token() {
    let world = World::demo();
    let limit = world
        .anyone()
        .post("/_tanzanite/limits", r#"{"bulk_read_page":2}"#);
    assert_eq!(limit.status, 200, "{limit}");
    let names: Vec<Value> = (0..5)
        .map(|number| json!({ "Last_Name": format!("Paged {number}"), "Company": "P" }))
        .collect();
    world.insert("Leads", &names);
    let criteria = json!({ "field": { "api_name": "Last_Name" }, "comparator": "starts_with", "value": "Paged" });
    let mut query =
        json!({ "module": leads(), "fields": ["Last_Name"], "criteria": criteria, "page": 1 });
    let (mut by_number, mut by_token) = (Vec::new(), Vec::new());
    let mut token = Value::Null;
    for page in 1..=3 {
        query["page"] = page.into();
        let path = done(&world, "admin", &query);
        let result = told(&world, "admin", &path)["result"].clone();
        assert_eq!(
            (
                &result["page"],
                &result["per_page"],
                &result["more_records"]
            ),
            (&json!(page), &json!(2), &json!(page < 3)),
            "{result}"
        );
        by_number.extend(column(&lines(&world, "admin", &path), "Last_Name"));
        let asked = if page == 1 {
            query.clone()
        } else {
            json!({ "page_token": token })
        };
        let path = done(&world, "admin", &asked);
        let result = told(&world, "admin", &path)["result"].clone();
        assert_eq!(result["page"], page);
        token = result["next_page_token"].clone();
        assert_eq!(token.is_string(), page < 3, "{result}");
        by_token.extend(column(&lines(&world, "admin", &path), "Last_Name"));
    }
    let expected = ["Paged 0", "Paged 1", "Paged 2", "Paged 3", "Paged 4"];
    assert_eq!(by_number, expected);
    assert_eq!(by_token, expected);
}

#[test]
fn a_token_is_its_user_s_and_dies_after_a_day() {
    let world = World::demo();
    world
        .anyone()
        .post("/_tanzanite/limits", r#"{"bulk_read_page":1}"#);
    let path = done(&world, "admin", &json!({ "module": leads() }));
    let token = told(&world, "admin", &path)["result"]["next_page_token"].clone();
    let query = json!({ "page_token": token });
    let refused = world.refused(|world| ask(world, "manager", &query));
    assert_eq!(refused.code(), "QUERY_NOT_SUPPORTED", "{refused}");
    world.clock(r#"{"action":"advance","by":"25h"}"#);
    // The file goes at the same time, and a server removes it by itself.
    super::run(&world);
    let refused = world.refused(|world| ask(world, "admin", &query));
    assert_eq!(refused.code(), "EXPIRED_VALUE", "{refused}");
}

#[test]
fn version_2_names_the_module_by_a_text() {
    let world = World::demo();
    let body = json!({ "query": { "module": "Leads",
        "criteria": { "api_name": "Last_Name", "comparator": "equal", "value": "x" } } });
    let asked = world
        .actor("admin")
        .post("/crm/bulk/v2/read", &body.to_string());
    assert_eq!(asked.status, 201, "{asked}");
    let id = crate::world::text(&asked.json()["data"][0]["details"]["id"]);
    super::run(&world);
    let told = told(&world, "admin", &format!("/crm/bulk/v2/read/{id}"));
    assert_eq!(told["query"]["module"], "Leads");
    assert_eq!(
        told["result"],
        json!({ "page": 1, "per_page": 200_000, "count": 0,
            "download_url": format!("/crm/bulk/v2/read/{id}/result"), "more_records": false })
    );
    let refused = world.refused(|world| ask(world, "admin", &json!({ "module": "Leads" })));
    assert_eq!(refused.code(), "INVALID_DATA", "{refused}");
}

#[test]
fn what_cannot_be_read_is_refused() {
    let world = World::demo();
    let mut refusals = String::new();
    let many: Vec<String> = (0..1_001).map(|number| number.to_string()).collect();
    for body in [
        String::new(),
        "x".to_owned(),
        "{}".to_owned(),
        json!({ "query": 7 }).to_string(),
        json!({ "query": {} }).to_string(),
        json!({ "query": { "module": {} } }).to_string(),
        json!({ "query": { "module": { "api_name": 7 } } }).to_string(),
        json!({ "query": { "module": { "api_name": "Nothing" } } }).to_string(),
        json!({ "query": { "module": { "api_name": "Notes" } } }).to_string(),
        json!({ "query": { "module": leads(), "fields": 7 } }).to_string(),
        json!({ "query": { "module": leads(), "fields": [7] } }).to_string(),
        json!({ "query": { "module": leads(), "fields": many } }).to_string(),
        json!({ "query": { "module": leads(), "fields": ["Nothing"] } }).to_string(),
        json!({ "query": { "module": { "api_name": "Quotes" }, "fields": ["Quoted_Items"] } }).to_string(),
        json!({ "query": { "module": leads(), "fields": ["a.b.c.d"] } }).to_string(),
        json!({ "query": { "module": leads(), "cvid": "7" } }).to_string(),
        json!({ "query": { "module": leads(), "page": 0 } }).to_string(),
        json!({ "query": { "module": leads(), "page": 51 } }).to_string(),
        json!({ "query": { "page_token": "7" } }).to_string(),
        json!({ "query": { "module": leads() }, "file_type": "ics" }).to_string(),
        json!({ "query": { "module": leads() }, "callback": { "url": "https://example.com", "method": "post" } }).to_string(),
    ] {
        let refused = world.refused(|world| world.actor("admin").post(PATH, &body));
        let shown: String = body.chars().take(90).collect();
        refusals += &format!("{shown}\n    {} {}\n", refused.status, refused.text());
    }
    assert_snapshot!(refusals, @r#"

        400 {"code":"REQUEST_BODY_IS_EMPTY","details":{},"message":"request body is empty","status":"error"}
    x
        400 {"code":"REQUEST_BODY_NOT_READABLE","details":{},"message":"request body is not readable","status":"error"}
    {}
        400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"query","json_path":"$.query"},"message":"required field not found","status":"error"}
    {"query":7}
        400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"query","json_path":"$.query"},"message":"invalid data","status":"error"}
    {"query":{}}
        400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"module","json_path":"$.query.module"},"message":"required field not found","status":"error"}
    {"query":{"module":{}}}
        400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"api_name","json_path":"$.query.module.api_name"},"message":"required field not found","status":"error"}
    {"query":{"module":{"api_name":7}}}
        400 {"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"api_name","json_path":"$.query.module.api_name"},"message":"invalid data","status":"error"}
    {"query":{"module":{"api_name":"Nothing"}}}
        400 {"code":"MODULE_NOT_AVAILABLE","details":{"module":"Nothing"},"message":"module is not available","status":"error"}
    {"query":{"module":{"api_name":"Notes"}}}
        400 {"code":"MODULE_NOT_SUPPORTED","details":{"module":"Notes"},"message":"module is not supported","status":"error"}
    {"query":{"module":{"api_name":"Leads"},"fields":7}}
        400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"fields","json_path":"$.query.fields"},"message":"invalid data","status":"error"}
    {"query":{"module":{"api_name":"Leads"},"fields":[7]}}
        400 {"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"fields","json_path":"$.query.fields[0]"},"message":"invalid data","status":"error"}
    {"query":{"module":{"api_name":"Leads"},"fields":["0","1","2","3","4","5","6","7","8","9",
        400 {"code":"INVALID_DATA","details":{"api_name":"fields","json_path":"$.query.fields","maximum_length":1000},"message":"invalid data","status":"error"}
    {"query":{"module":{"api_name":"Leads"},"fields":["Nothing"]}}
        400 {"code":"FIELD_NOT_AVAILABLE","details":{"api_name":"Nothing","module":"Leads"},"message":"field is not available","status":"error"}
    {"query":{"module":{"api_name":"Quotes"},"fields":["Quoted_Items"]}}
        400 {"code":"FIELD_NOT_SUPPORTED","details":{"api_name":"Quoted_Items","module":"Quotes"},"message":"field is not supported","status":"error"}
    {"query":{"module":{"api_name":"Leads"},"fields":["a.b.c.d"]}}
        400 {"code":"JOIN_LIMIT_EXCEEDED","details":{"api_name":"a.b.c.d","limit":2},"message":"join limit exceeded","status":"error"}
    {"query":{"module":{"api_name":"Leads"},"cvid":"7"}}
        400 {"code":"CVID_NOT_SUPPORTED","details":{"cvid":"7"},"message":"cvid is not supported","status":"error"}
    {"query":{"module":{"api_name":"Leads"},"page":0}}
        400 {"code":"PAGE_NOT_SUPPORTED","details":{},"message":"page is not supported","status":"error"}
    {"query":{"module":{"api_name":"Leads"},"page":51}}
        400 {"code":"PAGE_RANGE_EXCEEDED","details":{"max_limit":50},"message":"page range exceeded","status":"error"}
    {"query":{"page_token":"7"}}
        400 {"code":"QUERY_NOT_SUPPORTED","details":{"api_name":"page_token"},"message":"page token is not supported","status":"error"}
    {"query":{"module":{"api_name":"Leads"}},"file_type":"ics"}
        400 {"code":"API_NOT_SUPPORTED","details":{"api_name":"file_type","json_path":"$.file_type"},"message":"Tanzanite does not act on this key yet","status":"error"}
    {"query":{"module":{"api_name":"Leads"}},"callback":{"url":"https://example.com","method":
        400 {"code":"API_NOT_SUPPORTED","details":{"api_name":"callback","json_path":"$.callback"},"message":"Tanzanite does not act on this key yet","status":"error"}
    "#);
}

#[test]
fn a_module_that_scope_or_profile_does_not_open_is_refused() {
    let world = World::demo();
    let token = |scopes: &str| {
        let wanted = format!(r#"{{"user":"mara.lindqvist@example.com","scopes":{scopes}}}"#);
        let issued = world.anyone().post("/_tanzanite/tokens", &wanted).json();
        format!(
            "Zoho-oauthtoken {}",
            issued["access_token"].as_str().expect("a token")
        )
    };
    let body = json!({ "query": { "module": leads() } }).to_string();
    for (scopes, status) in [
        (r#"["ZohoCRM.bulk.READ"]"#, 401),
        (r#"["ZohoCRM.modules.ALL"]"#, 401),
        (r#"["ZohoCRM.bulk.ALL","ZohoCRM.modules.leads.READ"]"#, 201),
    ] {
        let asked = world.bearing(&token(scopes)).post(PATH, &body);
        assert_eq!(asked.status, status, "{scopes}: {asked}");
        if status == 401 {
            assert_eq!(asked.code(), "OAUTH_SCOPE_MISMATCH");
        }
    }
}
