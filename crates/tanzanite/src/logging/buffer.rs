//! Collects log lines in memory, and writes them to standard error in batches.
//!
//! Writing each line by itself costs a quarter of a request's time, even on another thread. The memory is bounded: the
//! thread that fills it also writes it out. A process that is killed loses the lines of one interval; one that ends
//! normally writes all.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;

/// The interval over which lines are collected.
const MOMENT: Duration = Duration::from_millis(25);
/// Bytes that are collected at most.
const GATHERED_BYTES_MAX: usize = 256 * 1024;

/// The lines of one interval.
#[derive(Debug, Default)]
struct Lines {
    bytes: Vec<u8>,
    ended: bool,
}

/// Collects lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffer(Arc<(Mutex<Lines>, Condvar)>);

/// Writes the remaining lines when dropped.
#[derive(Debug)]
pub(crate) struct Guard {
    buffer: Buffer,
    thread: Option<JoinHandle<()>>,
}

impl Buffer {
    /// Starts a buffer and the thread that empties it.
    pub(super) fn start() -> io::Result<(Self, Guard)> {
        let buffer = Self::default();
        let emptied = buffer.clone();
        let thread = std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || emptied.keep_emptying())?;
        Ok((
            buffer.clone(),
            Guard {
                buffer,
                thread: Some(thread),
            },
        ))
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_emptying(&self) {
        loop {
            let mut lines = self.lines();
            while lines.bytes.is_empty() && !lines.ended {
                lines = self.0.1.wait(lines).unwrap_or_else(PoisonError::into_inner);
            }
            let ended = lines.ended;
            drop(lines);
            if !ended {
                std::thread::sleep(MOMENT);
            }
            let bytes = std::mem::take(&mut self.lines().bytes);
            write(&bytes);
            if ended {
                return;
            }
        }
    }
}

/// Writes to standard error. There is nowhere to report a failure.
fn write(bytes: &[u8]) {
    let _ = io::stderr().lock().write_all(bytes);
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.lines();
        let first = lines.bytes.is_empty();
        lines.bytes.extend_from_slice(bytes);
        if lines.bytes.len() >= GATHERED_BYTES_MAX {
            // Writing under the lock keeps the lines in order, and makes others wait instead of collecting more.
            write(&lines.bytes);
            lines.bytes.clear();
        } else if first {
            self.0.1.notify_one();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Buffer {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.buffer.lines().ended = true;
        self.buffer.0.1.notify_one();
        if let Some(thread) = self.thread.take() {
            // If the thread has panicked, there is nothing to write with.
            let _ = thread.join();
        }
    }
}
