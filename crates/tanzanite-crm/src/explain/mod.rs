//! Explains why a request is answered as it is, and which changes would let it pass.
//!
//! Nothing here decides about a request. The request is really run, in transactions that are rolled back
//! ([`Rehearsal`]): first unchanged, then with the smallest change that may cure the refusal, and so on until it
//! passes. Refusals met on the way are those of later checks; the necessary changes are the remedies.

mod advice;
mod change;
mod checks;
mod paths;
mod rehearsal;
mod supposing;

pub use advice::{Advice, Step};
pub use rehearsal::{Bearer, Question, Rehearsal, Run};

use crate::operator::AuthorizationError;
use crate::transaction::{AccessToken, Transaction};
use change::Change;
use checks::{Order, found};
use std::sync::Arc;
use tanzanite_protocol::{Fault, OrgId, Stage, limits};

/// The explanation of an answer.
#[derive(Debug)]
pub struct Explanation {
    /// The run of the unchanged request.
    pub run: Run,
    /// The checks, in their order.
    pub checks: Vec<Check>,
    /// The refusals that follow once the present one is cured, in the order in which they are met.
    pub later: Vec<Fault>,
    /// Remedies: sets of changes with which the request passes, none of which can be left out, the smallest set first.
    /// Empty if it passes already or no remedy is known.
    pub ways: Vec<Vec<Advice>>,
}

/// One check of a request: all faults of one stage.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// The stage.
    pub stage: Stage,
    /// The result.
    pub status: Status,
    /// The facts that it was based on.
    pub found: Vec<String>,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It lets the request pass.
    Passed,
    /// It refuses the request.
    Refused,
    /// An earlier check refuses; once that is cured, this one refuses.
    WouldRefuse,
    /// An earlier check refuses; once that is cured, this one passes.
    WouldPass,
    /// An earlier check refuses, and no known change lets the request get here.
    NotReached,
}

impl Status {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Refused => "refused",
            Self::WouldRefuse => "would_refuse",
            Self::WouldPass => "would_pass",
            Self::NotReached => "not_reached",
        }
    }
}

/// A token that a user could be issued, to answer questions without a token.
pub fn supposed_token(
    org: OrgId,
    email: &str,
    scopes: &[String],
    tx: &mut dyn Transaction,
) -> Result<Arc<AccessToken>, AuthorizationError> {
    crate::operator::authorization(org, email, scopes, "", tx).map(change::made)
}

/// Explains an answer. `run` performs a rehearsal in a transaction that is rolled back.
pub fn explain(question: Question, run: &mut dyn FnMut(&Rehearsal) -> Run) -> Explanation {
    let mut theatre = Theatre {
        run,
        left: limits::EXPLAIN_RUNS_MAX,
    };
    let asked = Rehearsal::of(question);
    let mut runs = vec![(theatre.run)(&asked)];
    let mut mended = asked.clone();
    while let Some((rehearsal, run)) = theatre.further(&mended, &runs) {
        mended = rehearsal;
        runs.push(run);
    }
    let checks = judge(&runs);
    let mut ways = Vec::new();
    if runs.len() > 1 && passes(&runs[runs.len() - 1]) {
        ways.extend(theatre.as_somebody_else(&mended, &runs[runs.len() - 1]));
        ways.insert(0, theatre.least(&mended));
    }
    // Among sets of the same size, the caller's own stays first.
    ways.sort_by_key(|way| way.changes.len());
    let ways = ways.iter().map(Way::advice).collect();
    let later = runs[1..].iter().flat_map(Run::refusals).cloned().collect();
    Explanation {
        run: runs.swap_remove(0),
        checks,
        later,
        ways,
    }
}

fn passes(run: &Run) -> bool {
    run.refusals().is_empty()
}

/// Performs a bounded number of rehearsals.
struct Theatre<'a> {
    run: &'a mut dyn FnMut(&Rehearsal) -> Run,
    left: usize,
}

/// A set of changes with which a request passes, and the run that has shown it.
struct Way {
    changes: Vec<Change>,
    run: Run,
}

