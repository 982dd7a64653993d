//! The refusals of a collection: items, changes, ids and callers, each derived from the declaration.

use super::Contract;
use super::samples::{act, body, item, list_path, one_path, wrong_values};
use crate::world::{Actor, World, text};
use serde_json::{Value, json};
use tanzanite_crm::collection::Does;
use tanzanite_crm::policy::Right;

impl Contract<'_> {
    /// Items of which nothing is made.
    pub(super) fn refuses_items(&mut self, items_max: usize) {
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
            let wrong = wrong_values(member, self.world);
            assert!(
                !wrong.is_empty(),
                "samples.rs knows no wrong {}",
                member.name
            );
            for (how, value) in wrong {
                self.is_refused(
                    &format!("{} is {how}", member.name),
                    "POST",
                    &path,
                    &[with(Some(value.clone()))],
                    code_of(&how),
                );
            }
            for word in member.needed.iter().flat_map(|needed| needed.when) {
                let needed = member.needed.expect("it is needed");
                let mut item = item(self.of, 9, self.world);
                item.insert(needed.by.to_owned(), said(word));
                item.remove(member.name);
                self.is_refused(
                    &format!("{} is {word} and {} is missing", needed.by, member.name),
                    "POST",
                    &path,
                    &[item.into()],
                    needed.row.code,
                );
            }
        }
        for member in self.of.members.iter().filter(|member| member.is_unserved()) {
            let mut item = item(self.of, 9, self.world);
            item.insert(member.name.to_owned(), "another".into());
            self.is_refused(
                &format!("{} is another than the one that is shown", member.name),
                "POST",
                &path,
                &[item.into()],
                "API_NOT_SUPPORTED",
            );
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

    /// The same values, of the one that is there.
    pub(super) fn refuses_changes(&mut self, id: &str) {
        if act(self.of, Does::UpdateMany).is_none() && self.of.only.is_none() {
            return;
        }
        let members = self.of.members.iter();
        for member in members.filter(|member| member.is_given() && !member.fixed) {
            for (how, value) in wrong_values(member, self.world) {
                self.is_refused(
                    &format!("{} would be {how}", member.name),
                    "PUT",
                    &list_path(self.of),
                    &[json!({ "id": id, member.name: value })],
                    code_of(&how),
                );
            }
        }
    }

    /// Ids of nothing, in the path and in items.
    pub(super) fn refuses_ids(&mut self) {
        for (how, id) in [("unknown", "999999999999999999"), ("malformed", "no_id")] {
            if self.of.only.is_some() {
                let change = json!({ "id": id });
                let why = format!("the item's id is {how}");
                self.is_refused(&why, "PUT", &list_path(self.of), &[change], "INVALID_DATA");
                continue;
            }
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

    /// Callers without the scope, and without the right.
    pub(super) fn refuses_strangers(&mut self) {
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

/// The code that refuses a value, by the words for what is wrong with it.
fn code_of(how: &str) -> &'static str {
    if how.starts_with("without") {
        "MANDATORY_NOT_FOUND"
    } else {
        "INVALID_DATA"
    }
}

/// A value that makes another member mandatory.
fn said(word: &str) -> Value {
    match word {
        "true" => true.into(),
        "false" => false.into(),
        word => word.into(),
    }
}

/// Somebody who is no administrator, with every scope.
fn stranger(world: &World) -> Actor<'_> {
    let wanted = r#"{"user":"ines.varga@example.com","scopes":["ZohoCRM.settings.ALL"]}"#;
    let issued = world.anyone().post("/_tanzanite/tokens", wanted);
    world.bearing(&format!(
        "Zoho-oauthtoken {}",
        text(&issued.json()["access_token"])
    ))
}
