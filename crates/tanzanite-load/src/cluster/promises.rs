//! Promises between nodes, beside the histories of records. A token that is revoked through one node is dead on all at
//! once. Settings that are replaced through one node are not served from another's memory. If many clients delete one
//! photo, exactly one succeeds.

use super::Cluster;
use super::database::Database;
use super::history::{Answer, Ask, Clock};
use super::load::RECORDS;
use super::nodes::NODES;
use crate::crash::client::Client;
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, PoisonError};
use std::thread::ScopedJoinHandle;
use std::time::Duration;

/// The watchers of each node.
const WATCHERS: usize = 2;
/// The time for which watchers look before a change, and after it.
const LOOK: Duration = Duration::from_millis(15);
/// The number of clients that delete one photo at once.
const DELETES: usize = 64;

/// The longest wait for a COMMIT, and the most tries of a write after a crash.
const PATIENCE: Duration = Duration::from_secs(20);
const WRITES_MAX: u32 = 100;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// One look of a watcher at a node, and its result.
struct Sighting {
    node: usize,
    invoked: u64,
    ended: u64,
    /// Whether the watcher saw the state after the change, and not the one before it.
    changed: bool,
}

/// An access token, and the token that is revoked to end it: itself, or its refresh token.
struct Token {
    access: String,
    revoked: String,
}

impl Token {
    fn make(cluster: &Cluster, round: usize) -> Result<Self, String> {
        let mut control = cluster.client(round % NODES)?;
        let made = if round.is_multiple_of(2) {
            let wanted =
                r#"{"user":"mara.lindqvist@example.com","scopes":["ZohoCRM.modules.ALL"]}"#;
            control.send("POST", "/_tanzanite/tokens", JSON, wanted.as_bytes())
        } else {
            control.send("POST", "/_tanzanite/environment", JSON, b"")
        };
        let (status, body) = made.map_err(|error| format!("no token: {error}"))?;
        let text = String::from_utf8_lossy(&body).into_owned();
        let made: Value = serde_json::from_slice(&body).map_err(|_| format!("{status}: {text}"))?;
        let access = made["access_token"].as_str().ok_or(text)?;
        let revoked = made["refresh_token"].as_str().unwrap_or(access);
        Ok(Self {
            access: access.to_owned(),
            revoked: revoked.to_owned(),
        })
    }

    /// Asks a node to revoke it. Gives whether the node acknowledged that.
    fn revoke(&self, cluster: &Cluster, node: usize) -> Result<bool, String> {
        let body = format!("token={}", self.revoked);
        let mut client = cluster.client(node)?;
        let sent = client.send("POST", "/oauth/v2/token/revoke", FORM, body.as_bytes());
        match sent {
            Ok((200, _)) => Ok(true),
            Ok((500, _)) => Ok(false),
            other => Err(format!("a token cannot be revoked: {other:?}")),
        }
    }

    fn is_dead(status: u16) -> Option<bool> {
        match status {
            200 => Some(false),
            401 => Some(true),
            _ => None,
        }
    }
}

/// Revokes a token through one node, and watches all nodes.
pub(super) fn revocation(cluster: &Cluster, round: usize) -> Result<(), String> {
    let token = Token::make(cluster, round)?;
    let path = format!("/crm/v8/Leads/{}?fields=Description", cluster.records[0]);
    let revoke = || {
        let revoked = token.revoke(cluster, (round + 1) % NODES)?;
        revoked
            .then_some(())
            .ok_or_else(|| "it could not be".to_owned())
    };
    let is_dead = |status, _: &[u8]| Token::is_dead(status);
    at_once(cluster, &token.access, &path, is_dead, revoke)
        .map_err(|error| format!("a token that was revoked: {error}"))?;
    cluster.bury(token.access);
    Ok(())
}

