//! The results as a table to read and as JSON to keep.

use super::super::measure::{CONNECTIONS, Sample};
use super::super::picture::{LARGE_BYTES, SMALL_BYTES};
use super::super::report::{
    bytes_in_megabytes, complaints, line, microseconds, milliseconds, none, ratio,
};
use super::super::rows::Row;
use super::super::targets::{Target, at_least};
use super::NODES;
use super::add_errors;
use super::cases::{Action, Name, Place, title};
use super::fill::Size;
use super::log::{Said, Statement};
use super::operations::Operations;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Duration;

/// How much of a statement is shown.
const EXCERPT_CHARS: usize = 100;

/// What was measured of a case.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) name: Name,
    pub(super) row: Row,
    /// Statements of the nodes' that failed because of other transactions, so that a job ran again.
    conflicts: u64,
    /// Bytes of the log of changes.
    pub(super) written: u64,
    /// The server's processor time of so many transactions of `pgbench`.
    pub(super) beside_time: Duration,
    pub(super) beside_count: u64,
    /// Requests during which those were counted: those of the warm-up too.
    requests: u64,
}

/// All of it.
#[derive(Debug)]
pub(super) struct Results {
    pub(super) lines: Vec<Line>,
    pub(super) operations: Operations,
    /// Of the small schema, the large one, and that of many organisations.
    pub(super) sizes: [Size; 3],
    pub(super) pool: u32,
    pub(super) settings: String,
    pub(super) version: String,
    pub(super) database_bytes: u64,
    /// Of the first node: resident memory now and at its highest.
    pub(super) memory_kib: Option<(u64, u64)>,
    /// What was wrong in the end.
    pub(super) complaints: Vec<String>,
}

impl Line {
    pub(super) fn new(name: Name) -> Self {
        Self {
            name,
            row: Row::new(title(name)),
            conflicts: 0,
            written: 0,
            beside_time: Duration::ZERO,
            beside_count: 0,
            requests: 0,
        }
    }

    /// Adds a round.
    pub(super) fn add(&mut self, sample: Sample, beside: Option<f64>, said: &Said) {
        self.requests += u64::try_from(sample.tally.latencies.len()).unwrap_or_default();
        self.conflicts += said.conflicts;
        self.row.add(sample, beside);
        add_errors(&mut self.row, said);
    }

    /// A count for each request.
    fn each(&self, count: u64) -> f64 {
        number(count) / number(self.requests).max(1.0)
    }

    /// The server's processor time of a transaction of `pgbench`.
    fn beside(&self) -> Option<Duration> {
        let transactions = number(self.beside_count);
        (self.beside_count > 0).then(|| self.beside_time.div_f64(transactions))
    }
}

/// A count as a number to calculate with.
fn number(count: u64) -> f64 {
    // Exact up to 2^53.
    #[expect(
        clippy::cast_precision_loss,
        reason = "nothing here is counted that far"
    )]
    let number = count as f64;
    number
}

impl Results {
    fn row(&self, name: Name) -> Option<&Row> {
        let found = self.lines.iter().find(|line| line.name == name);
        found.map(|line| &line.row)
    }

    /// Replies that were not the right ones, and what was wrong in the end.
    pub(super) fn errors(&self) -> u64 {
        let of_rows: u64 = self.lines.iter().map(|line| line.row.errors).sum();
        of_rows + u64::try_from(self.complaints.len()).unwrap_or(u64::MAX)
    }

    fn targets(&self) -> Vec<Target> {
        let mut targets = Vec::new();
        for (action, wanted) in [(Action::Delete, 0.7), (Action::GetRead, 0.8)] {
            for place in [Place::One, Place::All] {
                if let Some(row) = self.row((action, place)) {
                    let title = format!("{}, of pgbench", row.title);
                    targets.push(at_least(&title, row.ratio(), wanted));
                }
            }
        }
        for action in [Action::Delete, Action::GetKept] {
            let [small, large, many] =
                [Place::Small, Place::One, Place::Many].map(|place| self.row((action, place)));
            let [few, records, _] = self.sizes.map(|size| size.records());
            let orgs = self.sizes[2].orgs;
            if let (Some(small), Some(large)) = (small, large) {
                let title = format!("{action}: {records} records, of {few}");
                targets.push(at_least(&title, large.ratio_to(small), 0.9));
            }
            if let (Some(many), Some(large)) = (many, large) {
                let title = format!("{action}: {orgs} organisations, of one");
                targets.push(at_least(&title, many.ratio_to(large), 0.9));
            }
        }
        targets
    }
}

