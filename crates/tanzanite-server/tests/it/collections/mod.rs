//! The contract of collections: whether the wire behaves as each declaration says. One test for all collections; the
//! exchanges of each are committed in a file.

pub(crate) mod cases;
mod refusals;
pub(crate) mod samples;

use crate::committed;
use crate::world::{Actor, Exchange, World, text};
use samples::{act, body, item, list_path, one_path, query, under_root};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::fmt::Write as _;
use tanzanite_crm::collection::{COLLECTIONS, Collection, Does, Shape};

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
        let id = if let Some(another) = self.of.only {
            let change: Value = item(self.of, 1, self.world).into();
            let change = std::slice::from_ref(&change);
            let path = list_path(self.of);
            let none = self.of.unknown.in_path.code;
            self.is_refused("there is none to change", "PUT", &path, change, none);
            self.refuses_items(create.items_max);
            let id = self.creates();
            self.is_refused("there is one already", "POST", &path, change, another.code);
            id
        } else {
            let id = self.creates();
            self.refuses_items(create.items_max);
            id
        };
        self.refuses_changes(&id);
        self.updates(&id);
        self.refuses_ids();
        self.chooses();
        self.removes(&id);
        self.lists("at the end");
    }

    /// Parameters that choose a page, or things by a member's value.
    fn chooses(&mut self) {
        let Some(list) = act(self.of, Does::List) else {
            return;
        };
        let path = |name: &str, value: &str| {
            let joint = if query(self.of).is_empty() { '?' } else { '&' };
            format!("{}{joint}{name}={value}", list_path(self.of))
        };
        let admin = self.world.actor("admin");
        let things = under_root(self.of, &admin.get(&list_path(self.of)).json());
        let mut wrong: Vec<&str> = Vec::new();
        if list.per_page > 0 {
            wrong.extend(["page", "per_page"]);
            for (place, thing) in things.iter().enumerate() {
                let page = (place + 1).to_string();
                let answer = admin
                    .get(&path("per_page", &format!("1&page={page}")))
                    .json();
                assert_eq!(under_root(self.of, &answer), std::slice::from_ref(thing));
                assert_eq!(answer["info"]["page"], place + 1);
                assert_eq!(answer["info"]["more_records"], place + 1 < things.len());
            }
        }
        for (parameter, member) in samples::filters(self.of) {
            wrong.push(parameter);
            for thing in things.iter().filter(|thing| !thing[member].is_null()) {
                let value = thing[member].to_string();
                let chosen = admin.get(&path(parameter, value.trim_matches('"')));
                let same = |other: &&Value| other[member] == thing[member];
                let expected: Vec<Value> = things.iter().filter(same).cloned().collect();
                assert_eq!(under_root(self.of, &chosen.json()), expected, "{parameter}");
            }
        }
        for parameter in wrong {
            let path = path(parameter, "no_such");
            let refused = admin.get(&path);
            self.note(
                &format!("{parameter} is malformed"),
                &format!("GET {path}"),
                &refused,
            );
            assert_eq!(refused.code(), "PATTERN_NOT_MATCHED", "{refused}");
        }
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
            200 => under_root(self.of, &exchange.json()),
            _ => panic!("{exchange}"),
        };
        for thing in &listed {
            let names: Vec<&String> = thing.as_object().expect("a thing").keys().collect();
            let expected: Vec<&str> = self.of.members.iter().map(|member| member.name).collect();
            assert_eq!(names, expected, "every member, in its order");
            if act(self.of, Does::Get).is_some() {
                let one = self.admin().get(&one_path(self.of, &text(&thing["id"])));
                assert_eq!(
                    under_root(self.of, &one.json()),
                    std::slice::from_ref(thing),
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
        let ids = under_root(self.of, &made.json())
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
        let of_item = under_root(self.of, &answer);
        let found = of_item.first().unwrap_or(&answer)["code"].as_str();
        assert_eq!(found, Some(code), "{why}: {refused}");
    }

    /// Each member that can be changed is, by both ways, and the others stay.
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
            let is_by_path = self.of.only.is_some() || place % 2 == 1;
            let (path, change) = if !is_by_path || act(self.of, Does::UpdateOne).is_none() {
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
            let listed = under_root(self.of, &self.admin().get(&list_path(self.of)).json());
            let thing = listed
                .iter()
                .find(|thing| thing["id"] == id)
                .expect("it is listed");
            self.is_as_given(thing, &expected);
        }
    }

    /// Things are removed, one by the path and several by the query, and are gone.
    fn removes(&mut self, id: &str) {
        let before = under_root(self.of, &self.admin().get(&list_path(self.of)).json()).len();
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
