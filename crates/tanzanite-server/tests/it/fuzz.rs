//! Random requests that mix words of the API with random bytes. No answer is a 5xx, nothing hangs, and the store is
//! consistent afterwards. A panic is answered with 500, so it is found too.

use crate::collections::samples::{self, act};
use crate::limits::{connect, rest, status};
use crate::world::{BLUEPRINT, World};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use tanzanite_crm::collection::{COLLECTIONS, Collection, Does, Shape};
use tanzanite_crm::operations::descriptors;
use tanzanite_store::Store as _;

/// A generated request, in terms of the demo.
#[derive(Clone, Debug)]
struct Wild {
    method: String,
    path: Vec<String>,
    query: Vec<(String, String)>,
    token: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

fn of(words: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    prop::sample::select(words).prop_map(str::to_owned)
}

/// Bytes in a target, percent-encoded as a client does it or cut off within an escape.
fn escaped() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<u8>(), 0..12).prop_map(|bytes| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'%' | b'$' | b':' | b',' => {
                    text.push(char::from(*byte));
                }
                _ => write!(text, "%{byte:02x}").expect("text"),
            }
            text
        })
    })
}

fn segment() -> impl Strategy<Value = String> {
    let words = of(&[
        "crm",
        "v8",
        "v2.1",
        "Leads",
        "Contacts",
        "Tasks",
        "Workshops",
        "photo",
        "settings",
        "modules",
        "fields",
        "users",
        "org",
        "Locking_Information__s",
        "oauth",
        "token",
        "revoke",
        "_tanzanite",
        "tokens",
        "grants",
        "actions",
        "{with_photo}",
        "{locked}",
        "{lock_free}",
        "1",
        "0",
        "-1",
        "9223372036854775807",
        "9223372036854775808",
    ]);
    prop_oneof![6 => words, 1 => escaped()]
}

/// A path for every endpoint, in terms of the demo: records of several kinds, and a custom module.
fn known_paths() -> Vec<Vec<String>> {
    const RECORDS: [(&str, &str); 4] = [
        ("Leads", "{with_photo}"),
        ("Leads", "{locked}"),
        ("Leads", "{lock_free}"),
        ("Workshops", "1"),
    ];
    let mut paths = Vec::new();
    for descriptor in descriptors() {
        for (module, record) in RECORDS {
            let fill = |segment: &str| match segment {
                "{version}" => "v8".to_owned(),
                "{module}" | "{api_name}" => module.to_owned(),
                "{record_id}" => record.to_owned(),
                _ if segment.starts_with('{') => "1".to_owned(),
                _ => segment.to_owned(),
            };
            let path: Vec<String> = descriptor.path[1..].split('/').map(fill).collect();
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    paths
}

/// Mostly known paths.
fn path() -> impl Strategy<Value = Vec<String>> {
    let known = prop::sample::select(known_paths());
    let bent = (known.clone(), any::<prop::sample::Index>(), segment());
    let bent = bent.prop_map(|(mut path, at, segment)| {
        let at = at.index(path.len());
        path[at] = segment;
        path
    });
    prop_oneof![4 => known, 3 => bent, 2 => prop::collection::vec(segment(), 0..14)]
}

fn query() -> impl Strategy<Value = Vec<(String, String)>> {
    let names = of(&[
        "fields",
        "ids",
        "page",
        "per_page",
        "page_token",
        "sort_by",
        "sort_order",
        "converted",
        "cvid",
        "layout_id",
        "attachmentUrl",
        "title",
        "territory_id",
        "type",
        "module",
        "restrict_triggers",
        "grant_type",
        "token",
        "code",
        "refresh_token",
        "client_id",
        "wf_trigger",
        "channel_id",
        "channel_ids",
        "include",
    ]);
    let values = of(&[
        "",
        "id",
        "Last_Name,id",
        "1",
        "0",
        "-1",
        "201",
        "999999999999",
        "desc",
        "asc",
        "true",
        "AllUsers",
        "Leads",
        "workflow,approval",
        "{with_photo}",
        "{with_photo},{locked}",
        "refresh_token",
        "authorization_code",
    ]);
    let pair = (
        prop_oneof![4 => names, 1 => escaped()],
        prop_oneof![4 => values, 1 => escaped()],
    );
    prop::collection::vec(pair, 0..5)
}

/// Any JSON whose objects have some of these keys.
fn value(keys: Vec<&'static str>) -> impl Strategy<Value = String> + Clone {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just(r#""{with_photo}""#.to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| if number.is_finite() {
            number.to_string()
        } else {
            "1e999".to_owned()
        }),
        ".{0,20}".prop_map(|text| serde_json::Value::String(text).to_string()),
    ];
    let keys = prop::sample::select(keys);
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let pair =
            (keys.clone(), inner.clone()).prop_map(|(key, value)| format!("\"{key}\":{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(pair, 0..5).prop_map(|pairs| format!("{{{}}}", pairs.join(","))),
        ]
    })
}

