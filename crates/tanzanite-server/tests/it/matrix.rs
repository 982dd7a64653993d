//! The authorisation matrix: actor × endpoint × record → outcome. Built by sending every request, and compared with the
//! committed `matrix.txt`.

mod requests;

pub(crate) use requests::{Endpoint, ON_RECORDS};

use crate::collections::samples;
use crate::committed;
use crate::world::{Actor, BLUEPRINT, Exchange, MULTIPART, World, multipart, png};
use requests::{Body, ON_NONE, ON_TAGS, on_collections};
use serde_json::json;
use std::fmt::Write as _;
use tanzanite_crm::faults::rows;
use tanzanite_crm::operations::SERVED;
use tanzanite_protocol::Method;

/// The actors, in the order of the columns; the head of the file explains `owner` and `exempt`.
pub(crate) const ACTORS: [&str; 9] = [
    "anyone",
    "expired",
    "admin",
    "manager",
    "owner",
    "stranger",
    "no_delete",
    "read_only",
    "exempt",
];

/// The records: their description in the file, and their keys in the demo.
pub(crate) const RECORDS: [(&str, &str); 10] = [
    ("a Lead of the owner's; private", "with_photo"),
    (
        "a Lead of the owner's without a photo; private",
        "without_photo",
    ),
    ("a Lead of the owner's, locked by hand; private", "locked"),
    (
        "a Lead of the owner's, locked by a rule; private",
        "locked_automatically",
    ),
    ("a Lead of no_delete's; private", "of_no_delete"),
    (
        "a Contact of the stranger's; private",
        "contact_of_stranger",
    ),
    ("a Vendor of the manager's; private", "vendor"),
    ("an Account of the owner's; public_read_only", "account"),
    (
        "a Product of the owner's; public_read_write_delete",
        "product",
    ),
    (
        "a Workshop (a custom module) of the manager's; public_read_write_delete",
        "workshop_of_manager",
    ),
];

const HEAD: &str = "\
# Who may do what, as the server really answers: actor × endpoint × whose record.
#
# `cargo test -p tanzanite-server --test it matrix` compares; to change it, run that with
# TANZANITE_UPDATE_MATRIX=1 and read the difference.
#
# A cell is the HTTP status, and for a refusal the stage of the order of checks that refused
# (docs/faults.md). `200-` is a list without the record, `204` no photo, no lock, or an empty list.
#
# anyone     sends no token
# expired    sends a dead token
# admin      the administrator
# manager    stands above owner, stranger and no_delete
# owner      owns most records
# stranger   of the owner's rank
# no_delete  of that rank, with a profile that may not delete Leads
# read_only  the administrator, with scopes for reading alone
# exempt     of the manager's rank, with a profile that locks on Leads do not stop
";

/// A world that is reset after a request has changed it, which is many times as quick as another world.
pub(crate) struct Fresh {
    pub(crate) world: World,
    /// The `Authorization` header of the owner of most records.
    pub(crate) owner: String,
}

impl Fresh {
    pub(crate) fn demo() -> Self {
        let world = World::demo_and(BLUEPRINT);
        let wanted = r#"{"user":"jun.castellan@example.com","scopes":["ZohoCRM.modules.ALL",
            "ZohoCRM.settings.READ","ZohoCRM.users.READ","ZohoCRM.org.READ","ZohoSearch.securesearch.READ","ZohoCRM.coql.READ","ZohoCRM.bulk.READ","ZohoCRM.change_owner.ALL","ZohoCRM.mass_update.ALL","ZohoCRM.mass_delete.ALL","ZohoCRM.notifications.ALL"]}"#;
        let issued = world.anyone().post("/_tanzanite/tokens", wanted).json();
        let token = issued["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("{issued}"));
        let owner = format!("Zoho-oauthtoken {token}");
        Self { world, owner }
    }

    /// Takes back all changes. Tokens live on.
    pub(crate) fn reset(&self) {
        let reset = self.world.anyone().post("/_tanzanite/reset", "");
        assert_eq!(reset.status, 200, "{reset}");
    }

    fn outcome(&self, actor: &str, endpoint: &Endpoint, key: Option<&str>) -> String {
        let world = &self.world;
        let (path, headers, body) = filled(world, endpoint, key);
        let sender = sender(world, actor, &self.owner);
        let (_, exchange) = sender.send_foreseen(endpoint.method, &path, &headers, &body);
        let outcome = describe(&exchange, endpoint, key.map(|key| world.id(key)));
        if endpoint.method != "GET" && exchange.status < 300 {
            self.reset();
        }
        outcome
    }
}

pub(crate) type Filled = (String, Vec<(&'static str, &'static str)>, Vec<u8>);

pub(crate) fn sender<'a>(world: &'a World, actor: &str, owner: &str) -> Actor<'a> {
    match actor {
        "anyone" => world.anyone(),
        "owner" => world.bearing(owner),
        "exempt" => world.actor("lock_exempt"),
        token => world.actor(token),
    }
}

