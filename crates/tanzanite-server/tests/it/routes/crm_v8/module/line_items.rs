//! Line items of quotes, orders and invoices.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// The demo with two products; the first has a price and a code.
fn world() -> (World, [String; 2]) {
    let world = World::demo();
    let ids = world.insert(
        "Products",
        &[
            json!({ "Product_Name": "Plane", "Product_Code": "P-1", "Unit_Price": 80.5, "Qty_in_Stock": 4 }),
            json!({ "Product_Name": "Chisel" }),
        ],
    );
    let ids = <[String; 2]>::try_from(ids).expect("two products");
    (world, ids)
}

fn create(world: &World, version: &str, module: &str, item: &Value) -> Exchange {
    let body = json!({ "data": [item] }).to_string();
    let path = format!("/crm/{version}/{module}");
    world.actor("admin").post(&path, &body)
}

fn update(world: &World, path: &str, item: &Value) -> Exchange {
    let body = json!({ "data": [item] }).to_string();
    world.actor("admin").put(path, &body)
}

/// A quote of three planes and a chisel; its path.
fn quote(world: &World, [plane, chisel]: &[String; 2]) -> String {
    let quote = json!({
        "Subject": "Tools",
        "Discount": 1.5,
        "Quoted_Items": [
            { "Product_Name": { "id": plane }, "Quantity": 3 },
            { "Product_Name": chisel, "List_Price": 20, "Quantity": 2, "Discount": "10%", "Description": "Sharp" },
        ],
    });
    let made = create(world, "v8", "Quotes", &quote);
    assert_eq!(made.status, 201, "{made}");
    format!(
        "/crm/v8/Quotes/{}",
        text(&made.json()["data"][0]["details"]["id"])
    )
}

/// The ids of a quote's rows.
fn rows(quote: &Value) -> Vec<String> {
    let rows = quote["Quoted_Items"].as_array().expect("rows").iter();
    rows.map(|row| text(&row["id"])).collect()
}

