//! What is measured: each case with its server, its request, and the one reply that is right.

use super::bare::{Answer, DELETED};
use super::measure::{Pool, Records};
use super::peers::{MOCKOON, PRISM};
use super::picture::{LARGE_BYTES, SMALL_BYTES, png};
use super::request::{Body, ID_PLACE, Request};
use super::world::World;
use std::fmt;

const BOUNDARY: &str = "boundary";

/// Whom a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The bare handler.
    Bare,
    /// Tanzanite on the small folder.
    Small,
    /// Tanzanite on the large folder.
    Large,
    /// Another mock server.
    Peer(&'static str),
}

/// What a case is called, and by which the report finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Bare,
    DeleteSmall,
    DeleteLarge,
    GetPhoto,
    GetNothing,
    BadToken,
    UnknownUrl,
    Locked,
    Post,
    Peer(&'static str),
}

/// Something to measure.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: Name,
    pub(super) place: Place,
    pub(super) request: Request,
    pub(super) records: Records,
    /// The same request to the bare server, which gives the same reply. The bare server itself has
    /// none.
    pub(super) yardstick: Option<Request>,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bare => f.write_str("bare axum: the reply of a DELETE"),
            Self::DeleteSmall => f.write_str("DELETE photo, small folder"),
            Self::DeleteLarge => f.write_str("DELETE photo, large folder"),
            Self::GetPhoto => write!(f, "GET photo, {LARGE_BYTES} bytes"),
            Self::GetNothing => f.write_str("GET photo, 204 (there is none)"),
            Self::BadToken => f.write_str("refused: 401 INVALID_TOKEN"),
            Self::UnknownUrl => f.write_str("refused: 404 INVALID_URL_PATTERN"),
            Self::Locked => f.write_str("refused: 400 RECORD_LOCKED"),
            Self::Post => write!(f, "POST photo, {LARGE_BYTES} bytes, replaces"),
            Self::Peer(name) => write!(f, "{name}: the reply of a DELETE"),
        }
    }
}

/// All cases, in their order.
pub(super) fn all(small: &World, large: &World, peers: bool) -> Vec<Case> {
    let mut cases = vec![
        bare(),
        deletion(Name::DeleteLarge, Place::Large, large),
        deletion(Name::DeleteSmall, Place::Small, small),
        get_photo(large),
        get_nothing(large),
        bad_token(large),
        unknown_url(large),
        locked(large),
        post(large),
    ];
    if peers {
        cases.extend([PRISM, MOCKOON].map(peer));
    }
    cases
}

impl Case {
    fn new(
        (name, place): (Name, Place),
        request: Request,
        records: Records,
        answer: Answer,
    ) -> Self {
        let yardstick = Some(request.to(&answer.path()));
        Self {
            name,
            place,
            request,
            records,
            yardstick,
        }
    }
}

fn photo_path(id: &str) -> String {
    format!("/crm/v8/Leads/{id}/photo")
}

fn authorization(token: &str) -> String {
    format!("Zoho-oauthtoken {token}")
}

/// The header row: how fast this machine is today.
fn bare() -> Case {
    Case {
        name: Name::Bare,
        place: Place::Bare,
        request: plain(&Answer::Deleted.path()),
        records: Records::Fixed,
        yardstick: None,
    }
}

fn peer(name: &'static str) -> Case {
    let request = plain(&photo_path("3652397000000190001"));
    let whose = (Name::Peer(name), Place::Peer(name));
    Case::new(whose, request, Records::Fixed, Answer::Deleted)
}

/// A deletion that the bare handler and the peers answer. They get the header too: reading it is
/// part of the work.
fn plain(path: &str) -> Request {
    let token = authorization(&format!("1000.{0}.{0}", "0".repeat(32)));
    let request = Request::new("DELETE", path, &[("Authorization", &token)], b"");
    // The peers render the same JSON in their own way.
    request.expecting(200, Body::Holds(r#""Photo deleted""#))
}

fn deletion(name: Name, place: Place, world: &World) -> Case {
    let path = photo_path(ID_PLACE);
    let request = Request::new(
        "DELETE",
        &path,
        &[("Authorization", &authorization(&world.token))],
        b"",
    );
    let restore = upload(&path, &world.token, SMALL_BYTES);
    Case::new(
        (name, place),
        request.expecting(200, Body::Holds(DELETED)),
        Records::Consume(Pool::new(world.small.clone(), restore)),
        Answer::Deleted,
    )
}

fn get_photo(world: &World) -> Case {
    let token = authorization(&world.token);
    let request = Request::new(
        "GET",
        &photo_path(ID_PLACE),
        &[("Authorization", &token)],
        b"",
    );
    Case::new(
        (Name::GetPhoto, Place::Large),
        request.expecting(200, Body::Length(LARGE_BYTES)),
        Records::Cycle(world.large.clone()),
        Answer::Photo,
    )
}

fn get_nothing(world: &World) -> Case {
    let path = photo_path(&world.without_photo.to_string());
    fixed(
        (Name::GetNothing, Answer::NoPhoto),
        ("GET", &path, &world.token),
        (204, Body::Length(0)),
    )
}

fn bad_token(world: &World) -> Case {
    let path = photo_path(&world.locked.to_string());
    let token = format!("1000.{0}.{0}", "f".repeat(32));
    fixed(
        (Name::BadToken, Answer::BadToken),
        ("DELETE", &path, &token),
        (401, Body::Holds(r#""INVALID_TOKEN""#)),
    )
}

fn unknown_url(world: &World) -> Case {
    // Longer paths below /crm may be those of operations that are known and not served.
    fixed(
        (Name::UnknownUrl, Answer::UnknownUrl),
        ("DELETE", "/crm/nothing/at/all", &world.token),
        (404, Body::Holds(r#""INVALID_URL_PATTERN""#)),
    )
}

fn locked(world: &World) -> Case {
    let path = photo_path(&world.locked.to_string());
    fixed(
        (Name::Locked, Answer::Locked),
        ("DELETE", &path, &world.token),
        (400, Body::Holds(r#""RECORD_LOCKED""#)),
    )
}

fn fixed(
    (name, answer): (Name, Answer),
    (method, path, token): (&str, &str, &str),
    (status, body): (u16, Body),
) -> Case {
    let request = Request::new(
        method,
        path,
        &[("Authorization", &authorization(token))],
        b"",
    );
    let request = request.expecting(status, body);
    Case::new((name, Place::Large), request, Records::Fixed, answer)
}

fn post(world: &World) -> Case {
    Case::new(
        (Name::Post, Place::Large),
        upload(&photo_path(ID_PLACE), &world.token, LARGE_BYTES),
        Records::Cycle(world.large.clone()),
        Answer::Uploaded,
    )
}

/// A multipart upload as the Python SDK sends it: one part without a type.
fn upload(path: &str, token: &str, bytes: usize) -> Request {
    let mut body = format!(
        "--{BOUNDARY}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"photo.png\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(&png(bytes));
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [
        ("Authorization", authorization(token)),
        ("Content-Type", kind),
    ];
    let headers = headers
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    Request::new("POST", path, &headers, &body).expecting(200, Body::Holds(r#""SUCCESS""#))
}