/// The path, headers and body of a request on a record.
pub(crate) fn filled(world: &World, endpoint: &Endpoint, key: Option<&str>) -> Filled {
    let record = key.map(|key| world.path(key)).unwrap_or_default();
    let module = record.rsplit_once('/').map_or("", |(module, _)| module);
    let lock = key
        .filter(|_| endpoint.locked == Some(true))
        .map(|_| lock_id(world, &record));
    let value = match module.trim_start_matches("/crm/v8/") {
        "Workshops" => r#""Seats":1"#,
        "Accounts" => r#""Phone":"1""#,
        "Products" => r#""Product_Code":"1""#,
        _ => r#""Email_Opt_Out":true"#,
    };
    let fill = |text: &str| {
        text.replace("{record}", &record)
            .replace("{module}", module)
            .replace("{module_name}", module.trim_start_matches("/crm/v8/"))
            .replace("{lock}", lock.as_deref().unwrap_or_default())
            .replace("{id}", &key.map(|key| world.id(key)).unwrap_or_default())
            .replace("{user}", "3652397000000190009")
            .replace("{value}", value)
    };
    let path = fill(endpoint.path);
    match endpoint.body {
        Body::Nothing => (path, vec![], Vec::new()),
        Body::Json(json) => (path, vec![], fill(json).into_bytes()),
        Body::Item(of) => (path, vec![], samples::body(of, &[json!({})]).into_bytes()),
        Body::Picture => {
            let body = multipart(&[("file", &png(1, 1, 64))]);
            (path, vec![("Content-Type", MULTIPART)], body)
        }
    }
}

/// The id of a record's lock.
fn lock_id(world: &World, record: &str) -> String {
    let locks = world
        .actor("admin")
        .get(&format!(
            "{record}/Locking_Information__s?fields=Locked_Reason__s"
        ))
        .json();
    locks["data"][0]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("no lock: {locks}"))
        .to_owned()
}

/// The text of a cell.
fn describe(exchange: &Exchange, endpoint: &Endpoint, id: Option<String>) -> String {
    let status = exchange.status;
    let listed = |id: String| exchange.text().contains(&format!("\"{id}\""));
    if status < 300 {
        let hidden = endpoint.name == "list GET" && status == 200 && !id.is_some_and(listed);
        return format!("{status}{}", if hidden { "-" } else { "" });
    }
    let refusals = exchange.refusals();
    let item = refusals.first();
    let item = item.unwrap_or_else(|| panic!("no refusal: {exchange}"));
    let details: Vec<&str> = item["details"]
        .as_object()
        .into_iter()
        .flat_map(|details| details.keys().map(String::as_str))
        .collect();
    // Rows of several stages may share code and message; the details tell them apart.
    let row = rows()
        .filter(|row| item["code"] == row.code && item["message"] == row.message)
        .min_by_key(|row| {
            let lacking = row.details.iter().filter(|name| !details.contains(name));
            let foreign = details.iter().filter(|name| !row.details.contains(name));
            lacking.count() + foreign.count()
        });
    let row = row.unwrap_or_else(|| panic!("not in the catalogue: {exchange}"));
    format!("{status} {:?}", row.stage)
}

/// The name of a stage, short enough for a column.
fn short(outcome: &str) -> String {
    outcome
        .replace("Authentication", "NoToken")
        .replace("Parameters", "Param")
}

fn table(fresh: &Fresh, text: &mut String, endpoints: &[Endpoint], key: Option<&str>) {
    let width = endpoints
        .iter()
        .map(|endpoint| endpoint.name.len() + 2)
        .max()
        .unwrap_or(0)
        .max(16);
    let locked = key.is_some_and(|key| {
        let world = &fresh.world;
        world.record(&world.path(key))["Locked__s"] == true
    });
    write!(text, "{:width$}", "").expect("text");
    text.push_str(&ACTORS.map(|actor| format!("{actor:12}")).concat());
    truncate_blanks(text);
    for endpoint in endpoints
        .iter()
        .filter(|endpoint| endpoint.locked.is_none_or(|wants| wants == locked))
    {
        write!(text, "{:width$}", endpoint.name).expect("text");
        for actor in ACTORS {
            let outcome = fresh.outcome(actor, endpoint, key);
            write!(text, "{:12}", short(&outcome)).expect("text");
            let known = !["anyone", "expired"].contains(&actor);
            assert!(
                known || outcome.starts_with("401") || endpoint.name == "not served yet",
                "{actor}: {outcome}"
            );
        }
        truncate_blanks(text);
    }
}

fn truncate_blanks(text: &mut String) {
    text.truncate(text.trim_end().len());
    text.push('\n');
}

/// Every request is explained before it is sent, and must be answered as predicted.
#[test]
fn the_matrix_is_as_committed() {
    let fresh = Fresh::demo();
    let mut text = HEAD.to_owned();
    for (words, key) in RECORDS {
        writeln!(text, "\n## {words}").expect("text");
        table(&fresh, &mut text, &ON_RECORDS, Some(key));
    }
    text.push_str("\n## without a record\n");
    table(&fresh, &mut text, &ON_NONE, None);
    text.push_str("\n## tags that there are not\n");
    table(&fresh, &mut text, &ON_TAGS, None);
    text.push_str("\n## things of collections that there are not\n");
    table(&fresh, &mut text, &on_collections(), None);

    committed::compare("matrix.txt", &text);
}

/// An endpoint missing from the matrix would have untested authorisation.
#[test]
fn every_endpoint_with_a_token_is_in_the_matrix() {
    let sent: Vec<(Method, String)> = ON_RECORDS
        .iter()
        .chain(&ON_NONE)
        .chain(&ON_TAGS)
        .chain(&on_collections())
        .map(|endpoint| {
            let path = endpoint.path.split('?').next().unwrap_or_default();
            let path = path
                .replace("{record}", "/crm/v8/Leads/1")
                .replace("{module}", "/crm/v8/Leads");
            (Method::parse(endpoint.method), path)
        })
        .collect();
    for endpoint in SERVED.iter().filter(|endpoint| !endpoint.is_public()) {
        let id = endpoint.descriptor.id;
        let found = sent.iter().any(|(method, path)| {
            tanzanite_crm::route(*method, path).is_ok_and(|route| route.id() == id)
        });
        assert!(found, "{id} is not in the matrix");
    }
}
