//! Two PostgreSQL servers of which one follows the other, synchronously: nobody is told of a commit before the standby has
//! written it down. The primary can be killed, and the standby takes over.
//!
//! Each is told to wait for a standby from its first moment on, so there is no time at which one server alone has something
//! that was acknowledged: after a takeover commits wait until there is a new standby. `fsync` is off as it is in [`crate::Postgres`]:
//! what is killed here are processes, and what a process has written the system keeps.

use crate::parts::assert_chosen;
use crate::postgres::{connect, new_database, pid_file, prepare, programs, serve};
use crate::supervised::{Supervised, free_port};
use postgres::Client;
use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

/// How often a state is asked for, and how long it may take.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(10);
const QUESTIONS_MAX: u32 = 3_000;

/// Commits wait until a standby has written them down.
const SYNCHRONOUS: &str = "-c synchronous_commit=on -c synchronous_standby_names=walreceiver";

/// A primary and its standby, which change places.
#[derive(Debug)]
pub struct Pair {
    /// Each has its place, and so its port, for ever. None after it was killed.
    servers: [Option<Supervised>; 2],
    ports: [u16; 2],
    primary: usize,
}

impl Pair {
    /// Starts both; the first is the primary.
    ///
    /// # Panics
    /// If there is no PostgreSQL on this machine.
    pub fn start() -> Self {
        assert_chosen("postgres");
        // Until it is used nothing keeps a port free: nearly at once.
        let (primary, port) = Supervised::start(&new_database(), &serve(SYNCHRONOUS));
        let mut pair = Self {
            servers: [Some(primary), None],
            ports: [port, free_port()],
            primary: 0,
        };
        pair.follow();
        pair
    }

    /// The ports of both, whatever they are just now.
    pub fn ports(&self) -> [u16; 2] {
        self.ports
    }

    /// A connection to the primary below the store.
    ///
    /// # Panics
    /// If it does not answer.
    pub fn client(&self) -> Client {
        connect(&self.url(self.primary))
    }

    /// Kills the primary: each of its processes, with the signal that cannot be caught. Returns when all are gone, so none
    /// is left that could answer anybody.
    ///
    /// # Panics
    /// If it was killed already.
    pub fn kill_primary(&mut self) {
        let mut server = self.servers[self.primary]
            .take()
            .expect("a primary that lives");
        let text = pid_file(server.folder());
        let first = text.lines().next().unwrap_or_default().trim().to_owned();
        // While it stands still it starts no processes and mourns none.
        signal("STOP", [&first]);
        let mut processes = children(&first);
        processes.insert(first);
        signal("KILL", &processes);
        for process in &processes {
            wait_until(&format!("the end of process {process}"), || {
                is_gone(process)
            });
        }
        // Its shared memory is the system's, and would stay.
        let line = text
            .lines()
            .find(|line| line.split_whitespace().count() == 2);
        if let Some(memory) = line.and_then(|line| line.split_whitespace().nth(1)) {
            let _ = Command::new("ipcrm").args(["-m", memory]).output();
        }
        server.stop();
    }

    /// Makes the standby the primary, and returns when it takes writes.
    ///
    /// # Panics
    /// If it does not.
    pub fn promote(&mut self) {
        self.primary = 1 - self.primary;
        let row = self.client().query_one("SELECT pg_promote(true)", &[]);
        let promoted: bool = row.expect("an answer").get(0);
        assert!(promoted, "the standby does not become the primary");
    }

    /// Puts a fresh standby in the place of the server that was killed, and returns when it follows. Commits go on then.
    ///
    /// # Panics
    /// If it does not.
    pub fn follow(&mut self) {
        let (standby, programs) = (1 - self.primary, programs());
        // A fresh copy of a server that has not run for long: the old one may have written what the new one never had.
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
        // It answers readers, or the next promotion would wait for that.
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

/// Whether a process has ended, though its parent may not have asked how.
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
