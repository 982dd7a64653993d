//! The server on SQLite, in two data folders, beside a bare handler, raw SQLite and other mock servers.

use super::agreement;
use super::cases::{Case, Name, Place, all};
use super::child::Server;
use super::measure::{Ends, Records, Sample, Span, measure};
use super::peers;
use super::raw::Raw;
use super::results::{Processes, Results};
use super::rows::Row;
use super::world::World;
use super::{Arguments, Paths, Plan};
use std::fs;
use std::path::Path;
use std::time::Duration;
use xtask::output::{Outcome, Progress};

/// The store's file in a data folder.
const DATABASE_FILE: &str = "tanzanite.sqlite3";
/// Records of the small folder.
const RECORDS_SMALL: usize = 1000;

/// All that is measured.
#[derive(Debug)]
struct Lab {
    bare: Server,
    small: Server,
    large: Server,
    peers: Vec<(&'static str, Server)>,
    raw: Raw,
}

/// Measures all cases.
pub(super) fn measure_all(
    arguments: &Arguments,
    plan: &Plan,
    paths: &Paths,
    progress: &Progress,
) -> Outcome<Results> {
    let (small, large) = (paths.scratch.join("small"), paths.scratch.join("large"));
    let small_world = World::fill(&small, RECORDS_SMALL, progress)?;
    let large_world = World::fill(&large, plan.records, progress)?;
    let database = large.join(DATABASE_FILE);
    let database_bytes = fs::metadata(&database)?.len();
    progress.show("copying the database");
    let copy = paths.scratch.join("raw.sqlite3");
    fs::copy(&database, &copy)?;
    progress.show("starting and stopping");
    let ready = starts(paths, &large, plan, &arguments.log)?;
    let mut lab = Lab {
        bare: paths.serve_bare()?,
        small: paths.serve(&small, &arguments.log, None)?,
        large: paths.serve(&large, &arguments.log, None)?,
        peers: Vec::new(),
        raw: Raw::open(&copy, large_world.small.clone())?,
    };
    if arguments.peers {
        peers::install(&paths.peers, progress)?;
        for name in [peers::PRISM, peers::MOCKOON] {
            lab.peers.push((name, peers::start(name, &paths.peers)?));
        }
    }
    let mut cases = all(&small_world, &large_world, arguments.peers);
    if let Some(text) = &arguments.case {
        cases.retain(|case| case.name.to_string().contains(text));
        if cases.is_empty() {
            return Err(format!("no case's name contains \"{text}\"").into());
        }
    }
    lab.check_yardsticks(&mut cases)?;
    let loaded = cases.iter().any(|case| case.place == Place::Large);
    let rows = lab.rounds(cases, plan, progress)?;
    let memory_kib = loaded.then(|| lab.large.memory_kib()).transpose()?;
    lab.small.stop()?;
    lab.large.stop()?;
    let records = (small_world.small.len(), large_world.small.len());
    Ok(Results {
        rows,
        processes: Processes {
            records,
            database_bytes,
            ready,
            memory_kib,
        },
    })
}

impl Lab {
    /// Fails if the bare server does not give the replies that we give. The peers are not asked:
    /// they render theirs in their own way.
    fn check_yardsticks(&self, cases: &mut [Case]) -> Outcome {
        for case in cases {
            if let (Place::Small | Place::Large, Some(yardstick)) = (case.place, &case.yardstick) {
                let mut request = case.request.clone();
                request.set_id(case.records.take_one());
                agreement::check(
                    &case.name.to_string(),
                    (self.server(case.place)?.address, &request),
                    (self.bare.address, yardstick),
                )?;
            }
        }
        Ok(())
    }

    fn rounds(
        &mut self,
        mut cases: Vec<Case>,
        plan: &Plan,
        progress: &Progress,
    ) -> Outcome<Vec<(Option<Name>, Row)>> {
        let title = "raw SQLite: one commit an operation, no HTTP";
        let mut raw_row = Row::new(title.to_owned());
        let mut rows: Vec<_> = cases
            .iter()
            .map(|case| (Some(case.name), Row::new(case.name.to_string())))
            .collect();
        for round in 1..=plan.rounds {
            for (case, (_, row)) in cases.iter_mut().zip(&mut rows) {
                progress.show(&format!("round {round} of {}: {}", plan.rounds, case.name));
                let mut beside = None;
                if let Some(yardstick) = &case.yardstick {
                    let sample = measure(
                        Ends::one(&self.bare),
                        yardstick,
                        &mut Records::Fixed,
                        plan.span,
                    )?;
                    row.add_errors_of_yardstick(
                        sample.tally.errors,
                        sample.tally.complaint.as_ref(),
                    );
                    beside = Some(sample.rate());
                }
                row.add(self.measure(case, plan.span)?, beside);
                if case.name == Name::DeleteLarge {
                    raw_row.add(self.raw.run(plan.span.time)?, beside);
                }
            }
        }
        // It was measured beside the deletion that it is set against.
        if let Some(at) = cases.iter().position(|case| case.name == Name::DeleteLarge) {
            rows.insert(at, (None, raw_row));
        }
        Ok(rows)
    }

    fn measure(&self, case: &mut Case, span: Span) -> Outcome<Sample> {
        let server = self.server(case.place)?;
        measure(Ends::one(server), &case.request, &mut case.records, span)
    }

    fn server(&self, place: Place) -> Outcome<&Server> {
        Ok(match place {
            Place::Bare => &self.bare,
            Place::Small => &self.small,
            Place::Large => &self.large,
            Place::Peer(name) => {
                let peer = self.peers.iter().find(|(known, _)| *known == name);
                &peer.ok_or("a peer was not started")?.1
            }
        })
    }
}

/// How long starts take on an empty folder, and on a full one.
fn starts(
    paths: &Paths,
    full: &Path,
    plan: &Plan,
    log: &str,
) -> Outcome<(Vec<Duration>, Vec<Duration>)> {
    let (mut on_empty, mut on_full) = (Vec::new(), Vec::new());
    for _ in 0..plan.starts {
        let empty = paths.scratch.join("empty");
        fs::create_dir(&empty)?;
        for (folder, seed, times) in [
            (empty.as_path(), Some("demo"), &mut on_empty),
            (full, None, &mut on_full),
        ] {
            let server = paths.serve(folder, log, seed)?;
            times.push(server.ready_after);
            server.stop()?;
        }
        fs::remove_dir_all(&empty)?;
    }
    Ok((on_empty, on_full))
}
