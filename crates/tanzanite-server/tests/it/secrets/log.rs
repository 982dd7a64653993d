//! The log lines of this process that belong to probes. All tests of the binary write to the same log.

use super::probe::CANARY;
use std::io::{self, Write};
use std::sync::{LazyLock, Mutex};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt;

/// The prefix of the probes' request ids.
pub(super) const REQUEST_ID: &str = "k4probe-";

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());
static CAPTURED: LazyLock<()> = LazyLock::new(|| {
    let log = fmt()
        .with_max_level(LevelFilter::INFO)
        .with_writer(|| Lines);
    log.with_ansi(false).init();
});

struct Lines;

/// Starts to capture the log.
pub(super) fn capture() {
    LazyLock::force(&CAPTURED);
}

/// The lines with a canary or a probe's request id.
pub(super) fn lines() -> Vec<String> {
    LINES.lock().expect("a log").clone()
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        if line.contains(CANARY) || line.contains(REQUEST_ID) {
            LINES.lock().expect("a log").push(line.into_owned());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
