//! `cargo xtask bench`: the server beside a bare handler, the limit of its store and other mock servers, in one
//! run; with `--postgres`, nodes of it beside `pgbench`, on one PostgreSQL.
//!
//! Every server is a process of its own and shares two cores with the load generator, which is in
//! this one. The machine is noisy, so each measurement of ours has one of its yardstick just before
//! it, a bare handler that gives the same reply or the same statements without a server, and ratios are medians over
//! rounds.

mod agreement;
mod bare;
mod cases;
mod child;
mod client;
mod clock;
mod lab;
mod laboratory;
mod limit;
mod load;
mod loads;
mod meanwhile;
mod measure;
mod peers;
mod picture;
mod postgres;
mod record;
mod reply;
mod report;
mod request;
mod results;
mod rows;
mod shuffle;
mod targets;
mod world;

pub(crate) use bare::{BareArguments, serve_bare};

use crate::program::program;
use child::Server;
use measure::Span;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::output::{Outcome, Progress, say};

/// Records of the large store unless told otherwise.
const RECORDS: usize = 1_000_000;
/// The same in a smoke test.
const RECORDS_QUICK: usize = 10_000;

/// What `cargo xtask bench` takes.
#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct Arguments {
    /// A smoke test of a few seconds: it proves that everything runs, not how fast
    #[arg(long)]
    quick: bool,
    /// Measure Prism and Mockoon too, from npm
    #[arg(long, conflicts_with = "postgres")]
    peers: bool,
    /// Measure nodes on PostgreSQL, beside pgbench with the same statements
    #[arg(long)]
    postgres: bool,
    /// Measure organisations side by side, resets and snapshots
    #[arg(long, conflicts_with_all = ["peers", "postgres"])]
    laboratory: bool,
    /// Organisations that share the records, with --postgres
    #[arg(long, value_name = "N", requires = "postgres")]
    #[arg(value_parser = clap::value_parser!(u32).range(2..=100_000))]
    orgs: Option<u32>,
    /// Connections of each node to PostgreSQL, and of pgbench for each node
    #[arg(long, value_name = "N", requires = "postgres", default_value_t = 16)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100))]
    pool: u32,
    /// A setting of PostgreSQL's: name=value, any number of times
    #[arg(long, value_name = "SETTING", requires = "postgres")]
    set: Vec<String>,
    /// Seconds of each measurement [default: 2; with --postgres 5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: Option<u64>,
    /// Rounds of measurements
    #[arg(long, value_name = "N", default_value_t = 3)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=50))]
    rounds: u64,
    /// Records of the large folder or schema
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

/// What is said about a run.
struct Report {
    text: String,
    json: Value,
    /// Replies that were not the right ones.
    errors: u64,
}

/// Measures and reports. Fails if a reply was not the right one.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let plan = Plan::new(arguments);
    let progress = Progress::start();
    progress.show("building the program");
    let program = program(arguments.program.as_deref())?;
    let report = if arguments.postgres {
        postgres::measure_all(arguments, &plan, &program, &progress)?
    } else if arguments.laboratory {
        laboratory::measure_all(arguments, plan.rounds, &program, &progress)?
    } else {
        let paths = Paths::prepare(program)?;
        let results = lab::measure_all(arguments, &plan, &paths, &progress);
        // Gigabytes that nobody needs any longer; what is left of them is removed by the next run.
        let _ = fs::remove_dir_all(&paths.scratch);
        let results = results?;
        Report {
            text: report::text(&results, &plan.how(arguments)),
            json: report::json(&results),
            errors: results.errors(),
        }
    };
    drop(progress);
    say(&report.text)?;
    if let Some(path) = &arguments.json {
        fs::write(path, serde_json::to_vec_pretty(&report.json)?)?;
    }
    match report.errors {
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
                records: records.unwrap_or(RECORDS_QUICK),
                rounds: 1,
                span,
                starts: 2,
            };
        }
        // PostgreSQL does some of its work later than that, and so do the nodes on it.
        let seconds = if arguments.postgres { 5 } else { 2 };
        let time = Duration::from_secs(arguments.seconds.unwrap_or(seconds));
        let span = Span {
            warm_up: Duration::from_millis(300),
            time,
        };
        Self {
            records: records.unwrap_or(RECORDS),
            rounds: arguments.rounds,
            span,
            starts: 9,
        }
    }

    fn how(&self, arguments: &Arguments) -> String {
        format!(
            "{} rounds of {:.1} s a case, log {}",
            self.rounds,
            self.span.time.as_secs_f64(),
            arguments.log
        )
    }
}

impl Paths {
    /// Empties the scratch folder.
    fn prepare(program: PathBuf) -> Outcome<Self> {
        // target/dist/tanzanite-load has the program beside it, wherever the target folder is.
        let own = std::env::current_exe()?;
        let release = own.parent().ok_or("this program has no folder")?;
        let target = release
            .parent()
            .ok_or("this program's folder has no parent")?;
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
        let seed = seed.iter().flat_map(|seed| ["--seed", seed]);
        let store = [OsStr::new("--data"), data.as_os_str()].into_iter();
        let store = store.chain(seed.map(OsStr::new));
        serve(&self.program, (&self.scratch, "ready"), log, store)
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
}

/// Starts the program in a folder, in which the ready file goes.
fn serve<'a>(
    program: &Path,
    (folder, ready_file): (&Path, &str),
    log: &str,
    store: impl IntoIterator<Item = &'a OsStr>,
) -> Outcome<Server> {
    let ready_file = folder.join(ready_file);
    let mut command = Command::new(program);
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--log", log])
        .args(store)
        .arg("--ready-file")
        .arg(&ready_file)
        .current_dir(folder);
    Server::start(command, &ready_file)
}
