//! A request about many records asks the store for all of them at once, not for one after another.

use crate::failing_store::{Body, Case, Planted, case};
use crate::stores::Home;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tanzanite_protocol::{Content, Method, Reply};

/// The answer to a request, and the number of its calls of each store method that reads or changes records.
fn called(planted: &Planted, case: &Case) -> (Value, BTreeMap<&'static str, usize>) {
    let (reply, calls) = planted.calls(case);
    let reply: Reply = reply.unwrap_or_else(|fault| panic!("{fault:?}"));
    let mut counts = BTreeMap::new();
    for call in calls {
        // Every request makes these calls, to identify the caller.
        if !["access_token", "metadata"].contains(&call) {
            *counts.entry(call).or_insert(0) += 1;
        }
    }
    let Content::Json(body) = &reply.content else {
        panic!("no JSON: {reply:?}");
    };
    (serde_json::from_slice(body).expect("JSON"), counts)
}

fn posted(
    planted: &Planted,
    module: &str,
    items: &[Value],
) -> (Vec<String>, BTreeMap<&'static str, usize>) {
    let body = json!({ "data": items }).to_string();
    let target = format!("/crm/v8/{module}");
    let (reply, counts) = called(
        planted,
        &case(Method::Post, target.leak(), Body::Text(body.leak())),
    );
    let answers = reply["data"].as_array().expect("answers");
    let id = |answer: &Value| answer["details"]["id"].as_str().expect("an id").to_owned();
    (answers.iter().map(id).collect(), counts)
}

fn many(count: usize, item: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..count).map(item).collect()
}

fn is(counts: &BTreeMap<&'static str, usize>, expected: &[(&'static str, usize)]) {
    assert_eq!(*counts, expected.iter().copied().collect());
}

#[test]
fn a_hundred_records_with_two_lookups_each_are_made_with_one_question() {
    let planted = Planted::new(Home::fresh());
    let (accounts, _) = posted(
        &planted,
        "Accounts",
        &many(100, |i| json!({ "Account_Name": format!("A{i}") })),
    );
    let (vendors, _) = posted(
        &planted,
        "Vendors",
        &many(50, |i| json!({ "Vendor_Name": format!("V{i}") })),
    );
    let contact = |i: usize| {
        json!({
            "Last_Name": format!("C{i}"),
            "Account_Name": { "id": accounts[i] },
            "Vendor_Name": { "id": vendors[i / 2] },
        })
    };
    let (contacts, counts) = posted(&planted, "Contacts", &many(100, contact));
    is(
        &counts,
        &[
            ("record_heads", 1),
            ("next_number", 100),
            ("insert_record", 100),
        ],
    );

    let (_, counts) = posted(&planted, "Contacts", &many(100, contact));
    is(
        &counts,
        &[
            ("record_heads", 1),
            ("next_number", 100),
            ("insert_record", 100),
        ],
    );
    let target =
        "/crm/v8/Contacts?fields=Account_Name,Vendor_Name&per_page=200&sort_by=id&sort_order=desc";
    let (reply, counts) = called(&planted, &case(Method::Get, target, Body::Nothing));
    let listed = reply["data"].as_array().expect("records");
    assert_eq!(listed.len(), 200);
    assert_eq!(listed[0]["Account_Name"]["name"], "A99");
    assert_eq!(listed[199]["Vendor_Name"]["name"], "V0");
    is(&counts, &[("records", 1), ("record_heads", 1)]);

    let changes = many(
        100,
        |i| json!({ "id": contacts[i], "Account_Name": { "id": accounts[99 - i] } }),
    );
    let body = json!({ "data": changes }).to_string();
    let (_, counts) = called(
        &planted,
        &case(Method::Put, "/crm/v8/Contacts", Body::Text(body.leak())),
    );
    is(
        &counts,
        &[
            ("records_by_id", 1),
            ("record_heads", 1),
            ("update_record", 100),
        ],
    );

    let target = format!("/crm/v8/Contacts?ids={}", contacts.join(","));
    let (_, counts) = called(
        &planted,
        &case(Method::Delete, target.leak(), Body::Nothing),
    );
    is(&counts, &[("record_heads", 1), ("delete_record", 100)]);
}

