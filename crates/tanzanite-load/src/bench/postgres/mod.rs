//! Nodes on one PostgreSQL, beside `pgbench` with the statements that the nodes send: one node and then several, on
//! many records, on few, and on many organisations.

mod capture;
mod cases;
mod database;
mod fill;
mod log;
mod operations;
mod pgbench;
mod report;

use super::child::Server;
use super::measure::{Ends, Sample, Span, measure};
use super::rows::Row;
use super::{Arguments, Plan, Report, serve};
use capture::Captor;
use cases::{Action, Case, Name, Place, Whose, title};
use database::Database;
use fill::{Schema, Size, fill};
use log::{Log, Said};
use operations::Operations;
use pgbench::Script;
use report::{Line, Results};
use std::ffi::OsStr;
use std::path::Path;
use tanzanite_store::{PostgresOptions, PostgresStore, Store as _};
use xtask::output::{Outcome, Progress};

/// Nodes of a cluster.
const NODES: u32 = 3;
/// Records of the small schema.
const RECORDS_SMALL: i64 = 1000;
/// Records in a smoke test: enough for pgbench to use up in a second.
const RECORDS_QUICK: u32 = 40_000;
/// Organisations, unless told otherwise and in a smoke test.
const ORGS: u32 = 1000;
const ORGS_QUICK: u32 = 20;
/// Photos that are fetched and not remembered, and the same in a smoke test.
const READ: i64 = 20_000;
const READ_QUICK: i64 = 2_000;

/// All that is measured.
struct Lab<'a> {
    database: &'a Database,
    log: Log,
    /// On the large schema.
    nodes: Vec<Server>,
    small: Server,
    many: Server,
    scripts: Vec<(Name, Script)>,
    pool: u32,
}

/// Measures all cases.
pub(super) fn measure_all(
    arguments: &Arguments,
    plan: &Plan,
    program: &Path,
    progress: &Progress,
) -> Outcome<Report> {
    progress.show("starting PostgreSQL");
    let database = Database::start(&arguments.set);
    let results = measure_on(&database, arguments, plan, program, progress)?;
    drop(database);
    Ok(Report {
        text: report::text(&results, &plan.how(arguments)),
        json: report::json(&results),
        errors: results.errors(),
    })
}

fn measure_on(
    database: &Database,
    arguments: &Arguments,
    plan: &Plan,
    program: &Path,
    progress: &Progress,
) -> Outcome<Results> {
    let sizes = sizes(arguments)?;
    let [small, large, many] = [("small", sizes[0]), ("large", sizes[1]), ("many", sizes[2])]
        .map(|(name, size)| fill(database, name, size, progress));
    let (small, large, many) = (small?, large?, many?);
    progress.show("cleaning up after the fill");
    database.ask("VACUUM ANALYZE")?;
    let node = |name: &str, url: &str| {
        let store = [OsStr::new("--database"), OsStr::new(url)];
        serve(program, (database.scratch(), name), &arguments.log, store)
    };
    progress.show("looking at the nodes' statements");
    let mut captor = Captor::start(database, large.name, |url| node("captor", url))?;
    let operations = Operations::capture(&mut captor, &large)?;
    let options = captor.options.clone();
    let log = captor.stop()?;
    let url = |schema: &Schema| database.url(schema.name, arguments.pool);
    let nodes = (0..NODES).map(|number| node(&format!("node{number}"), &url(&large)));
    let mut lab = Lab {
        database,
        log,
        nodes: nodes.collect::<Outcome<_>>()?,
        small: node("small", &url(&small))?,
        many: node("many", &url(&many))?,
        scripts: Vec::new(),
        pool: arguments.pool,
    };
    let mut cases = cases::all(&small, &large, &many);
    if let Some(text) = &arguments.case {
        cases.retain(|case| title(case.name).contains(text));
        if cases.is_empty() {
            return Err(format!("no case's name contains \"{text}\"").into());
        }
    }
    for case in &cases {
        if let Some((_, ids, operation)) = operations.beside(case.name) {
            let which = (cases::ids(case.name, &large), options.as_str(), plan.rounds);
            let mut script = Script::new(database, &title(case.name), operation, *ids, which)?;
            script.check(database, &mut lab.log)?;
            lab.scripts.push((case.name, script));
        }
    }
    let lines = lab.rounds(cases, plan, progress)?;
    progress.show("looking for what went wrong");
    let mut complaints = lab.complaints(&large)?;
    let memory_kib = lab.nodes.first().map(Server::memory_kib).transpose()?;
    for server in lab.nodes.into_iter().chain([lab.small, lab.many]) {
        server.stop()?;
    }
    for schema in [&small, &large, &many] {
        let store = PostgresStore::open(&PostgresOptions::new(&database.url(schema.name, 2))?)?;
        complaints.extend(store.verify()?);
        store.close();
    }
    Ok(Results {
        lines,
        operations,
        sizes,
        pool: arguments.pool,
        settings: database.settings(),
        version: database.ask("SHOW server_version")?,
        database_bytes: database.number("SELECT pg_database_size('postgres')")?,
        memory_kib,
        complaints,
    })
}

