//! Why a request is answered as it is, and what would have to be otherwise.
//!
//! Nothing here decides about a request. It is really run, in transactions that are rolled back ([`Rehearsal`]): first as it is,
//! then with the nearest change against what refused it, and so on until it passes. The refusals that are met on the way are the
//! later checks that would refuse too; the changes that were needed are those that let it pass.

mod change;
mod checks;
mod paths;
mod rehearsal;

pub use change::{Advice, Step};
pub use rehearsal::{Bearer, Question, Rehearsal, Run};

use crate::operator::AuthorizationError;
use crate::transaction::{AccessToken, Transaction};
use change::Change;
use checks::{found, order, position, reached};
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
    /// Changes with which it passes, those of one way together: the fewest first. None if it passes, or none is known.
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
pub fn explain(
    question: Question,
    run: &mut dyn FnMut(Rehearsal) -> Run,
) -> Explanation {
    let mut stage = Theatre { run, left: limits::EXPLAIN_RUNS_MAX };
    let asked = Rehearsal::of(question);
    let mut runs = vec![(stage.run)(asked.clone())];
    let mut mended = asked.clone();
    while let Some((rehearsal, run)) = stage.further(&mended, &runs[runs.len() - 1]) {
        mended = rehearsal;
        runs.push(run);
    }
    let checks = judge(&runs);
    let mut ways = Vec::new();
    if runs.len() > 1 && passes(&runs[runs.len() - 1]) {
        ways.push(stage.least(&mended));
    }
    let depends_on_the_caller = |fault: &Fault| {
        use Stage::{Authentication, Lock, Profile, Scope, Sharing, Token};
        [Authentication, Token, Scope, Profile, Sharing, Lock]
            .contains(&fault.condition().row().stage)
    };
    let is_about_the_caller = runs[0].refusals().iter().all(depends_on_the_caller);
    let is_mended_by_a_token = |way: &Way| way.changes.iter().all(Change::is_token);
    if !passes(&runs[0]) && is_about_the_caller && !ways.iter().any(is_mended_by_a_token) {
        ways.extend(stage.as_somebody_else(&asked, &runs));
    }
    // Stable: of two ways with as many changes the one that changes less of who asks stays first.
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
    run: &'a mut dyn FnMut(Rehearsal) -> Run,
    left: usize,
}

/// Changes with which a request passes, and the run that has shown it.
struct Way {
    changes: Vec<Change>,
    run: Run,
}

impl Way {
    fn advice(&self) -> Vec<Advice> {
        let changes = self.changes.iter();
        changes.map(|change| change.advice(&self.run)).collect()
    }
}

impl Theatre<'_> {
    /// `None` when there were as many runs as there may be.
    fn perform(&mut self, rehearsal: Rehearsal) -> Option<Run> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        Some((self.run)(rehearsal))
    }

    /// The candidate with which the request comes farthest, if that is past the check that refuses it; the first of several.
    fn further(&mut self, mended: &Rehearsal, run: &Run) -> Option<(Rehearsal, Run)> {
        let order = order(run.descriptor);
        let refusals = run.refusals().iter();
        let first = refusals.min_by_key(|fault| position(&order, fault.condition()));
        let mut best = None;
        let mut farthest = reached(run);
        for change in first.map(|fault| change::candidates(run, fault)).unwrap_or_default() {
            let rehearsal = mended.with(change);
            if let Some(next) = self.perform(rehearsal.clone())
                && reached(&next) > farthest
            {
                farthest = reached(&next);
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
            match self.perform(mended.changed(fewer.clone())) {
                Some(run) if passes(&run) => changes = fewer,
                _ => at += 1,
            }
        }
        let run = (self.run)(mended.changed(changes.clone()));
        Way { changes, run }
    }

    /// The first token of somebody else with which the request passes as it is.
    fn as_somebody_else(&mut self, asked: &Rehearsal, runs: &[Run]) -> Option<Way> {
        for token in runs.last().map(change::tokens_of_others).unwrap_or_default() {
            let changes = vec![token];
            match self.perform(asked.changed(changes.clone())) {
                Some(run) if passes(&run) => return Some(Way { changes, run }),
                _ => {}
            }
        }
        None
    }
}

/// What came of each check in the first run and, where that did not come so far, in the later ones.
fn judge(runs: &[Run]) -> Vec<Check> {
    let (first, last) = (&runs[0], &runs[runs.len() - 1]);
    let order = order(last.descriptor);
    let of = |run: &Run| -> Vec<usize> {
        let refusals = run.refusals().iter();
        let positions = refusals.map(|fault| position(&order, fault.condition()));
        positions.collect()
    };
    let (now, later) = (of(first), runs[1..].iter().flat_map(of).collect::<Vec<_>>());
    let until = |refused: &[usize]| refused.iter().copied().min().unwrap_or(usize::MAX);
    let (reached, reached_last) = (until(&now), until(&of(last)));
    let mut checks = Vec::new();
    let mut at = 0;
    let stages = order.chunk_by(|left, right| left.row().stage == right.row().stage);
    for conditions in stages {
        let here = at..at + conditions.len();
        at = here.end;
        let is_refused = |refused: &[usize]| refused.iter().any(|at| here.contains(at));
        let status = match () {
            () if is_refused(&now) => Status::Refused,
            () if here.end <= reached => Status::Passed,
            () if is_refused(&later) => Status::WouldRefuse,
            () if here.end <= reached_last => Status::WouldPass,
            () => Status::NotReached,
        };
        let stage = conditions[0].row().stage;
        let run = match status {
            Status::Passed | Status::Refused => Some(first),
            Status::WouldRefuse => runs[1..].iter().find(|run| is_refused(&of(run))),
            Status::WouldPass => Some(last),
            Status::NotReached => None,
        };
        let found = run.map(|run| found(stage, run)).unwrap_or_default();
        checks.push(Check {
            stage,
            status,
            found,
        });
    }
    if now.contains(&order.len()) {
        checks.push(Check {
            stage: Stage::Store,
            status: Status::Refused,
            found: Vec::new(),
        });
    }
    checks
}