#[test]
fn a_quote_has_its_items_and_their_totals() {
    let (world, products) = world();
    let path = quote(&world, &products);
    let quote = world.record(&path);
    assert_snapshot!(serde_json::to_string(&quote["Quoted_Items"]).expect("JSON"), @r#"[{"Product_Name":{"Product_Code":"P-1","name":"Plane","id":"3652397000000190048"},"Quantity":3,"List_Price":80.5,"Discount":0,"Description":null,"Price_Book_Name":null,"Total":241.5,"Total_After_Discount":241.5,"Tax":0,"Net_Total":241.5,"Sequence_Number":1,"Parent_Id":{"name":"Tools","id":"3652397000000190052"},"Line_Tax":[],"id":"3652397000000190050"},{"Product_Name":{"Product_Code":null,"name":"Chisel","id":"3652397000000190049"},"Quantity":2,"List_Price":20,"Discount":4,"Description":"Sharp","Price_Book_Name":null,"Total":40,"Total_After_Discount":36,"Tax":0,"Net_Total":36,"Sequence_Number":2,"Parent_Id":{"name":"Tools","id":"3652397000000190052"},"Line_Tax":[],"id":"3652397000000190051"}]"#);
    let totals = ["Sub_Total", "Discount", "Tax", "Adjustment", "Grand_Total"]
        .map(|name| quote[name].to_string());
    assert_snapshot!(totals.join(" "), @"277.5 1.5 0 0 276");
    assert_eq!(quote["$line_tax"], json!([]));
    assert!(quote["Quote_Number"].is_string());
    let named = world
        .actor("admin")
        .get(&format!("{path}?fields=Quoted_Items"));
    assert_eq!(
        named.json()["data"][0]["Quoted_Items"],
        quote["Quoted_Items"]
    );
    let listed = world
        .actor("admin")
        .get("/crm/v8/Quotes?fields=Subject,Quoted_Items,Grand_Total")
        .json();
    assert_eq!(listed["data"][0].get("Quoted_Items"), None);
    assert_eq!(listed["data"][0]["Grand_Total"], 276);
}

#[test]
fn an_update_changes_adds_and_takes_away_rows() {
    let (world, products) = world();
    let path = quote(&world, &products);
    let ids = rows(&world.record(&path));
    let changed = update(
        &world,
        &path,
        &json!({ "Quoted_Items": [{ "id": ids[0], "Quantity": 1 }] }),
    );
    assert_eq!(changed.status, 200, "{changed}");
    let quote = world.record(&path);
    assert_eq!(rows(&quote), ids);
    assert_eq!(quote["Quoted_Items"][0]["Net_Total"], 80.5);
    assert_eq!(quote["Quoted_Items"][1]["Description"], "Sharp");
    assert_eq!(quote["Sub_Total"], 116.5);
    let change = json!({ "Quoted_Items": [
        { "id": ids[1], "_delete": null },
        { "Product_Name": { "id": products[1] }, "List_Price": 7 },
        { "id": ids[0], "Description": "Flat", "Discount": 0.5 },
    ] });
    assert_eq!(update(&world, &path, &change).status, 200);
    let quote = world.record(&path);
    let after = rows(&quote);
    assert_eq!((after.len(), &after[0]), (2, &ids[0]));
    assert!(!ids.contains(&after[1]));
    assert_eq!(quote["Quoted_Items"][1]["Quantity"], 1);
    assert_eq!(quote["Quoted_Items"][1]["Sequence_Number"], 2);
    assert_eq!(quote["Grand_Total"], 85.5);
    assert_eq!(
        update(&world, &path, &json!({ "Adjustment": 4.5 })).status,
        200
    );
    assert_eq!(world.record(&path)["Grand_Total"], 90);
    assert_eq!(rows(&world.record(&path)), after);
}

#[test]
fn what_no_row_can_be_is_refused_and_changes_nothing() {
    let (world, products) = world();
    let path = quote(&world, &products);
    let ids = rows(&world.record(&path));
    let refused = |items: Value| {
        let exchange =
            world.refused(|world| update(world, &path, &json!({ "Quoted_Items": items })));
        let told = exchange.json()["data"][0].take();
        format!("{} {}", text(&told["code"]), told["details"])
    };
    let product = json!({ "id": products[0] });
    assert_snapshot!(refused(json!([])), @r#"MANDATORY_NOT_FOUND {"api_name":"Quoted_Items","json_path":"$.data[0].Quoted_Items"}"#);
    assert_snapshot!(refused(json!({})), @r#"INVALID_DATA {"expected_data_type":"jsonarray","api_name":"Quoted_Items","json_path":"$.data[0].Quoted_Items"}"#);
    assert_snapshot!(refused(json!([1])), @r#"INVALID_DATA {"expected_data_type":"jsonobject","api_name":"Quoted_Items","json_path":"$.data[0].Quoted_Items[0]"}"#);
    assert_snapshot!(refused(json!([{ "Quantity": 1 }])), @r#"MANDATORY_NOT_FOUND {"api_name":"Product_Name","json_path":"$.data[0].Quoted_Items[0].Product_Name"}"#);
    assert_snapshot!(refused(json!([{ "Product_Name": { "id": "1" } }])), @r#"INVALID_DATA {"api_name":"Product_Name","json_path":"$.data[0].Quoted_Items[0].Product_Name"}"#);
    assert_snapshot!(refused(json!([{ "id": "1", "Quantity": 1 }])), @r#"INVALID_DATA {"api_name":"id","json_path":"$.data[0].Quoted_Items[0].id"}"#);
    assert_snapshot!(refused(json!([{ "id": "x" }])), @r#"INVALID_DATA {"api_name":"id","json_path":"$.data[0].Quoted_Items[0].id"}"#);
    assert_snapshot!(refused(json!([{ "_delete": null }])), @r#"MANDATORY_NOT_FOUND {"api_name":"id","json_path":"$.data[0].Quoted_Items[0].id"}"#);
    assert_snapshot!(refused(json!([{ "id": ids[0], "_delete": null }, { "id": ids[0], "Quantity": 2 }])), @r#"INVALID_DATA {"api_name":"id","json_path":"$.data[0].Quoted_Items[1].id"}"#);
    assert_snapshot!(refused(json!([{ "Product_Name": product, "Quantity": "2" }])), @r#"INVALID_DATA {"expected_data_type":"double","api_name":"Quantity","json_path":"$.data[0].Quoted_Items[0].Quantity"}"#);
    assert_snapshot!(refused(json!([{ "Product_Name": product, "Discount": "101%" }])), @r#"INVALID_DATA {"expected_data_type":"double","api_name":"Discount","json_path":"$.data[0].Quoted_Items[0].Discount"}"#);
    assert_snapshot!(refused(json!([{ "Product_Name": product, "Line_Tax": [{ "name": "VAT", "percentage": 20 }] }])), @r#"API_NOT_SUPPORTED {"api_name":"Line_Tax","json_path":"$.data[0].Quoted_Items[0].Line_Tax"}"#);
    assert_snapshot!(refused(json!(vec![json!({ "Product_Name": product }); 101])), @r#"INVALID_DATA {"api_name":"Quoted_Items","json_path":"$.data[0].Quoted_Items","maximum_length":100}"#);
    let bare = world.refused(|world| create(world, "v8", "Quotes", &json!({ "Subject": "Bare" })));
    assert_snapshot!(bare, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Quoted_Items","json_path":"$.data[0].Quoted_Items"},"message":"required field not found","status":"error"}]}
    "#);
    let taxed = json!({ "Subject": "Taxed", "Quoted_Items": [{ "Product_Name": product }], "$line_tax": [{ "name": "VAT" }] });
    assert_eq!(
        world
            .refused(|world| create(world, "v8", "Quotes", &taxed))
            .status,
        400
    );
}

#[test]
fn each_kind_of_document_is_made_changed_and_deleted() {
    let (world, products) = world();
    let vendor = world
        .insert("Vendors", &[json!({ "Vendor_Name": "Forge" })])
        .remove(0);
    for (module, items) in [
        ("Quotes", "Quoted_Items"),
        ("Sales_Orders", "Ordered_Items"),
        ("Purchase_Orders", "Purchase_Items"),
        ("Invoices", "Invoiced_Items"),
    ] {
        let item = json!({ "Subject": "One", items: [{ "Product_Name": { "id": products[0] } }], "Vendor_Name": { "id": vendor } });
        let made = create(&world, "v8", module, &item);
        assert_eq!(made.status, 201, "{module}: {made}");
        let path = format!(
            "/crm/v8/{module}/{}",
            text(&made.json()["data"][0]["details"]["id"])
        );
        let record = world.record(&path);
        assert_eq!(record["Grand_Total"], 80.5, "{module}");
        assert_eq!(
            record[items][0]["Product_Name"]["name"], "Plane",
            "{module}"
        );
        let copied = world
            .actor("admin")
            .post(&format!("{path}/actions/clone"), "");
        assert_eq!(copied.status, 201, "{module}: {copied}");
        let copy = format!(
            "/crm/v8/{module}/{}",
            text(&copied.json()["data"][0]["details"]["id"])
        );
        let copy = world.record(&copy);
        assert_eq!(copy["Grand_Total"], 80.5, "{module}");
        assert_ne!(copy[items][0]["id"], record[items][0]["id"], "{module}");
        assert_eq!(world.actor("admin").delete(&path).status, 200, "{module}");
    }
}

#[test]
fn before_v3_line_items_are_product_details() {
    let (world, products) = world();
    let quote = json!({
        "Subject": "Old",
        "Product_Details": [{ "product": { "id": products[0] }, "quantity": 2, "list_price": 50, "product_description": "Flat" }],
    });
    let made = create(&world, "v2", "Quotes", &quote);
    assert_eq!(made.status, 201, "{made}");
    let path = format!(
        "/crm/v2/Quotes/{}",
        text(&made.json()["data"][0]["details"]["id"])
    );
    let quote = world.record(&path);
    assert_snapshot!(serde_json::to_string(&quote["Product_Details"]).expect("JSON"), @r#"[{"product":{"Product_Code":"P-1","name":"Plane","id":"3652397000000190048"},"quantity":2,"list_price":50,"Discount":0,"product_description":"Flat","book":null,"total":100,"total_after_discount":100,"Tax":0,"net_total":100,"quantity_in_stock":4,"line_tax":[],"id":"3652397000000190050","unit_price":80.5}]"#);
    assert_eq!(quote.get("Quoted_Items"), None);
    let row = quote["Product_Details"][0]["id"].clone();
    let change = json!({ "Product_Details": [{ "id": row, "delete": true }, { "product": { "id": products[1] }, "quantity": 4, "list_price": 2.5 }] });
    assert_eq!(update(&world, &path, &change).status, 200);
    let quote = world.record(&path);
    assert_eq!(quote["Product_Details"].as_array().map(Vec::len), Some(1));
    assert_eq!(quote["Grand_Total"], 10);
}

#[test]
fn documents_are_found_by_their_totals_and_not_by_their_rows() {
    let (world, products) = world();
    let path = quote(&world, &products);
    let id = path.rsplit('/').next().unwrap_or_default();
    let found = world
        .actor("admin")
        .get("/crm/v8/Quotes/search?criteria=(Grand_Total:greater_than:200)")
        .json();
    assert_eq!(found["data"][0]["id"], id);
    let ask = |query: &str| {
        let body = json!({ "select_query": query }).to_string();
        world.actor("admin").post("/crm/v8/coql", &body)
    };
    let asked = ask("select sum(Grand_Total) from Quotes where Subject = 'Tools'").json();
    assert_eq!(asked["data"][0]["SUM(Grand_Total)"], 276);
    assert_eq!(
        ask("select Quoted_Items from Quotes where id is not null").code(),
        "INVALID_QUERY"
    );
    let criteria = world
        .actor("admin")
        .get("/crm/v8/Quotes/search?criteria=(Quoted_Items:equals:1)");
    assert_eq!(criteria.status, 400, "{criteria}");
    let fields = world
        .actor("admin")
        .get("/crm/v8/settings/fields?module=Quotes")
        .json();
    let fields = fields["fields"].as_array().expect("fields").iter();
    let items = fields
        .clone()
        .find(|field| field["api_name"] == "Quoted_Items")
        .expect("the field");
    assert_eq!(
        (&items["data_type"], &items["json_type"]),
        (&json!("subform"), &json!("jsonarray"))
    );
}

#[test]
fn a_product_that_is_gone_leaves_the_row() {
    let (world, products) = world();
    let path = quote(&world, &products);
    assert_eq!(
        world
            .actor("admin")
            .delete(&format!("/crm/v8/Products/{}", products[0]))
            .status,
        200
    );
    let quote = world.record(&path);
    assert!(quote["Quoted_Items"][0]["Product_Name"].is_null());
    assert_eq!(quote["Quoted_Items"][0]["Net_Total"], 241.5);
    assert_eq!(update(&world, &path, &json!({ "Discount": 0 })).status, 200);
    assert_eq!(world.record(&path)["Grand_Total"], 277.5);
}

#[test]
fn the_rows_are_described_as_a_module() {
    let world = World::demo();
    let fields = world
        .actor("admin")
        .get("/crm/v8/settings/fields?module=Quoted_Items")
        .json();
    let fields = fields["fields"].as_array().expect("fields").iter();
    let names: Vec<&str> = fields
        .filter_map(|field| field["api_name"].as_str())
        .collect();
    assert_eq!(names[..3], ["Product_Name", "Quantity", "List_Price"]);
    let rows = world.refused(|world| world.actor("admin").get("/crm/v8/Quoted_Items?fields=id"));
    assert_eq!(rows.code(), "API_NOT_SUPPORTED");
    let made = world.refused(|world| create(world, "v8", "Quoted_Items", &json!({})));
    assert_eq!(made.status, 400, "{made}");
}