/// JSON as the API wants it, with something wrong in it or not.
fn json() -> impl Strategy<Value = Vec<u8>> {
    let value = value(vec![
        "data",
        "id",
        "Last_Name",
        "Company",
        "Email",
        "Owner",
        "Workshop_Code",
        "Name",
        "Host",
        "Held_On",
        "Seats",
        "Locked_Reason__s",
        "trigger",
        "Tag",
        "Layout",
        "Record_Image",
        "$append_values",
        "Subject",
        "Quoted_Items",
        "Product_Name",
        "_delete",
        "Accounts",
        "Contacts",
        "Deals",
        "Deal_Name",
        "Stage",
        "Closing_Date",
        "overwrite",
        "assign_to",
        "carry_over_tags",
        "move_attachments_to",
        "owner",
        "ids",
        "Note_Title",
        "Parent_Id",
        "module",
        "channel_id",
        "events",
        "notify_url",
        "token",
        "channel_expiry",
        "notification_condition",
        "field_selection",
        "group_operator",
        "group",
        "field",
        "api_name",
        "type",
        "blueprint",
        "transition_id",
        "Phone",
        "Annual_Revenue",
        "$blueprint",
        "$x",
        "",
    ]);
    prop_oneof![
        3 => value.clone().prop_map(|value| format!("{{\"data\":[{value}]}}").into_bytes()),
        1 => value.clone().prop_map(|value| format!("{{\"watch\":[{value}]}}").into_bytes()),
        1 => value.clone().prop_map(|value| {
            format!(r#"{{"blueprint":[{{"transition_id":"1002","data":{value}}}]}}"#).into_bytes()
        }),
        1 => value.prop_map(String::into_bytes),
    ]
}

fn form() -> impl Strategy<Value = Vec<u8>> {
    let name = of(&["file", "grant_type", "code", "x"]);
    (
        name,
        prop::collection::vec(any::<u8>(), 0..200),
        any::<bool>(),
    )
        .prop_map(|(name, bytes, whole)| {
            let mut body = format!(
                "--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n"
            )
            .into_bytes();
            body.extend_from_slice(if whole {
                b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
            } else {
                b""
            });
            body.extend_from_slice(&bytes);
            body.extend_from_slice(if whole { b"\r\n--b--\r\n" } else { b"\r\n--b" });
            body
        })
}

fn wild() -> impl Strategy<Value = Wild> {
    let methods = of(&[
        "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE",
    ]);
    let common = of(&["GET", "POST", "DELETE"]);
    let methods = prop_oneof![4 => common, 6 => methods, 1 => "[A-Z!#$%&'*+.^_`|~-]{1,20}"];
    let others = ["manager", "stranger", "read_only", "expired", ""];
    let tokens = prop_oneof![3 => Just("admin"), 1 => prop::sample::select(others.to_vec())];
    let names = [
        "Content-Type",
        "If-None-Match",
        "If-Modified-Since",
        "If-Unmodified-Since",
        "X-Request-Id",
        "Accept-Encoding",
        "Origin",
        "Cookie",
    ];
    let values = prop_oneof![
        of(&[
            "multipart/form-data; boundary=b",
            "multipart/form-data",
            "application/json",
            "application/x-www-form-urlencoded"
        ]),
        of(&[
            "*",
            "\"a\"",
            "2026-01-01T00:00:00+02:00",
            "2026-01-01",
            "99999-01-01T00:00:00Z",
            "multipart/form-data; boundary="
        ]),
        "[ -~]{0,40}",
    ];
    let headers = prop::collection::vec((prop::sample::select(names.to_vec()), values), 0..5);
    let random = prop::collection::vec(any::<u8>(), 0..300);
    let body = prop_oneof![2 => Just(Vec::new()), 4 => json(), 2 => form(), 1 => random];
    (methods, path(), query(), tokens, headers, body).prop_map(
        |(method, path, query, token, headers, body)| Wild {
            method,
            path,
            query,
            token,
            headers,
            body,
        },
    )
}

impl Wild {
    fn bytes(&self, world: &World) -> Vec<u8> {
        let fill = |text: &str| {
            text.replace("{with_photo}", &world.id("with_photo"))
                .replace("{locked}", &world.id("locked"))
                .replace("{lock_free}", &world.id("with_photo_gif"))
        };
        let mut head = format!("{} /{}", self.method, fill(&self.path.join("/")));
        for (position, (name, value)) in self.query.iter().enumerate() {
            write!(
                head,
                "{}{name}={}",
                if position == 0 { '?' } else { '&' },
                fill(value)
            )
            .expect("text");
        }
        head.push_str(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        if let Some(token) = world.credentials.token(self.token) {
            write!(head, "Authorization: Zoho-oauthtoken {token}\r\n").expect("text");
        }
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").expect("text");
        }
        let body = match std::str::from_utf8(&self.body) {
            Ok(text) => fill(text).into_bytes(),
            Err(_) => self.body.clone(),
        };
        write!(head, "Content-Length: {}\r\n\r\n", body.len()).expect("text");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&body);
        bytes
    }
}

