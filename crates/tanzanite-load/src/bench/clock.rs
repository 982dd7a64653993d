//! The clock, and the processor time that a process has used: what is measured with.

use std::fs;
use std::time::{Duration, Instant};
use xtask::output::Outcome;

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

/// What `/proc/…/stat` says of a process.
struct Stat {
    parent: u32,
    /// Ticks of user and system time.
    own: f64,
    /// Those of its children that have ended.
    of_children: f64,
}

impl Stat {
    /// The second field is a name in parentheses and may hold anything; the fourth is the parent, and
    /// the 14th to the 17th are times.
    fn parse(text: &str) -> Option<Self> {
        let (_, rest) = text.rsplit_once(')')?;
        let mut fields = rest.split_ascii_whitespace();
        let parent = fields.nth(1)?.parse().ok()?;
        let mut fields = fields.skip(9).map(|field| field.parse::<u32>().ok());
        let mut two = || Some(f64::from(fields.next()??) + f64::from(fields.next()??));
        Some(Self {
            parent,
            own: two()?,
            of_children: two()?,
        })
    }
}

fn stat(process: &str) -> Outcome<Stat> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    Ok(Stat::parse(&text).ok_or("/proc/…/stat does not read as expected")?)
}

/// The processor time that a process (`self`, or its id) has used.
pub(super) fn processor_time(process: &str) -> Outcome<Duration> {
    Ok(duration(stat(process)?.own))
}

/// The processor time of a process and its children, those that have ended too.
pub(super) fn processor_time_with_children(process: u32) -> Outcome<Duration> {
    let parent = stat(&process.to_string())?;
    let mut ticks = parent.own + parent.of_children;
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let name = name.to_str().filter(|name| name.parse::<u32>().is_ok());
        // It may have ended by now.
        let child = name.and_then(|name| stat(name).ok());
        if let Some(child) = child.filter(|child| child.parent == process) {
            ticks += child.own;
        }
    }
    Ok(duration(ticks))
}

fn duration(ticks: f64) -> Duration {
    Duration::from_secs_f64(ticks / TICKS_PER_SECOND)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_s_name_may_hold_anything() {
        let text = "7 (a) b) (c) S 3 7 7 0 -1 4194560 1 2 3 4 50 60 70 80 20 0 1 0 5";
        let stat = Stat::parse(text).expect("a stat");
        assert_eq!(stat.parent, 3);
        assert!((stat.own - 110.0).abs() < f64::EPSILON);
        assert!((stat.of_children - 150.0).abs() < f64::EPSILON);
    }
}
