//! The precedence of faults, tested pair by pair: a request that is wrong in two ways is answered by the earlier stage,
//! and the same request with only the later mistake by the later stage.
//!
//! A pair of stages that no request can violate together stands in [`IMPOSSIBLE`] with its reason, and the pairs beside
//! it are tested instead.

use crate::world::{Exchange, MULTIPART, World, multipart, png, text};
use serde_json::{Value, json};
use tanzanite_crm::faults;
use tanzanite_crm::operations::photo::faults as photo;
use tanzanite_crm::operations::records::faults as record;
use tanzanite_protocol::{Row, Stage};

/// The sender of a request.
#[derive(Clone, Copy, Debug)]
enum Who {
    /// No `Authorization` header.
    Anyone,
    /// The bearer of a token of the demo seed, by the token's name.
    Token(&'static str),
    /// A user with a test token that may only read, in all modules; named by the local part of the email.
    Reading(&'static str),
    /// Like `Token`, while the organisation has no credits left.
    Spent(&'static str),
}

/// The kind of body.
#[derive(Clone, Copy, Debug)]
enum Body {
    Nothing,
    /// A picture in a valid multipart body.
    Picture,
    /// A picture larger than a body may be before the gates have passed.
    Large,
    /// Bytes without a multipart body around them.
    Bare,
}

/// A request; the path has the demo's record keys in braces.
struct Send(Who, &'static str, &'static str, Body);

/// A request that is wrong in two ways.
struct Pair {
    name: &'static str,
    /// The fault that is answered.
    earlier: &'static Row,
    /// The fault that is answered once the earlier mistake is corrected.
    later: &'static Row,
    /// The request with both mistakes.
    both: Send,
    /// The request with the later mistake alone.
    alone: Send,
}

use Body::{Bare, Large, Nothing, Picture};
use Who::{Anyone, Reading, Spent, Token};

const ADMIN: Who = Token("admin");
const UNKNOWN_ID: &str = "/crm/v8/Leads/3652397000000990099/photo";
const BAD_TRIGGERS: &str = "{with_photo}/photo?restrict_triggers=workflows";

/// Ordered by the earlier stage, then by the later.
static PAIRS: &[Pair] = &[
    Pair {
        name: "unknown URL, no token",
        earlier: &faults::URL_UNKNOWN,
        later: &faults::AUTHENTICATION_MISSING,
        both: Send(Anyone, "DELETE", "{with_photo}/photo/", Nothing),
        alone: Send(Anyone, "DELETE", "{with_photo}/photo", Nothing),
    },
    Pair {
        name: "unknown URL, unknown module",
        earlier: &faults::URL_UNKNOWN,
        later: &faults::MODULE_UNKNOWN,
        both: Send(ADMIN, "DELETE", "/crm/v8/Leeds/1/photo/", Nothing),
        alone: Send(ADMIN, "DELETE", "/crm/v8/Leeds/1/photo", Nothing),
    },
    Pair {
        name: "wrong method, no token",
        earlier: &faults::METHOD_WRONG,
        later: &faults::AUTHENTICATION_MISSING,
        both: Send(Anyone, "PUT", "{with_photo}/photo", Nothing),
        alone: Send(Anyone, "DELETE", "{with_photo}/photo", Nothing),
    },
    Pair {
        name: "wrong method, dead token",
        earlier: &faults::METHOD_WRONG,
        later: &faults::TOKEN_INVALID,
        both: Send(Token("expired"), "PATCH", "{with_photo}/photo", Nothing),
        alone: Send(Token("expired"), "POST", "{with_photo}/photo", Picture),
    },
    Pair {
        name: "wrong method, unknown module",
        earlier: &faults::METHOD_WRONG,
        later: &faults::MODULE_UNKNOWN,
        both: Send(ADMIN, "PUT", "/crm/v8/Leeds/1/photo", Nothing),
        alone: Send(ADMIN, "DELETE", "/crm/v8/Leeds/1/photo", Nothing),
    },
    Pair {
        name: "not served yet, no token",
        earlier: &faults::OPERATION_NOT_SERVED,
        later: &faults::AUTHENTICATION_MISSING,
        both: Send(Anyone, "DELETE", "/crm/v8/org/photo", Nothing),
        alone: Send(Anyone, "GET", "/crm/v8/org", Nothing),
    },
    Pair {
        name: "not served yet, dead token",
        earlier: &faults::OPERATION_NOT_SERVED,
        later: &faults::TOKEN_INVALID,
        both: Send(Token("expired"), "DELETE", "/crm/v8/org/photo", Nothing),
        alone: Send(Token("expired"), "GET", "/crm/v8/org", Nothing),
    },
    Pair {
        name: "no token, unknown module",
        earlier: &faults::AUTHENTICATION_MISSING,
        later: &faults::MODULE_UNKNOWN,
        both: Send(Anyone, "DELETE", "/crm/v8/Leeds/1/photo", Nothing),
        alone: Send(ADMIN, "DELETE", "/crm/v8/Leeds/1/photo", Nothing),
    },
    Pair {
        name: "dead token, unknown module",
        earlier: &faults::TOKEN_INVALID,
        later: &faults::MODULE_UNKNOWN,
        both: Send(Token("expired"), "DELETE", "/crm/v8/Leeds/1/photo", Nothing),
        alone: Send(ADMIN, "DELETE", "/crm/v8/Leeds/1/photo", Nothing),
    },
    Pair {
        name: "dead token, module without photos",
        earlier: &faults::TOKEN_INVALID,
        later: &faults::MODULE_NOT_SUPPORTED,
        both: Send(Token("expired"), "DELETE", "{task}/photo", Nothing),
        alone: Send(ADMIN, "DELETE", "{task}/photo", Nothing),
    },
    Pair {
        name: "dead token, no credits",
        earlier: &faults::TOKEN_INVALID,
        later: &faults::TOO_MANY_REQUESTS,
        both: Send(Spent("expired"), "DELETE", "{with_photo}/photo", Nothing),
        alone: Send(Spent("admin"), "DELETE", "{with_photo}/photo", Nothing),
    },
    Pair {
        name: "no credits, unknown module",
        earlier: &faults::TOO_MANY_REQUESTS,
        later: &faults::MODULE_UNKNOWN,
        both: Send(Spent("admin"), "DELETE", "/crm/v8/Leeds/1/photo", Nothing),
        alone: Send(ADMIN, "DELETE", "/crm/v8/Leeds/1/photo", Nothing),
    },
    Pair {
        name: "no credits, unknown module, with a body that is not held before the gates",
        earlier: &faults::TOO_MANY_REQUESTS,
        later: &faults::MODULE_UNKNOWN,
        both: Send(Spent("admin"), "POST", "/crm/v8/Leeds/1/photo", Large),
        alone: Send(ADMIN, "POST", "/crm/v8/Leeds/1/photo", Large),
    },
    Pair {
        name: "unknown module, missing scope",
        earlier: &faults::MODULE_UNKNOWN,
        later: &faults::SCOPE_MISMATCH,
        both: Send(
            Token("read_only"),
            "DELETE",
            "/crm/v8/Leeds/1/photo",
            Nothing,
        ),
        alone: Send(Token("read_only"), "DELETE", "{with_photo}/photo", Nothing),
    },
    Pair {
        name: "module without photos, missing scope",
        earlier: &faults::MODULE_NOT_SUPPORTED,
        later: &faults::SCOPE_MISMATCH,
        both: Send(Token("read_only"), "DELETE", "{task}/photo", Nothing),
        alone: Send(Token("read_only"), "DELETE", "{with_photo}/photo", Nothing),
    },
    Pair {
        name: "missing scope, lacking profile",
        earlier: &faults::SCOPE_MISMATCH,
        later: &photo::DELETE_NOT_PERMITTED,
        both: Send(
            Reading("noel.brandt"),
            "DELETE",
            "{of_no_delete}/photo",
            Nothing,
        ),
        alone: Send(
            Token("no_delete"),
            "DELETE",
            "{of_no_delete}/photo",
            Nothing,
        ),
    },
    Pair {
        name: "missing scope, bad parameter",
        earlier: &faults::SCOPE_MISMATCH,
        later: &faults::PARAMETER_INVALID,
        both: Send(Token("read_only"), "POST", BAD_TRIGGERS, Picture),
        alone: Send(ADMIN, "POST", BAD_TRIGGERS, Picture),
    },
    Pair {
        name: "lacking profile, bad parameter",
        earlier: &photo::DELETE_NOT_PERMITTED,
        later: &faults::PARAMETER_INVALID,
        both: Send(Token("no_delete"), "DELETE", BAD_TRIGGERS, Nothing),
        alone: Send(ADMIN, "DELETE", BAD_TRIGGERS, Nothing),
    },
    Pair {
        name: "lacking profile, unknown id",
        earlier: &photo::DELETE_NOT_PERMITTED,
        later: &record::UNKNOWN,
        both: Send(Token("no_delete"), "DELETE", UNKNOWN_ID, Nothing),
        alone: Send(ADMIN, "DELETE", UNKNOWN_ID, Nothing),
    },
    Pair {
        name: "lacking profile, not shared",
        earlier: &photo::DELETE_NOT_PERMITTED,
        later: &photo::DELETE_NOT_SHARED,
        both: Send(Token("no_delete"), "DELETE", "{with_photo}/photo", Nothing),
        alone: Send(Token("stranger"), "DELETE", "{with_photo}/photo", Nothing),
    },
    Pair {
        name: "bad parameter, bad body",
        earlier: &faults::PARAMETER_INVALID,
        later: &photo::NOT_MULTIPART,
        both: Send(ADMIN, "POST", BAD_TRIGGERS, Bare),
        alone: Send(ADMIN, "POST", "{with_photo}/photo", Bare),
    },
    Pair {
        name: "bad parameter, unknown id",
        earlier: &faults::PARAMETER_INVALID,
        later: &record::UNKNOWN,
        both: Send(
            ADMIN,
            "DELETE",
            "/crm/v8/Leads/3652397000000990099/photo?restrict_triggers=workflows",
            Nothing,
        ),
        alone: Send(ADMIN, "DELETE", UNKNOWN_ID, Nothing),
    },
    Pair {
        name: "bad body, unknown id",
        earlier: &photo::NOT_MULTIPART,
        later: &record::UNKNOWN,
        both: Send(ADMIN, "POST", UNKNOWN_ID, Bare),
        alone: Send(ADMIN, "POST", UNKNOWN_ID, Picture),
    },
    Pair {
        name: "bad body, not shared",
        earlier: &photo::NOT_MULTIPART,
        later: &photo::UPLOAD_NOT_SHARED,
        both: Send(Token("stranger"), "POST", "{with_photo}/photo", Bare),
        alone: Send(Token("stranger"), "POST", "{with_photo}/photo", Picture),
    },
    Pair {
        name: "not shared, locked (delete)",
        earlier: &photo::DELETE_NOT_SHARED,
        later: &photo::DELETE_LOCKED,
        both: Send(Token("stranger"), "DELETE", "{locked}/photo", Nothing),
        alone: Send(ADMIN, "DELETE", "{locked}/photo", Nothing),
    },
    Pair {
        name: "not shared, locked (upload)",
        earlier: &photo::UPLOAD_NOT_SHARED,
        later: &photo::UPLOAD_LOCKED,
        both: Send(Token("stranger"), "POST", "{locked}/photo", Picture),
        alone: Send(ADMIN, "POST", "{locked}/photo", Picture),
    },
    Pair {
        name: "not shared, no photo",
        earlier: &photo::DELETE_NOT_SHARED,
        later: &photo::MISSING,
        both: Send(
            Token("stranger"),
            "DELETE",
            "{without_photo}/photo",
            Nothing,
        ),
        alone: Send(ADMIN, "DELETE", "{without_photo}/photo", Nothing),
    },
    Pair {
        name: "locked, no photo",
        earlier: &photo::DELETE_LOCKED,
        later: &photo::MISSING,
        both: Send(ADMIN, "DELETE", "{locked_without_photo}/photo", Nothing),
        alone: Send(
            Token("lock_exempt"),
            "DELETE",
            "{locked_without_photo}/photo",
            Nothing,
        ),
    },
];

/// Neighbouring stages that no request to a photo can violate together, and the reason.
const IMPOSSIBLE: &[(Stage, Stage, &str)] = &[
    (Stage::Url, Stage::Method, "only a known path has methods"),
    (
        Stage::Method,
        Stage::Served,
        "a method that a path does not have is no operation, served or not",
    ),
    (
        Stage::Authentication,
        Stage::Token,
        "where there is no token, none is dead",
    ),
    (
        Stage::Record,
        Stage::Sharing,
        "an id of no record has no owner, lock or photo",
    ),
    (
        Stage::State,
        Stage::Store,
        "the store can fail at any call; `failing_store.rs` fails it at each",
    ),
];

fn send(world: &World, Send(who, method, path, body): &Send) -> (Value, Exchange) {
    let mut path = (*path).to_owned();
    if let Some((key, rest)) = path.strip_prefix('{').and_then(|path| path.split_once('}')) {
        path = format!("{}{rest}", world.path(key));
    }
    let (headers, body): (&[(&str, &str)], Vec<u8>) = match body {
        Nothing => (&[], Vec::new()),
        Picture => (
            &[("Content-Type", MULTIPART)],
            multipart(&[("file", &png(1, 1, 64))]),
        ),
        Large => (
            &[("Content-Type", MULTIPART)],
            multipart(&[("file", &png(1, 1, 40_000))]),
        ),
        Bare => (&[("Content-Type", "image/png")], png(1, 1, 64)),
    };
    match who {
        Anyone => world.anyone().send_foreseen(method, &path, headers, &body),
        Token(name) => world
            .actor(name)
            .send_foreseen(method, &path, headers, &body),
        Spent(name) => {
            spend(world, true);
            let exchange = world.actor(name).send(method, &path, headers, &body);
            spend(world, false);
            // A rehearsal does not count credits.
            (Value::Null, exchange)
        }
        Reading(user) => {
            let wanted =
                format!(r#"{{"user":"{user}@example.com","scopes":["ZohoCRM.modules.READ"]}}"#);
            let issued = world.anyone().post("/_tanzanite/tokens", &wanted).json();
            let token = issued["access_token"]
                .as_str()
                .unwrap_or_else(|| panic!("{issued}"))
                .to_owned();
            world
                .bearing(&format!("Zoho-oauthtoken {token}"))
                .send_foreseen(method, &path, headers, &body)
        }
    }
}

/// Sets the organisation's credits to none, or switches its limits off.
fn spend(world: &World, enabled: bool) {
    let said = format!(r#"{{"enabled":{enabled},"credits":0}}"#);
    let answer = world.anyone().post("/_tanzanite/limits", &said);
    assert_eq!(answer.status, 200);
}

/// Sends a request and checks the fault; returns the explanation that was made before.
fn assert_answers(world: &World, pair: &Pair, request: &Send, row: &Row) -> Value {
    let (explained, exchange) = send(world, request);
    let found = (
        exchange.status,
        exchange.code(),
        exchange.json()["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    );
    let expected = (row.status, row.code.to_owned(), row.message.to_owned());
    assert_eq!(
        found, expected,
        "{}: {} {} wants {row:?}",
        pair.name, request.1, request.2
    );
    explained
}

/// Refusals without later faults: no change to the request or the organisation can turn them into others.
static LAST: [&Row; 2] = [&faults::OPERATION_NOT_SERVED, &faults::MODULE_NOT_SUPPORTED];

fn assert_explained(pair: &Pair, explained: &Value) {
    if explained.is_null() {
        return;
    }
    let faults = |key: &str| -> Vec<String> {
        let faults = explained[key].as_array().expect(key).iter();
        faults.map(|refusal| text(&refusal["fault"])).collect()
    };
    let (earlier, later) = (pair.earlier.name(), pair.later.name());
    assert_eq!(faults("refusals"), [earlier], "{}", pair.name);
    if LAST.contains(&pair.earlier) {
        assert_eq!(faults("later"), [""; 0], "{}", pair.name);
        assert_eq!(explained["ways"], json!([]), "{}", pair.name);
    } else {
        assert_eq!(faults("later").first(), Some(&later), "{}", pair.name);
    }
}

#[test]
fn of_two_faults_the_earlier_stage_is_answered() {
    let world = World::demo();
    // Switching the limits on and off leaves their values in the organisation's state, so this happens before the state
    // is noted.
    spend(&world, true);
    spend(&world, false);
    let before = world.state();
    for pair in PAIRS {
        assert!(
            pair.earlier.stage < pair.later.stage,
            "{}: the table has them in order",
            pair.name
        );
        let explained = assert_answers(&world, pair, &pair.both, pair.earlier);
        assert_explained(pair, &explained);
        assert_answers(&world, pair, &pair.alone, pair.later);
        assert_eq!(
            before,
            world.state(),
            "{}: a refusal changed something",
            pair.name
        );
    }
}

#[test]
fn every_pair_of_neighbours_is_in_the_table_or_impossible_for_a_reason() {
    let tested = |earlier: Stage, later: Stage| {
        PAIRS
            .iter()
            .any(|pair| pair.earlier.stage == earlier && pair.later.stage == later)
    };
    for neighbours in Stage::ALL.windows(2) {
        let (earlier, later) = (neighbours[0], neighbours[1]);
        let reason = IMPOSSIBLE
            .iter()
            .find(|pair| (pair.0, pair.1) == (earlier, later));
        assert!(
            tested(earlier, later) != reason.is_some(),
            "{earlier:?} before {later:?} stands in one of the two tables, and not in both"
        );
    }
    for (earlier, later, reason) in IMPOSSIBLE {
        assert!(Stage::ALL.windows(2).any(|pair| pair == [*earlier, *later]) && !reason.is_empty());
    }
}

/// Where neighbours cannot be compared, the pair around them is, so the order has no gap.
#[test]
fn the_tested_pairs_alone_order_all_stages_that_a_photo_can_violate() {
    let bridges = [
        (Stage::Url, Stage::Authentication),
        (Stage::Method, Stage::Authentication),
        (Stage::Served, Stage::Token),
        (Stage::Authentication, Stage::Module),
        (Stage::Body, Stage::Sharing),
        (Stage::Parameters, Stage::Record),
    ];
    for (earlier, later) in bridges {
        let found = PAIRS
            .iter()
            .any(|pair| (pair.earlier.stage, pair.later.stage) == (earlier, later));
        assert!(found, "{earlier:?} before {later:?}");
    }
}