/// Crashes the database while a node commits a revocation, and then writes through another node. If the revocation is
/// lost, the new write can get the number of its transaction. The first node asks for the fate of its transaction, and
/// must not take the new one for it.
pub(super) fn crash_in_a_commit(
    cluster: &Cluster,
    database: &Database,
    round: usize,
) -> Result<(), String> {
    let token = Token::make(cluster, round)?;
    let (node, other) = (round % NODES, (round + 1) % NODES);
    let held = cluster.nodes.hold_commit(node);
    let held = held.ok_or("there is no way to the database")?;
    let revoked = std::thread::scope(|scope| {
        let revocation = scope.spawn(|| token.revoke(cluster, node));
        let reached = held.wait(PATIENCE);
        database.crash();
        let written = write(cluster, other);
        drop(held);
        let revoked = revocation.join();
        let revoked = revoked.map_err(|_| "a client panicked".to_owned())??;
        written?;
        reached
            .then_some(revoked)
            .ok_or_else(|| "no COMMIT ever came".to_owned())
    })?;
    if revoked {
        must_be_dead(cluster, &token.access)?;
        cluster.bury(token.access);
    }
    Ok(())
}

/// Writes a value through a node, as soon as that works.
fn write(cluster: &Cluster, node: usize) -> Result<(), String> {
    let mut caller = cluster.caller(0);
    for _ in 0..WRITES_MAX {
        let number = cluster.numbers.fetch_add(1, Ordering::Relaxed);
        let written = caller.perform(node, &cluster.records[RECORDS], Ask::Update(number))?;
        if written.is_some_and(|written| written.answer == Some(Answer::Done)) {
            return Ok(());
        }
    }
    Err(format!(
        "node {node} does not write after a crash of the database"
    ))
}

/// Checks that all revoked tokens are still dead.
pub(super) fn dead_for_ever(cluster: &Cluster) -> Result<(), String> {
    let dead = cluster.dead.lock().unwrap_or_else(PoisonError::into_inner);
    dead.iter()
        .try_for_each(|token| must_be_dead(cluster, token))
}

fn must_be_dead(cluster: &Cluster, token: &str) -> Result<(), String> {
    for node in 0..NODES {
        let mut client = cluster.client_with(node, token)?;
        let sent = client.send("GET", "/crm/v8/Leads?fields=Last_Name", JSON, b"");
        if !matches!(sent, Ok((401, _))) {
            return Err(format!(
                "a token whose revocation was acknowledged is alive on node {node}: {sent:?}"
            ));
        }
    }
    Ok(())
}

/// Replaces settings, and watches all nodes.
pub(super) fn settings(cluster: &Cluster, database: &Database, round: usize) -> Result<(), String> {
    let name = format!("Renamed in round {round}");
    let is_new = |status, body: &[u8]| {
        let body: Value = serde_json::from_slice(body).ok()?;
        let found = body["org"][0]["company_name"].as_str()?;
        (status == 200).then(|| found == name)
    };
    let change = || database.rename_organisation(&name);
    at_once(cluster, &cluster.token, "/crm/v8/org", is_new, change)
        .map_err(|error| format!("settings that were replaced: {error}"))
}

/// Deletes one photo many times at once, through all nodes. Exactly one deletion must succeed.
pub(super) fn one_of_many_deletes(cluster: &Cluster) -> Result<(), String> {
    let record = &cluster.records[RECORDS];
    let number = cluster.numbers.fetch_add(1, Ordering::Relaxed);
    let upload = cluster.caller(0).perform(0, record, Ask::Upload(number))?;
    if upload.and_then(|upload| upload.answer) != Some(Answer::Done) {
        return Err("the photo for many deletes was not taken".to_owned());
    }
    let barrier = Barrier::new(DELETES);
    let path = format!("/crm/v8/Leads/{record}/photo");
    let answers: Vec<Result<(u16, Vec<u8>), String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..DELETES)
            .map(|number| {
                let (barrier, path) = (&barrier, &path);
                scope.spawn(move || {
                    let client = cluster.client(number % NODES);
                    barrier.wait();
                    let sent = client?.send("DELETE", path, JSON, b"");
                    sent.map_err(|error| error.to_string())
                })
            })
            .collect();
        let joined = threads.into_iter().map(ScopedJoinHandle::join);
        joined
            .map(|answer| answer.unwrap_or_else(|_| Err("a client panicked".to_owned())))
            .collect()
    });
    let mut deleted = 0;
    for answer in answers {
        match answer? {
            (200, _) => deleted += 1,
            (400, body) if String::from_utf8_lossy(&body).contains("No such photo exists") => {}
            (status, body) => {
                let body = String::from_utf8_lossy(&body).into_owned();
                return Err(format!(
                    "one of {DELETES} deletes at once was answered with {status}, {body}"
                ));
            }
        }
    }
    if deleted == 1 {
        Ok(())
    } else {
        Err(format!(
            "{deleted} of {DELETES} deletes of one photo succeeded"
        ))
    }
}

