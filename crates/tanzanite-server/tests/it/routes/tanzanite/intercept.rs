//! `POST /_tanzanite/intercept`: assigns hosts of the vendor's to an organisation.

use crate::intercept::inside;
use crate::tls_client::{AUTHORITY, converse};
use crate::world::World;
use std::sync::Arc;
use tanzanite_crm::AuthMode;
use tanzanite_server::Config;

#[test]
fn a_host_may_be_given_to_an_organisation() {
    let world = World::with(Config {
        auth: AuthMode::Any,
        intercept: Some(Arc::clone(&AUTHORITY)),
        ..Config::default()
    });
    let (org, _) = world.another();
    let give = |hosts: &str| {
        let body = format!(r#"{{"hosts":{hosts}}}"#);
        let path = format!("/_tanzanite/intercept?org={org}");
        world.anyone().post(&path, &body)
    };
    let zgid = |host: &str| {
        let request = format!(
            "GET /crm/v8/org HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer unknown\r\nConnection: close\r\n\r\n"
        );
        let reply = converse(inside(&world, host), request.as_bytes());
        let (_, body) = reply.split_once("\r\n\r\n").expect("a body");
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        body["org"][0]["zgid"]
            .as_str()
            .expect("a number")
            .to_owned()
    };
    for hosts in [
        r#"["www.zohoapis.eu","www.example.com"]"#,
        r#""www.zohoapis.eu""#,
        "[7]",
    ] {
        assert_eq!(give(hosts).status, 400, "{hosts}");
        assert_eq!(zgid("www.zohoapis.eu"), world.org.to_string());
    }
    let given = give(r#"["www.zohoapis.eu"]"#);
    assert_eq!(
        given.json()["organisations"]["www.zohoapis.eu"],
        org.to_string()
    );
    assert_eq!(zgid("www.zohoapis.eu"), org.to_string());
    assert_eq!(zgid("www.zohoapis.com"), world.org.to_string());
    // A token decides the organisation, whatever the host.
    let token = world.credentials.token("admin").expect("a token");
    let known = format!(
        "GET /crm/v8/org HTTP/1.1\r\nHost: www.zohoapis.eu\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    let reply = converse(inside(&world, "www.zohoapis.eu"), known.as_bytes());
    assert!(reply.contains(&world.org.to_string()), "{reply}");
    // A request without a token goes to the journal of the host's organisation.
    let unknown = "GET /nowhere HTTP/1.1\r\nHost: www.zohoapis.eu\r\nConnection: close\r\n\r\n";
    converse(inside(&world, "www.zohoapis.eu"), unknown.as_bytes());
    let path = format!("/_tanzanite/journal?org={org}&path=/nowhere");
    let kept = world.anyone().get(&path).json();
    assert_eq!(kept["entries"].as_array().map(Vec::len), Some(1), "{kept}");
}
