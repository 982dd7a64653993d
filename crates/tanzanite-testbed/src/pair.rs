//! Two PostgreSQL servers with synchronous replication: no commit is acknowledged before the standby has written it.
//! The primary can be killed, and the standby takes over.
//!
//! Each server requires a synchronous standby from its start, so that no acknowledged commit ever exists on one server
//! alone; after a takeover commits wait until there is a new standby. `fsync` is off, as in [`crate::Postgres`]: only
//! processes are killed here, and the operating system keeps what a process has written.

use crate::parts::assert_chosen;
use crate::postgres::{connect, new_database, pid_file, prepare, programs, serve};
use crate::supervised::{Supervised, free_port};
use postgres::Client;
use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

/// The time between two polls of a state, and the longest wait for it.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(10);
const QUESTIONS_MAX: u32 = 3_000;

/// Makes commits wait until a standby has written them.
const SYNCHRONOUS: &str = "-c synchronous_commit=on -c synchronous_standby_names=walreceiver";

/// A primary and its standby, which swap their roles.
#[derive(Debug)]
pub struct Pair {
    /// Each keeps its index and its port. `None` after it was killed.
    servers: [Option<Supervised>; 2],
    ports: [u16; 2],
    primary: usize,
}

impl Pair {
    /// Starts both servers; the first is the primary.
    ///
    /// # Panics
    /// If there is no PostgreSQL on this machine.
    pub fn start() -> Self {
        assert_chosen("postgres");
        // A port that is found free is not reserved, so the server takes it soon.
        let (primary, port) = Supervised::start(&new_database(), &serve(SYNCHRONOUS));
        let mut pair = Self {
            servers: [Some(primary), None],
            ports: [port, free_port()],
            primary: 0,
        };
        pair.follow();
        pair
    }

    /// The ports of both servers, in no particular order of roles.
    pub fn ports(&self) -> [u16; 2] {
        self.ports
    }

    /// A connection to the primary that bypasses the store.
    ///
    /// # Panics
    /// If the primary does not answer.
    pub fn client(&self) -> Client {
        connect(&self.url(self.primary))
    }

    /// Kills all processes of the primary with SIGKILL. Returns when all have ended, so that none can answer a client.
    ///
    /// # Panics
    /// If it was killed already.
    pub fn kill_primary(&mut self) {
        let mut server = self.servers[self.primary]
            .take()
            .expect("a primary that lives");
        let text = pid_file(server.folder());
        let first = text.lines().next().unwrap_or_default().trim().to_owned();
        // A stopped server neither starts nor reaps processes.
        signal("STOP", [&first]);
        let mut processes = children(&first);
        processes.insert(first);
        signal("KILL", &processes);
        for process in &processes {
            wait_until(&format!("the end of process {process}"), || {
                is_gone(process)
            });
        }
        // Its shared memory belongs to the operating system and would remain.
        let line = text
            .lines()
            .find(|line| line.split_whitespace().count() == 2);
        if let Some(memory) = line.and_then(|line| line.split_whitespace().nth(1)) {
            let _ = Command::new("ipcrm").args(["-m", memory]).output();
        }
        server.stop();
    }

    /// Promotes the standby to primary; returns when it accepts writes.
    ///
    /// # Panics
    /// If it does not.
    pub fn promote(&mut self) {
        self.primary = 1 - self.primary;
        let row = self.client().query_one("SELECT pg_promote(true)", &[]);
        let promoted: bool = row.expect("an answer").get(0);
        assert!(promoted, "the standby does not become the primary");
    }

    /// Starts a new standby in place of the killed server; returns when it replicates. Commits then continue.
    ///
    /// # Panics
    /// If it does not.
    pub fn follow(&mut self) {
        let (standby, programs) = (1 - self.primary, programs());
        // Copied from the primary: the killed server may have written data that the new primary never got.
        let copy = prepare(&format!(
            "{programs}/pg_basebackup --pgdata=\"$folder/data\" --host=127.0.0.1 --port={} --username=postgres \
             --write-recovery-conf --wal-method=stream --checkpoint=fast --no-sync",
            self.ports[self.primary]
        ));
        connect(&self.url(self.primary));
        self.servers[standby] = Some(Supervised::start_on(
            self.ports[standby],
            &copy,
            &serve(SYNCHRONOUS),
        ));
        let mut client = self.client();
        wait_until("the standby to follow", || {
            let row = client.query_one(
                "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'sync'",
                &[],
            );
            row.expect("an answer").get::<_, i64>(0) == 1
        });
        // It must accept readers, since the next promotion would wait for that.
        connect(&self.url(standby));
    }

    fn url(&self, place: usize) -> String {
        format!(
            "postgres://postgres@127.0.0.1:{}/postgres",
            self.ports[place]
        )
    }
}

fn signal<'a>(name: &str, processes: impl IntoIterator<Item = &'a String>) {
    // Some may have ended by themselves.
    let _ = Command::new("kill")
        .arg(format!("-{name}"))
        .args(processes)
        .output();
}

fn children(process: &str) -> BTreeSet<String> {
    let found = Command::new("ps")
        .args(["-A", "-o", "ppid=,pid="])
        .output()
        .expect("ps");
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    let pairs = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.next()?))
    });
    pairs
        .filter(|(parent, _)| *parent == process)
        .map(|(_, child)| child.to_owned())
        .collect()
}

/// Whether a process has ended, even if its parent has not reaped it.
fn is_gone(process: &str) -> bool {
    let state = Command::new("ps")
        .args(["-o", "state=", "-p", process])
        .output()
        .expect("ps");
    let state = String::from_utf8_lossy(&state.stdout);
    state.trim().is_empty() || state.trim().starts_with('Z')
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..QUESTIONS_MAX {
        if is_so() {
            return;
        }
        std::thread::sleep(BETWEEN_QUESTIONS);
    }
    panic!("waited too long for {what}");
}
