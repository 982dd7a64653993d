//! Runs the program as a child process, to its end or as a server.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a child may take for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// A folder for one test, in which the program runs.
pub(crate) struct Folder(TempDir);

/// The result of a run.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A server that is killed on drop.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    ready: PathBuf,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("read")
    }

    /// Runs a command line, split at blanks, to its end.
    pub(crate) fn run(&self, line: &str) -> Run {
        self.run_with(line, &[])
    }

    pub(crate) fn run_with(&self, line: &str, environment: &[(&str, &str)]) -> Run {
        let output = program(self.0.path(), line)
            .envs(environment.iter().copied())
            .output()
            .expect("the program runs");
        Run {
            code: output.status.code().expect("an exit code"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Starts a command line without waiting for its end.
    pub(crate) fn spawn(&self, line: &str, environment: &[(&str, &str)]) -> Child {
        program(self.0.path(), line)
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts")
    }

    /// Starts a server with further options, its output going to `out` and `err`, and waits until it serves.
    pub(crate) fn serve(&self, options: &str) -> Server {
        self.start(&format!("serve --listen 127.0.0.1:0 {options}"))
    }

    /// Starts a server with exactly these words.
    pub(crate) fn start(&self, line: &str) -> Server {
        self.start_with(line, &[])
    }

    pub(crate) fn start_with(&self, line: &str, environment: &[(&str, &str)]) -> Server {
        let ready = self.path("ready");
        // A killed server leaves its ready file behind.
        let _ = std::fs::remove_file(&ready);
        let file = |name| Stdio::from(std::fs::File::create(self.path(name)).expect("a file"));
        let mut child = program(self.0.path(), line)
            .env("TANZANITE_READY_FILE", &ready)
            .envs(environment.iter().copied())
            .stdout(file("out"))
            .stderr(file("err"))
            .spawn()
            .expect("the program starts");
        let begun = Instant::now();
        let url = loop {
            if let Ok(url) = std::fs::read_to_string(&ready) {
                break url.trim().to_owned();
            }
            if let Some(status) = child.try_wait().expect("a status") {
                panic!("it ended with {status}: {}", self.read("err"));
            }
            assert!(begun.elapsed() < PATIENCE, "it does not get ready");
            sleep(Duration::from_millis(5));
        };
        Server { child, url, ready }
    }
}

impl Server {
    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) -> ExitStatus {
        assert!(
            self.ready.exists(),
            "the ready file is there while it serves"
        );
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status();
        assert!(asked.expect("kill runs").success());
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a status") {
                assert!(
                    !self.ready.exists(),
                    "the ready file is gone when it has ended"
                );
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not stop");
            sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tanzanite"));
    command
        .args(line.split_whitespace())
        .current_dir(folder)
        .stdin(Stdio::null());
    let ours = std::env::vars_os().map(|(name, _)| name);
    for name in ours.filter(|name| name.to_string_lossy().starts_with("TANZANITE_")) {
        command.env_remove(name);
    }
    // Keeps tests away from the user's own installation.
    command.env("XDG_DATA_HOME", folder.join("share"));
    command
}