impl Way {
    fn advice(&self) -> Vec<Advice> {
        let changes = self.changes.iter().enumerate();
        let advice = changes.map(|(at, change)| change.advice(&self.changes[..at], &self.run));
        advice.collect()
    }
}

impl Theatre<'_> {
    /// Performs a rehearsal; `None` once the bound is reached.
    fn perform(&mut self, rehearsal: &Rehearsal) -> Option<Run> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        Some((self.run)(rehearsal))
    }

    /// The rehearsal with one more change that gets furthest: past more checks, or to a refusal that no run had before.
    /// Among equals the first.
    fn further(&mut self, mended: &Rehearsal, runs: &[Run]) -> Option<(Rehearsal, Run)> {
        let run = runs.last()?;
        let order = Order::of(run.descriptor);
        let refusals = run.refusals().iter();
        let fault = refusals.min_by_key(|fault| order.position(fault.row()))?;
        let mut farthest = order.reached(run);
        let is_known = |fault: &Fault| runs.iter().any(|run| run.refusals().contains(fault));
        let mut best = None;
        for change in change::candidates(run, fault) {
            let rehearsal = mended.with(change);
            let next = self.perform(&rehearsal)?;
            let reached = Order::of(next.descriptor).reached(&next);
            let is_other = best.is_none() && !next.refusals().iter().any(is_known);
            if reached > farthest || (reached == farthest && is_other) {
                farthest = reached;
                best = Some((rehearsal, next));
            }
        }
        best
    }

    /// Removes the unnecessary changes: the request does not pass without any of the others.
    fn least(&mut self, mended: &Rehearsal) -> Way {
        let mut changes = mended.changes.clone();
        let mut at = 0;
        while at < changes.len() {
            let mut fewer = changes.clone();
            fewer.remove(at);
            match self.perform(&mended.changed(fewer.clone())) {
                Some(run) if passes(&run) => changes = fewer,
                _ => at += 1,
            }
        }
        // Sorted so that they can be made in this order, since a locked record cannot be changed.
        changes.sort_by_key(|change| match change {
            Change::Token(_) => 0,
            Change::Unlocked(_) => 1,
            _ => 2,
        });
        let run = (self.run)(&mended.changed(changes.clone()));
        Way { changes, run }
    }

    /// Replaces all changes for the caller's sake by another user's token; takes the first token with which the request
    /// passes.
    fn as_somebody_else(&mut self, mended: &Rehearsal, last: &Run) -> Option<Way> {
        let (of_caller, others): (Vec<Change>, Vec<Change>) = mended
            .changes
            .iter()
            .cloned()
            .partition(Change::is_for_the_caller);
        if of_caller.iter().all(Change::is_token) {
            return None;
        }
        for token in change::tokens_of_others(last) {
            let rehearsal = mended.changed([others.as_slice(), &[token]].concat());
            if passes(&self.perform(&rehearsal)?) {
                return Some(self.least(&rehearsal));
            }
        }
        None
    }
}

/// The result of each check, from the first run or, if that run did not get there, from later ones.
fn judge(runs: &[Run]) -> Vec<Check> {
    let (first, last) = (&runs[0], &runs[runs.len() - 1]);
    let order = Order::of(last.descriptor);
    let (reached, reached_last) = (order.reached(first), order.reached(last));
    let refuses = |at: usize, run: &&Run| order.refusing(run).contains(&at);
    let check = |(at, stage)| {
        let later = runs[1..].iter().find(|run| refuses(at, run));
        let (status, run) = match later {
            _ if refuses(at, &first) => (Status::Refused, Some(first)),
            _ if at < reached => (Status::Passed, Some(first)),
            Some(run) => (Status::WouldRefuse, Some(run)),
            None if at < reached_last => (Status::WouldPass, Some(last)),
            None => (Status::NotReached, None),
        };
        Check {
            stage,
            status,
            found: run.map(|run| found(stage, run)).unwrap_or_default(),
        }
    };
    let checks = order.stages().enumerate().map(check);
    // A rehearsal counts no credits, and its store does not fail.
    let unlikely = |check: &Check| matches!(check.stage, Stage::Limits | Stage::Store);
    let is_one = |check: &Check| !unlikely(check) || check.status == Status::Refused;
    checks.filter(is_one).collect()
}
