//! What is measured: each case with its server, its request, and the one reply that is right.

use super::bare::DELETED;
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
    BareGet,
    BarePost,
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
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bare => f.write_str("bare axum: the reply of a DELETE"),
            Self::BareGet => write!(f, "bare axum: GET {LARGE_BYTES} bytes"),
            Self::BarePost => write!(f, "bare axum: POST {LARGE_BYTES} bytes, read and dropped"),
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

/// The case that all others are set against.
pub(super) fn yardstick() -> Case {
    plain(Name::Bare, Place::Bare)
}

/// All others, in their order.
pub(super) fn all(small: &World, large: &World, peers: bool) -> Vec<Case> {
    let mut cases = vec![
        deletion(Name::DeleteLarge, Place::Large, large),
        deletion(Name::DeleteSmall, Place::Small, small),
        get_photo(large),
        get_nothing(large),
        bad_token(large),
        unknown_url(large),
        locked(large),
        post(large),
    ];
    let path = photo_path(ID_PLACE);
    let cycle = || Records::Cycle(large.large.clone());
    cases.push(Case {
        name: Name::BareGet,
        place: Place::Bare,
        request: Request::new("GET", &path, &[], b"").expecting(200, Body::Length(LARGE_BYTES)),
        records: cycle(),
    });
    let upload = upload(&path, &large.token, LARGE_BYTES).expecting(200, Body::Holds(DELETED));
    let place = Place::Bare;
    cases.push(Case {
        name: Name::BarePost,
        place,
        request: upload,
        records: cycle(),
    });
    if peers {
        cases.extend([PRISM, MOCKOON].map(|peer| plain(Name::Peer(peer), Place::Peer(peer))));
    }
    cases
}

fn photo_path(id: &str) -> String {
    format!("/crm/v8/Leads/{id}/photo")
}

fn authorization(token: &str) -> String {
    format!("Zoho-oauthtoken {token}")
}

/// A deletion that the bare handler and the peers answer. They get the header too: reading it is
/// part of the work.
fn plain(name: Name, place: Place) -> Case {
    let path = photo_path("3652397000000190001");
    let token = authorization(&format!("1000.{0}.{0}", "0".repeat(32)));
    let request = Request::new("DELETE", &path, &[("Authorization", &token)], b"");
    // The peers render the same JSON in their own way.
    let request = request.expecting(200, Body::Holds(r#""Photo deleted""#));
    Case {
        name,
        place,
        request,
        records: Records::Fixed,
    }
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
    Case {
        name,
        place,
        request: request.expecting(200, Body::Holds(DELETED)),
        records: Records::Consume(Pool::new(world.small.clone(), restore)),
    }
}

fn get_photo(world: &World) -> Case {
    let token = authorization(&world.token);
    let request = Request::new(
        "GET",
        &photo_path(ID_PLACE),
        &[("Authorization", &token)],
        b"",
    );
    Case {
        name: Name::GetPhoto,
        place: Place::Large,
        request: request.expecting(200, Body::Length(LARGE_BYTES)),
        records: Records::Cycle(world.large.clone()),
    }
}

fn get_nothing(world: &World) -> Case {
    let path = photo_path(&world.without_photo.to_string());
    fixed(
        Name::GetNothing,
        ("GET", &path, &world.token),
        (204, Body::Length(0)),
    )
}

fn bad_token(world: &World) -> Case {
    let path = photo_path(&world.locked.to_string());
    let token = format!("1000.{0}.{0}", "f".repeat(32));
    fixed(
        Name::BadToken,
        ("DELETE", &path, &token),
        (401, Body::Holds(r#""INVALID_TOKEN""#)),
    )
}

fn unknown_url(world: &World) -> Case {
    // Longer paths below /crm may be those of operations that are known and not served.
    let answer = (404, Body::Holds(r#""INVALID_URL_PATTERN""#));
    fixed(
        Name::UnknownUrl,
        ("DELETE", "/crm/nothing/at/all", &world.token),
        answer,
    )
}

fn locked(world: &World) -> Case {
    let path = photo_path(&world.locked.to_string());
    fixed(
        Name::Locked,
        ("DELETE", &path, &world.token),
        (400, Body::Holds(r#""RECORD_LOCKED""#)),
    )
}

fn fixed(
    name: Name,
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
    Case {
        name,
        place: Place::Large,
        request,
        records: Records::Fixed,
    }
}

fn post(world: &World) -> Case {
    Case {
        name: Name::Post,
        place: Place::Large,
        request: upload(&photo_path(ID_PLACE), &world.token, LARGE_BYTES),
        records: Records::Cycle(world.large.clone()),
    }
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
