//! The clock, and the processor time that a process has used: what is measured with.

use crate::output::Outcome;
use std::fs;
use std::time::{Duration, Instant};

/// Clock ticks a second in `/proc`: a constant of Linux's interface.
const TICKS_PER_SECOND: f64 = 100.0;

/// Now.
#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures; no answer depends on it"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// The processor time that a process (`self`, or its id) has used.
pub(super) fn processor_time(process: &str) -> Outcome<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is a name in parentheses and may hold anything; the 14th and 15th are user
    // and system time.
    let fields = stat
        .rsplit_once(')')
        .map(|(_, rest)| rest.split_ascii_whitespace());
    let ticks = fields.and_then(|mut fields| {
        let user: u32 = fields.nth(11)?.parse().ok()?;
        let system: u32 = fields.next()?.parse().ok()?;
        Some(f64::from(user) + f64::from(system))
    });
    let ticks = ticks.ok_or("/proc/…/stat does not read as expected")?;
    Ok(Duration::from_secs_f64(ticks / TICKS_PER_SECOND))
}

/// A process's memory in KiB, by the name of a line of `/proc/…/status`: `VmRSS`, `VmHWM`.
pub(super) fn memory_kib(process: u32, name: &str) -> Outcome<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let value = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
    Ok(value.ok_or("/proc/…/status does not read as expected")?)
}
