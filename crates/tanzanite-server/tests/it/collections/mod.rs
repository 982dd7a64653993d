//! The contract of collections: whether the wire behaves as each declaration says. One test for all collections; the
//! exchanges of each are committed in a file.

pub(crate) mod cases;
pub(crate) mod samples;

use crate::committed;
use crate::world::{Actor, Exchange, World, text};
use samples::{act, body, item, list_path, one_path, query, wrong_values};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::fmt::Write as _;
use tanzanite_crm::collection::{COLLECTIONS, Collection, Does, Shape};
use tanzanite_crm::policy::Right;

/// A collection under test, with the transcript so far.
struct Contract<'w> {
    of: &'static Collection,
    world: &'w World,
    told: String,
    ids: HashMap<String, usize>,
}

#[test]
fn a_collection_keeps_its_contract() {
    for of in COLLECTIONS {
        let world = World::demo();
        // Makes timestamps the same in every run.
        world.clock(r#"{"action":"freeze","at":"2026-03-01T09:00:00Z"}"#);
        let mut contract = Contract {
            of,
            world: &world,
            told: format!(
                "# {}: whole exchanges of the contract test. See tests/it/collections/mod.rs.\n",
                of.root
            ),
            ids: HashMap::new(),
        };
        contract.hold();
        committed::compare(&format!("collections/{}.txt", of.root), &contract.told);
    }
}

impl Contract<'_> {
    fn hold(&mut self) {
        self.lists("as it is made");
        self.refuses_strangers();
        let Some(create) = act(self.of, Does::Create) else {
            return;
        };
        let id = self.creates();
        self.refuses_items(create.items_max, &id);
        self.updates(&id);
        self.refuses_ids();
        self.removes(&id);
        self.lists("at the end");
    }

    fn admin(&self) -> Actor<'_> {
        self.world.actor("admin")
    }

    /// Adds an exchange to the transcript, with words in place of ids that differ between runs.
    fn note(&mut self, what: &str, request: &str, exchange: &Exchange) {
        let body = exchange.text();
        let mut told = String::new();
        for part in body.split('"') {
            let is_id = part.len() >= 10 && part.bytes().all(|byte| byte.is_ascii_digit());
            let part = if is_id {
                let next = self.ids.len() + 1;
                format!("[id {}]", self.ids.entry(part.to_owned()).or_insert(next))
            } else {
                part.to_owned()
            };
            told = if told.is_empty() {
                part
            } else {
                format!("{told}\"{part}")
            };
        }
        let request: String = request.chars().take(300).collect();
        let _ = writeln!(
            self.told,
            "\n## {what}\n{request}\n{} {told}",
            exchange.status
        );
    }

    fn lists(&mut self, when: &str) -> Vec<Value> {
        let path = list_path(self.of);
        let exchange = self.admin().get(&path);
        self.note(
            &format!("the list, {when}"),
            &format!("GET {path}"),
            &exchange,
        );
        let listed = match exchange.status {
            204 => Vec::new(),
            200 => exchange.json()[self.of.root]
                .as_array()
                .expect("a list")
                .clone(),
            _ => panic!("{exchange}"),
        };
        for thing in &listed {
            let names: Vec<&String> = thing.as_object().expect("a thing").keys().collect();
            let expected: Vec<&str> = self.of.members.iter().map(|member| member.name).collect();
            assert_eq!(names, expected, "every member, in its order");
            if act(self.of, Does::Get).is_some() {
                let one = self.admin().get(&one_path(self.of, &text(&thing["id"])));
                assert_eq!(
                    one.json()[self.of.root],
                    json!([thing]),
                    "one is as it is in the list"
                );
            }
        }
        listed
    }

    /// Makes two items in one call, finds them as given, and is refused the same names again.
    fn creates(&mut self) -> String {
        let before = self.lists("before").len();
        let items: Vec<Value> = match act(self.of, Does::Create).expect("it makes").items_max {
            1 => vec![item(self.of, 1, self.world).into()],
            _ => vec![
                item(self.of, 1, self.world).into(),
                item(self.of, 2, self.world).into(),
            ],
        };
        let (path, sent) = (list_path(self.of), body(self.of, &items));
        let made = self.admin().post(&path, &sent);
        self.note("things are made", &format!("POST {path} {sent}"), &made);
        assert_eq!(made.status, 201, "{made}");
        let listed = self.lists("with them");
        assert_eq!(listed.len(), before + items.len());
        let ids = made.json()[self.of.root]
            .as_array()
            .expect("answers")
            .iter()
            .map(|answer| text(&answer["details"]["id"]))
            .collect::<Vec<_>>();
        for (id, item) in ids.iter().zip(&items) {
            let thing = listed
                .iter()
                .find(|thing| thing["id"] == *id)
                .expect("it is listed");
            self.is_as_given(thing, item.as_object().expect("an item"));
        }
        for member in self
            .of
            .members
            .iter()
            .filter(|member| member.unique.is_some())
        {
            let mut other = item(self.of, 3, self.world);
            // Letter case does not make a different name.
            other.insert(
                member.name.to_owned(),
                text(&items[0][member.name]).to_uppercase().into(),
            );
            self.is_refused(
                &format!("{} is another's", member.name),
                "POST",
                &path,
                &[other.into()],
                "DUPLICATE_DATA",
            );
        }
        ids[0].clone()
    }

    /// Checks that the given members are shown, with references shown by their ids.
    fn is_as_given(&self, thing: &Value, given: &Map<String, Value>) {
        for member in self.of.members.iter().filter(|member| member.is_given()) {
            let (shown, given) = (
                &thing[member.name],
                given.get(member.name).unwrap_or(&Value::Null),
            );
            match member.shape {
                Shape::Thing(..) | Shape::User => {
                    assert_eq!(shown["id"], given["id"], "{}", member.name);
                }
                _ => assert_eq!(shown, given, "{}", member.name),
            }
        }
    }

    /// Sends items that must be refused with a code and must change nothing.
    fn is_refused(&mut self, why: &str, method: &str, path: &str, items: &[Value], code: &str) {
        let sent = body(self.of, items);
        let refused = self.world.refused(|world| {
            world
                .actor("admin")
                .send(method, path, &[], sent.as_bytes())
        });
        self.note(why, &format!("{method} {path} {sent}"), &refused);
        let answer = refused.json();
        let found = answer[self.of.root][0]["code"]
            .as_str()
            .or(answer["code"].as_str());
        assert_eq!(found, Some(code), "{why}: {refused}");
    }

    fn refuses_items(&mut self, items_max: usize, id: &str) {
        let path = list_path(self.of);
        for member in self.of.members.iter().filter(|member| member.is_given()) {
            let with = |value: Option<Value>| {
                let mut item = item(self.of, 9, self.world);
                match value {
                    Some(value) => item.insert(member.name.to_owned(), value),
                    None => item.remove(member.name),
                };
                Value::Object(item)
            };
            if member.mandatory {
                for (how, value) in [("missing", None), ("null", Some(Value::Null))] {
                    self.is_refused(
                        &format!("{} is {how}", member.name),
                        "POST",
                        &path,
                        &[with(value)],
                        "MANDATORY_NOT_FOUND",
                    );
                }
            }
            for (how, value) in wrong_values(member) {
                let code = match how {
                    "without an id" => "MANDATORY_NOT_FOUND",
                    _ => "INVALID_DATA",
                };
                self.is_refused(
                    &format!("{} is {how}", member.name),
                    "POST",
                    &path,
                    &[with(Some(value.clone()))],
                    code,
                );
                if act(self.of, Does::UpdateMany).is_some() && !member.fixed {
                    let change = json!({ "id": id, member.name: value });
                    self.is_refused(
                        &format!("{} would be {how}", member.name),
                        "PUT",
                        &path,
                        &[change],
                        code,
                    );
                }
            }
        }
        self.is_refused("there is no item", "POST", &path, &[], "INVALID_DATA");
        let many: Vec<Value> = (0..=items_max)
            .map(|number| item(self.of, 100 + number, self.world).into())
            .collect();
        self.is_refused(
            "there is one item too many",
            "POST",
            &path,
            &many,
            "INVALID_DATA",
        );
        self.is_refused(
            "an item is no object",
            "POST",
            &path,
            &[7.into()],
            "INVALID_DATA",
        );
        for (why, sent, code) in [
            ("the body is no JSON", "x", "INVALID_DATA"),
            ("the body is no object", "[]", "INVALID_DATA"),
            ("the list is missing", "{}", "MANDATORY_NOT_FOUND"),
        ] {
            let refused = self
                .world
                .refused(|world| world.actor("admin").post(&path, sent));
            self.note(why, &format!("POST {path} {sent}"), &refused);
            assert_eq!(refused.code(), code, "{refused}");
        }
    }

    /// Changes each changeable member, in both ways that there are; the others stay.
    fn updates(&mut self, id: &str) {
        let members = self
            .of
            .members
            .iter()
            .filter(|member| member.is_given() && !member.fixed);
        let mut expected = item(self.of, 1, self.world);
        for (place, member) in members.enumerate() {
            let value = samples::value(member, 20 + place, self.world);
            expected.insert(member.name.to_owned(), value.clone());
            let (path, change) = if place % 2 == 0 || act(self.of, Does::UpdateOne).is_none() {
                (list_path(self.of), json!({ "id": id, member.name: value }))
            } else {
                (one_path(self.of, id), json!({ member.name: value }))
            };
            let sent = body(self.of, &[change]);
            let updated = self.admin().put(&path, &sent);
            self.note(
                &format!("{} is changed", member.name),
                &format!("PUT {} {sent}", path.replace(id, "[id]")),
                &updated,
            );
            assert_eq!(updated.status, 200, "{updated}");
            let listed = self.admin().get(&list_path(self.of)).json();
            let listed = listed[self.of.root].as_array().expect("a list");
            let thing = listed
                .iter()
                .find(|thing| thing["id"] == id)
                .expect("it is listed");
            self.is_as_given(thing, &expected);
        }
    }

    /// Unknown and malformed ids, in the path and in items.
    fn refuses_ids(&mut self) {
        for (how, id) in [("unknown", "999999999999999999"), ("malformed", "no_id")] {
            let path = one_path(self.of, id);
            if act(self.of, Does::Get).is_some() {
                assert_eq!(self.admin().get(&path).status, 204, "an {how} one is read");
            }
            let change: Value = item(self.of, 30, self.world).into();
            if act(self.of, Does::UpdateOne).is_some() {
                self.is_refused(
                    &format!("the path's id is {how}"),
                    "PUT",
                    &path,
                    std::slice::from_ref(&change),
                    "INVALID_DATA",
                );
            }
            if act(self.of, Does::UpdateMany).is_some() {
                let mut change = change;
                change["id"] = id.into();
                self.is_refused(
                    &format!("an item's id is {how}"),
                    "PUT",
                    &list_path(self.of),
                    &[change],
                    "INVALID_DATA",
                );
            }
            if act(self.of, Does::RemoveOne).is_some() {
                let refused = self
                    .world
                    .refused(|world| world.actor("admin").delete(&path));
                self.note(
                    &format!("an {how} one is removed"),
                    &format!("DELETE {path}"),
                    &refused,
                );
            }
        }
        if act(self.of, Does::UpdateMany).is_some() {
            let change: Value = item(self.of, 30, self.world).into();
            self.is_refused(
                "an item has no id",
                "PUT",
                &list_path(self.of),
                &[change],
                "MANDATORY_NOT_FOUND",
            );
        }
    }

    /// Removes items, one by the path and several by the query; they are gone then.
    fn removes(&mut self, id: &str) {
        let before = self.admin().get(&list_path(self.of)).json()[self.of.root]
            .as_array()
            .expect("a list")
            .len();
        if act(self.of, Does::RemoveOne).is_some() {
            let path = one_path(self.of, id) + &odd_query(self.of, self.world);
            let removed = self.admin().delete(&path);
            self.note(
                "one is removed",
                &format!("DELETE {}", path.replace(id, "[id]")),
                &removed,
            );
            assert_eq!(removed.status, 200, "{removed}");
            assert_eq!(self.lists("without it").len(), before - 1);
            let again = self
                .world
                .refused(|world| world.actor("admin").delete(&path));
            self.note("it is removed again", "DELETE", &again);
        }
        if act(self.of, Does::RemoveMany).is_some() {
            let made = self
                .admin()
                .post(
                    &list_path(self.of),
                    &body(self.of, &[item(self.of, 40, self.world).into()]),
                )
                .json();
            let id = text(&made[self.of.root][0]["details"]["id"]);
            let joint = if query(self.of).is_empty() { '?' } else { '&' };
            let path = format!("{}{joint}ids={id},999999999999999999", list_path(self.of));
            let removed = self.admin().delete(&path);
            self.note(
                "one of two is removed",
                &format!("DELETE {}", path.replace(&id, "[id]")),
                &removed,
            );
            assert_eq!(removed.status, 207, "{removed}");
            assert_eq!(self.lists("without it").len(), before - 1);
        }
    }

    /// Callers without the scope, and callers without the right.
    fn refuses_strangers(&mut self) {
        for act in self.of.acts {
            let path = match act.does {
                Does::Get | Does::UpdateOne | Does::RemoveOne => {
                    one_path(self.of, "999999999999999999")
                }
                _ => list_path(self.of),
            };
            let (method, sent) = match act.does {
                Does::List | Does::Get => ("GET", String::new()),
                Does::Create => (
                    "POST",
                    body(self.of, &[item(self.of, 1, self.world).into()]),
                ),
                Does::UpdateMany | Does::UpdateOne => {
                    ("PUT", body(self.of, &[item(self.of, 1, self.world).into()]))
                }
                Does::RemoveMany | Does::RemoveOne => ("DELETE", String::new()),
            };
            let refused = self.world.refused(|world| {
                world
                    .actor("write_only")
                    .send(method, &path, &[], sent.as_bytes())
            });
            assert_eq!(
                (refused.status, refused.code().as_str()),
                (401, "OAUTH_SCOPE_MISMATCH"),
                "{}: {refused}",
                act.id
            );
            if act.does == Does::Create && matches!(self.of.right, Right::Administrator(_)) {
                let refused = self
                    .world
                    .refused(|world| stranger(world).send(method, &path, &[], sent.as_bytes()));
                self.note(
                    "somebody without the right makes one",
                    &format!("{method} {path} {sent}"),
                    &refused,
                );
                assert!(
                    ["NO_PERMISSION", "AUTHORIZATION_FAILED"].contains(&refused.code().as_str()),
                    "{refused}"
                );
            }
        }
    }
}

/// A user who is no administrator, with every scope.
fn stranger(world: &World) -> Actor<'_> {
    let wanted = r#"{"user":"ines.varga@example.com","scopes":["ZohoCRM.settings.ALL"]}"#;
    let issued = world.anyone().post("/_tanzanite/tokens", wanted);
    world.bearing(&format!(
        "Zoho-oauthtoken {}",
        text(&issued.json()["access_token"])
    ))
}

/// A query that lacks a parameter without which the collection removes nothing.
fn odd_query(of: &Collection, world: &World) -> String {
    match of.root {
        "roles" => {
            let list = world.actor("admin").get("/crm/v8/settings/roles").json();
            format!("?transfer_to_id={}", text(&list["roles"][0]["id"]))
        }
        _ => String::new(),
    }
}
