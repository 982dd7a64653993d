//! The real binary as a process.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

/// How often the ready file is looked for, and for how long.
const LOOK_EVERY: Duration = Duration::from_millis(5);
const LOOKS_MAX: u32 = 4000;

/// A running server. Killed when this is dropped.
pub(crate) struct Server {
    child: Mutex<Child>,
    address: SocketAddr,
}

impl Server {
    /// Starts it with the demo, and waits until it serves. `adapt` says where it keeps things.
    pub(crate) fn start(
        binary: &Path,
        ready: &Path,
        adapt: impl FnOnce(&mut Command),
    ) -> Result<Self, String> {
        // The last life was killed and could not tidy up.
        let _ = std::fs::remove_file(ready);
        let mut command = Command::new(binary);
        command.args([
            "serve",
            "--seed",
            "demo",
            "--listen",
            "127.0.0.1:0",
            "--log",
            "off",
        ]);
        command.arg("--ready-file").arg(ready);
        command.stdout(Stdio::null()).stderr(Stdio::inherit());
        adapt(&mut command);
        let mut child = command
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", binary.display()))?;
        for _ in 0..LOOKS_MAX {
            if let Ok(url) = std::fs::read_to_string(ready)
                && let Ok(address) = url.trim().trim_start_matches("http://").parse()
            {
                return Ok(Self {
                    child: Mutex::new(child),
                    address,
                });
            }
            if let Ok(Some(status)) = child.try_wait() {
                return Err(format!("the server ended with {status}"));
            }
            std::thread::sleep(LOOK_EVERY);
        }
        let _ = child.kill();
        Err("the server was not ready in time".to_owned())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends the signal that cannot be caught, and waits for the end.
    pub(crate) fn kill(&self) -> Result<(), String> {
        let mut child = self.child.lock().map_err(|error| error.to_string())?;
        // It may have ended already.
        let _ = child.kill();
        child.wait().map(|_| ()).map_err(|error| error.to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
