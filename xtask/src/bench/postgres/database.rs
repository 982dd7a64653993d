//! PostgreSQL's own programs: a server with a database in a temporary folder, durable as a careful operator's is, and `psql`.

use super::super::child::Server;
use crate::output::Outcome;
use std::fs;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;
use tempfile::TempDir;

/// Where Debian puts the programs, a folder a version.
const VERSIONS: &str = "/usr/lib/postgresql";
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
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "logging_collector=on",
    "log_destination=jsonlog",
    "log_directory=log",
    "log_filename=server.log",
    "log_rotation_age=0",
    "log_rotation_size=0",
];
/// How often it is asked whether it answers.
const QUESTIONS_MAX: u32 = 600;
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(50);

/// A server and its database. Both are gone when this is dropped.
#[derive(Debug)]
pub(super) struct Database {
    server: Server,
    programs: PathBuf,
    port: u16,
    settings: Vec<String>,
    // Last: the server must have ended before its files go.
    folder: TempDir,
}

impl Database {
    /// Makes a database and starts its server with our settings and some more.
    pub(super) fn start(more: &[String]) -> Outcome<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new()
            .prefix("tanzanite-bench-")
            .tempdir()?;
        let mine = folder.path().join("database");
        fs::create_dir(&mine)?;
        // PostgreSQL refuses to run as root, and its user must get through to its files.
        if is_root()? {
            for path in [folder.path(), &mine] {
                succeed(Command::new("chown").arg("postgres:postgres").arg(path))?;
            }
        }
        let data = mine.join("data");
        let mut init = unprivileged(&programs.join("initdb"))?;
        init.arg("--pgdata").arg(&data).args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
        ]);
        succeed(init.current_dir("/"))?;
        let port = free_port()?;
        let ours = SETTINGS.iter().map(|setting| (*setting).to_owned());
        let settings: Vec<String> = ours.chain(more.iter().cloned()).collect();
        let mut serve = unprivileged(&programs.join("postgres"))?;
        serve.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        for setting in OUR_SETTINGS
            .iter()
            .copied()
            .chain(settings.iter().map(String::as_str))
        {
            serve.args(["-c", setting]);
        }
        serve.current_dir("/");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let database = Self {
            server: Server::start_listening(serve, address)?,
            programs,
            port,
            settings,
            folder,
        };
        database.wait()?;
        Ok(database)
    }

    /// It listens before it answers.
    fn wait(&self) -> Outcome {
        for _ in 0..QUESTIONS_MAX {
            if self.ask("SELECT 1").is_ok() {
                return Ok(());
            }
            sleep(BETWEEN_QUESTIONS);
        }
        self.ask("SELECT 1").map(|_| ())
    }

    /// Ends the server. Its files are not to be used again.
    pub(super) fn stop(self) -> Outcome {
        self.server.signal("QUIT")
    }

    /// The id of the process whose children do the work.
    pub(super) fn process(&self) -> u32 {
        self.server.id()
    }

    /// A folder for files of ours.
    pub(super) fn scratch(&self) -> &Path {
        self.folder.path()
    }

    /// The log, an object a line.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.path().join("database/data/log/server.json")
    }

    /// What was said to the server that matters to what is measured.
    pub(super) fn settings(&self) -> String {
        self.settings.join(", ")
    }

    /// Where a store in a schema is, for nodes that hold so many connections.
    pub(super) fn url(&self, schema: &str, connections: u32) -> String {
        format!(
            "postgres://postgres@127.0.0.1:{}/postgres?schema={schema}&connections={connections}",
            self.port
        )
    }

    /// One of PostgreSQL's programs, told where the server is.
    pub(super) fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .args(["-h", "127.0.0.1", "-U", "postgres", "-p"])
            .arg(self.port.to_string());
        command
    }

    /// Runs statements; the rows of all of them, a line each, with `|` between columns.
    pub(super) fn ask(&self, sql: &str) -> Outcome<String> {
        self.ask_with("", sql)
    }

    /// The same with options of the session.
    pub(super) fn ask_with(&self, options: &str, sql: &str) -> Outcome<String> {
        let mut command = self.program("psql");
        command
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "postgres"])
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

fn succeed(command: &mut Command) -> Outcome {
    let output = command.output()?;
    checked(command, &output).map(|_| ())
}

/// A program that runs as somebody who is not root, and ends when we do, however that happens.
fn unprivileged(program: &Path) -> Outcome<Command> {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "QUIT"]);
    if is_root()? {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    }
    command.arg(program);
    Ok(command)
}

fn is_root() -> Outcome<bool> {
    let output = Command::new("id").arg("-u").output()?;
    Ok(output.stdout == b"0\n")
}

/// The folder of the newest version's programs.
fn programs() -> Outcome<PathBuf> {
    let missing = || {
        format!("there is no PostgreSQL below {VERSIONS}: apt-get install postgresql (Debian's)")
    };
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = fs::read_dir(VERSIONS).map_err(|_| missing())?;
    let versions = versions.filter_map(|entry| Some(entry.ok()?.path()));
    let newest = versions
        .filter(|path| version(path).is_some())
        .max_by_key(version);
    Ok(newest.ok_or_else(missing)?.join("bin"))
}

/// A port that was free just now.
fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
