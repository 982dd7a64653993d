//! `POST /crm/v8/coql`: paths through lookups of any module.

use super::post::ask;
use crate::world::World;
use serde_json::{Value, json};

fn rows(world: &World, actor: &str, query: &str) -> Vec<Value> {
    let exchange = ask(world, actor, query);
    if exchange.status == 204 {
        return Vec::new();
    }
    assert_eq!(exchange.status, 200, "{query}: {exchange}");
    exchange.json()["data"].as_array().expect("data").clone()
}

/// Tasks about a lead, an account and nothing.
fn planted() -> World {
    let world = World::demo();
    let about = |module: &str, key: &str| json!({ "Subject": module, "What_Id": world.id(key), "$se_module": module });
    world.insert(
        "Tasks",
        &[
            about("Leads", "with_photo"),
            about("Accounts", "account"),
            json!({ "Subject": "None" }),
        ],
    );
    world
}

#[test]
fn each_task_tells_of_the_record_that_it_is_about() {
    let world = planted();
    let query = "select Subject, 'What_Id->Leads.Last_Name', 'What_Id->Accounts.Account_Name' as Account from Tasks \
                 where Subject in ('Leads', 'Accounts', 'None') order by Subject";
    let found = rows(&world, "admin", query);
    let cells = |key: &str| -> Vec<Value> { found.iter().map(|row| row[key].clone()).collect() };
    assert_eq!(cells("Subject"), ["Accounts", "Leads", "None"]);
    assert_eq!(
        cells("What_Id->Leads.Last_Name"),
        [Value::Null, json!("Amberg"), Value::Null]
    );
    let account = world.record(&world.path("account"))["Account_Name"].take();
    assert_eq!(cells("Account"), [account, Value::Null, Value::Null]);
}

#[test]
fn conditions_go_through_them_too() {
    let world = planted();
    let subjects = |condition: &str| -> Vec<Value> {
        let query = format!(
            "select Subject from Tasks where Subject in ('Leads', 'Accounts', 'None') and {condition}"
        );
        rows(&world, "admin", &query)
            .iter()
            .map(|row| row["Subject"].clone())
            .collect()
    };
    assert_eq!(subjects("'What_Id->Leads.Last_Name' = 'Amberg'"), ["Leads"]);
    assert_eq!(
        subjects("'What_Id->Accounts.Account_Name' is not null"),
        ["Accounts"]
    );
    assert_eq!(
        subjects(&format!(
            "'What_Id->Leads.id' in ('{}')",
            world.id("with_photo")
        )),
        ["Leads"]
    );
    assert_eq!(subjects("'What_Id->Leads.Last_Name' = 'Nobody'"), [""; 0]);
}

#[test]
fn nothing_is_told_of_records_that_are_not_shared() {
    let world = planted();
    let query =
        "select 'What_Id->Leads.Last_Name' from Tasks where 'What_Id->Leads.Last_Name' = 'Amberg'";
    assert_eq!(rows(&world, "admin", query).len(), 1);
    assert_eq!(rows(&world, "stranger", query).len(), 0);
}

#[test]
fn paths_that_lead_nowhere_are_refused() {
    let world = World::demo();
    for path in [
        "What_Id->Nothing.id",
        "Subject->Leads.Last_Name",
        "What_Id->Leads.Nothing",
        "What_Id->Leads",
        "->.",
        "What_Id->Home.id",
    ] {
        let query = format!("select '{path}' from Tasks where id is not null");
        let refused = world.refused(|world| ask(world, "admin", &query));
        assert_eq!(refused.code(), "INVALID_QUERY", "{path}: {refused}");
    }
}
