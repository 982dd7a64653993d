//! `/_tanzanite/organisations`: organisations side by side, made, listed and removed.

mod isolation;

use crate::world::{Exchange, World, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tanzanite_seed::{TEMPLATE, demo_picture};

pub(super) fn create(world: &World, body: &Value) -> Exchange {
    world
        .anyone()
        .post("/_tanzanite/organisations", &body.to_string())
}

/// Makes an organisation of the demo's seed.
pub(super) fn created(world: &World, name: &str) -> Value {
    let exchange = create(world, &json!({ "name": name }));
    assert_eq!(exchange.status, 200, "{exchange}");
    exchange.json()
}

fn listed(world: &World) -> Vec<String> {
    let listed = world.anyone().get("/_tanzanite/organisations").json();
    let listed = listed["organisations"].as_array().expect("a list").clone();
    listed.iter().map(|one| text(&one["org"])).collect()
}

fn remove(world: &World, org: &str) -> Exchange {
    let path = format!("/_tanzanite/organisations?org={org}");
    world.anyone().delete(&path)
}

/// Fetches the demo's photo under its path in `of`, with a token of `organisation`.
fn photo(world: &World, organisation: &Value, token: &str, of: &Value) -> Exchange {
    let token = text(&organisation["tokens"][token]["text"]);
    let record = &of["records"]["with_photo"];
    let (module, id) = (text(&record["module"]), text(&record["id"]));
    let path = format!("/crm/v8/{module}/{id}/photo");
    world
        .bearing(&format!("Zoho-oauthtoken {token}"))
        .get(&path)
}

#[test]
fn organisations_of_one_seed_have_everything_of_their_own() {
    let world = World::demo();
    let (one, two) = (created(&world, "one"), created(&world, "two"));
    for key in ["org", "client_id", "client_secret"] {
        assert_ne!(one[key], two[key], "{key}");
    }
    for (name, token) in one["tokens"].as_object().expect("tokens") {
        assert_ne!(two["tokens"][name]["text"], token["text"]);
        assert_ne!(world.credentials.token(name), token["text"].as_str());
    }
    for (key, record) in one["records"].as_object().expect("records") {
        assert_ne!(two["records"][key]["id"], record["id"]);
        assert_ne!(text(&record["id"]), world.id(key));
    }
    let mut all = [world.org.to_string(), text(&one["org"]), text(&two["org"])];
    all.sort_by_key(|org| org.parse::<i64>().expect("a number"));
    assert_eq!(listed(&world), all);
    // The same name gives the same ids and tokens, on any machine.
    let mut again = created(&World::demo(), "one");
    for key in ["api_domain", "accounts_url"] {
        again[key] = one[key].clone();
    }
    assert_eq!(again, one);
}

#[test]
fn a_token_of_one_never_reaches_another() {
    let world = World::demo();
    let (one, two) = (created(&world, "one"), created(&world, "two"));
    assert_eq!(photo(&world, &one, "admin", &one).status, 200);
    assert_eq!(photo(&world, &two, "admin", &two).status, 200);
    assert_eq!(photo(&world, &one, "admin", &two).code(), "INVALID_DATA");
    let before = world.state();
    let delete = |whose: &Value, of: &Value| {
        let token = text(&whose["tokens"]["admin"]["text"]);
        let id = text(&of["records"]["with_photo"]["id"]);
        let path = format!("/crm/v8/Leads/{id}/photo");
        let bearer = format!("Zoho-oauthtoken {token}");
        world.bearing(&bearer).delete(&path)
    };
    assert_eq!(delete(&one, &two).code(), "INVALID_DATA");
    assert_eq!(delete(&one, &one).status, 200);
    assert_eq!(photo(&world, &two, "admin", &two).status, 200);
    assert_eq!(world.state(), before, "the server's own was touched");
    // The client and the clock are not shared either.
    let advance = format!("/_tanzanite/clock?org={}", text(&one["org"]));
    let advanced = world.anyone().post(
        &advance,
        r#"{"action":"freeze","at":"2030-01-01T00:00:00Z"}"#,
    );
    assert_eq!(advanced.status, 200);
    let other = format!("/_tanzanite/clock?org={}", text(&two["org"]));
    for path in [other.as_str(), "/_tanzanite/clock"] {
        assert_eq!(world.anyone().get(path).json()["state"], "running");
    }
    let environment = format!("/_tanzanite/environment?org={}", text(&one["org"]));
    let environment = world.anyone().post(&environment, "").json();
    for key in ["client_id", "client_secret", "user"] {
        assert_eq!(environment[key], one[key], "{key}");
    }
    let bearer = format!("Zoho-oauthtoken {}", text(&environment["access_token"]));
    let org = world.bearing(&bearer).get("/crm/v8/org").json();
    assert_eq!(text(&org["org"][0]["zgid"]), text(&one["org"]));
}

#[test]
fn an_organisation_is_removed_with_all_that_it_had_and_can_be_made_again() {
    let world = World::demo();
    let (one, two) = (created(&world, "one"), created(&world, "two"));
    let org = text(&one["org"]);
    for _ in 0..2 {
        assert_eq!(photo(&world, &one, "admin", &one).status, 200);
        assert_eq!(remove(&world, &org).json()["removed"], true);
        assert_eq!(photo(&world, &one, "admin", &one).code(), "INVALID_TOKEN");
        assert_eq!(remove(&world, &org).status, 404);
        assert_eq!(photo(&world, &two, "admin", &two).status, 200);
        assert_eq!(created(&world, "one"), one);
    }
    let again = create(&world, &json!({ "name": "one" }));
    assert_eq!(again.status, 409);
    assert_eq!(
        again.json()["error"],
        format!("there is an organisation of the name, {org}")
    );
    let replaced = create(&world, &json!({ "name": "one", "replace": true }));
    assert_eq!(replaced.json(), one);
}

#[test]
fn the_organisation_that_the_server_was_started_for_stays() {
    let world = World::demo();
    let before = world.state();
    assert_eq!(
        world.anyone().delete("/_tanzanite/organisations").status,
        409
    );
    assert_eq!(remove(&world, &world.org.to_string()).status, 409);
    assert_eq!(world.state(), before);
}

#[test]
fn another_seed_comes_with_its_pictures() {
    let world = World::demo();
    let seed = TEMPLATE.replace("{{SECRET}}", "0123456789abcdef0123456789abcdef");
    let seed = format!(
        "{seed}\n[[record]]\nmodule = \"Leads\"\nkey = \"with_photo\"\nphoto = \"a.png\"\nowner = \"{}\"\n\
         [record.fields]\nLast_Name = \"Own\"\nCompany = \"Own\"\n",
        seed.split("email = \"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a user")
    );
    let picture = demo_picture("alma.png").expect("a picture");
    let body =
        json!({ "name": "own", "seed": seed, "pictures": { "a.png": STANDARD.encode(&picture) } });
    let made = create(&world, &body);
    assert_eq!(made.status, 200, "{made}");
    let made = made.json();
    let token = made["tokens"]
        .as_object()
        .and_then(|all| all.keys().next())
        .expect("a token")
        .clone();
    let found = photo(&world, &made, &token, &made);
    assert_eq!(found.status, 200, "{found}");
    assert_eq!(found.body, picture);
    let without = json!({ "name": "other", "seed": seed });
    let refused = create(&world, &without);
    assert_eq!(refused.status, 400);
    assert!(
        text(&refused.json()["error"]).contains("it is not among the \"pictures\""),
        "{refused}"
    );
}

#[test]
fn what_makes_no_organisation_is_refused_and_makes_none() {
    let world = World::demo();
    let one = world.org.to_string();
    for (body, status) in [
        ("", 400),
        ("{}", 400),
        (r#"{"name":7}"#, 400),
        (r#"{"name":""}"#, 400),
        (r#"{"name":"a b"}"#, 400),
        (r#"{"name":"../../etc"}"#, 400),
        (r#"{"name":"a","more":1}"#, 400),
        (r#"{"name":"a","seed":"no toml ["}"#, 400),
        (r#"{"name":"a","seed":""}"#, 400),
        (r#"{"name":"a","seed":"x = 1","pictures":{"a":"***"}}"#, 400),
    ] {
        let refused = world.anyone().post("/_tanzanite/organisations", body);
        assert_eq!(refused.status, status, "{body}: {refused}");
        let said = refused.json();
        assert!(
            said["error"].is_string() && said["hint"].is_string(),
            "{body}: {said}"
        );
        assert_eq!(listed(&world), [one.as_str()], "{body}");
    }
    let long = format!(r#"{{"name":"{}"}}"#, "a".repeat(65));
    assert_eq!(
        world
            .anyone()
            .post("/_tanzanite/organisations", &long)
            .status,
        400
    );
}

/// Regression: such a seed kept a core busy for seconds, and every problem was listed.
#[test]
fn a_seed_of_nothing_but_problems_is_refused_with_the_first_and_their_number() {
    let world = World::demo();
    let tables: Vec<String> = (0..20_000).map(|n| format!("[x{n}]")).collect();
    let refused = create(&world, &json!({ "name": "a", "seed": tables.join("\n") }));
    assert_eq!(refused.status, 400, "{refused}");
    let error = text(&refused.json()["error"]);
    assert_eq!(error.matches("the file has no key").count(), 20, "{error}");
    assert!(error.ends_with("and 19982 more"), "{error}");
    assert_eq!(listed(&world), [world.org.to_string()]);
}
