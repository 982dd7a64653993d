//! What is asked of a server, whichever store it has: a request, the one reply that is right, and the records that it
//! is about.

use super::bare::DELETED;
use super::measure::{Pool, Records};
use super::picture::{LARGE_BYTES, SMALL_BYTES, png};
use super::record;
use super::request::{Body, ID_PLACE, Request};
use super::world::{Neighbour, World};
use serde_json::json;
use tanzanite_protocol::limits;

/// Records that are made by one call.
pub(super) const RECORDS_PER_CALL: usize = limits::RECORDS_PER_CALL_MAX;
const BOUNDARY: &str = "boundary";
/// The code of whatever was done.
pub(super) const SUCCESS: &str = r#""SUCCESS""#;

/// A request, and for which records it is sent.
#[derive(Debug)]
pub(super) struct Load {
    pub(super) request: Request,
    pub(super) records: Records,
}

impl Load {
    /// Always for the same record.
    pub(super) fn fixed(request: Request) -> Self {
        Self {
            request,
            records: Records::Fixed,
        }
    }
}

/// The header that says who asks.
pub(super) fn authorization(token: &str) -> String {
    format!("Zoho-oauthtoken {token}")
}

pub(super) fn photo_path(id: &str) -> String {
    format!("/crm/v8/Leads/{id}/photo")
}

/// Deletions, each of another record's photo.
pub(super) fn deletions(world: &World, ids: Vec<i64>) -> Load {
    let path = photo_path(ID_PLACE);
    let request = ask("DELETE", &path, world.callers.token());
    let restore = upload(&path, world, SMALL_BYTES);
    Load {
        request: request
            .called_by(&world.callers)
            .expecting(200, Body::Holds(DELETED)),
        records: Records::Consume(Pool::new(ids, restore)),
    }
}

/// Photos that are fetched.
pub(super) fn fetches(world: &World, ids: Vec<i64>) -> Load {
    let request = ask("GET", &photo_path(ID_PLACE), world.callers.token());
    Load {
        request: request
            .called_by(&world.callers)
            .expecting(200, Body::Length(LARGE_BYTES)),
        records: Records::Cycle(ids),
    }
}

/// The fetch of a photo that is not there.
pub(super) fn fetch_of_none(world: &World) -> Load {
    let path = photo_path(&world.without_photo.to_string());
    let request = ask("GET", &path, world.callers.token());
    Load::fixed(request.expecting(204, Body::Length(0)))
}

/// A deletion with a token that nobody has.
pub(super) fn bad_token(world: &World) -> Load {
    let path = photo_path(&world.locked.to_string());
    let token = format!("1000.{0}.{0}", "f".repeat(32));
    let request = ask("DELETE", &path, &token);
    Load::fixed(request.expecting(401, Body::Holds(r#""INVALID_TOKEN""#)))
}

pub(super) fn unknown_url(world: &World) -> Load {
    // Longer paths below /crm may be those of operations that are known and not served.
    let request = ask("DELETE", "/crm/nothing/at/all", world.callers.token());
    Load::fixed(request.expecting(404, Body::Holds(r#""INVALID_URL_PATTERN""#)))
}

/// The deletion of a locked record's photo.
pub(super) fn locked(world: &World) -> Load {
    let path = photo_path(&world.locked.to_string());
    let request = ask("DELETE", &path, world.callers.token());
    Load::fixed(request.expecting(400, Body::Holds(r#""RECORD_LOCKED""#)))
}

/// Uploads to records that have photos.
pub(super) fn uploads(world: &World, ids: Vec<i64>) -> Load {
    Load {
        request: upload(&photo_path(ID_PLACE), world, LARGE_BYTES),
        records: Records::Cycle(ids),
    }
}

/// Records that are made, so many by a call.
pub(super) fn insertions(world: &World, records: usize) -> Load {
    let records: Vec<_> = (0..).take(records).map(record::fields).collect();
    let body = json!({ "data": records });
    let request = send("POST", "/crm/v8/Leads", world.callers.token(), &body);
    Load::fixed(request.expecting(201, Body::Holds(SUCCESS)))
}

/// The first page of the few records that somebody owns among all.
pub(super) fn owners_page(world: &World) -> Load {
    let path = "/crm/v8/Leads?fields=Last_Name,Company,Email&per_page=20";
    let request = ask("GET", path, &world.rare_owner);
    Load::fixed(request.expecting(200, Body::Holds(r#""count":20,"#)))
}

/// The one record that has an e-mail address.
pub(super) fn search_by_email(world: &World) -> Load {
    let number = world.small.first().copied().unwrap_or_default();
    found(world, &format!("(Email:equals:lead{number}@bench.example)"))
}

/// The one record that has a number in its last name, beside a word that all have.
pub(super) fn search_by_words(world: &World) -> Load {
    let number = world.small.first().copied().unwrap_or_default();
    found(world, &format!("(Last_Name:equals:Lead%20{number})"))
}

fn found(world: &World, criteria: &str) -> Load {
    let path = format!("/crm/v8/Leads/search?criteria={criteria}&fields=Last_Name,Company,Email");
    let request = ask("GET", &path, world.callers.token());
    Load::fixed(request.expecting(200, Body::Holds(r#""count":1,"#)))
}

/// A change of a role: who sees whose records may be another thing afterwards.
pub(super) fn change_of_role(neighbour: &Neighbour) -> Request {
    let role = json!({ "id": neighbour.role.to_string(), "description": "Sells." });
    let path = "/crm/v8/settings/roles";
    let request = send("PUT", path, &neighbour.token, &json!({ "roles": [role] }));
    request.expecting(200, Body::Holds(SUCCESS))
}

/// A request with JSON in its body.
pub(super) fn send(method: &str, path: &str, token: &str, body: &serde_json::Value) -> Request {
    let token = authorization(token);
    let headers = [
        ("Authorization", token.as_str()),
        ("Content-Type", "application/json"),
    ];
    Request::new(method, path, &headers, body.to_string().as_bytes())
}

/// A request without a body.
pub(super) fn ask(method: &str, path: &str, token: &str) -> Request {
    let token = authorization(token);
    Request::new(method, path, &[("Authorization", &token)], b"")
}

/// A multipart upload as the Python SDK sends it: one part without a type.
fn upload(path: &str, world: &World, bytes: usize) -> Request {
    let mut body = format!(
        "--{BOUNDARY}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"photo.png\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(&png(bytes));
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [
        ("Authorization", authorization(world.callers.token())),
        ("Content-Type", kind),
    ];
    let headers = headers
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    Request::new("POST", path, &headers, &body)
        .called_by(&world.callers)
        .expecting(200, Body::Holds(SUCCESS))
}
