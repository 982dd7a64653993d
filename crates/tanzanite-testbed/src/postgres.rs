//! PostgreSQL: a server started from this machine's programs with its database in a temporary folder, or the server
//! that `TANZANITE_TEST_POSTGRES` names.

use crate::parts::{assert_chosen, cache, postgres_programs};
use crate::supervised::Supervised;
use ::postgres::{Client, Config, NoTls};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

/// A server with an empty database.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    /// `None` if the server was not started here.
    server: Option<Supervised>,
    schemas: AtomicU32,
    emptied: Mutex<Emptied>,
}

/// Schemas that were given back, and the connection that has emptied them: one that knows their tables already.
#[derive(Default)]
struct Emptied {
    schemas: Vec<String>,
    client: Option<Box<Client>>,
}

/// Empties the tables of schema `$SCHEMA` but for `$KEPT`, and starts its sequences anew. The locks wait for whoever is
/// still writing.
const EMPTY: &str = "DO $$
    DECLARE
        its REGNAMESPACE := '$SCHEMA';
        own REGCLASS[] := ARRAY(
            SELECT oid FROM pg_class WHERE relnamespace = its AND relkind = 'r' AND relname <> '$KEPT');
        one REGCLASS;
    BEGIN
        FOREACH one IN ARRAY own LOOP EXECUTE format('LOCK TABLE %s', one); END LOOP;
        FOREACH one IN ARRAY own LOOP EXECUTE format('DELETE FROM %s', one); END LOOP;
        PERFORM setval(seqrelid, seqstart, false)
            FROM pg_sequence JOIN pg_class ON oid = seqrelid WHERE relnamespace = its;
    END $$";

impl Postgres {
    /// The server that all tests of this program share, each with its own schema.
    ///
    /// # Panics
    /// If there is no PostgreSQL on this machine.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        assert_chosen("postgres");
        SHARED.get_or_init(|| match std::env::var("TANZANITE_TEST_POSTGRES") {
            Ok(url) => Self::new(url, None),
            Err(_) => Self::start(),
        })
    }

    /// A separate server, for tests that stop it.
    ///
    /// # Panics
    /// If there is no PostgreSQL on this machine.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// A separate server with these settings, `name=value`, which override the usual ones.
    ///
    /// # Panics
    /// If there is no PostgreSQL on this machine.
    pub fn start_with(settings: &[String]) -> Self {
        Self::launch(&new_database(), settings, "127.0.0.1")
    }

    /// A separate server that accepts TLS, and the file with its certificate.
    ///
    /// # Panics
    /// If there is no PostgreSQL or no `openssl` on this machine.
    pub fn start_encrypted() -> (Self, PathBuf) {
        let certificate = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
             -subj /CN=localhost -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost \
             -keyout data/server.key -out data/server.crt";
        let prepare = format!(
            "{} && cd \"$folder\" && {} {certificate}",
            new_database(),
            user()
        );
        let started = Self::launch(&prepare, &["ssl=on".to_owned()], "localhost");
        let certificate = started.folder().join("data/server.crt");
        (started, certificate)
    }

    fn launch(prepare: &str, settings: &[String], host: &str) -> Self {
        assert_chosen("postgres");
        let settings: Vec<String> = settings
            .iter()
            .map(|setting| format!("-c '{}'", setting.replace('\'', r"'\''")))
            .collect();
        let (server, port) = Supervised::start(prepare, &serve(&settings.join(" ")));
        let started = Self::new(
            format!("postgres://postgres@{host}:{port}/postgres"),
            Some(server),
        );
        connect(&started.url);
        started
    }

    /// A folder that is removed with the server; the database is in `data`.
    ///
    /// # Panics
    /// If the server was not started here.
    pub fn folder(&self) -> &Path {
        self.server.as_ref().expect("a server of ours").folder()
    }

    /// The id of the server's main process.
    ///
    /// # Panics
    /// If the server has ended, or was not started here.
    pub fn process(&self) -> u32 {
        let text = pid_file(self.folder());
        let id = text.lines().next().map(|line| line.trim().parse());
        id.expect("a line").expect("a process's id")
    }

    /// One of PostgreSQL's own programs, with the server's address in its environment.
    ///
    /// # Panics
    /// If there is no PostgreSQL on this machine.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(format!("{}/{name}", programs()));
        command
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", self.port().to_string())
            .env("PGUSER", "postgres")
            .env("PGDATABASE", "postgres");
        command
    }

    /// Crashes the server by killing one of its sessions with SIGKILL, whereupon it ends all others and recovers from
    /// its log. Returns when it answers again.
    ///
    /// # Panics
    /// If it does not, or if it was not started here.
    pub fn crash(&self) {
        assert!(self.server.is_some(), "the server is somebody else's");
        let (mut client, mut witness) = (self.client(), self.client());
        let row = client.query_one("SELECT pg_backend_pid()::text", &[]);
        let process: String = row.expect("an answer").get(0);
        let killed = Command::new("kill").args(["-KILL", &process]).status();
        assert!(killed.expect("kill").success(), "the session lives");
        // The server notices after a moment.
        while witness.batch_execute("SELECT 1").is_ok() {
            std::thread::sleep(Duration::from_millis(1));
        }
        connect(&self.url);
    }

    /// Ends the server, if it was started here.
    pub fn stop(&mut self) {
        if let Some(server) = &mut self.server {
            server.stop();
        }
    }

    /// The server's URL: `postgres://…`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port in the URL.
    ///
    /// # Panics
    /// If the server was not started here and its URL has no port.
    pub fn port(&self) -> u16 {
        let config: Config = self.url.parse().expect("a URL");
        config.get_ports().first().copied().expect("a port")
    }

    /// A unique name for a schema, which does not exist.
    ///
    /// # Panics
    /// If the server does not answer.
    pub fn fresh_schema(&self) -> String {
        let number = self.schemas.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        // An earlier program may have had the same process id.
        self.execute(&format!("DROP SCHEMA IF EXISTS {name} CASCADE"));
        name
    }

    /// A schema that was given back, with its tables empty, or a fresh one. Making and dropping a schema takes longer
    /// than most tests.
    ///
    /// # Panics
    /// If the server does not answer.
    pub fn empty_schema(&self) -> String {
        let emptied = self.emptied.lock().expect("the schemas").schemas.pop();
        emptied.unwrap_or_else(|| self.fresh_schema())
    }

    /// Empties the tables of a schema but for the one that is `kept`, and keeps it for [`Self::empty_schema`].
    ///
    /// # Panics
    /// If the server does not answer.
    pub fn give_back(&self, schema: String, kept: &str) {
        let sql = EMPTY.replace("$SCHEMA", &schema).replace("$KEPT", kept);
        let mut emptied = self.emptied.lock().expect("the schemas");
        let client = emptied
            .client
            .get_or_insert_with(|| Box::new(self.client()));
        let done = client.batch_execute(&sql);
        done.unwrap_or_else(|error| panic!("{schema}: {error:?}"));
        emptied.schemas.push(schema);
    }

    /// A connection that bypasses the store.
    ///
    /// # Panics
    /// If the server does not answer.
    pub fn client(&self) -> Client {
        Client::connect(&self.url, NoTls).expect("a connection")
    }

    /// Executes statements, bypassing the store.
    ///
    /// # Panics
    /// If one fails.
    pub fn execute(&self, sql: &str) {
        let done = self.client().batch_execute(sql);
        done.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    fn new(url: String, server: Option<Supervised>) -> Self {
        Self {
            url,
            server,
            schemas: AtomicU32::new(0),
            emptied: Mutex::default(),
        }
    }
}

