//! The load: clients that read and change the same few records at the same time, each through all nodes.

use super::Cluster;
use super::caller::Caller;
use super::history::{Answer, Ask, Operation};
use super::nodes::NODES;
use crate::crash::next;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::ScopedJoinHandle;
use std::time::Duration;

/// The numbers of clients and of records.
pub(super) const CLIENTS: usize = 12;
pub(super) const RECORDS: usize = 6;

/// The pause of a client that got no answer.
const PAUSE: Duration = Duration::from_millis(15);

/// The operations on each record.
pub(super) type Histories = Vec<Vec<Operation>>;

/// Lets the clients work while `something` runs. Gives their operations on each record, and its result.
pub(super) fn meanwhile<T>(
    cluster: &Cluster,
    seed: u64,
    something: impl FnOnce() -> Result<T, String>,
) -> Result<(Histories, T), String> {
    let over = AtomicBool::new(false);
    let (done, result) = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let over = &over;
                scope.spawn(move || {
                    let done = work(cluster, number, seed, over);
                    // A forbidden answer ends the whole run.
                    if done.is_err() {
                        over.store(true, Ordering::Relaxed);
                    }
                    done
                })
            })
            .collect();
        // The clients end even if `something` panics.
        let end = End(&over);
        let result = something();
        drop(end);
        let done: Vec<_> = clients.into_iter().map(ScopedJoinHandle::join).collect();
        (done, result)
    });
    let mut histories = vec![Vec::new(); RECORDS];
    for client in done {
        let operations = client.map_err(|_| "a client panicked".to_owned())??;
        for (record, operation) in operations {
            histories[record].push(operation);
        }
    }
    Ok((histories, result?))
}

/// Tells clients to end when it is dropped.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn work(
    cluster: &Cluster,
    number: usize,
    seed: u64,
    over: &AtomicBool,
) -> Result<Vec<(usize, Operation)>, String> {
    let mut caller = cluster.caller(number);
    let salt = (number as u64 + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mut dice = Dice(seed ^ salt);
    // The lock that was last seen on each record.
    let mut locks = [None; RECORDS];
    let mut cautious = false;
    let mut done = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let record = dice.below(RECORDS);
        // A client without an answer sends only reads until one is answered. A write without an answer leaves the
        // record's state open, and a hundred of them would explain any answer.
        let ask = if cautious {
            Ask::Read
        } else {
            choose(&mut dice, &cluster.numbers, locks[record])
        };
        let operation = perform(cluster, &mut caller, &mut dice, record, ask)?;
        cautious = operation.is_none_or(|operation| operation.answer.is_none());
        if cautious {
            std::thread::sleep(PAUSE);
        }
        let Some(operation) = operation else { continue };
        match (operation.ask, operation.answer) {
            (Ask::Lock(lock), Some(Answer::Done)) => locks[record] = Some(lock),
            (Ask::ReadLock, Some(Answer::Lock(lock))) => locks[record] = lock,
            (Ask::Unlock(_), Some(_)) => locks[record] = None,
            // Another client has locked the record. A client that has read the lock can remove it.
            (_, Some(Answer::Locked | Answer::Other)) if dice.below(2) == 0 => {
                let look = perform(cluster, &mut caller, &mut dice, record, Ask::ReadLock)?;
                if let Some(Answer::Lock(lock)) = look.and_then(|look| look.answer) {
                    locks[record] = lock;
                }
                done.extend(look.map(|look| (record, look)));
            }
            _ => {}
        }
        done.push((record, operation));
    }
    // A read without an answer proves nothing.
    done.retain(|(_, operation)| operation.answer.is_some() || operation.ask.is_write());
    Ok(done)
}

/// Performs one operation through a random node.
fn perform(
    cluster: &Cluster,
    caller: &mut Caller<'_>,
    dice: &mut Dice,
    record: usize,
    ask: Ask,
) -> Result<Option<Operation>, String> {
    caller.perform(dice.below(NODES), &cluster.records[record], ask)
}

fn choose(dice: &mut Dice, numbers: &AtomicU64, lock: Option<u64>) -> Ask {
    let number = || numbers.fetch_add(1, Ordering::Relaxed);
    if let Some(lock) = lock
        && dice.below(2) == 0
    {
        return Ask::Unlock(lock);
    }
    match dice.below(100) {
        0..22 => Ask::Upload(number()),
        22..42 => Ask::DeletePhoto,
        42..62 => Ask::Download,
        62..77 => Ask::Update(number()),
        77..95 => Ask::Read,
        95..98 => Ask::Lock(number()),
        _ => Ask::ReadLock,
    }
}

/// Random numbers for the load, which needs variety and not secrecy.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// A number from 0 to below the bound.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = next(self.0);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }
}
