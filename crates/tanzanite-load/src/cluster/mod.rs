//! `cargo xtask cluster`: clients read and change the same few records through three nodes on one PostgreSQL, while
//! nodes are killed and connections are cut.
//!
//! Every operation is noted with the moments of its invocation and its answer, and each record's history must be
//! linearizable: there must be an order that explains every answer. When all operations of a round are over, each
//! record is read through every node, and the next round begins with the states that were read. So if an acknowledged
//! write is lost, by whatever cause, the history has no order.
//!
//! With `--failover` the database has two servers, and in each round the primary is killed and its standby takes over.

mod caller;
mod database;
mod faults;
mod history;
mod linear;
mod load;
mod nodes;
mod promises;
mod record;
mod show;

use crate::crash::client::{Client, administrator};
use crate::program::program;
use caller::{Caller, Locks};
use database::Database;
use faults::Tally;
use history::{Answer, Ask, Clock};
use load::{CLIENTS, Dice, Histories, RECORDS};
use nodes::{NODES, Nodes};
use record::Record;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};
use tanzanite_testbed::{Pair, Postgres, S3};
use xtask::output::{self, Outcome, Progress};

/// The arguments of a run.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// How many rounds of faults there are
    #[arg(long, default_value_t = 100)]
    rounds: usize,
    /// Have a standby, and kill the primary in each round
    #[arg(long)]
    failover: bool,
    /// Run this build of the program instead of building it
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// The seed of the random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The most tries of a read at the end of a round. Each try may meet another connection that was cut.
const READS_MAX: u32 = 20;
const BETWEEN_READS: Duration = Duration::from_millis(50);
/// The most operations without an answer, in percent. With more of them the result would prove too little.
const LOST_PERCENT_MAX: usize = 10;

/// The words that must be in no node's log.
const NEVER_SAID: [&str; 4] = [
    "panicked",
    "missing photo",
    "where one was permitted",
    // The object store's word for a missing object: a record names a photo that is gone.
    "NoSuchKey",
];

/// The nodes, and the state that all parts of a run share.
struct Cluster {
    nodes: Nodes,
    clock: Clock,
    locks: Locks,
    token: String,
    /// The ids of the records with histories, and last that of the record for the check of many deletes.
    records: Vec<String>,
    /// The next number of a photo, a field's value or a lock.
    numbers: AtomicU64,
    /// The tokens that were revoked.
    dead: Mutex<Vec<String>>,
}

/// The counts of operations and faults in a run.
#[derive(Debug, Default)]
struct Done {
    operations: usize,
    refused: usize,
    lost: usize,
    /// Operations that were open at the same time as another on the same record.
    overlapping: usize,
    faults: Tally,
}

/// Runs the rounds. It succeeds if every history has an order and every promise was kept.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let program = program(arguments.program.as_deref())?;
    let folder = tempfile::Builder::new()
        .prefix("tanzanite-cluster-")
        .tempdir()?;
    match rounds(arguments, &program, folder.path()) {
        Ok(report) => output::say(&format!("{report}\n")),
        Err(error) => {
            let logs = folder.keep();
            Err(format!("{error}\nthe nodes' logs are in {}", logs.display()).into())
        }
    }
}

fn rounds(arguments: &Arguments, program: &Path, folder: &Path) -> Result<String, String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "measures for the report; no order depends on it"
    )]
    let begun = Instant::now();
    let progress = Progress::start();
    progress.show("starting");
    let mut database = if arguments.failover {
        Database::Two(Pair::start())
    } else {
        Database::One(Postgres::start())
    };
    let objects = S3::start();
    let mut cluster = Cluster::start(program, folder, &database.ports(), &objects)?;
    let mut states = cluster.insert_records()?;
    let mut done = Done::default();
    let mut dice = Dice(arguments.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for round in 1..=arguments.rounds {
        one_round(&cluster, &mut database, &mut states, &mut dice, &mut done)
            .and_then(|()| promises::revocation(&cluster, round))
            .and_then(|()| promises::settings(&cluster, &database, round))
            .and_then(|()| promises::one_of_many_deletes(&cluster))
            .and_then(|()| {
                if database.can_take_over() {
                    return Ok(());
                }
                done.faults.crashes += 1;
                promises::crash_in_a_commit(&cluster, &database, round)
            })
            .map_err(|error| format!("round {round}: {error}"))?;
        progress.show(&format!(
            "round {round} of {}: {} operations, {} kills",
            arguments.rounds, done.operations, done.faults.kills
        ));
    }
    cluster.check_after_death(&states)?;
    cluster.check_store(&database)?;
    cluster.check_logs()?;
    if done.lost * 100 > done.operations * LOST_PERCENT_MAX {
        return Err(format!("too much was lost for a result: {done:?}"));
    }
    Ok(report(&done, &cluster, begun.elapsed()))
}

