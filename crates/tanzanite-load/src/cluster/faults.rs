//! The faults of a round: nodes, connections and servers of the database fail one after another, in random order.

use super::database::Database;
use super::load::Dice;
use super::nodes::{NODES, Nodes};
use std::time::Duration;
use tanzanite_testbed::Cut;

/// A fault that a round can have.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// A node is killed, and started again after a while.
    Kill,
    /// All connections of a node to the database are cut.
    Cut,
    /// One of a node's connections to the database is cut at its next COMMIT.
    CutAtCommit(Cut),
    /// All connections to the object store are cut.
    CutObjects,
    /// The database ends some sessions.
    Terminate,
    /// The database crashes, and recovers from its log.
    Crash,
    /// The primary is killed, and the standby takes over.
    TakeOver,
}

/// The faults of every round.
const EACH_ROUND: [Fault; 12] = [
    Fault::Kill,
    Fault::Kill,
    Fault::Kill,
    Fault::Cut,
    Fault::Cut,
    Fault::CutAtCommit(Cut::Before),
    Fault::CutAtCommit(Cut::Before),
    Fault::CutAtCommit(Cut::After),
    Fault::CutAtCommit(Cut::After),
    Fault::CutAtCommit(Cut::After),
    Fault::CutObjects,
    Fault::Terminate,
];

/// The shortest and the longest pause between two faults, in milliseconds.
const CALM_MILLIS: (usize, usize) = (40, 200);
/// The most sessions that are ended at once.
const SESSIONS: i64 = 3;
/// The most tries to start a node. It finds no database while the standby takes over.
const STARTS_MAX: u32 = 5;

/// The counts of faults.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) kills: usize,
    pub(super) connections: usize,
    pub(super) sessions: usize,
    pub(super) crashes: usize,
    pub(super) takeovers: usize,
}

/// Inflicts the faults of one round, and counts them.
pub(super) fn inflict(
    nodes: &Nodes,
    database: &mut Database,
    dice: &mut Dice,
    tally: &mut Tally,
) -> Result<(), String> {
    let mut faults = EACH_ROUND.to_vec();
    if database.can_take_over() {
        // If PostgreSQL ends a session that waits for the standby, it warns that the standby may not have the commit.
        // Such a commit may be lost with the primary, so sessions are not ended here.
        faults.retain(|fault| !matches!(fault, Fault::Terminate));
        faults.push(Fault::TakeOver);
    } else {
        faults.push(Fault::Crash);
    }
    for position in (1..faults.len()).rev() {
        faults.swap(position, dice.below(position + 1));
    }
    for fault in faults {
        calm(dice);
        let node = dice.below(NODES);
        match fault {
            Fault::Kill => {
                nodes.kill(node)?;
                tally.kills += 1;
                calm(dice);
                start(nodes, node)?;
            }
            Fault::Cut => tally.connections += nodes.cut(node),
            Fault::CutAtCommit(cut) => nodes.cut_at_commit(node, cut),
            Fault::CutObjects => tally.connections += nodes.cut_objects(),
            Fault::Terminate => tally.sessions += database.terminate(SESSIONS)?,
            Fault::Crash => {
                database.crash();
                tally.crashes += 1;
            }
            Fault::TakeOver => {
                database.kill_primary();
                calm(dice);
                database.promote();
                calm(dice);
                database.follow();
                tally.takeovers += 1;
            }
        }
    }
    calm(dice);
    Ok(())
}

fn start(nodes: &Nodes, node: usize) -> Result<(), String> {
    let mut started = nodes.start(node);
    for _ in 1..STARTS_MAX {
        if started.is_ok() {
            break;
        }
        started = nodes.start(node);
    }
    started
}

fn calm(dice: &mut Dice) {
    let (shortest, longest) = CALM_MILLIS;
    let millis = shortest + dice.below(longest - shortest);
    std::thread::sleep(Duration::from_millis(
        u64::try_from(millis).unwrap_or_default(),
    ));
}
