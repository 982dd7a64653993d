//! `/_tanzanite/blueprints`: processes, set and removed while the server runs.

use crate::world::{BLUEPRINT, Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};
use tanzanite_protocol::limits::BLUEPRINTS_MAX;

const PATH: &str = "/_tanzanite/blueprints";

fn process() -> Value {
    json!({
        "module": "Leads",
        "name": "Nurturing",
        "field": "Lead_Status",
        "transitions": [{ "name": "Reach", "from": "Not Contacted", "to": "Contacted", "mandatory": ["Phone"] }],
    })
}

fn set(world: &World, process: &Value) -> Exchange {
    world.anyone().post(PATH, &process.to_string())
}

fn listed(world: &World) -> Value {
    world.anyone().get(PATH).json()["blueprints"].take()
}

/// Inserts a lead that nobody has contacted; returns its path.
fn lead(world: &World) -> String {
    let lead = json!({ "Last_Name": "Ahn", "Lead_Status": "Not Contacted" });
    let ids = world.insert("Leads", &[lead]);
    format!("/crm/v8/Leads/{}", ids[0])
}

#[test]
fn records_enter_a_process_from_the_time_on_that_it_is_set() {
    let world = World::demo();
    assert_eq!(listed(&world), json!([]));
    let before = lead(&world);
    let answer = set(&world, &process());
    assert_eq!(answer.status, 200, "{answer}");
    let after = lead(&world);
    let flows = |path: &str| world.record(path)["$process_flow"].clone();
    assert_eq!((flows(&before), flows(&after)), (false.into(), true.into()));
    let put = world
        .actor("admin")
        .put(&before, r#"{"data":[{"City":"Wien"}]}"#);
    assert_eq!((put.status, flows(&before)), (200, true.into()));

    let told = answer.json();
    assert_eq!(listed(&world), json!([told]));
    let transition = text(&told["transitions"][0]["id"]);
    let body = json!({ "blueprint": [{ "transition_id": transition, "data": { "Phone": "1" } }] });
    let path = format!("{after}/actions/blueprint");
    let moved = world.actor("admin").put(&path, &body.to_string());
    assert_eq!(moved.status, 200, "{moved}");
    assert_eq!(flows(&after), false);
}

#[test]
fn a_process_is_told_as_it_was_set_and_with_its_ids() {
    let world = World::demo_and(BLUEPRINT);
    assert_snapshot!(listed(&world), @r#"[{"id":"1001","module":"Leads","name":"Lead nurturing","field":"Lead_Status","continuous":true,"criteria":"(Company:not_equal:Holt Boatyard)","transitions":[{"id":"1002","name":"Reach","from":"-None-","to":"Contacted","mandatory":["Phone","Annual_Revenue"],"optional":["Description"],"criteria":null,"message":null},{"id":"1003","name":"No answer","from":"-None-","to":"Attempted to Contact","mandatory":[],"optional":[],"criteria":null,"message":null},{"id":"1004","name":"Qualify","from":"Contacted","to":"Pre-Qualified","mandatory":[],"optional":[],"criteria":"((Annual_Revenue:greater_equal:1000)and(Email:starts_with:rosa))","message":"Ask for the revenue first"},{"id":"1005","name":"Drop","from":"Contacted","to":"Junk Lead","mandatory":[],"optional":[],"criteria":null,"message":null}]},{"id":"1006","module":"Deals","name":"Closing","field":"Stage","continuous":false,"criteria":null,"transitions":[{"id":"1007","name":"Win","from":"Negotiation/Review","to":"Closed Won","mandatory":["Account_Name"],"optional":[],"criteria":null,"message":null}]}]"#);
}

#[test]
fn a_process_of_the_same_name_takes_the_place_and_the_ids_of_the_first() {
    let world = World::demo();
    let first = set(&world, &process()).json();
    let mut other = process();
    let more = json!({ "name": "Drop", "from": "Not Contacted", "to": "Junk Lead" });
    other["transitions"]
        .as_array_mut()
        .expect("transitions")
        .insert(0, more);
    let second = set(&world, &other).json();
    assert_eq!(second["id"], first["id"]);
    assert_eq!(
        second["transitions"][1]["id"],
        first["transitions"][0]["id"]
    );
    assert_ne!(
        second["transitions"][0]["id"],
        first["transitions"][0]["id"]
    );
    assert_eq!(listed(&world), json!([second]));
}

#[test]
fn the_records_of_a_removed_process_are_in_none() {
    let world = World::demo();
    let id = text(&set(&world, &process()).json()["id"]);
    let path = lead(&world);
    let removed = world.anyone().delete(&format!("{PATH}/{id}"));
    assert_eq!(removed.json(), json!({ "removed": id }));
    assert_eq!(listed(&world), json!([]));
    assert_eq!(world.record(&path)["$process_flow"], false);
    let status = r#"{"data":[{"Lead_Status":"Junk Lead"}]}"#;
    assert_eq!(world.actor("admin").put(&path, status).status, 200);
    for unknown in [id.as_str(), "1", "x"] {
        let gone = world.anyone().delete(&format!("{PATH}/{unknown}"));
        assert_eq!(gone.status, 404, "{gone}");
    }
}

#[test]
fn a_reset_brings_back_the_seed_s_processes() {
    let world = World::demo_and(BLUEPRINT);
    let before = listed(&world);
    let id = text(&before[0]["id"]);
    assert_eq!(world.anyone().delete(&format!("{PATH}/{id}")).status, 200);
    assert_eq!(set(&world, &process()).status, 200);
    assert_ne!(listed(&world), before);
    assert_eq!(world.anyone().post("/_tanzanite/reset", "").status, 200);
    assert_eq!(listed(&world), before);
}

#[test]
fn a_process_belongs_to_one_organisation() {
    let world = World::demo();
    let (other, credentials) = world.another();
    let path = format!("{PATH}?org={other}");
    let made = world.anyone().post(&path, &process().to_string());
    assert_eq!(made.status, 200, "{made}");
    assert_eq!(listed(&world), json!([]));
    let lead = r#"{"data":[{"Last_Name":"Ahn","Lead_Status":"Not Contacted"}]}"#;
    let token = credentials.token("admin").expect("a token");
    let admin = world.bearing(&format!("Zoho-oauthtoken {token}"));
    let id = text(&admin.post("/crm/v8/Leads", lead).json()["data"][0]["details"]["id"]);
    assert_eq!(
        admin
            .get(&format!("/crm/v8/Leads/{id}/actions/blueprint"))
            .status,
        200
    );
}

#[test]
fn a_flawed_process_is_refused_with_advice() {
    let world = World::demo();
    let mut told = String::new();
    let mut refuse = |process: &Value| {
        let refused = world.refused(|world| set(world, process));
        assert_eq!(refused.status, 400, "{refused}");
        told.push_str(&text(&refused.json()["error"]));
        told.push('\n');
    };
    refuse(&json!({}));
    for (at, value) in [
        ("/module", json!("Leeds")),
        ("/field", json!("Lead_State")),
        ("/name", json!(" ")),
        ("/transitions", json!([])),
        ("/transitions/0/to", json!("Contactd")),
        ("/transitions/0/mandatory", json!(["Fax", "Fone"])),
        ("/transitions/0/when", json!("later")),
    ] {
        let mut process = process();
        match process.pointer_mut(at) {
            Some(place) => *place = value,
            None => process["transitions"][0]["when"] = value,
        }
        refuse(&process);
    }
    assert_snapshot!(told, @r#"
    the body is not what is wanted: missing field `module` at line 1 column 2
    there is no module "Leeds" with processes. Did you mean "Leads"?
    Leads has no picklist "Lead_State". Did you mean "Lead_Status"?
    the name is empty. Write a name.
    a process cannot have 0 transitions. Write 1 to 100.
    transition "Reach": Lead_Status has no value "Contactd". Did you mean "Contacted"?
    transition "Reach": Leads has no field "Fone" for transitions. Use one of Company, Salutation, First_Name, Last_Name, Designation, Email, Secondary_Email, Phone, Fax, Mobile, Website, Lead_Source, Industry, Rating, No_of_Employees, Annual_Revenue, Email_Opt_Out, Skype_ID, Twitter, Description, Street, City, State, Zip_Code, ….
    the body is not what is wanted: unknown field `when`, expected one of `name`, `from`, `to`, `mandatory`, `optional`, `criteria`, `message` at line 1 column 158
    "#);
}

#[test]
fn there_are_not_more_than_can_be() {
    let world = World::demo();
    let numbered = |number: usize| {
        let mut process = process();
        process["name"] = number.to_string().into();
        set(&world, &process).status
    };
    for number in 0..BLUEPRINTS_MAX {
        assert_eq!(numbered(number), 200);
    }
    assert_eq!(numbered(BLUEPRINTS_MAX), 409);
    assert_eq!(numbered(0), 200, "it replaces one");
}