impl fmt::Debug for Emptied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Emptied").field(&self.schemas).finish()
    }
}

/// The content of the server's pid file, which begins with its process id.
pub(crate) fn pid_file(folder: &Path) -> String {
    let path = folder.join("data/postmaster.pid");
    std::fs::read_to_string(path).expect("the server's pid file")
}

/// Connects to a server that is starting, as soon as it is ready.
pub(crate) fn connect(url: &str) -> Client {
    for _ in 0..600 {
        if let Ok(client) = Client::connect(url, NoTls) {
            return client;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("PostgreSQL listens, and does not answer");
}

/// Shell commands that create a database in `$folder`.
pub(crate) fn new_database() -> String {
    let programs = programs();
    prepare(&format!(
        "{programs}/initdb --pgdata=\"$folder/data\" --username=postgres --auth=trust --encoding=UTF8 --locale=C \
         --no-sync"
    ))
}

/// Shell commands that run one of PostgreSQL's programs, with write access to `$folder`.
pub(crate) fn prepare(program: &str) -> String {
    let owner = if is_root() {
        "chown postgres:postgres \"$folder\""
    } else {
        "true"
    };
    format!("{owner} && cd / && {} {program}", user())
}

/// The shell command that serves the database in `$folder` on `$port`. Nothing needs to survive a loss of power.
pub(crate) fn serve(more: &str) -> String {
    format!(
        "exec {} {}/postgres -D \"$folder/data\" -p \"$port\" -c listen_addresses=127.0.0.1 \
         -c unix_socket_directories= -c fsync=off -c full_page_writes=off -c max_connections=300 \
         -c max_wal_size=256MB {more}",
        user(),
        programs()
    )
}

/// A prefix that runs PostgreSQL's programs as another user, because they refuse to run as root.
fn user() -> &'static str {
    if is_root() {
        "setpriv --reuid=postgres --regid=postgres --clear-groups"
    } else {
        "env"
    }
}

/// The folder with PostgreSQL's programs.
pub(crate) fn programs() -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = postgres_programs(&path, cache().as_deref());
    let found = found.expect("there is no PostgreSQL: run `cargo xtask setup`, or set TANZANITE_TEST_POSTGRES to the URL of one");
    found.display().to_string()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id");
    id.stdout.starts_with(b"0")
}
