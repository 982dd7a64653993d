//! `cargo xtask bench --laboratory`: organisations side by side in one process, beside a process for each test; a reset
//! beside both. Everything is over HTTP, from the first byte of the request to the last of the answer.

use super::child::Server;
use super::client::Client;
use super::measure::count as number;
use super::report::milliseconds;
use super::results::median_time;
use super::rows::median;
use super::targets::{Target, at_most};
use super::{Arguments, Report};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;
use xtask::output::{Outcome, Progress};

/// Kilobytes that an organisation may take with what is remembered of it.
pub(super) const ORGANISATION_KILOBYTES_MAX: f64 = 100.0;
/// Organisations in one process.
const ORGANISATIONS: usize = 1_000;
/// The same in a smoke test.
const ORGANISATIONS_QUICK: usize = 200;
/// Servers that are started for comparison, a round.
const STARTS: usize = 9;
/// Resets, snapshots and deletions that are timed, a round.
const REPEATS: usize = 100;

/// Short requests whose bodies come in chunks: as many as the journal keeps of one organisation.
const CHUNKED: usize = 1_000;

/// The medians of each round.
#[derive(Default)]
struct Times {
    start: Vec<Duration>,
    create: Vec<Duration>,
    reset: Vec<Duration>,
    snapshot: Vec<Duration>,
    delete: Vec<Duration>,
    /// Kilobytes of each organisation.
    memory: Vec<f64>,
    /// With its settings, token and journal remembered after a request.
    memory_used: Vec<f64>,
    /// Bytes of each entry of the journal whose body came in one short chunk.
    memory_entry: Vec<f64>,
}

/// Measures and reports.
pub(super) fn measure_all(
    arguments: &Arguments,
    rounds: u64,
    program: &Path,
    progress: &Progress,
) -> Outcome<Report> {
    let folder = tempfile::tempdir()?;
    let start = || start(arguments, program, folder.path());
    let (organisations, repeats) = (
        organisations(arguments),
        organisations(arguments).min(REPEATS),
    );
    let mut times = Times::default();
    let mut errors = 0;
    for round in 1..=rounds {
        progress.show(&format!("organisations, round {round} of {rounds}"));
        let starts = (0..STARTS).map(|_| {
            let server = start()?;
            let ready_after = server.ready_after;
            server.stop()?;
            Ok(ready_after)
        });
        times
            .start
            .push(median_time(&starts.collect::<Outcome<Vec<_>>>()?));
        errors += round_of(&start()?, organisations, repeats, &mut times)?;
    }
    Ok(Report {
        text: text(&times, organisations, rounds, &arguments.log),
        json: as_json(&times, organisations),
        errors,
    })
}

/// Kilobytes of each of many organisations in one process, with a photo of each remembered, and how many they are.
pub(super) fn crowd_kilobytes(
    arguments: &Arguments,
    program: &Path,
    folder: &Path,
) -> Outcome<(usize, f64)> {
    let server = start(arguments, program, folder)?;
    let count = organisations(arguments);
    let crowd = Crowd::new(&mut Client::to(&server)?, &server, count)?;
    if crowd.errors > 0 {
        return Err(format!("{} organisations were not made or not asked", crowd.errors).into());
    }
    server.stop()?;
    Ok((count, crowd.memory_used))
}

fn organisations(arguments: &Arguments) -> usize {
    if arguments.quick {
        ORGANISATIONS_QUICK
    } else {
        ORGANISATIONS
    }
}

fn start(arguments: &Arguments, program: &Path, folder: &Path) -> Outcome<Server> {
    let memory = [std::ffi::OsStr::new("--memory")];
    super::serve(program, (folder, "ready"), &arguments.log, memory)
}

/// Organisations side by side, each asked once.
struct Crowd {
    /// The answers to those who made them.
    made: Vec<Value>,
    create: Duration,
    /// Kilobytes of each.
    memory: f64,
    /// The same after a photo of each was fetched.
    memory_used: f64,
    /// Answers that were not the right ones.
    errors: u64,
}

