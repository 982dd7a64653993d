//! The servers that are measured: processes of their own, told to end when the benchmark is done
//! with them.

use super::clock::{memory_kib, now, processor_time};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;
use xtask::output::Outcome;

/// How long a server may take until it serves.
const START_TIMEOUT: Duration = Duration::from_mins(1);
/// How long it may take to end.
const STOP_TIMEOUT: Duration = Duration::from_mins(1);
/// How long we wait before we look again.
const POLL: Duration = Duration::from_micros(200);

/// A server that serves. Killed when this is dropped.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// From the start of the process until its ready file was there.
    pub(super) ready_after: Duration,
}

impl Server {
    /// Starts a server that writes its base URL into a ready file.
    pub(super) fn start(mut command: Command, ready_file: &Path) -> Outcome<Self> {
        // An earlier run may have left one; if not, all the better.
        let _ = fs::remove_file(ready_file);
        let begun = now();
        let mut child = spawn(&mut command)?;
        let text = loop {
            match fs::read_to_string(ready_file) {
                Ok(text) if text.ends_with('\n') => break text,
                _ => {}
            }
            still_starting(&mut child, &command, begun.elapsed())?;
            sleep(POLL);
        };
        let ready_after = begun.elapsed();
        let address = text.trim().trim_start_matches("http://").parse()?;
        Ok(Self {
            child,
            address,
            ready_after,
        })
    }

    /// Starts a server that only listens at an address.
    pub(super) fn start_listening(mut command: Command, address: SocketAddr) -> Outcome<Self> {
        let begun = now();
        let mut child = spawn(&mut command)?;
        while std::net::TcpStream::connect(address).is_err() {
            still_starting(&mut child, &command, begun.elapsed())?;
            sleep(POLL);
        }
        Ok(Self {
            child,
            address,
            ready_after: begun.elapsed(),
        })
    }

    /// The processor time that it has used.
    pub(super) fn processor_time(&self) -> Outcome<Duration> {
        processor_time(&self.child.id().to_string())
    }

    /// Its resident memory now and at its highest, in KiB.
    pub(super) fn memory_kib(&self) -> Outcome<(u64, u64)> {
        let id = self.child.id();
        Ok((memory_kib(id, "VmRSS")?, memory_kib(id, "VmHWM")?))
    }

    /// Asks it to end, and waits until it has.
    pub(super) fn stop(mut self) -> Outcome {
        let told = Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status()?;
        if !told.success() {
            return Err("cannot send SIGTERM".into());
        }
        let begun = now();
        while self.ended()?.is_none() {
            if begun.elapsed() > STOP_TIMEOUT {
                return Err("a server did not end when it was told to".into());
            }
            sleep(POLL);
        }
        Ok(())
    }

    fn ended(&mut self) -> Outcome<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Its log goes nowhere: writing it to a disk would be measured too.
fn spawn(command: &mut Command) -> Outcome<Child> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
        .spawn()
        .map_err(|error| format!("cannot start {command:?}: {error}").into())
}

fn still_starting(child: &mut Child, command: &Command, elapsed: Duration) -> Outcome {
    if let Some(status) = child.try_wait()? {
        return Err(
            format!("{command:?} ended ({status}) before it served; try it by hand").into(),
        );
    }
    if elapsed > START_TIMEOUT {
        // The error matters more than whether it could be killed.
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("{command:?} does not serve after {elapsed:.0?}").into());
    }
    Ok(())
}
