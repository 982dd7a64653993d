//! The results as a table to read and as JSON to keep.

use super::cases::Name;
use super::measure::CONNECTIONS;
use super::picture::{LARGE_BYTES, SMALL_BYTES};
use super::results::{Results, median_time};
use super::rows::Row;
use super::targets::Target;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Duration;

/// The table, memory and times, and the targets.
pub(super) fn text(results: &Results, how: &str) -> String {
    let mut out = String::new();
    let processes = &results.processes;
    let (small, large) = processes.records;
    let parts = [
        format!(
            "{how}; {CONNECTIONS} keep-alive connections over loopback, \
             one request at a time on each.\n"
        ),
        format!("Small folder: {small} records; large folder: {large} records"),
        format!(
            ", its database {:.0} MB.\n",
            bytes_in_megabytes(processes.database_bytes)
        ),
        format!(
            "Deleted photos have {SMALL_BYTES} bytes, fetched and uploaded ones {LARGE_BYTES}. "
        ),
        "When all photos of a folder are deleted, uploads restore them, untimed.\n\n".to_owned(),
    ];
    out.extend(parts);
    line(
        &mut out,
        "",
        &[
            "req/s", "bare/s", "×bare", "×limit", "×peer", "p50 ms", "p99 ms", "µs srv", "µs load",
            "errors",
        ],
    );
    for (name, row) in &results.rows {
        line(
            &mut out,
            &row.title,
            &cells(results, *name, row).each_ref().map(String::as_str),
        );
    }
    out.push('\n');
    let (empty, loaded) = (
        median_time(&processes.ready.0),
        median_time(&processes.ready.1),
    );
    let kib = |kib: u64| bytes_in_megabytes(kib * 1024);
    let parts = [
        "bare/s: a bare axum handler that gives the same status, type and bytes, just before.\n",
        "limit: the store's own statements, 64 operations a durable commit on one thread, without HTTP and checks.\n",
        "×bare, ×limit: the one over the other, median over the rounds. ",
        "µs srv, µs load: processor time of a request.\n\n",
    ];
    out.extend(parts.map(str::to_owned));
    if let Some((now, peak)) = processes.memory_kib {
        out.push_str(&format!(
            "Resident memory of the server on the large folder: {:.1} MB after the load, \
             {:.1} MB at most.\n",
            kib(now),
            kib(peak)
        ));
    }
    out.push_str(&format!(
        "Ready after {:.1} ms on an empty folder (with the demo seed), \
         {:.1} ms on the large one.\n\n",
        milliseconds(empty),
        milliseconds(loaded)
    ));
    for target in results.targets() {
        target.write(&mut out);
    }
    complaints(&mut out, results.rows.iter().map(|(_, row)| row));
    out
}

/// What was not as it should be.
pub(super) fn complaints<'a>(out: &mut String, rows: impl Iterator<Item = &'a Row>) {
    for row in rows {
        if let Some(complaint) = &row.complaint {
            let _ = writeln!(
                out,
                "\n{}: {} unexpected; the first: {complaint}",
                row.title, row.errors
            );
        }
    }
}

/// A line of a table.
pub(super) fn line(out: &mut String, title: &str, cells: &[&str]) {
    let _ = write!(out, "{title:<48}");
    for cell in cells {
        let _ = write!(out, " {cell:>8}");
    }
    out.push('\n');
}

fn cells(results: &Results, name: Name, row: &Row) -> [String; 10] {
    let limit = name.limit().and_then(|limit| results.ratio(name, limit));
    let deletion = matches!(name, Name::DeleteLarge | Name::DeleteSmall).then_some(name);
    let [p50, p99] = row.percentiles([50.0, 99.0]).map(milliseconds);
    let times = row.times();
    let [server, client] = [times.server, times.client].map(microseconds);
    [
        format!("{:.0}", row.rate()),
        row.beside_rate()
            .map_or_else(none, |rate| format!("{rate:.0}")),
        ratio(row.ratio()),
        ratio(limit),
        ratio(deletion.and_then(|name| results.ratio_to_peer(name))),
        format!("{p50:.2}"),
        format!("{p99:.2}"),
        format!("{server:.1}"),
        format!("{client:.1}"),
        row.errors.to_string(),
    ]
}

/// What stands where there is nothing.
pub(super) fn none() -> String {
    "–".to_owned()
}

/// A ratio in a table.
pub(super) fn ratio(ratio: Option<f64>) -> String {
    ratio.map_or_else(none, |ratio| format!("{ratio:.2}"))
}

pub(super) fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

pub(super) fn bytes_in_megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / 1000.0
}

/// The same for programs.
pub(super) fn json(results: &Results) -> Value {
    let processes = &results.processes;
    let millis = |times: &[Duration]| times.iter().copied().map(milliseconds).collect::<Vec<_>>();
    let rows = results.rows.iter().map(|(_, row)| {
        let [p50, p99] = row.percentiles([50.0, 99.0]).map(milliseconds);
        let times = row.times();
        let [server, client] = [times.server, times.client].map(microseconds);
        json!({
            "case": row.title,
            "rates_per_second": row.rates,
            "bare_rates_per_second": row.beside_rates,
            "ratios_to_bare": row.ratios,
            "p50_ms": p50,
            "p99_ms": p99,
            "replies": row.replies(),
            "server_processor_us": server,
            "load_processor_us": client,
            "errors": row.errors,
        })
    });
    let targets = results.targets();
    let targets = targets.iter().map(Target::json);
    let memory = processes.memory_kib;
    let memory = memory.map(|(after, peak)| json!({"after": after, "peak": peak}));
    json!({
        "connections": CONNECTIONS,
        "records": {"small": processes.records.0, "large": processes.records.1},
        "photo_bytes": {"deleted": SMALL_BYTES, "fetched_and_uploaded": LARGE_BYTES},
        "database_bytes": processes.database_bytes,
        "cases": rows.collect::<Vec<_>>(),
        "memory_kib": memory,
        "ready_ms": {"empty": millis(&processes.ready.0), "large": millis(&processes.ready.1)},
        "targets": targets.collect::<Vec<_>>(),
    })
}
