//! `cargo xtask bench --laboratory`: organisations side by side in one process, beside a process for each test; a reset beside
//! both. Everything is over HTTP, from the first byte of the request to the last of the answer.

use super::child::Server;
use super::clock::now;
use super::reply::parse;
use super::report::milliseconds;
use super::results::median_time;
use super::{Arguments, Report};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;
use xtask::output::{Outcome, Progress};

/// Organisations in one process.
const ORGANISATIONS: usize = 1_000;
/// The same in a smoke test.
const ORGANISATIONS_QUICK: usize = 20;
/// Servers that are started for comparison, a round.
const STARTS: usize = 9;
/// Resets, snapshots and deletions that are timed, a round.
const REPEATS: usize = 100;

/// Short requests whose bodies come in chunks: as many as the journal keeps of one organisation.
const CHUNKED: usize = 1_000;

/// What was measured, the medians of each round.
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
    /// Of each entry of the journal whose body came in one short chunk.
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
    let start = || {
        let memory = [std::ffi::OsStr::new("--memory")];
        super::serve(program, (folder.path(), "ready"), &arguments.log, memory)
    };
    let (organisations, repeats) = if arguments.quick {
        (ORGANISATIONS_QUICK, ORGANISATIONS_QUICK)
    } else {
        (ORGANISATIONS, REPEATS)
    };
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

/// One round in one process; how many answers were not the right ones.
fn round_of(server: &Server, count: usize, repeats: usize, times: &mut Times) -> Outcome<u64> {
    let mut client = Client::to(server)?;
    let mut errors = 0;
    // What only the first one needs is not counted to the others.
    client.control("POST", "organisations", r#"{"name":"first"}"#)?;
    let (before, _) = server.memory_kib()?;
    let (mut taken, mut made) = (Vec::new(), Vec::new());
    for number in 0..count {
        let body = json!({ "name": format!("test-{number}") }).to_string();
        let (time, status, answer) = client.control("POST", "organisations", &body)?;
        errors += u64::from(status != 200);
        taken.push(time);
        made.push(answer);
    }
    times.create.push(median_time(&taken));
    let each = |now: u64| kilobytes(now.saturating_sub(before)) / kilobytes_of(count);
    times.memory.push(each(server.memory_kib()?.0));
    for one in &made {
        let record = &one["records"]["with_photo"];
        let (module, id) = (text_of(&record["module"]), text_of(&record["id"]));
        let path = format!("/crm/v8/{module}/{id}/photo");
        let token = text_of(&one["tokens"]["admin"]["text"]);
        let (_, status, _) = client.request("GET", &path, "", &token)?;
        errors += u64::from(status != 200);
    }
    times.memory_used.push(each(server.memory_kib()?.0));
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
        client.exchange(request)?;
    }
    let (after, _) = server.memory_kib()?;
    Ok(kilobytes(after.saturating_sub(before)) / kilobytes_of(CHUNKED))
}

/// A keep-alive connection.
struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    fn to(server: &Server) -> Outcome<Self> {
        let stream = TcpStream::connect(server.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        let buffer = Vec::new();
        Ok(Self { stream, buffer })
    }

    /// A control call.
    fn control(&mut self, method: &str, what: &str, body: &str) -> Outcome<(Duration, u16, Value)> {
        self.request(method, &format!("/_tanzanite/{what}"), body, "")
    }

    /// How long it took, the status, and the body if it is JSON.
    fn request(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
        token: &str,
    ) -> Outcome<(Duration, u16, Value)> {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Zoho-oauthtoken {token}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.exchange(&request)
    }

    /// The same for a request as it is written.
    fn exchange(&mut self, request: &str) -> Outcome<(Duration, u16, Value)> {
        let begun = now();
        self.stream.write_all(request.as_bytes())?;
        self.buffer.clear();
        let mut chunk = [0; 16 * 1024];
        loop {
            let read = self.stream.read(&mut chunk)?;
            if read == 0 {
                return Err("the server hung up instead of answering".into());
            }
            self.buffer.extend_from_slice(&chunk[..read]);
            let reply = parse(&self.buffer).map_err(|_| "what was answered is no reply")?;
            if let Some(reply) = reply {
                let time = begun.elapsed();
                let body = &self.buffer[reply.body_at..reply.end];
                let body = serde_json::from_slice(body).unwrap_or_default();
                return Ok((time, reply.status, body));
            }
        }
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn kilobytes(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) * 1.024
}

fn kilobytes_of(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn median_of(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn text(times: &Times, organisations: usize, rounds: u64, log: &str) -> String {
    let mut out = format!(
        "{rounds} rounds, log {log}: {organisations} organisations of the demo's seed in one process, in memory, one request at a time.\n\n"
    );
    let start = median_time(&times.start);
    let mut line = |title: &str, taken: &[Duration], target: &str| {
        let time = median_time(taken);
        let ratio = time.as_secs_f64() / start.as_secs_f64();
        let _ = writeln!(
            out,
            "{title:<46} {:>7.2} ms  {ratio:>5.2} of a start  {target}",
            milliseconds(time)
        );
    };
    line("a process of its own: start until ready", &times.start, "");
    line("an organisation: create", &times.create, "(<= 5 ms)");
    line(
        "an organisation: reset to the seed",
        &times.reset,
        "(<= 10 ms)",
    );
    line("an organisation: take a snapshot", &times.snapshot, "");
    line("an organisation: delete", &times.delete, "");
    let _ = writeln!(
        out,
        "\nmemory of an organisation: {:.0} kB, {:.0} kB after a request that is remembered in its journal (<= 100 kB)",
        median_of(&times.memory),
        median_of(&times.memory_used)
    );
    let _ = writeln!(
        out,
        "memory of an entry of the journal whose body came in one short chunk: {:.1} kB (<= 2 kB)",
        median_of(&times.memory_entry)
    );
    out
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
    })
}
