//! `cargo xtask bench`: the server beside a bare handler, raw SQLite and other mock servers, in one
//! run.
//!
//! Every server is a process of its own and shares two cores with the load generator, which is in
//! this one. The machine is noisy, so each measurement of ours has one of its yardstick just before
//! it, a bare handler that gives the same reply, and ratios are medians over rounds.

mod agreement;
mod bare;
mod cases;
mod child;
mod clock;
mod load;
mod measure;
mod peers;
mod picture;
mod raw;
mod reply;
mod report;
mod request;
mod results;
mod shuffle;
mod world;

pub(crate) use bare::{BareArguments, serve_bare};

use crate::output::{Outcome, Progress, say};
use crate::steps;
use cases::{Case, Name, Place, all};
use child::Server;
use measure::{Records, Sample, Span, measure};
use raw::Raw;
use results::{Processes, Results, Row};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use world::World;

/// The store's file in a data folder.
const DATABASE_FILE: &str = "tanzanite.sqlite3";
/// Records of the small folder.
const RECORDS_SMALL: usize = 1000;

/// What `cargo xtask bench` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A smoke test of a few seconds: it proves that everything runs, not how fast
    #[arg(long)]
    quick: bool,
    /// Measure Prism and Mockoon too, from npm
    #[arg(long)]
    peers: bool,
    /// Seconds of each measurement
    #[arg(long, value_name = "N", default_value_t = 2)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// Rounds of measurements
    #[arg(long, value_name = "N", default_value_t = 3)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=50))]
    rounds: u64,
    /// Records of the large folder
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1000..=10_000_000))]
    records: Option<u32>,
    /// Measure only the cases whose name contains this
    #[arg(long, value_name = "TEXT")]
    case: Option<String>,
    /// What the server logs
    #[arg(long, value_name = "WHAT", default_value = "requests")]
    #[arg(value_parser = ["requests", "refusals", "off"])]
    log: String,
    /// Measure this build of the program instead of building it
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Write the results here too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// What the arguments come to.
#[derive(Debug)]
struct Plan {
    records: usize,
    rounds: u64,
    span: Span,
    starts: usize,
}

/// Where everything is.
#[derive(Debug)]
struct Paths {
    program: PathBuf,
    peers: PathBuf,
    /// Emptied before and after.
    scratch: PathBuf,
}

/// All that is measured.
#[derive(Debug)]
struct Lab {
    bare: Server,
    small: Server,
    large: Server,
    peers: Vec<(&'static str, Server)>,
    raw: Raw,
}

/// Measures and reports. Fails if a reply was not the right one.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let plan = Plan::new(arguments);
    let progress = Progress::new();
    progress.show("building the program");
    let paths = Paths::prepare(arguments.program.as_deref())?;
    let results = measure_all(arguments, &plan, &paths, &progress);
    // Gigabytes that nobody needs any longer; what is left of them is removed by the next run.
    let _ = fs::remove_dir_all(&paths.scratch);
    let results = results?;
    drop(progress);
    let Plan { span, rounds, .. } = plan;
    let how = format!(
        "{rounds} rounds of {:.1} s a case, log {}",
        span.time.as_secs_f64(),
        arguments.log
    );
    say(&report::text(&results, &how))?;
    if let Some(path) = &arguments.json {
        fs::write(path, serde_json::to_vec_pretty(&report::json(&results))?)?;
    }
    match results.errors() {
        0 => Ok(()),
        errors => Err(format!("{errors} replies were not the right ones").into()),
    }
}

impl Plan {
    fn new(arguments: &Arguments) -> Self {
        let records = arguments
            .records
            .and_then(|records| usize::try_from(records).ok());
        if arguments.quick {
            let span = Span {
                warm_up: Duration::from_millis(50),
                time: Duration::from_millis(200),
            };
            return Self {
                records: records.unwrap_or(10_000),
                rounds: 1,
                span,
                starts: 2,
            };
        }
        let time = Duration::from_secs(arguments.seconds);
        let span = Span {
            warm_up: Duration::from_millis(300),
            time,
        };
        Self {
            records: records.unwrap_or(1_000_000),
            rounds: arguments.rounds,
            span,
            starts: 9,
        }
    }
}

impl Paths {
    /// Empties the scratch folder, and builds the program unless there is one.
    fn prepare(program: Option<&Path>) -> Outcome<Self> {
        // target/release/xtask has the program beside it, wherever the target folder is.
        let own = std::env::current_exe()?;
        let release = own.parent().ok_or("this program has no folder")?;
        let target = release
            .parent()
            .ok_or("this program's folder has no parent")?;
        let program = steps::program(program)?;
        let paths = Self {
            program,
            peers: target.join("bench-peers"),
            scratch: target.join("bench"),
        };
        if paths.scratch.exists() {
            fs::remove_dir_all(&paths.scratch)?;
        }
        fs::create_dir_all(&paths.scratch)?;
        Ok(paths)
    }

    fn serve(&self, data: &Path, log: &str, seed: Option<&str>) -> Outcome<Server> {
        let ready_file = self.scratch.join("ready");
        let mut command = Command::new(&self.program);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--log", log, "--data"])
            .arg(data);
        command.arg("--ready-file").arg(&ready_file);
        if let Some(seed) = seed {
            command.args(["--seed", seed]);
        }
        command.current_dir(&self.scratch);
        Server::start(command, &ready_file)
    }

    fn serve_bare(&self) -> Outcome<Server> {
        let ready_file = self.scratch.join("bare-ready");
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg("bench-bare")
            .arg("--ready-file")
            .arg(&ready_file);
        Server::start(command, &ready_file)
    }

    /// How long starts take on an empty folder, and on a full one.
    fn starts(
        &self,
        full: &Path,
        plan: &Plan,
        log: &str,
    ) -> Outcome<(Vec<Duration>, Vec<Duration>)> {
        let (mut on_empty, mut on_full) = (Vec::new(), Vec::new());
        for _ in 0..plan.starts {
            let empty = self.scratch.join("empty");
            fs::create_dir(&empty)?;
            for (folder, seed, times) in [
                (empty.as_path(), Some("demo"), &mut on_empty),
                (full, None, &mut on_full),
            ] {
                let server = self.serve(folder, log, seed)?;
                times.push(server.ready_after);
                server.stop()?;
            }
            fs::remove_dir_all(&empty)?;
        }
        Ok((on_empty, on_full))
    }
}

fn measure_all(
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
    let ready = paths.starts(&large, plan, &arguments.log)?;
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
    ) -> Outcome<Vec<Row>> {
        let mut raw_row = Row::new(
            "raw SQLite: one commit an operation, no HTTP".to_owned(),
            None,
        );
        let mut rows: Vec<Row> = cases
            .iter()
            .map(|case| Row::new(case.name.to_string(), Some(case.name)))
            .collect();
        for round in 1..=plan.rounds {
            for (case, row) in cases.iter_mut().zip(&mut rows) {
                progress.show(&format!("round {round} of {}: {}", plan.rounds, case.name));
                let mut beside = None;
                if let Some(yardstick) = &case.yardstick {
                    let sample = measure(&self.bare, yardstick, &mut Records::Fixed, plan.span)?;
                    row.add_errors_of_yardstick(&sample);
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
            rows.insert(at, raw_row);
        }
        Ok(rows)
    }

    fn measure(&self, case: &mut Case, span: Span) -> Outcome<Sample> {
        let server = self.server(case.place)?;
        measure(server, &case.request, &mut case.records, span)
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