/// Small, large, many.
fn sizes(arguments: &Arguments) -> Outcome<[Size; 3]> {
    let quick = arguments.quick;
    let usual = |quick_one, usual_one| if quick { quick_one } else { usual_one };
    let records = arguments
        .records
        .unwrap_or(usual(RECORDS_QUICK, u32::try_from(super::RECORDS)?));
    let orgs = arguments.orgs.unwrap_or(usual(ORGS_QUICK, ORGS));
    let read = if quick { READ_QUICK } else { READ };
    let one = |small, large| Size {
        orgs: 1,
        small,
        large,
    };
    let fixed = cases::KEPT + cases::UPLOADED + cases::SPARE;
    Ok([
        one(RECORDS_SMALL, cases::KEPT),
        one(i64::from(records), fixed + read),
        Size {
            orgs,
            small: i64::from(records.div_ceil(orgs)),
            large: 1,
        },
    ])
}

impl Lab<'_> {
    fn rounds(
        &mut self,
        mut cases: Vec<Case>,
        plan: &Plan,
        progress: &Progress,
    ) -> Outcome<Vec<Line>> {
        let mut lines: Vec<Line> = cases.iter().map(|case| Line::new(case.name)).collect();
        for round in 1..=plan.rounds {
            for (case, line) in cases.iter_mut().zip(&mut lines) {
                let name = title(case.name);
                progress.show(&format!("round {round} of {}: {name}", plan.rounds));
                let beside = self.measure_beside(case.name, plan.span, line)?;
                self.log.read(self.database)?;
                let before = self.written()?;
                let sample = self.measure(case, plan.span)?;
                line.written += self.written()?.saturating_sub(before);
                let said = self.log.read(self.database)?;
                line.add(sample, beside, &said);
            }
        }
        Ok(lines)
    }

    /// The rate of `pgbench`.
    fn measure_beside(&mut self, name: Name, span: Span, line: &mut Line) -> Outcome<Option<f64>> {
        let nodes = if name.1 == Place::All { NODES } else { 1 };
        let connections = nodes * self.pool;
        let mut scripts = self.scripts.iter_mut();
        let Some((_, script)) = scripts.find(|(of, _)| *of == name) else {
            return Ok(None);
        };
        let ran = script.run(self.database, connections, span.time)?;
        let complaint = format!("{} transactions of pgbench failed", ran.failed);
        line.beside_time += ran.time;
        line.beside_count += ran.count;
        let row = &mut line.row;
        row.add_errors_of_yardstick(ran.failed, (ran.failed > 0).then_some(&complaint));
        Ok(Some(ran.rate))
    }

    fn measure(&self, case: &mut Case, span: Span) -> Outcome<Sample> {
        let servers = match case.name.1 {
            Place::One => &self.nodes[..1],
            Place::All => &self.nodes,
            Place::Small => std::slice::from_ref(&self.small),
            Place::Many => std::slice::from_ref(&self.many),
        };
        let ends = Ends::before(servers, self.database.process());
        measure(ends, &case.load.request, &mut case.load.records, span)
    }

    /// Bytes of the log of changes so far.
    fn written(&self) -> Outcome<u64> {
        self.database
            .number("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
    }

    /// Whether `pgbench` has deleted as many photos as it says.
    fn complaints(&mut self, large: &Schema) -> Outcome<Vec<String>> {
        let mut complaints = Vec::new();
        for ((action, place), script) in &self.scripts {
            if *action != Action::Delete {
                continue;
            }
            let ids = large.small_of(*place, Whose::Pgbench).ids();
            let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>();
            let done = self.database.number(&format!(
                "SELECT count(*) FROM {}.records WHERE image IS NULL AND id = ANY ('{{{}}}'::bigint[])",
                large.name,
                ids.join(",")
            ))?;
            if done != script.done {
                complaints.push(format!(
                    "pgbench has deleted {done} photos in {} transactions: it needs more records or less time",
                    script.done
                ));
            }
        }
        Ok(complaints)
    }
}

/// What was said meanwhile that should not have been.
fn add_errors(row: &mut Row, said: &Said) {
    row.errors += said.errors;
    let complaint = said.complaint.as_ref();
    let complaint = complaint.map(|complaint| format!("PostgreSQL says: {complaint}"));
    row.complaint = row.complaint.take().or(complaint);
}
