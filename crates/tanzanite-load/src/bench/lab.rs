//! The server on SQLite, in two data folders, beside a bare handler, the limit of its store and other mock servers.

use super::agreement;
use super::cases::{Case, Name, Place, Work, all};
use super::child::Server;
use super::laboratory;
use super::limit::Limit;
use super::loads::Load;
use super::meanwhile;
use super::measure::{Ends, Records, Sample, Span, measure};
use super::peers;
use super::results::{Processes, Results};
use super::rows::Row;
use super::world::Filled;
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
struct Lab {
    bare: Server,
    small: Server,
    large: Server,
    peers: Vec<(&'static str, Server)>,
    /// On copies of the small folder and of the large one.
    limits: [Limit; 2],
}

/// Measures all cases.
pub(super) fn measure_all(
    arguments: &Arguments,
    plan: &Plan,
    paths: &Paths,
    progress: &Progress,
) -> Outcome<Results> {
    let (small, large) = (paths.scratch.join("small"), paths.scratch.join("large"));
    let in_small = Filled::new(&small, RECORDS_SMALL, progress)?;
    let in_large = Filled::new(&large, plan.records, progress)?;
    let database_bytes = fs::metadata(large.join(DATABASE_FILE))?.len();
    progress.show("copying the databases");
    let limits = [limit(&small, &in_small)?, limit(&large, &in_large)?];
    progress.show("starting and stopping");
    let ready = starts(paths, &large, plan, &arguments.log)?;
    let mut lab = Lab {
        bare: paths.serve_bare()?,
        small: paths.serve(&small, &arguments.log, None)?,
        large: paths.serve(&large, &arguments.log, None)?,
        peers: Vec::new(),
        limits,
    };
    if arguments.peers {
        peers::install(&paths.peers, progress)?;
        for name in [peers::PRISM, peers::MOCKOON] {
            lab.peers.push((name, peers::start(name, &paths.peers)?));
        }
    }
    let mut cases = all(&in_small, &in_large, arguments.peers);
    if let Some(text) = &arguments.case {
        cases.retain(|case| case.name.to_string().contains(text));
        if cases.is_empty() {
            return Err(format!("no case's name contains \"{text}\"").into());
        }
    }
    lab.check_yardsticks(&mut cases)?;
    let loaded = cases
        .iter()
        .any(|case| matches!(case.work, Work::Ask(Place::Large, _)));
    let rows = lab.rounds(cases, plan, progress)?;
    let memory_kib = loaded.then(|| lab.large.memory_kib()).transpose()?;
    lab.small.stop()?;
    lab.large.stop()?;
    let pages_per_deletion = lab.limits[1].pages_per_deletion();
    let records = (in_small.world.small.len(), in_large.world.small.len());
    progress.show("organisations");
    let crowd = match arguments.case {
        None => Some(laboratory::crowd_kilobytes(
            arguments,
            &paths.program,
            &paths.scratch,
        )?),
        Some(_) => None,
    };
    Ok(Results {
        rows,
        processes: Processes {
            records,
            database_bytes,
            ready,
            memory_kib,
            pages_per_deletion,
            crowd,
        },
    })
}

impl Lab {
    /// Fails if the bare server does not give the replies that we give. The peers are not asked:
    /// they render theirs in their own way.
    fn check_yardsticks(&self, cases: &mut [Case]) -> Outcome {
        for case in cases {
            if let (Work::Ask(place @ (Place::Small | Place::Large), load), Some(yardstick)) =
                (&mut case.work, &case.yardstick)
            {
                let mut request = load.request.clone();
                request.set_id(load.records.take_one());
                agreement::check(
                    &case.name.to_string(),
                    (self.server(*place)?.address, &request),
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
    ) -> Outcome<Vec<(Name, Row)>> {
        let mut rows: Vec<_> = cases
            .iter()
            .map(|case| (case.name, Row::new(case.name.to_string())))
            .collect();
        for round in 1..=plan.rounds {
            for (case, (_, row)) in cases.iter_mut().zip(&mut rows) {
                progress.show(&format!("round {round} of {}: {}", plan.rounds, case.name));
                let mut beside = None;
                if let Some(yardstick) = &case.yardstick {
                    let ends = Ends::one(&self.bare);
                    let sample = measure(ends, yardstick, &mut Records::Fixed, plan.span)?;
                    row.add_errors_of_yardstick(
                        sample.tally.errors,
                        sample.tally.complaint.as_ref(),
                    );
                    beside = Some(sample.rate());
                }
                row.add(self.measure(case, plan.span)?, beside);
            }
        }
        Ok(rows)
    }

    fn measure(&mut self, case: &mut Case, span: Span) -> Outcome<Sample> {
        let span = case.name.span(span);
        let (place, Load { request, records }) = match &mut case.work {
            Work::Ask(place, load) => (*place, load),
            Work::Limit(place, operation) => {
                let large = usize::from(*place == Place::Large);
                return self.limits[large].run(*operation, span);
            }
        };
        let server = self.server(place)?;
        let mut measure = || measure(Ends::one(server), request, records, span);
        match &case.meanwhile {
            None => measure(),
            Some(asked) => meanwhile::asking(asked, server, measure),
        }
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

/// The limit on a copy of a data folder.
fn limit(folder: &Path, filled: &Filled) -> Outcome<Limit> {
    let copy = folder.with_extension("limit");
    fs::create_dir(&copy)?;
    fs::copy(folder.join(DATABASE_FILE), copy.join(DATABASE_FILE))?;
    Limit::open(&copy, filled.tenant, filled.world.small.clone())
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
