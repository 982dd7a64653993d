//! Two organisations, each with its own limits.

use super::{LEADS, LIMITS, leads, say};
use crate::world::{Exchange, World};
use serde_json::json;
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_seed::Seed;
use tanzanite_store::Store as _;

const OTHER: &str = r#"secret = "0123456789abcdef0123456789abcdef"
[organisation]
zgid = 7000
id_base = 7000000000000000
company_name = "Acme"
domain_name = "acme"
primary_email = "office@example.com"
time_zone = "UTC"
iso_code = "EUR"
country_code = "DE"
edition = "free"
created_time = 2026-01-01T00:00:00Z
[[profile]]
name = "Administrator"
administrator = true
permissions = ["view", "create", "edit", "delete"]
[[role]]
name = "CEO"
[[user]]
email = "ann@example.com"
last_name = "Ann"
profile = "Administrator"
role = "CEO"
[[client]]
name = "one"
[[token]]
name = "ann"
kind = "access"
user = "ann@example.com"
scopes = ["ZohoCRM.modules.ALL"]
lifetime = "never"
"#;

#[test]
fn organisations_do_not_touch_each_other() {
    let world = World::demo();
    let seed = Seed::parse("other.toml", OTHER).unwrap_or_else(|error| panic!("{error}"));
    let (org, credentials) = (seed.org_id(), seed.credentials());
    let planted = world.store.write_blocking(move |tx: &mut dyn Transaction| {
        let planted = seed.apply(
            &|_: &str| Err("no picture".to_owned()),
            crate::world::now(),
            tx,
        );
        planted
            .map(|_| ())
            .map_err(|error| StoreError::new(error.to_string()))
    });
    planted.unwrap_or_else(|error: StoreError| panic!("{error}"));
    let ann = format!(
        "Zoho-oauthtoken {}",
        credentials.token("ann").expect("a token")
    );
    let there = format!("{LIMITS}?org={org}");
    let both = json!({ "enabled": true, "credits": 2 }).to_string();
    say(&world, &json!({ "enabled": true, "credits": 2 }));
    world.bearing(&ann).get(LEADS);
    let free = world.anyone().get(&there).json();
    assert_eq!(
        (
            &free["enabled"],
            &free["credits"]["limit"],
            &free["concurrency"]["limit"],
            &free["credits"]["used"]
        ),
        (&json!(false), &json!(5_000), &json!(5), &json!(0))
    );
    assert_eq!(world.anyone().post(&there, &both).status, 200);
    let statuses =
        |ask: &dyn Fn() -> Exchange| -> Vec<u16> { (0..3).map(|_| ask().status).collect() };
    assert_eq!(
        statuses(&|| world.bearing(&ann).get(LEADS)),
        [204, 204, 429]
    );
    assert_eq!(statuses(&|| leads(&world)), [200, 200, 429]);
    world.anyone().send("DELETE", &there, &[], b"");
    assert_eq!(leads(&world).status, 429, "the other's counters were reset");
    assert_eq!(world.bearing(&ann).get(LEADS).status, 204);
}
