//! The log of this process, as far as it has to do with probes. All tests of the binary write into it.

use super::probe::CANARY;
use std::io::{self, Write};
use std::sync::{LazyLock, Mutex};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt;

/// What the ids of the probes' requests begin with.
pub(super) const REQUEST_ID: &str = "k4probe-";

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());
static CAPTURED: LazyLock<()> = LazyLock::new(|| {
    let log = fmt()
        .with_max_level(LevelFilter::INFO)
        .with_writer(|| Lines);
    log.with_ansi(false).init();
});

struct Lines;

/// From now on.
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
