//! `tanzanite tour`: performs every outcome of the vendor's page "Delete a Photo", and compares it with the page.
//!
//! The tour knows a server only by its address: it sends HTTP and reads replies. Its own server is started as `serve`
//! starts one.

mod client;
mod report;
mod screen;
mod situations;

use crate::arguments::TourArguments;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer_json, answer_painted, remark};
use crate::own_server::OwnServer;
use crate::seeding::prepare;
use crate::settings::{self, ClientSide, Flags, SeedSource};
use crate::tls;
use client::{Client, Reply, Request};
use screen::Screen;
use situations::{Before, SITUATIONS, Situation};
use tanzanite_seed::{Credentials, Seed};
use tanzanite_store::{Database, Place};

/// The reason for leaving out a situation.
const CANNOT_BREAK: &str = "the tour cannot make the store of a server fail that it did not start";

/// The result of a situation.
#[derive(Debug)]
struct Visit {
    situation: &'static Situation,
    request: Request,
    outcome: Seen,
}

#[derive(Debug)]
enum Seen {
    /// The server replied.
    Replied(Reply),
    /// Not sent, for this reason.
    Skipped(&'static str),
}

/// Counts of situations by result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    as_expected: usize,
    different: usize,
    skipped: usize,
}

/// Goes through all situations; fails if a result differs from the expected one.
pub(crate) fn tour(arguments: &TourArguments) -> Outcome {
    let seed = Seed::demo().map_err(|error| Failure::new(Exit::CannotStart, error))?;
    let tls = match &arguments.url {
        Some(url) if url.starts_with("https:") => {
            tls::of_ours(url, &settings::resolve(&Flags::<ClientSide>::default())?)
        }
        _ => tls::of_any(),
    };
    let guide = Guide {
        client: Client::new(tls),
        credentials: seed.credentials(),
        own: arguments.url.is_none(),
    };
    let demo = guide.own.then(demo).transpose()?;
    let base = match (&arguments.url, &demo) {
        (Some(url), _) => url.as_str(),
        (None, Some(demo)) => demo.base_url(),
        (None, None) => return Err(Failure::new(Exit::CannotStart, "there is no server")),
    };
    let screen = (!arguments.json).then(Screen::of_this_process);
    if let Some(screen) = &screen {
        answer_painted(&screen.head(base, guide.own))?;
    }
    let mut visits = Vec::with_capacity(SITUATIONS.len());
    for (number, situation) in (1..).zip(SITUATIONS) {
        let visit = guide.visit(situation, base)?;
        if let Some(screen) = &screen {
            answer_painted(&screen.block(number, &visit))?;
        }
        visits.push(visit);
    }
    let tally = Tally::of(&visits);
    match screen {
        Some(screen) => answer_painted(&screen.sum(tally))?,
        None => answer_json(&report::json(&visits))?,
    }
    tally.exit(guide.own)
}

/// Starts a demo server for the tour.
fn demo() -> Outcome<OwnServer> {
    let memory = Database::Sqlite(Place::Memory);
    OwnServer::start(prepare(&memory, Some(&SeedSource::Demo), |_| Ok(()))?)
}

/// Goes through the situations.
#[derive(Debug)]
struct Guide {
    client: Client,
    credentials: Credentials,
    /// Whether the tour started the server.
    own: bool,
}

impl Guide {
    fn visit(&self, situation: &'static Situation, base: &str) -> Outcome<Visit> {
        let request = situation.request(&self.credentials);
        let outcome = match situation.before {
            Before::Nothing => Seen::Replied(self.client.send(base, &request)?),
            Before::Photo => {
                self.see_to_photo(base, &request)?;
                let reply = self.client.send(base, &request)?;
                // Restores the photo, so that the tour can be repeated.
                if reply.status == 200 && !self.see_to_photo(base, &request)? {
                    remark("The photo that the tour deleted could not be uploaded again.\n");
                }
                Seen::Replied(reply)
            }
            Before::FailingStore if self.own => {
                let demo = demo()?;
                demo.close_store();
                Seen::Replied(self.client.send(demo.base_url(), &request)?)
            }
            Before::FailingStore => Seen::Skipped(CANNOT_BREAK),
        };
        Ok(Visit {
            situation,
            request,
            outcome,
        })
    }

    /// Uploads the demo's picture if the record has no photo. Returns whether it has one now.
    fn see_to_photo(&self, base: &str, request: &Request) -> Outcome<bool> {
        let look = Request {
            method: "GET",
            ..request.clone()
        };
        if self.client.send(base, &look)?.status == 200 {
            return Ok(true);
        }
        Ok(self
            .client
            .upload(base, request, situations::PICTURE)?
            .status
            == 200)
    }
}

impl Visit {
    /// Whether the reply is the expected one; `None` if there is no reply.
    fn is_as_expected(&self) -> Option<bool> {
        match &self.outcome {
            Seen::Replied(reply) => Some(
                reply.status == self.situation.status
                    && reply.code.as_deref() == Some(self.situation.code),
            ),
            Seen::Skipped(_) => None,
        }
    }
}

impl Tally {
    fn of(visits: &[Visit]) -> Self {
        let mut tally = Self::default();
        for visit in visits {
            match visit.is_as_expected() {
                Some(true) => tally.as_expected += 1,
                Some(false) => tally.different += 1,
                None => tally.skipped += 1,
            }
        }
        tally
    }

    fn exit(self, own: bool) -> Outcome {
        if self.different == 0 {
            return Ok(Exit::Ok);
        }
        let differ = if self.different == 1 {
            "differs"
        } else {
            "differ"
        };
        let message = format!("{} of the outcomes {differ}", self.different);
        let failure = Failure::new(Exit::Failed, message);
        Err(if own {
            failure
        } else {
            failure.hint("the tour wants the demo as `tanzanite serve --memory --seed demo` has it")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_skipped_counts_as_neither() {
        let guide = Seed::demo().expect("the demo").credentials();
        let visit = |situation: &'static Situation, status| Visit {
            situation,
            request: situation.request(&guide),
            outcome: match status {
                Some(status) => Seen::Replied(Reply {
                    status,
                    code: Some(situation.code.to_owned()),
                    ..Reply::default()
                }),
                None => Seen::Skipped(CANNOT_BREAK),
            },
        };
        let visits = [
            visit(&SITUATIONS[0], Some(200)),
            visit(&SITUATIONS[1], Some(200)),
            visit(&SITUATIONS[2], None),
        ];
        let tally = Tally::of(&visits);
        let expected = Tally {
            as_expected: 1,
            different: 1,
            skipped: 1,
        };
        assert_eq!(tally, expected);
        let failure = tally.exit(true).expect_err("one differs");
        assert_eq!(failure.exit(), Exit::Failed);
        let skipped_only = Tally {
            different: 0,
            ..tally
        };
        assert_eq!(skipped_only.exit(false).ok(), Some(Exit::Ok));
    }
}