/// The table, the targets, and the statements.
pub(super) fn text(results: &Results, how: &str) -> String {
    let mut out = String::new();
    let [small, large, many] = &results.sizes;
    let pool = results.pool;
    let parts = [
        format!(
            "{how}; {CONNECTIONS} keep-alive connections over loopback, one request at a time on each.\n"
        ),
        format!(
            "PostgreSQL {} with {}.\n",
            results.version, results.settings
        ),
        format!(
            "Each node holds {pool} connections to it, and pgbench has {pool} or, beside {NODES} nodes, {}.\n",
            NODES * pool
        ),
        format!(
            "Small: {} records; organisations: {} with {} records each; all else: {} records. The database has {:.0} MB.\n",
            small.small,
            many.orgs,
            many.small,
            large.small,
            bytes_in_megabytes(results.database_bytes)
        ),
        format!(
            "Deleted photos have {SMALL_BYTES} bytes, fetched and uploaded ones {LARGE_BYTES}.\n\n"
        ),
    ];
    out.extend(parts);
    line(
        &mut out,
        "",
        &[
            "req/s", "pgb/s", "×pgb", "stmts", "p50 ms", "p99 ms", "µs node", "µs PG", "by pgb",
            "µs load", "WAL kB", "again %", "errors",
        ],
    );
    for each in &results.lines {
        line(
            &mut out,
            &each.row.title,
            &cells(results, each).each_ref().map(String::as_str),
        );
    }
    out.push_str(
        "\npgb/s: transactions of pgbench with the same statements, just before. ×pgb: the one over the other, median over the rounds.\n\
         stmts: statements to PostgreSQL; a node sends together what need not wait, pgbench each by itself. µs: processor time of a request; by pgb: PostgreSQL's for a transaction of pgbench. again: jobs that ran again because of another.\n",
    );
    if let Some((now, peak)) = results.memory_kib {
        let megabytes = |kib: u64| bytes_in_megabytes(kib * 1024);
        let _ = writeln!(
            out,
            "Resident memory of the first node: {:.1} MB after the load, {:.1} MB at most.",
            megabytes(now),
            megabytes(peak)
        );
    }
    out.push('\n');
    for target in results.targets() {
        target.write(&mut out);
    }
    statements(&mut out, &results.operations);
    complaints(&mut out, results.lines.iter().map(|line| &line.row));
    for complaint in &results.complaints {
        let _ = writeln!(out, "\n{complaint}");
    }
    out
}

fn cells(results: &Results, line: &Line) -> [String; 13] {
    let row = &line.row;
    let [p50, p99] = row.percentiles([50.0, 99.0]).map(milliseconds);
    let times = row.times();
    let [node, database, load] = [times.server, times.behind, times.client].map(microseconds);
    let operation = results.operations.of(line.name.0);
    [
        format!("{:.0}", row.rate()),
        row.beside_rate()
            .map_or_else(none, |rate| format!("{rate:.0}")),
        ratio(row.ratio()),
        operation.map_or_else(none, |operation| operation.statements.len().to_string()),
        format!("{p50:.2}"),
        format!("{p99:.2}"),
        format!("{node:.1}"),
        format!("{database:.1}"),
        line.beside()
            .map_or_else(none, |time| format!("{:.1}", microseconds(time))),
        format!("{load:.1}"),
        format!("{:.2}", line.each(line.written) / 1000.0),
        format!("{:.2}", line.each(line.conflicts) * 100.0),
        row.errors.to_string(),
    ]
}

/// Each statement of each operation once; those that come again one after another are counted.
fn statements(out: &mut String, operations: &Operations) {
    out.push_str("\nStatements, taken from the server's log; pgbench was seen to send the same:\n");
    let measured = operations
        .measured
        .iter()
        .map(|(_, _, operation)| operation);
    for operation in measured.chain(&operations.counted) {
        let _ = writeln!(out, "  {}: {}", operation.title, operation.statements.len());
        let runs = operation
            .statements
            .chunk_by(|one, other| one.sql == other.sql);
        for run in runs {
            let times = match run.len() {
                1 => String::new(),
                count => format!("{count} × "),
            };
            let _ = writeln!(
                out,
                "    {times}{}",
                run.first().map(excerpt).unwrap_or_default()
            );
        }
    }
}

fn excerpt(statement: &Statement) -> String {
    let words = statement
        .sql
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let shown: String = words.chars().take(EXCERPT_CHARS).collect();
    let more = if shown.len() < words.len() {
        " …"
    } else {
        ""
    };
    format!("{shown}{more}")
}

/// The same for programs.
pub(super) fn json(results: &Results) -> Value {
    let lines = results.lines.iter().map(|line| {
        let row = &line.row;
        let [p50, p99] = row.percentiles([50.0, 99.0]).map(milliseconds);
        let times = row.times();
        let [node, database, load] = [times.server, times.behind, times.client].map(microseconds);
        json!({
            "case": row.title,
            "rates_per_second": row.rates,
            "pgbench_rates_per_second": row.beside_rates,
            "ratios_to_pgbench": row.ratios,
            "p50_ms": p50,
            "p99_ms": p99,
            "replies": row.replies(),
            "node_processor_us": node,
            "postgresql_processor_us": database,
            "pgbench_postgresql_processor_us": line.beside().map(microseconds),
            "load_processor_us": load,
            "wal_bytes": line.each(line.written),
            "conflicts": line.each(line.conflicts),
            "errors": row.errors,
        })
    });
    let operations = &results.operations;
    let measured = operations
        .measured
        .iter()
        .map(|(_, _, operation)| operation);
    let all = measured.chain(&operations.counted).map(|operation| {
        let statements = operation
            .statements
            .iter()
            .map(|statement| statement.sql.as_str());
        json!({"operation": operation.title, "statements": statements.collect::<Vec<_>>()})
    });
    let [small, large, many] = &results.sizes;
    let targets = results.targets();
    json!({
        "connections": CONNECTIONS,
        "pool": results.pool,
        "nodes": NODES,
        "records": {"small": small.records(), "large": large.records(), "organisations": many.records()},
        "organisations": many.orgs,
        "postgresql": {"version": results.version, "settings": results.settings},
        "database_bytes": results.database_bytes,
        "cases": lines.collect::<Vec<_>>(),
        "operations": all.collect::<Vec<_>>(),
        "memory_kib": results.memory_kib.map(|(after, peak)| json!({"after": after, "peak": peak})),
        "targets": targets.iter().map(Target::json).collect::<Vec<_>>(),
        "complaints": results.complaints,
    })
}
