//! `POST /_tanzanite/environment`: all that a client needs.

use crate::world::{World, text};
use serde_json::Value;

#[test]
fn what_it_says_works() {
    let world = World::demo();
    let environment = ask(&world);
    let url = format!("http://{}", world.address);
    assert_eq!(
        (&environment["api_domain"], &environment["accounts_url"]),
        (&url.as_str().into(), &url.as_str().into())
    );
    let value = |key: &str| text(&environment[key]);
    assert_eq!(value("client_id"), world.credentials.client_id);
    let actor = format!("Zoho-oauthtoken {}", value("access_token"));
    let me = world
        .bearing(&actor)
        .get("/crm/v8/users?type=CurrentUser")
        .json();
    assert_eq!(me["users"][0]["email"], environment["user"]);
    assert_eq!(
        world
            .bearing(&actor)
            .delete(&format!("{}/photo", world.path("with_photo")))
            .status,
        200
    );
    let body = format!(
        "grant_type=refresh_token&refresh_token={}&client_id={}&client_secret={}",
        value("refresh_token"),
        value("client_id"),
        value("client_secret")
    );
    assert!(world.anyone().post("/oauth/v2/token", &body).json()["access_token"].is_string());
}

#[test]
fn twenty_questions_do_not_kill_the_seeds_refresh_token() {
    let world = World::demo();
    let refresh = world.credentials.token("refresh").expect("a token");
    let first = ask(&world);
    assert_eq!(first["refresh_token"], refresh, "the seed's own");
    let before = world.written();
    for _ in 0..1000 {
        assert_eq!(ask(&world), first);
    }
    assert!(world.written() == before, "asking again writes something");
    assert!(refreshed(&world, &first)["access_token"].is_string());
}

#[test]
fn what_has_ended_is_replaced_and_the_rest_is_not() {
    let world = World::demo();
    let first = ask(&world);
    world
        .anyone()
        .post("/_tanzanite/clock", r#"{"action":"advance","by":"61m"}"#);
    let second = ask(&world);
    assert_eq!(second["refresh_token"], first["refresh_token"]);
    assert_ne!(second["access_token"], first["access_token"], "it expired");
    assert_eq!(ask(&world), second);
    let revoke = format!("token={}", text(&second["refresh_token"]));
    let revoked = world.anyone().post("/oauth/v2/token/revoke", &revoke);
    assert_eq!(revoked.json()["status"], "success", "{revoked}");
    let third = ask(&world);
    assert_eq!(third["client_id"], first["client_id"]);
    assert_ne!(third["refresh_token"], first["refresh_token"]);
    assert!(refreshed(&world, &third)["access_token"].is_string());
    let bearer = format!("Zoho-oauthtoken {}", text(&third["access_token"]));
    assert_eq!(world.bearing(&bearer).get("/crm/v8/org").status, 200);
}

#[test]
fn five_hundred_questions_to_a_start_that_does_not_know_its_seed_leave_one_client() {
    let world = World::of_unknown_seed();
    let first = ask(&world);
    let grant = r#"{"user":"mara.lindqvist@example.com","scopes":["ZohoCRM.org.READ"]}"#;
    for _ in 0..250 {
        assert_eq!(ask(&world), first);
        let grant = world.anyone().post("/_tanzanite/grants", grant).json();
        assert_eq!(grant["client_id"], first["client_id"]);
    }
}

#[test]
fn those_who_ask_at_once_are_given_the_same() {
    let world = World::of_unknown_seed();
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(|| ask(&world))).collect();
        let answers = asking
            .into_iter()
            .map(|asked| asked.join().expect("an answer"));
        answers.collect()
    });
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
}

fn refreshed(world: &World, environment: &Value) -> Value {
    let value = |key: &str| text(&environment[key]);
    let body = format!(
        "grant_type=refresh_token&refresh_token={}&client_id={}&client_secret={}",
        value("refresh_token"),
        value("client_id"),
        value("client_secret")
    );
    world.anyone().post("/oauth/v2/token", &body).json()
}

fn ask(world: &World) -> Value {
    world.anyone().post("/_tanzanite/environment", "{}").json()
}
