//! `GET /_tanzanite/environment`: all that a client needs.

use crate::world::{World, text};

#[test]
fn what_it_says_works() {
    let world = World::demo();
    let environment = world.anyone().get("/_tanzanite/environment").json();
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
