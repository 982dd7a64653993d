//! What is measured: each case with its server, its request, and the one reply that is right.

use super::bare::Answer;
use super::loads::{self, Load, authorization, photo_path};
use super::measure::Records;
use super::peers::{MOCKOON, PRISM};
use super::picture::LARGE_BYTES;
use super::request::{Body, Request};
use super::world::World;
use std::fmt;

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
    let deletion = |whose, world: &World| {
        let load = loads::deletions(world, world.small.clone());
        Case::new(whose, load, Answer::Deleted)
    };
    let of_large = |name, load, answer| Case::new((name, Place::Large), load, answer);
    let photos = || large.large.clone();
    let mut cases = vec![
        bare(),
        deletion((Name::DeleteLarge, Place::Large), large),
        deletion((Name::DeleteSmall, Place::Small), small),
        of_large(
            Name::GetPhoto,
            loads::fetches(large, photos()),
            Answer::Photo,
        ),
        of_large(
            Name::GetNothing,
            loads::fetch_of_none(large),
            Answer::NoPhoto,
        ),
        of_large(Name::BadToken, loads::bad_token(large), Answer::BadToken),
        of_large(
            Name::UnknownUrl,
            loads::unknown_url(large),
            Answer::UnknownUrl,
        ),
        of_large(Name::Locked, loads::locked(large), Answer::Locked),
        of_large(
            Name::Post,
            loads::uploads(large, photos()),
            Answer::Uploaded,
        ),
    ];
    if peers {
        cases.extend([PRISM, MOCKOON].map(peer));
    }
    cases
}

impl Case {
    fn new((name, place): (Name, Place), load: Load, answer: Answer) -> Self {
        let yardstick = Some(load.request.to(&answer.path()));
        Self {
            name,
            place,
            request: load.request,
            records: load.records,
            yardstick,
        }
    }
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
    let load = Load {
        request: plain(&photo_path("3652397000000190001")),
        records: Records::Fixed,
    };
    let whose = (Name::Peer(name), Place::Peer(name));
    Case::new(whose, load, Answer::Deleted)
}

/// A deletion that the bare handler and the peers answer. They get the header too: reading it is
/// part of the work.
fn plain(path: &str) -> Request {
    let token = authorization(&format!("1000.{0}.{0}", "0".repeat(32)));
    let request = Request::new("DELETE", path, &[("Authorization", &token)], b"");
    // The peers render the same JSON in their own way.
    request.expecting(200, Body::Holds(r#""Photo deleted""#))
}