/// Members of a collection's things, and the keys within them, with any values in place of those that are taken.
fn item() -> impl Strategy<Value = (&'static Collection, Vec<(&'static str, String)>, bool)> {
    let made = COLLECTIONS
        .iter()
        .filter(|of| act(of, Does::Create).is_some());
    let collections = prop::sample::select(made.copied().collect::<Vec<_>>());
    collections.prop_flat_map(|of| {
        let mut keys = vec!["id", "_delete"];
        let members = of.members.iter().map(|member| (member.name, &member.shape));
        let (names, shapes): (Vec<_>, Vec<_>) = members.unzip();
        for shape in shapes {
            if let Shape::Entries { members, .. } = shape {
                keys.extend(members.iter().map(|member| member.name));
            }
        }
        let pair = (prop::sample::select(names), value(keys));
        (Just(of), prop::collection::vec(pair, 0..3), any::<bool>())
    })
}

#[test]
fn no_item_of_a_collection_is_answered_with_a_5xx() {
    let world = World::demo();
    let items = COLLECTIONS
        .iter()
        .map(|of| (of.root, samples::item(of, 1, &world)));
    let items: HashMap<_, _> = items.collect();
    let config = Config {
        cases: 500,
        failure_persistence: None,
        ..Config::default()
    };
    let (taken, refused) = (Cell::new(0), Cell::new(0));
    let tried = TestRunner::new(config).run(&item(), |(of, changes, is_new)| {
        let mut members: HashMap<&str, String> = HashMap::new();
        members.extend(
            items[of.root]
                .iter()
                .map(|(name, value)| (name.as_str(), value.to_string())),
        );
        members.extend(changes);
        let members: Vec<String> = members
            .iter()
            .map(|(name, value)| format!("{name:?}:{value}"))
            .collect();
        let item = format!("{{{}}}", members.join(","));
        let body = match of.only {
            Some(_) => format!("{{{:?}:{item}}}", of.root),
            None => format!("{{{:?}:[{item}]}}", of.root),
        };
        let method = if is_new { "POST" } else { "PUT" };
        let exchange =
            world
                .actor("admin")
                .send(method, &samples::list_path(of), &[], body.as_bytes());
        prop_assert!(exchange.status < 500, "{method} {body}: {exchange}");
        let count = if exchange.status < 300 {
            &taken
        } else {
            &refused
        };
        count.set(count.get() + 1);
        Ok(())
    });
    tried.unwrap_or_else(|error| panic!("{error}"));
    assert!(
        taken.get() > 0 && refused.get() > 100,
        "{} and {}",
        taken.get(),
        refused.get()
    );
    assert_eq!(world.store.verify(), Ok(Vec::new()));
}

#[test]
fn no_request_is_answered_with_a_5xx() {
    let world = World::demo_and(BLUEPRINT);
    let config = Config {
        cases: 1_000,
        failure_persistence: None,
        ..Config::default()
    };
    let succeeded = Cell::new(0);
    let tried = TestRunner::new(config).run(&wild(), |wild| {
        let bytes = wild.bytes(&world);
        let mut stream = connect(&world);
        let _ = stream.write_all(&bytes);
        let reply = rest(stream);
        let status = status(&reply);
        prop_assert!(
            status.is_some_and(|status| status < 500),
            "{}\n\n{reply}",
            String::from_utf8_lossy(&bytes)
        );
        succeeded.set(succeeded.get() + u32::from(status.is_some_and(|status| status < 300)));
        Ok(())
    });
    tried.unwrap_or_else(|error| panic!("{error}"));
    assert!(
        succeeded.get() > 10,
        "the requests are not so wild that none gets through: {}",
        succeeded.get()
    );
    assert_eq!(world.store.verify(), Ok(Vec::new()));
}
