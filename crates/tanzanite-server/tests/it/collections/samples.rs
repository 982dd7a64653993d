//! Sample requests derived from the declarations of collections: an item that is accepted, and items that are refused.

use crate::world::{World, text};
use serde_json::{Map, Value, json};
use tanzanite_crm::collection::{Act, Collection, Does, Member, Shape, Within, collection};
use tanzanite_crm::stored::DocumentKind;

/// A valid value of a member, a different one for each number.
pub(crate) fn value(member: &Member, number: usize, world: &World) -> Value {
    match member.shape {
        Shape::Text(_) => format!("{} {number}", member.name).into(),
        Shape::ApiName(_) => format!("Name_{number}").into(),
        Shape::Colour => format!("#57B1{number:02X}").into(),
        Shape::Word(words) => words[0].into(),
        Shape::Boolean => number.is_multiple_of(2).into(),
        Shape::Thing(kind, _) => json!({ "id": a_thing(kind, world) }),
        Shape::User => json!({ "id": a_user(world) }),
        // The type that this value must fit is the first word of its list; see `Shape::Word` above.
        Shape::TypedBy(_) => number.into(),
        _ => Value::Null,
    }
}

/// An item with a value for every member that can be given.
pub(crate) fn item(of: &Collection, number: usize, world: &World) -> Map<String, Value> {
    let members = of.members.iter().filter(|member| member.is_given());
    let members = members.map(|member| (member.name.to_owned(), value(member, number, world)));
    members.collect()
}

/// Invalid values of a member, each with a word for the reason.
pub(crate) fn wrong_values(member: &Member) -> Vec<(&'static str, Value)> {
    let long = |length: u32| "x".repeat(length as usize + 1).into();
    match member.shape {
        Shape::Text(length) => vec![("of another type", 7.into()), ("too long", long(length))],
        Shape::ApiName(length) => vec![
            ("of another type", 7.into()),
            ("too long", long(length)),
            ("of another form", "1 name".into()),
        ],
        Shape::Colour => vec![
            ("of another type", 7.into()),
            ("too long", "#57B1FD00".into()),
            ("of another form", "#57B1FX".into()),
        ],
        Shape::Word(_) => vec![
            ("of another type", 7.into()),
            ("unknown", "no such word".into()),
        ],
        Shape::Boolean => vec![("of another type", "true".into())],
        Shape::Thing(..) | Shape::User => vec![
            ("of another type", true.into()),
            ("without an id", json!({})),
            ("malformed", json!({ "id": "x" })),
            ("unknown", json!({ "id": "999999999999999999" })),
        ],
        Shape::TypedBy(_) => vec![("of another type", "no number".into())],
        _ => Vec::new(),
    }
}

/// The id of the first item of a kind, as the API lists it.
fn a_thing(kind: DocumentKind, world: &World) -> String {
    let of = collection(kind).expect("a collection");
    let list = world.actor("admin").get(&list_path(of)).json();
    text(&list[of.root][0]["id"])
}

fn a_user(world: &World) -> String {
    let list = world
        .actor("admin")
        .get("/crm/v8/users?type=CurrentUser")
        .json();
    text(&list["users"][0]["id"])
}

/// The query that says within which module or other parent a call's items stand.
pub(crate) fn query(of: &Collection) -> &'static str {
    match of.within {
        Within::Organisation => "",
        Within::Module { .. } => "?module=Leads",
    }
}

/// The path of the whole list.
pub(crate) fn list_path(of: &Collection) -> String {
    of.path.replace("{version}", "v8") + query(of)
}

/// The path of one item.
pub(crate) fn one_path(of: &Collection, id: &str) -> String {
    let (before, _) = of.path_of_one.rsplit_once('/').expect("a path");
    format!("{}/{id}{}", before.replace("{version}", "v8"), query(of))
}

/// The operation of this kind, if the collection has it.
pub(crate) fn act(of: &Collection, does: Does) -> Option<&'static Act> {
    of.acts.iter().find(|act| act.does == does)
}

/// A body with these items.
pub(crate) fn body(of: &Collection, items: &[Value]) -> String {
    let mut body = Map::new();
    body.insert(of.root.to_owned(), items.into());
    Value::Object(body).to_string()
}
