//! Sample requests derived from the declarations of collections: an item that is accepted, and items that are refused.

use crate::world::{World, text};
use serde_json::{Map, Value, json};
use tanzanite_crm::collection::{Act, Collection, Does, Filter, Member, Shape, Within, collection};
use tanzanite_crm::stored::DocumentKind;

/// A valid value of a member, a different one for each number.
pub(crate) fn value(member: &Member, number: usize, world: &World) -> Value {
    of_shape(&member.shape, member.name, number, 0, world)
}

/// A value of a shape that stands at a place of a list.
fn of_shape(shape: &Shape, name: &str, number: usize, place: usize, world: &World) -> Value {
    match *shape {
        Shape::Text(_) | Shape::TextWithout(..) => format!("{name} {number}").into(),
        Shape::ApiName(_) => format!("Name_{number}").into(),
        Shape::Colour => format!("#57B1{number:02X}").into(),
        Shape::Word(words) => words[place].into(),
        Shape::Boolean | Shape::BooleanOrNull => number.is_multiple_of(2).into(),
        Shape::Date => format!("2026-{:02}-{:02}", 1 + number % 12, 1 + number % 28).into(),
        // The span of a greater number holds that of a smaller one.
        Shape::Time if place == 0 => format!("07:{:02}", 59 - number % 60).into(),
        Shape::Time => format!("20:{:02}", number % 60).into(),
        Shape::List {
            of, least, most, ..
        } => {
            let count = (2 + number % 3).clamp(least, most);
            let values = (0..count).map(|place| of_shape(of, name, number, place, world));
            values.collect()
        }
        Shape::Entries { members, .. } => {
            let values = members
                .iter()
                .map(|member| (member.name.to_owned(), value(member, 0, world)));
            json!([values.collect::<Map<_, _>>()])
        }
        Shape::Thing(kind, _) => a_thing(kind, world),
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

/// Values that a member cannot have, each with words for why.
pub(crate) fn wrong_values(member: &Member, world: &World) -> Vec<(String, Value)> {
    of_wrong(&member.shape, member.name, world)
}

fn of_wrong(shape: &Shape, name: &str, world: &World) -> Vec<(String, Value)> {
    let long = |length: u32| "x".repeat(length as usize + 1).into();
    let wrong: Vec<(&str, Value)> = match *shape {
        Shape::Text(length) => vec![("of another type", 7.into()), ("too long", long(length))],
        Shape::TextWithout(length, characters) => vec![
            ("of another type", 7.into()),
            ("too long", long(length)),
            ("of another form", format!("a{characters}").into()),
        ],
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
        Shape::Date => vec![
            ("of another type", 7.into()),
            ("of another form", "2026-02-30".into()),
        ],
        Shape::Time => vec![
            ("of another type", 7.into()),
            ("of another form", "24:00".into()),
        ],
        Shape::Word(_) => vec![
            ("of another type", 7.into()),
            ("unknown", "no such word".into()),
        ],
        Shape::Boolean | Shape::BooleanOrNull => vec![("of another type", "true".into())],
        Shape::Thing(..) | Shape::User => vec![
            ("of another type", true.into()),
            ("without an id", json!({})),
            ("malformed", json!({ "id": "x" })),
            ("unknown", json!({ "id": "999999999999999999" })),
        ],
        Shape::TypedBy(_) => vec![("of another type", "no number".into())],
        Shape::List { .. } => return wrong_lists(shape, name, world),
        Shape::Entries { .. } => return wrong_entries(shape, name, world),
        _ => Vec::new(),
    };
    wrong
        .into_iter()
        .map(|(how, value)| (how.to_owned(), value))
        .collect()
}

fn wrong_lists(shape: &Shape, name: &str, world: &World) -> Vec<(String, Value)> {
    let Shape::List {
        of,
        least,
        most,
        distinct,
    } = *shape
    else {
        return Vec::new();
    };
    let one = of_shape(of, name, 0, 0, world);
    let mut wrong = vec![
        ("of another type".to_owned(), one.clone()),
        ("too long".to_owned(), vec![one.clone(); most + 1].into()),
    ];
    if least > 0 {
        wrong.push(("too short".to_owned(), vec![one.clone(); least - 1].into()));
    }
    if distinct {
        wrong.push(("twice the same".to_owned(), vec![one.clone(); 2].into()));
    }
    let count = least.max(2);
    for (how, value) in of_wrong(of, name, world) {
        let mut values = vec![one.clone(); count];
        values[count - 1] = value;
        wrong.push((format!("a list with one {how}"), values.into()));
    }
    wrong
}

fn wrong_entries(shape: &Shape, name: &str, world: &World) -> Vec<(String, Value)> {
    let Shape::Entries { members, most, .. } = *shape else {
        return Vec::new();
    };
    let entry = of_shape(shape, name, 0, 0, world)[0].clone();
    let mut wrong = vec![
        ("of another type".to_owned(), entry.clone()),
        ("too long".to_owned(), vec![entry.clone(); most + 1].into()),
        ("twice the same".to_owned(), vec![entry.clone(); 2].into()),
        ("a list with no object".to_owned(), json!([7])),
    ];
    for member in members {
        let with = |value: Value| {
            let mut entry = entry.clone();
            entry[member.name] = value;
            json!([entry])
        };
        if member.mandatory {
            wrong.push((format!("without {}", member.name), with(Value::Null)));
        }
        for (how, value) in wrong_values(member, world) {
            wrong.push((format!("one with {} {how}", member.name), with(value)));
        }
    }
    wrong
}

/// The values of a parameter that are none, if a filter asks for them.
pub(crate) fn filters(of: &Collection) -> impl Iterator<Item = (&'static str, &'static str)> {
    of.filters.iter().filter_map(|filter| match filter {
        Filter::Is(parameter, member) => Some((*parameter, *member)),
        _ => None,
    })
}

/// The first thing of a kind that the API lists; none of a kind that no collection is of yet.
fn a_thing(kind: DocumentKind, world: &World) -> Value {
    let Some(of) = collection(kind) else {
        return Value::Null;
    };
    let list = world.actor("admin").get(&list_path(of)).json();
    json!({ "id": list[of.root][0]["id"] })
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

/// The path of one thing; that of the only one has no id.
pub(crate) fn one_path(of: &Collection, id: &str) -> String {
    if of.only.is_some() {
        return list_path(of);
    }
    let (before, _) = of.path_of_one.rsplit_once('/').expect("a path");
    format!("{}/{id}{}", before.replace("{version}", "v8"), query(of))
}

/// The things, or answers, under the key of a body.
pub(crate) fn under_root(of: &Collection, body: &Value) -> Vec<Value> {
    match &body[of.root] {
        Value::Array(things) => things.clone(),
        Value::Null => Vec::new(),
        only => vec![only.clone()],
    }
}

/// The operation of a kind, if the collection has it.
pub(crate) fn act(of: &Collection, does: Does) -> Option<&'static Act> {
    of.acts.iter().find(|act| act.does == does)
}

/// A body with items, or with the only one.
pub(crate) fn body(of: &Collection, items: &[Value]) -> String {
    let mut body = Map::new();
    let items = match (of.only, items) {
        (Some(_), [only]) => only.clone(),
        _ => items.into(),
    };
    body.insert(of.root.to_owned(), items);
    Value::Object(body).to_string()
}
