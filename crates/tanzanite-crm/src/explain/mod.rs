//! Why a request is answered as it is, and what would have to be otherwise.
//!
//! Nothing here decides about a request. It is really run, in transactions that are rolled back ([`Rehearsal`]): first as it is,
//! then with the nearest change against what refused it, and so on until it passes. The refusals that are met on the way are the
//! later checks that would refuse too; the changes that were needed are those that let it pass.

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

/// Why a request is answered as it is.
#[derive(Debug)]
pub struct Explanation {
    /// The request as it is, and its answer.
    pub run: Run,
    /// The checks, in their order.
    pub checks: Vec<Check>,
    /// The refusals that follow once what refuses now is mended, in the order in which they are met.
    pub later: Vec<Fault>,
    /// Changes with which it passes, none of which can be left out: one way after another, those with the fewest first. None if it
    /// passes as it is, or none is known.
    pub ways: Vec<Vec<Advice>>,
}

/// One check of a request: all refusals of one stage.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// Which.
    pub stage: Stage,
    /// What came of it.
    pub status: Status,
    /// What it looked at.
    pub found: Vec<String>,
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It let the request pass.
    Passed,
    /// It refuses the request.
    Refused,
    /// An earlier one refuses; without that this one does.
    WouldRefuse,
    /// An earlier one refuses; without that this one does not.
    WouldPass,
    /// An earlier one refuses, and no change is known that lets the request come so far.
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

/// A token that a user could give: for questions without one.
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
    // Of two with as many changes the caller's own stays first.
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

/// Where rehearsals are performed, a bounded number of them.
struct Theatre<'a> {
    run: &'a mut dyn FnMut(&Rehearsal) -> Run,
    left: usize,
}

/// Changes with which a request passes, and the run that has shown it.
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
    /// `None` when there were as many runs as there may be.
    fn perform(&mut self, rehearsal: &Rehearsal) -> Option<Run> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        Some((self.run)(rehearsal))
    }

    /// The candidate with which the request comes farthest, if it is refused otherwise than in all runs before; the first of several.
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

    /// The changes that are needed: without any one of them it does not pass.
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
        // As they can be made: what is locked cannot be changed.
        changes.sort_by_key(|change| match change {
            Change::Token(_) => 0,
            Change::Unlocked(_) => 1,
            _ => 2,
        });
        let run = (self.run)(&mended.changed(changes.clone()));
        Way { changes, run }
    }

    /// A token of somebody else in place of all that is changed for the caller's sake: the first with which the request passes.
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

/// What came of each check in the first run and, where that did not come so far, in the later ones.
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
    // Nobody counts in a rehearsal.
    let unlikely = |check: &Check| matches!(check.stage, Stage::Limits | Stage::Store);
    let is_one = |check: &Check| !unlikely(check) || check.status == Status::Refused;
    checks.filter(is_one).collect()
}
