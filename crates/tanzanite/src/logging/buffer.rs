//! Where log lines go: into memory, and from there to standard error in batches.
//!
//! A write a line costs a request a quarter of its time, be it on another thread or not. Lines are therefore gathered for
//! a moment. Their memory is bounded: whoever fills it writes it out himself. A process that is killed loses that moment's
//! lines, and no more; one that ends writes all.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;

/// How long lines are gathered.
const MOMENT: Duration = Duration::from_millis(25);
/// Bytes that are gathered at most.
const GATHERED_BYTES_MAX: usize = 256 * 1024;

/// The lines of a moment.
#[derive(Debug, Default)]
struct Lines {
    bytes: Vec<u8>,
    ended: bool,
}

/// Gathers lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffer(Arc<(Mutex<Lines>, Condvar)>);

/// Writes what is left when it is dropped.
#[derive(Debug)]
pub(crate) struct Guard {
    buffer: Buffer,
    thread: Option<JoinHandle<()>>,
}

impl Buffer {
    /// A buffer, and the thread that empties it.
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

/// Nobody is left to be told when standard error cannot be written to.
fn write(bytes: &[u8]) {
    let _ = io::stderr().lock().write_all(bytes);
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.lines();
        let first = lines.bytes.is_empty();
        lines.bytes.extend_from_slice(bytes);
        if lines.bytes.len() >= GATHERED_BYTES_MAX {
            // Under the lock, so that lines stay in their order and others wait instead of gathering more.
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
            // If it panicked there is nothing left to write with.
            let _ = thread.join();
        }
    }
}