/// Inflicts faults under load, waits until all operations are over, and checks every record's history.
fn one_round(
    cluster: &Cluster,
    database: &mut Database,
    states: &mut [Record],
    dice: &mut Dice,
    done: &mut Done,
) -> Result<(), String> {
    let seed = dice.0;
    let (mut histories, ()) = load::meanwhile(cluster, seed, || {
        faults::inflict(&cluster.nodes, database, dice, &mut done.faults)
    })?;
    database.wait_until_quiet()?;
    let quiet = cluster.clock.now();
    for operation in histories.iter_mut().flatten() {
        if operation.answer.is_none() {
            operation.ended = quiet;
        }
    }
    count(&histories, done);
    cluster.read_all(&mut histories)?;
    for (record, (state, history)) in states.iter_mut().zip(&histories).enumerate() {
        let id = &cluster.records[record];
        let found = linear::check(*state, history).map_err(|violation| {
            let why = show::explain(*state, history, &violation);
            format!("the history of record {id} is not linearizable: {why}")
        })?;
        // After the reads at the end, the record can be in one state only.
        let [one] = found[..] else {
            return Err(format!(
                "record {id} is not known after the reads: {found:?}"
            ));
        };
        *state = one;
    }
    Ok(())
}

fn count(histories: &Histories, done: &mut Done) {
    for history in histories {
        done.operations += history.len();
        for operation in history {
            match operation.answer {
                None => done.lost += 1,
                Some(Answer::Locked | Answer::Missing | Answer::Other) => done.refused += 1,
                Some(_) => {}
            }
            let overlaps = history.iter().any(|other| {
                other.invoked != operation.invoked
                    && other.invoked < operation.ended
                    && operation.invoked < other.ended
                    && other.answer.is_some()
            });
            done.overlapping += usize::from(overlaps);
        }
    }
}

fn report(done: &Done, cluster: &Cluster, time: Duration) -> String {
    let Done {
        operations,
        refused,
        lost,
        overlapping,
        faults,
    } = done;
    let Tally {
        kills,
        connections,
        sessions,
        crashes,
        takeovers,
    } = faults;
    let commits = cluster.nodes.commits_cut();
    format!(
        "{operations} operations on {RECORDS} records through {NODES} nodes, {overlapping} of them at the same time as another; \
         {refused} refused, {lost} without an answer\n\
         killed: {kills} nodes, {takeovers} primaries; crashes of the database: {crashes}; \
         cut: {connections} connections, {commits} more at a COMMIT; ended: {sessions} sessions\n\
         every history is linearizable, nothing acknowledged was lost, the store is sound ({:.0} s)",
        time.as_secs_f64()
    )
}

impl Cluster {
    fn start(program: &Path, folder: &Path, servers: &[u16], objects: &S3) -> Result<Self, String> {
        let cluster = Self {
            nodes: Nodes::new(program, folder, servers, objects),
            clock: Clock::default(),
            locks: Locks::default(),
            token: administrator().map_err(|error| error.to_string())?,
            records: Vec::new(),
            numbers: AtomicU64::new(1),
            dead: Mutex::default(),
        };
        // The first node plants the demo before the others start.
        cluster.nodes.start(0)?;
        cluster.start_all(1)?;
        Ok(cluster)
    }

    /// Starts the nodes from number `first` on, all at the same time.
    fn start_all(&self, first: usize) -> Result<(), String> {
        std::thread::scope(|scope| {
            let starts: Vec<_> = (first..NODES)
                .map(|node| scope.spawn(move || self.nodes.start(node)))
                .collect();
            let mut joined = starts.into_iter().map(ScopedJoinHandle::join);
            joined.try_for_each(|started| {
                started.unwrap_or_else(|_| Err("a node's start panicked".to_owned()))
            })
        })
    }

