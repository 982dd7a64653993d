//! The operations whose statements are looked at: those that are measured, and some more whose statements are counted.

use super::super::loads::{self, RECORDS_PER_CALL, SUCCESS, ask, send};
use super::super::record;
use super::super::request::{Body, ID_PLACE, Request};
use super::capture::{Captor, Operation};
use super::cases::{Action, Name, Place};
use super::fill::Schema;
use serde_json::json;
use xtask::output::Outcome;

/// What a node says to PostgreSQL for each.
#[derive(Debug)]
pub(super) struct Operations {
    /// Those that are measured, each with the ids of the records that it was captured with.
    pub(super) measured: Vec<(Action, [i64; 2], Operation)>,
    /// Those that are only counted.
    pub(super) counted: Vec<Operation>,
}

impl Operations {
    /// Asks a node for each.
    pub(super) fn capture(captor: &mut Captor<'_>, schema: &Schema) -> Outcome<Self> {
        let world = &schema.world;
        let [one, other, ..] = schema.spare();
        let ids = [one, other];
        let upload = loads::uploads(world, Vec::new()).request;
        let fetch = loads::fetches(world, Vec::new()).request;
        let delete = loads::deletions(world, Vec::new()).request;
        let fixed = [
            (Action::GetNothing, loads::fetch_of_none(world).request),
            (Action::BadToken, loads::bad_token(world).request),
            (Action::Locked, loads::locked(world).request),
        ];
        // What every node knows after its first request.
        captor.send(&fixed[0].1, 0)?;
        let fixed = fixed.map(|(action, request)| (action, [0, 0], request, None));
        let photos = [
            (Action::GetRead, ids, fetch.clone(), Some(&upload)),
            (Action::GetKept, ids, fetch.clone(), Some(&fetch)),
            (Action::Delete, ids, delete, Some(&upload)),
            (Action::Post, ids, upload.clone(), Some(&upload)),
        ];
        let mut measured = Vec::new();
        for (action, ids, request, prepare) in fixed.into_iter().chain(photos) {
            let operation = captor.operation(&action.to_string(), &request, ids, prepare)?;
            measured.push((action, ids, operation));
        }
        Ok(Self {
            measured,
            counted: count(captor, schema)?,
        })
    }

    /// What `pgbench` runs beside a case: it has only the large schema, and remembers nothing.
    pub(super) fn beside(&self, (action, place): Name) -> Option<&(Action, [i64; 2], Operation)> {
        let large = matches!(place, Place::One | Place::All);
        let may = large && action != Action::GetKept;
        self.measured.iter().find(|(of, ..)| may && *of == action)
    }

    pub(super) fn of(&self, action: Action) -> Option<&Operation> {
        let found = self.measured.iter().find(|(of, ..)| *of == action);
        found.map(|(_, _, operation)| operation)
    }
}

/// Records: whether many cost more statements than one.
fn count(captor: &mut Captor<'_>, schema: &Schema) -> Outcome<Vec<Operation>> {
    let record = format!("/crm/v8/Leads/{ID_PLACE}");
    let [.., one, other] = schema.spare();
    let (ids, none) = ([one, other], [0, 0]);
    let (world, token) = (&schema.world, schema.world.callers.token());
    let list = "/crm/v8/Leads?fields=Last_Name&per_page=200";
    let [one_record, many_records] =
        [1, RECORDS_PER_CALL].map(|records| loads::insertions(world, records).request);
    let change = json!({ "data": [record::fields(0)] });
    let get = |path: &str| ask("GET", path, token).expecting(200, Body::Holds(r#""data""#));
    let done = |request: Request| request.expecting(200, Body::Holds(SUCCESS));
    let requests = [
        ("GET one record", ids, get(&record)),
        ("GET 200 records", none, get(list)),
        ("POST one record", none, one_record),
        ("POST 100 records", none, many_records),
        (
            "PUT one record",
            ids,
            done(send("PUT", &record, token, &change)),
        ),
        (
            "DELETE one record",
            ids,
            done(ask("DELETE", &record, token)),
        ),
    ];
    let mut counted = Vec::new();
    for (title, ids, request) in requests {
        counted.push(captor.operation(title, &request, ids, None)?);
    }
    Ok(counted)
}
