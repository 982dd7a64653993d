//! The server that is measured, durable as a careful operator's is, and `psql`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tanzanite_testbed::Postgres;
use xtask::output::Outcome;

/// What the server is told beside its defaults. What matters to durability is the default, and is said all the same.
const SETTINGS: &[&str] = &[
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "max_connections=300",
    "shared_buffers=2GB",
    "max_wal_size=8GB",
];
/// What it is told so that we can read its log.
const OUR_SETTINGS: &[&str] = &[
    "logging_collector=on",
    "log_destination=jsonlog",
    "log_directory=log",
    "log_filename=server.log",
    "log_rotation_age=0",
    "log_rotation_size=0",
];

/// A server and its database. Both are gone when this is dropped.
#[derive(Debug)]
pub(super) struct Database {
    server: Postgres,
    settings: Vec<String>,
}

impl Database {
    /// Makes a database and starts its server with our settings and some more.
    pub(super) fn start(more: &[String]) -> Self {
        let said = SETTINGS.iter().map(|setting| (*setting).to_owned());
        let settings: Vec<String> = said.chain(more.iter().cloned()).collect();
        let ours = OUR_SETTINGS.iter().map(|setting| (*setting).to_owned());
        let all: Vec<String> = ours.chain(settings.iter().cloned()).collect();
        Self {
            server: Postgres::start_with(&all),
            settings,
        }
    }

    /// The id of the process whose children do the work.
    pub(super) fn process(&self) -> u32 {
        self.server.process()
    }

    /// A folder for files of ours.
    pub(super) fn scratch(&self) -> &Path {
        self.server.folder()
    }

    /// The log, an object a line.
    pub(super) fn log(&self) -> PathBuf {
        self.server.folder().join("data/log/server.json")
    }

    /// What was said to the server that matters to what is measured.
    pub(super) fn settings(&self) -> String {
        self.settings.join(", ")
    }

    /// Where a store in a schema is, for nodes that hold so many connections.
    pub(super) fn url(&self, schema: &str, connections: u32) -> String {
        format!(
            "{}?schema={schema}&connections={connections}",
            self.server.url()
        )
    }

    /// One of PostgreSQL's programs, told where the server is.
    pub(super) fn program(&self, name: &str) -> Command {
        self.server.program(name)
    }

    /// Runs statements; the rows of all of them, a line each, with `|` between columns.
    pub(super) fn ask(&self, sql: &str) -> Outcome<String> {
        self.ask_with("", sql)
    }

    /// The same with options of the session.
    pub(super) fn ask_with(&self, options: &str, sql: &str) -> Outcome<String> {
        let mut command = self.program("psql");
        command
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
            .env("PGOPTIONS", options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // If it has ended, its status says why.
            let _ = stdin.write_all(sql.as_bytes());
        }
        let output = child.wait_with_output()?;
        let text = checked(&command, &output)?;
        Ok(text.trim_end().to_owned())
    }

    /// A number that one row gives.
    pub(super) fn number(&self, sql: &str) -> Outcome<u64> {
        let text = self.ask(sql)?;
        text.parse()
            .map_err(|_| format!("{sql} gives {text:?} instead of a number").into())
    }
}

/// The output of a program that has succeeded.
pub(super) fn checked(command: &Command, output: &Output) -> Outcome<String> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let program = command.get_program().display();
    Err(format!("{program} ended with {}: {said}", output.status).into())
}