    fn insert_records(&mut self) -> Result<Vec<Record>, String> {
        let mut client = self.client(0)?;
        for number in 0..=RECORDS {
            let body =
                format!(r#"{{"data":[{{"Last_Name":"Record {number}","Description":"0"}}]}}"#);
            let sent = client.send("POST", "/crm/v8/Leads", "application/json", body.as_bytes());
            let (_, reply) = sent.map_err(|error| error.to_string())?;
            let reply: serde_json::Value =
                serde_json::from_slice(&reply).map_err(|error| error.to_string())?;
            let id = reply["data"][0]["details"]["id"].as_str();
            let id = id.ok_or_else(|| format!("no record: {reply}"))?;
            self.records.push(id.to_owned());
        }
        Ok(vec![Record::default(); RECORDS])
    }

    /// Reads every record with its photo and lock through every node.
    fn read_all(&self, histories: &mut Histories) -> Result<(), String> {
        let mut caller = self.caller(CLIENTS);
        for (id, history) in self.records.iter().zip(histories) {
            for node in 0..NODES {
                for ask in [Ask::Download, Ask::Read, Ask::ReadLock] {
                    let mut tries = 0;
                    let read = loop {
                        match caller.perform(node, id, ask)? {
                            Some(read) if read.answer.is_some() => break read,
                            _ if tries == READS_MAX => {
                                return Err(format!("node {node} cannot read record {id}"));
                            }
                            _ => tries += 1,
                        }
                        std::thread::sleep(BETWEEN_READS);
                    };
                    history.push(read);
                }
            }
        }
        Ok(())
    }

    /// Kills and restarts all nodes. They must give the same states of records, and refuse revoked tokens.
    fn check_after_death(&self, states: &[Record]) -> Result<(), String> {
        for node in 0..NODES {
            self.nodes.kill(node)?;
        }
        self.start_all(0)?;
        let mut histories = vec![Vec::new(); RECORDS];
        self.read_all(&mut histories)?;
        for (state, history) in states.iter().zip(&histories) {
            linear::check(*state, history).map_err(|violation| {
                let why = show::explain(*state, history, &violation);
                format!("after all nodes were killed: {why}")
            })?;
        }
        promises::dead_for_ever(self)
    }

    /// Runs `tanzanite verify`, which must find nothing wrong.
    fn check_store(&self, database: &Database) -> Result<(), String> {
        let ports = database.ports();
        let mut verified = self.nodes.verify(&ports)?;
        for _ in 1..READS_MAX {
            // Its findings are on standard output. A failure without findings means that it could not look.
            if verified.status.success() || !verified.stdout.is_empty() {
                break;
            }
            verified = self.nodes.verify(&ports)?;
        }
        if verified.status.success() {
            return Ok(());
        }
        Err(format!(
            "the store is not sound: {}{}",
            String::from_utf8_lossy(&verified.stdout),
            String::from_utf8_lossy(&verified.stderr)
        ))
    }

    /// Looks in the logs for failures that clients cannot see, or cannot tell from others.
    fn check_logs(&self) -> Result<(), String> {
        for node in 0..NODES {
            let log = std::fs::read_to_string(self.nodes.log(node)).unwrap_or_default();
            let said = log
                .lines()
                .find(|line| NEVER_SAID.iter().any(|word| line.contains(word)));
            if let Some(line) = said {
                return Err(format!("node {node} says: {line}"));
            }
        }
        Ok(())
    }

    /// Remembers a token that must be dead from now on.
    fn bury(&self, token: String) {
        let mut dead = self.dead.lock().unwrap_or_else(PoisonError::into_inner);
        dead.push(token);
    }

    fn caller(&self, number: usize) -> Caller<'_> {
        Caller::new(number, &self.nodes, &self.clock, &self.locks, &self.token)
    }

    /// A connection with the administrator's token.
    fn client(&self, node: usize) -> Result<Client, String> {
        self.client_with(node, &self.token)
    }

    fn client_with(&self, node: usize, token: &str) -> Result<Client, String> {
        let address = self.nodes.address(node);
        let address = address.ok_or_else(|| format!("node {node} does not run"))?;
        Client::connect(address, token).map_err(|error| format!("node {node}: {error}"))
    }
}
