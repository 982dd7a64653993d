//! The measured cases: each with its server, its request, and the one reply that is right.

use super::bare::Answer;
use super::limit::Operation;
use super::loads::{self, Load, RECORDS_PER_CALL, authorization, photo_path};
use super::measure::Span;
use super::peers::{MOCKOON, PRISM};
use super::picture::LARGE_BYTES;
use super::request::{Body, Request};
use super::world::{Filled, World};
use std::fmt;

/// Usual measurements that one of insertions is as long as.
const SPANS_OF_INSERTION: u32 = 5;

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

/// The name of a case, by which the report finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Bare,
    /// The limit of the deletion in that folder.
    DeleteSmallLimit,
    DeleteSmall,
    DeleteLargeLimit,
    DeleteLarge,
    GetPhoto,
    GetNothing,
    BadToken,
    UnknownUrl,
    Locked,
    Post,
    InsertLimit,
    Insert,
    PageSmall,
    PageLarge,
    EmailSmall,
    EmailLarge,
    WordsSmall,
    WordsLarge,
    /// A fetch while another organisation's settings stay what they are, and while they are written.
    Undisturbed,
    BesideSettings,
    Peer(&'static str),
}

/// Something to measure.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: Name,
    pub(super) work: Work,
    /// The same request to the bare server, which gives the same reply, if it can.
    pub(super) yardstick: Option<Request>,
    /// Asked at a pace of the same server while the case is measured.
    pub(super) meanwhile: Option<Request>,
}

/// The measured operation.
#[derive(Debug)]
pub(super) enum Work {
    /// A server is asked.
    Ask(Place, Load),
    /// The limit of the small folder or of the large one is found out.
    Limit(Place, Operation),
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bare => f.write_str("bare axum: the reply of a DELETE"),
            Self::DeleteSmallLimit => f.write_str("limit: DELETE photo, small folder"),
            Self::DeleteSmall => f.write_str("DELETE photo, small folder"),
            Self::DeleteLargeLimit => f.write_str("limit: DELETE photo, large folder"),
            Self::DeleteLarge => f.write_str("DELETE photo, large folder"),
            Self::GetPhoto => write!(f, "GET photo, {LARGE_BYTES} bytes"),
            Self::GetNothing => f.write_str("GET photo, 204 (there is none)"),
            Self::BadToken => f.write_str("refused: 401 INVALID_TOKEN"),
            Self::UnknownUrl => f.write_str("refused: 404 INVALID_URL_PATTERN"),
            Self::Locked => f.write_str("refused: 400 RECORD_LOCKED"),
            Self::Post => write!(f, "POST photo, {LARGE_BYTES} bytes, replaces"),
            Self::InsertLimit => write!(f, "limit: POST {RECORDS_PER_CALL} records"),
            Self::Insert => write!(f, "POST {RECORDS_PER_CALL} records"),
            Self::PageSmall => f.write_str("GET an owner's page of 20, small folder"),
            Self::PageLarge => f.write_str("GET an owner's page of 20, large folder"),
            Self::EmailSmall => f.write_str("search by an e-mail address, small folder"),
            Self::EmailLarge => f.write_str("search by an e-mail address, large folder"),
            Self::WordsSmall => f.write_str("search by two words, small folder"),
            Self::WordsLarge => f.write_str("search by two words, large folder"),
            Self::Undisturbed => f.write_str("GET photo, 204, small folder"),
            Self::BesideSettings => f.write_str("GET photo, 204, beside another's settings"),
            Self::Peer(name) => write!(f, "{name}: the reply of a DELETE"),
        }
    }
}

impl Name {
    /// The limit that it is compared with, if there is one.
    pub(super) fn limit(self) -> Option<Self> {
        match self {
            Self::DeleteSmall => Some(Self::DeleteSmallLimit),
            Self::DeleteLarge => Some(Self::DeleteLargeLimit),
            Self::Insert => Some(Self::InsertLimit),
            _ => None,
        }
    }

    /// How long it is measured: calls that make thousands of records in a commit are few in the usual time.
    pub(super) fn span(self, usual: Span) -> Span {
        match self {
            Self::InsertLimit | Self::Insert => usual.times(SPANS_OF_INSERTION),
            _ => usual,
        }
    }
}

/// All cases, in their order: what is set against another comes right after it.
pub(super) fn all(small: &Filled, large: &Filled, peers: bool) -> Vec<Case> {
    let settings = loads::change_of_role(&small.neighbour);
    let (small, large) = (&small.world, &large.world);
    let deletions = |world: &World| loads::deletions(world, world.small.clone());
    let photos = || large.large.clone();
    let ask = |name, place, load| Case::new(name, Work::Ask(place, load));
    let of_large = |name, load: Load, answer| ask(name, Place::Large, load).beside_bare(answer);
    let limit = |name, place, operation| Case::new(name, Work::Limit(place, operation));
    let mut cases = vec![
        // The header row: how fast this machine is today.
        ask(
            Name::Bare,
            Place::Bare,
            Load::fixed(plain(&Answer::Deleted.path())),
        ),
        limit(Name::DeleteLargeLimit, Place::Large, Operation::Delete),
        of_large(Name::DeleteLarge, deletions(large), Answer::Deleted),
        limit(Name::DeleteSmallLimit, Place::Small, Operation::Delete),
        ask(Name::DeleteSmall, Place::Small, deletions(small)).beside_bare(Answer::Deleted),
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
        ask(Name::PageSmall, Place::Small, loads::owners_page(small)),
        ask(Name::PageLarge, Place::Large, loads::owners_page(large)),
        ask(
            Name::EmailSmall,
            Place::Small,
            loads::search_by_email(small),
        ),
        ask(
            Name::EmailLarge,
            Place::Large,
            loads::search_by_email(large),
        ),
        ask(
            Name::WordsSmall,
            Place::Small,
            loads::search_by_words(small),
        ),
        ask(
            Name::WordsLarge,
            Place::Large,
            loads::search_by_words(large),
        ),
        ask(Name::Undisturbed, Place::Small, loads::fetch_of_none(small)),
        ask(
            Name::BesideSettings,
            Place::Small,
            loads::fetch_of_none(small),
        )
        .while_asking(settings),
        limit(Name::InsertLimit, Place::Large, Operation::Insert),
        ask(
            Name::Insert,
            Place::Large,
            loads::insertions(large, RECORDS_PER_CALL),
        ),
    ];
    if peers {
        cases.extend([PRISM, MOCKOON].map(|peer| {
            let load = Load::fixed(plain(&photo_path("3652397000000190001")));
            ask(Name::Peer(peer), Place::Peer(peer), load).beside_bare(Answer::Deleted)
        }));
    }
    cases
}

impl Case {
    fn new(name: Name, work: Work) -> Self {
        Self {
            name,
            work,
            yardstick: None,
            meanwhile: None,
        }
    }

    fn beside_bare(self, answer: Answer) -> Self {
        let yardstick = match &self.work {
            Work::Ask(_, load) => Some(load.request.to(&answer.path())),
            Work::Limit(..) => None,
        };
        Self { yardstick, ..self }
    }

    fn while_asking(self, request: Request) -> Self {
        Self {
            meanwhile: Some(request),
            ..self
        }
    }
}

/// A deletion that the bare handler and the peers answer. They get the header too: reading it is
/// part of the work.
fn plain(path: &str) -> Request {
    let token = authorization(&format!("1000.{0}.{0}", "0".repeat(32)));
    let request = Request::new("DELETE", path, &[("Authorization", &token)], b"");
    // The peers render the same JSON in their own way.
    request.expecting(200, Body::Holds(r#""Photo deleted""#))
}
