//! Follows the remedies that `/_tanzanite/explain` names, in every situation of the matrix.

use crate::matrix::{ACTORS, Endpoint, Fresh, ON_RECORDS, RECORDS, filled, sender};
use crate::stores::is_shared;
use crate::world::{World, png, text};
use serde_json::{Value, json};

/// Follows every remedy, change by change, as far as a client or an operator can make the changes on a running server:
/// before the last change the request is refused as explained, and after it no longer.
#[test]
fn the_ways_that_explanations_name_let_requests_pass() {
    let fresh = Fresh::demo();
    let mut gone = 0;
    // Worlds in a shared database are slow to make.
    let keys = if is_shared() {
        vec!["locked_without_photo"]
    } else {
        let keys = RECORDS.map(|(_, key)| key).into_iter();
        keys.chain(["locked_without_photo"]).collect()
    };
    for key in &keys {
        for endpoint in &ON_RECORDS {
            for actor in ACTORS {
                gone += go_all_ways(&fresh, actor, endpoint, key);
            }
        }
    }
    assert!(gone > 60 * keys.len(), "only {gone} ways were gone");
}

/// Follows all remedies of one request; returns their number.
fn go_all_ways(fresh: &Fresh, actor: &str, endpoint: &Endpoint, key: &str) -> usize {
    let (world, owner) = (&fresh.world, &fresh.owner);
    if endpoint.locked == Some(true) && world.record(&world.path(key))["Locked__s"] != true {
        return 0;
    }
    let (path, headers, body) = filled(world, endpoint, Some(key));
    let explained = sender(world, actor, owner).explain(endpoint.method, &path, &headers, &body);
    let ways = explained["ways"].as_array().expect("ways").clone();
    let known = [&explained["refusals"], &explained["later"]];
    let known = known
        .map(|refusals| refusals.as_array().expect("refusals").clone())
        .concat();
    let mut gone = 0;
    for way in ways {
        let changes = way.as_array().expect("changes");
        let steps: Vec<&Vec<Value>> = changes
            .iter()
            .map(|change| change["steps"].as_array().expect("steps"))
            .collect();
        let can_be_gone = |steps: &&Vec<Value>| {
            !steps.is_empty() && steps.iter().all(|step| step["seed"].is_null())
        };
        if !steps.iter().all(can_be_gone) {
            continue;
        }
        let bearer = sender(world, actor, owner)
            .authorization()
            .map(str::to_owned);
        let mut request = (
            endpoint.method.to_owned(),
            path.clone(),
            bearer.unwrap_or_default(),
        );
        for (made, steps) in steps.iter().enumerate() {
            for step in *steps {
                go(world, step, &mut request);
            }
            let (method, path, bearer) = &request;
            let who = world.bearing(bearer);
            if made + 1 == changes.len() {
                let exchange = who.send(method, path, &headers, &body);
                assert_eq!(
                    exchange.refusals(),
                    [Value::Null; 0],
                    "{actor} {path}: {way:#}"
                );
            } else {
                let exchange = world.refused(|_| who.send(method, path, &headers, &body));
                for refusal in exchange.refusals() {
                    let known = known.iter().any(|known| known["answer"] == refusal);
                    assert!(known, "{actor} {path}: {refusal} after {made} of {way:#}");
                }
            }
        }
        fresh.reset();
        gone += 1;
    }
    gone
}

/// Makes one change: to the request, or as the administrator.
fn go(world: &World, step: &Value, (method, path, bearer): &mut (String, String, String)) {
    if step["token"].is_object() {
        let token = &step["token"];
        let wanted = json!({ "user": token["user"], "scopes": token["scopes"] }).to_string();
        let issued = world.anyone().post("/_tanzanite/tokens", &wanted).json();
        *bearer = format!("Zoho-oauthtoken {}", text(&issued["access_token"]));
    } else if step["ask"].is_object() {
        (*method, *path) = (text(&step["ask"]["method"]), text(&step["ask"]["path"]));
    } else {
        let send = &step["send"];
        let (method, path) = (text(&send["method"]), text(&send["path"]));
        let admin = world.actor("admin");
        let exchange = if path.ends_with("/photo") {
            admin.upload(&path, &png(1, 1, 64))
        } else {
            let body = send["body"].as_str().unwrap_or_default();
            admin.send(&method, &path, &[], body.as_bytes())
        };
        assert_eq!(exchange.refusals(), [Value::Null; 0], "{step}: {exchange}");
    }
}