#[test]
fn unique_values_are_asked_for_in_one_go_and_items_find_what_those_before_them_made() {
    let planted = Planted::new(Home::fresh());
    let workshop = |code: String| json!({ "Name": "W", "Workshop_Code": code });
    let items = many(100, |i| workshop(format!("WS-{}", 500 + i)));
    let (ids, counts) = posted(&planted, "Workshops", &items);
    is(
        &counts,
        &[("holders", 1), ("next_number", 100), ("insert_record", 100)],
    );

    // The second item frees a value that the third takes; the fourth wants one that the first has taken.
    let changes = json!({ "data": [
        { "id": ids[0], "Workshop_Code": "WS-900" },
        { "id": ids[1], "Workshop_Code": "WS-901" },
        { "id": ids[2], "Workshop_Code": "WS-501" },
        { "id": ids[3], "Workshop_Code": "WS-900" },
        { "id": ids[0], "Workshop_Code": "WS-902" },
        { "id": ids[3], "Workshop_Code": "WS-900" },
    ]});
    let (reply, _) = called(
        &planted,
        &case(
            Method::Put,
            "/crm/v8/Workshops",
            Body::Text(changes.to_string().leak()),
        ),
    );
    let codes = reply["data"].as_array().expect("answers").iter();
    let codes: Vec<&str> = codes
        .map(|answer| answer["code"].as_str().expect("a code"))
        .collect();
    assert_eq!(
        codes,
        [
            "SUCCESS",
            "SUCCESS",
            "SUCCESS",
            "DUPLICATE_DATA",
            "SUCCESS",
            "SUCCESS"
        ]
    );
    assert_eq!(reply["data"][3]["details"]["id"], ids[0].as_str());
}

#[test]
fn a_hundred_records_are_upserted_with_one_question_of_each_kind() {
    let planted = Planted::new(Home::fresh());
    let address = |i: usize| format!("lead{i}@example.com");
    let lead = |i: usize| json!({ "Last_Name": format!("L{i}"), "Email": address(i) });
    let (ids, counts) = posted(&planted, "Leads/upsert", &many(100, lead));
    is(
        &counts,
        &[("records", 1), ("next_number", 100), ("insert_record", 100)],
    );
    let half = many(
        100,
        |i| json!({ "Last_Name": "L", "Email": address(i + 50) }),
    );
    let (again, counts) = posted(&planted, "Leads/upsert", &half);
    assert_eq!(again[..50], ids[50..]);
    is(
        &counts,
        &[
            ("records", 1),
            ("records_by_id", 1),
            ("update_record", 50),
            ("next_number", 50),
            ("insert_record", 50),
        ],
    );

    let workshop =
        |i: usize| json!({ "Name": format!("W{i}"), "Workshop_Code": format!("WS-{}", 500 + i) });
    let (ids, counts) = posted(&planted, "Workshops/upsert", &many(100, workshop));
    is(
        &counts,
        &[
            ("records", 1),
            ("holders", 1),
            ("next_number", 100),
            ("insert_record", 100),
        ],
    );
    let by_code = many(
        100,
        |i| json!({ "Workshop_Code": format!("WS-{}", 500 + i), "Seats": i }),
    );
    let (again, counts) = posted(&planted, "Workshops/upsert", &by_code);
    assert_eq!(again, ids);
    is(
        &counts,
        &[("holders", 1), ("records_by_id", 1), ("update_record", 100)],
    );
}

#[test]
fn the_tags_of_many_records_are_asked_for_in_one_go() {
    let planted = Planted::new(Home::fresh());
    let lead = |i: usize| json!({ "Last_Name": format!("L{i}") });
    let (mut ids, _) = posted(&planted, "Leads", &many(50, lead));
    ids.push(ids[0].clone());
    let act = |act: &str, tag: &str| {
        let body = json!({ "tags": [{ "name": tag }], "ids": ids }).to_string();
        let target = format!("/crm/v8/Leads/actions/{act}");
        called(
            &planted,
            &case(Method::Post, target.leak(), Body::Text(body.leak())),
        )
    };
    let (reply, counts) = act("add_tags", "first of many");
    is(
        &counts,
        &[
            ("documents", 1),
            ("record_heads", 1),
            ("links", 1),
            ("next_number", 1),
            ("put_document", 1),
            ("link", 51),
        ],
    );
    assert_eq!(reply["success_count"], "51");
    act("add_tags", "second of many");
    let (reply, counts) = act("remove_tags", "first of many");
    is(
        &counts,
        &[
            ("documents", 1),
            ("record_heads", 1),
            ("links", 1),
            ("unlink", 51),
        ],
    );
    // A record that is named twice has the same tags in both answers.
    for place in [0, 50] {
        let tags = reply["data"][place]["details"]["tags"].as_array();
        let names: Vec<_> = tags.expect("tags").iter().map(|tag| &tag["name"]).collect();
        assert_eq!(names, ["second of many"], "{place}");
    }
}

#[test]
fn the_owner_of_a_hundred_records_changes_with_one_question() {
    let planted = Planted::new(Home::fresh());
    let workshop = |i: usize| json!({ "Name": format!("W{i}"), "Workshop_Code": format!("C{i}") });
    let (ids, _) = posted(&planted, "Workshops", &many(100, workshop));
    let body = json!({ "ids": ids, "owner": { "id": "3652397000000190011" } }).to_string();
    let target = "/crm/v8/Workshops/actions/change_owner";
    let (_, counts) = called(
        &planted,
        &case(Method::Post, target, Body::Text(body.leak())),
    );
    is(
        &counts,
        &[("holders", 1), ("records_by_id", 1), ("update_record", 100)],
    );
}