/// Checks that every look that begins after a change was acknowledged sees it, and that none sees it before it was
/// asked for.
fn at_once(
    cluster: &Cluster,
    token: &str,
    path: &str,
    is_changed: impl Fn(u16, &[u8]) -> Option<bool> + Sync,
    change: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    let over = AtomicBool::new(false);
    let look = |node| Watcher::new(cluster, node, token)?.look(path, &is_changed);
    // This look fills the caches of each node.
    for node in 0..NODES {
        if look(node)?.changed {
            return Err(format!("node {node} has it before it was asked for"));
        }
    }
    let (before, after, sightings) = std::thread::scope(|scope| {
        let watchers: Vec<_> = (0..NODES * WATCHERS)
            .map(|number| {
                let (over, is_changed) = (&over, &is_changed);
                scope.spawn(move || {
                    let mut watcher = Watcher::new(cluster, number % NODES, token)?;
                    let mut seen = Vec::new();
                    while !over.load(Ordering::Relaxed) {
                        seen.push(watcher.look(path, is_changed)?);
                    }
                    Ok::<_, String>(seen)
                })
            })
            .collect();
        std::thread::sleep(LOOK);
        let before = cluster.clock.now();
        let changed = change();
        let after = cluster.clock.now();
        std::thread::sleep(LOOK);
        over.store(true, Ordering::Relaxed);
        let mut seen = Vec::new();
        for watcher in watchers {
            let watched = watcher.join();
            seen.extend(watched.map_err(|_| "a client panicked".to_owned())??);
        }
        changed.map(|()| (before, after, seen))
    })?;
    let last = (0..NODES).map(look).collect::<Result<Vec<_>, _>>()?;
    for sighting in sightings.iter().chain(&last) {
        if sighting.invoked > after && !sighting.changed {
            return Err(format!("node {} does not have it", sighting.node));
        }
        if sighting.ended < before && sighting.changed {
            return Err(format!("node {} had it too soon", sighting.node));
        }
    }
    Ok(())
}

/// A client that asks one node the same thing again and again.
struct Watcher<'a> {
    node: usize,
    client: Client,
    clock: &'a Clock,
}

impl<'a> Watcher<'a> {
    fn new(cluster: &'a Cluster, node: usize, token: &str) -> Result<Self, String> {
        Ok(Self {
            node,
            client: cluster.client_with(node, token)?,
            clock: &cluster.clock,
        })
    }

    fn look(
        &mut self,
        path: &str,
        is_changed: impl Fn(u16, &[u8]) -> Option<bool>,
    ) -> Result<Sighting, String> {
        let invoked = self.clock.now();
        let sent = self.client.send("GET", path, JSON, b"");
        let ended = self.clock.now();
        let (status, body) = sent.map_err(|error| format!("node {}: {error}", self.node))?;
        let changed = is_changed(status, &body).ok_or_else(|| {
            let body = String::from_utf8_lossy(&body);
            format!("node {} answers with {status}, {body}", self.node)
        })?;
        Ok(Sighting {
            node: self.node,
            invoked,
            ended,
            changed,
        })
    }
}
