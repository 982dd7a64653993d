//! Faults that a test has asked for: rules that say which requests go wrong, when and how. In the memory of this process.

mod rule;

pub(crate) use rule::{Effect, Moment, Rule};

use http::request::Parts;
use parking_lot::RwLock;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tanzanite_crm::route;
use tanzanite_protocol::{Method, Timestamp, limits};

/// The rules, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: RwLock<Vec<Arc<Rule>>>,
    /// Whether there are any: every request asks.
    count: AtomicU64,
    last: AtomicU64,
}

/// There are too many rules already.
#[derive(Debug)]
pub(crate) struct TooMany;

impl Faults {
    /// Makes a rule; it has the next number.
    pub(crate) fn add(&self, mut rule: Rule) -> Result<Arc<Rule>, TooMany> {
        let mut rules = self.rules.write();
        if rules.len() == limits::FAULT_RULES_MAX {
            return Err(TooMany);
        }
        rule.number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let rule = Arc::new(rule);
        rules.push(Arc::clone(&rule));
        self.count(rules.len());
        Ok(rule)
    }

    /// Removes a rule, or all; how many there were.
    pub(crate) fn remove(&self, number: Option<u64>) -> usize {
        let mut rules = self.rules.write();
        let before = rules.len();
        rules.retain(|rule| number.is_some_and(|number| rule.number != number));
        self.count(rules.len());
        before - rules.len()
    }

    /// Those that can still fire.
    pub(crate) fn to_json(&self, now: Timestamp) -> Vec<Value> {
        self.forget_spent(now);
        let rules = self.rules.read();
        rules.iter().map(|rule| rule.to_json()).collect()
    }

    /// The first rule that this request meets.
    pub(crate) fn fire(&self, method: Method, head: &Parts, now: Timestamp) -> Option<Arc<Rule>> {
        if self.count.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let path = head.uri.path();
        let route = route(method, path).ok();
        let rules = self.rules.read();
        let fired = rules
            .iter()
            .find(|rule| rule.meets(head, route.as_ref(), now));
        let fired = fired.cloned();
        drop(rules);
        if fired.is_some() {
            self.forget_spent(now);
        }
        fired
    }

    fn forget_spent(&self, now: Timestamp) {
        let mut rules = self.rules.write();
        rules.retain(|rule| !rule.is_spent(now));
        self.count(rules.len());
    }

    fn count(&self, rules: usize) {
        let rules = u64::try_from(rules).unwrap_or(u64::MAX);
        self.count.store(rules, Ordering::Relaxed);
    }
}