impl Crowd {
    fn new(client: &mut Client, server: &Server, count: usize) -> Outcome<Self> {
        // The needs of the first one alone are not counted to the others.
        client.control("POST", "organisations", r#"{"name":"first"}"#)?;
        let (before, _) = server.memory_kib()?;
        let (mut taken, mut made, mut errors) = (Vec::new(), Vec::new(), 0);
        for number in 0..count {
            let body = json!({ "name": format!("test-{number}") }).to_string();
            let (time, status, answer) = client.control("POST", "organisations", &body)?;
            errors += u64::from(status != 200);
            taken.push(time);
            made.push(answer);
        }
        let each = |now: u64| kilobytes(now.saturating_sub(before)) / number(count);
        let memory = each(server.memory_kib()?.0);
        for one in &made {
            let record = &one["records"]["with_photo"];
            let (module, id) = (text_of(&record["module"]), text_of(&record["id"]));
            let path = format!("/crm/v8/{module}/{id}/photo");
            let token = text_of(&one["tokens"]["admin"]["text"]);
            let (_, status, _) = client.request("GET", &path, "", &token)?;
            errors += u64::from(status != 200);
        }
        Ok(Self {
            made,
            create: median_time(&taken),
            memory,
            memory_used: each(server.memory_kib()?.0),
            errors,
        })
    }
}

/// One round in one process; how many answers were not the right ones.
fn round_of(server: &Server, count: usize, repeats: usize, times: &mut Times) -> Outcome<u64> {
    let mut client = Client::to(server)?;
    let crowd = Crowd::new(&mut client, server, count)?;
    let (made, mut errors) = (crowd.made, crowd.errors);
    times.create.push(crowd.create);
    times.memory.push(crowd.memory);
    times.memory_used.push(crowd.memory_used);
    times.memory_entry.push(journal_entry(&mut client, server)?);
    let mut many = |method: &str, what: &dyn Fn(&Value) -> String, body: &str| -> Outcome<_> {
        let mut taken = Vec::new();
        for one in made.iter().take(repeats) {
            let (time, status, _) = client.control(method, &what(one), body)?;
            errors += u64::from(status != 200);
            taken.push(time);
        }
        Ok(median_time(&taken))
    };
    let of = |what: &'static str| move |one: &Value| format!("{what}?org={}", text_of(&one["org"]));
    times
        .snapshot
        .push(many("POST", &of("snapshots"), r#"{"name":"then"}"#)?);
    times.reset.push(many("POST", &of("reset"), "")?);
    times.delete.push(many("DELETE", &of("organisations"), "")?);
    Ok(errors)
}

/// Kilobytes that the journal holds of each of many requests with eleven bytes in one chunk.
fn journal_entry(client: &mut Client, server: &Server) -> Outcome<f64> {
    let request = "POST /oauth/v2/token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nclient_id=x\r\n0\r\n\r\n";
    let (before, _) = server.memory_kib()?;
    for _ in 0..CHUNKED {
        client.exchange(request.as_bytes())?;
    }
    let (after, _) = server.memory_kib()?;
    Ok(kilobytes(after.saturating_sub(before)) / number(CHUNKED))
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn kilobytes(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) * 1.024
}

fn text(times: &Times, organisations: usize, rounds: u64, log: &str) -> String {
    let mut out = format!(
        "{rounds} rounds, log {log}: {organisations} organisations of the demo's seed in one process, in memory, one request at a time.\n\n"
    );
    let start = median_time(&times.start);
    let mut line = |title: &str, taken: &[Duration]| {
        let time = median_time(taken);
        let ratio = time.as_secs_f64() / start.as_secs_f64();
        let _ = writeln!(
            out,
            "{title:<46} {:>7.2} ms  {ratio:>5.2} of a start",
            milliseconds(time)
        );
    };
    line("a process of its own: start until ready", &times.start);
    line("an organisation: create", &times.create);
    line("an organisation: reset to the seed", &times.reset);
    line("an organisation: take a snapshot", &times.snapshot);
    line("an organisation: delete", &times.delete);
    let _ = writeln!(
        out,
        "memory of an organisation that nobody has asked: {:.0} kB\n",
        median(&times.memory)
    );
    for target in targets(times) {
        target.write(&mut out);
    }
    out
}

fn targets(times: &Times) -> [Target; 4] {
    let millis = |times: &[Duration]| milliseconds(median_time(times));
    let used = median(&times.memory_used);
    [
        at_most("an organisation: create", millis(&times.create), 5.0, "ms"),
        at_most(
            "an organisation: reset to the seed",
            millis(&times.reset),
            10.0,
            "ms",
        ),
        at_most(
            "an organisation, a photo remembered",
            used,
            ORGANISATION_KILOBYTES_MAX,
            "kB",
        ),
        at_most(
            "an entry of the journal, its body one chunk",
            median(&times.memory_entry),
            2.0,
            "kB",
        ),
    ]
}

fn as_json(times: &Times, organisations: usize) -> Value {
    let millis = |times: &[Duration]| times.iter().copied().map(milliseconds).collect::<Vec<_>>();
    json!({
        "organisations": organisations,
        "start_ms": millis(&times.start),
        "create_ms": millis(&times.create),
        "reset_ms": millis(&times.reset),
        "snapshot_ms": millis(&times.snapshot),
        "delete_ms": millis(&times.delete),
        "memory_kb": times.memory,
        "memory_used_kb": times.memory_used,
        "memory_entry_kb": times.memory_entry,
        "targets": targets(times).each_ref().map(Target::json),
    })
}
