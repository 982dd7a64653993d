//! What goes wrong during a round: nodes, connections and servers of the database, one after another, in any order.

use super::database::Database;
use super::load::Dice;
use super::nodes::{NODES, Nodes};
use std::time::Duration;
use tanzanite_testbed::Cut;

/// What can go wrong.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// A node is killed, and started again after a while.
    Kill,
    /// All connections of a node to the database are cut.
    Cut,
    /// One is cut at its next COMMIT.
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

/// What goes wrong in each round.
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

/// The shortest and the longest time before something goes wrong again, in milliseconds.
const CALM_MILLIS: (usize, usize) = (40, 200);
/// Sessions that are ended at once.
const SESSIONS: i64 = 3;
/// How often a node is started that finds no database: its standby may be taking over.
const STARTS_MAX: u32 = 5;

/// How much has gone wrong.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) kills: usize,
    pub(super) connections: usize,
    pub(super) sessions: usize,
    pub(super) crashes: usize,
    pub(super) takeovers: usize,
}

/// One round's faults.
pub(super) fn inflict(
    nodes: &Nodes,
    database: &mut Database,
    dice: &mut Dice,
    tally: &mut Tally,
) -> Result<(), String> {
    let mut faults = EACH_ROUND.to_vec();
    if database.can_take_over() {
        // A session that the database ends while it waits for the standby is a commit of which nobody knows whether the
        // standby has it; PostgreSQL says so in a warning. That is not what is proved here.
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
