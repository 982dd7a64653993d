//! Fault injection rules that tests have made: they say which requests of an organisation go wrong, when and how. Kept
//! in the memory of this process.

mod apply;
mod rule;
mod spec;

pub(crate) use apply::under_rules;
pub(crate) use rule::Rule;

use rule::Effect;
use spec::Moment;

use http::request::Parts;
use parking_lot::RwLock;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tanzanite_crm::{Route, route};
use tanzanite_protocol::{Method, OrgId, Timestamp, limits};

/// The rules, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: RwLock<Vec<Arc<Rule>>>,
    /// The number of rules, which every request checks.
    count: AtomicU64,
    last: AtomicU64,
}

/// The limit on the number of rules is reached.
#[derive(Debug)]
pub(crate) struct TooMany;

/// A request that some rule may concern, judged before its sender is known.
#[derive(Debug)]
struct Suspect<'a> {
    head: &'a Parts,
    route: Option<Route>,
}

/// The sender of a request.
#[derive(Debug)]
struct Asker {
    org: OrgId,
    /// The client's id; empty if unknown.
    client: String,
    bears_token: bool,
}

impl Suspect<'_> {
    /// Whether the request is to a public endpoint, so that its body names the sender.
    fn is_public(&self) -> bool {
        self.route.as_ref().is_some_and(Route::is_public)
    }

    fn is_of(&self, rule: &Rule) -> bool {
        rule.is_about(self.head, self.route.as_ref())
    }
}

impl Faults {
    /// Adds a rule under the next number.
    pub(crate) fn add(&self, mut rule: Rule, now: Timestamp) -> Result<Arc<Rule>, TooMany> {
        self.forget_spent(now);
        let mut rules = self.rules.write();
        let of_org = rules.iter().filter(|other| other.org == rule.org);
        if rules.len() >= limits::FAULT_RULES_TOTAL_MAX || of_org.count() >= limits::FAULT_RULES_MAX
        {
            return Err(TooMany);
        }
        rule.number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let rule = Arc::new(rule);
        rules.push(Arc::clone(&rule));
        self.count(rules.len());
        Ok(rule)
    }

    /// Removes a rule of an organisation; returns whether there was one.
    pub(crate) fn remove(&self, org: OrgId, number: u64) -> bool {
        self.retain(|rule| rule.org != org || rule.number != number) > 0
    }

    /// Removes all rules of an organisation and returns their number.
    pub(crate) fn forget(&self, org: OrgId) -> usize {
        self.retain(|rule| rule.org != org)
    }

    /// The rules of an organisation that can still fire.
    pub(crate) fn to_json(&self, org: OrgId, now: Timestamp) -> Vec<Value> {
        self.forget_spent(now);
        let rules = self.rules.read();
        let of_org = rules.iter().filter(|rule| rule.org == org);
        of_org.map(|rule| rule.to_json()).collect()
    }

    /// The request as far as the rules need it, if some rule may concern it. Only then is its sender looked up.
    fn suspect<'a>(&self, method: Method, head: &'a Parts, now: Timestamp) -> Option<Suspect<'a>> {
        if self.count.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let route = route(method, head.uri.path()).ok();
        let suspect = Suspect { head, route };
        let rules = self.rules.read();
        let mut live = rules.iter().filter(|rule| !rule.is_spent(now));
        live.any(|rule| suspect.is_of(rule)).then_some(suspect)
    }

    /// The first rule that fires at this request. Rules before it that match without firing count the request.
    fn fire(&self, suspect: &Suspect<'_>, asker: &Asker, now: Timestamp) -> Option<Arc<Rule>> {
        let rules = self.rules.read();
        let fired = rules.iter().find(|rule| {
            !rule.is_spent(now) && suspect.is_of(rule) && rule.is_about_asker(asker) && rule.fires()
        });
        let fired = fired.cloned();
        drop(rules);
        if fired.as_ref().is_some_and(|rule| rule.is_spent(now)) {
            self.forget_spent(now);
        }
        fired
    }

    fn forget_spent(&self, now: Timestamp) {
        self.retain(|rule| !rule.is_spent(now));
    }

    /// Keeps the rules that `stays` holds for; returns the number of those removed.
    fn retain(&self, stays: impl Fn(&Rule) -> bool) -> usize {
        let mut rules = self.rules.write();
        let before = rules.len();
        rules.retain(|rule| stays(rule));
        self.count(rules.len());
        before - rules.len()
    }

    fn count(&self, rules: usize) {
        let rules = u64::try_from(rules).unwrap_or(u64::MAX);
        self.count.store(rules, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(org: i64, now: Timestamp) -> Rule {
        let org = OrgId::new(org).expect("an organisation");
        Rule::parse(org, br#"{"close":true,"expires_in":"1m"}"#, now).expect("a rule")
    }

    #[test]
    fn rules_have_a_bound_for_each_organisation_and_one_for_all_and_the_spent_do_not_count() {
        let faults = Faults::default();
        let now = Timestamp::from_millis(0);
        let orgs = i64::try_from(limits::FAULT_RULES_TOTAL_MAX / limits::FAULT_RULES_MAX);
        let orgs = orgs.expect("a few");
        for org in 1..=orgs {
            for _ in 0..limits::FAULT_RULES_MAX {
                assert!(faults.add(rule(org, now), now).is_ok(), "of {org}");
            }
            assert!(faults.add(rule(org, now), now).is_err(), "of {org}");
        }
        assert!(faults.add(rule(orgs + 1, now), now).is_err());
        let of_one = faults.forget(OrgId::new(1).expect("an organisation"));
        assert_eq!(of_one, limits::FAULT_RULES_MAX);
        assert!(faults.add(rule(orgs + 1, now), now).is_ok());
        let later = now.after(std::time::Duration::from_mins(1));
        for _ in 0..limits::FAULT_RULES_MAX {
            assert!(faults.add(rule(2, later), later).is_ok());
        }
        assert_eq!(faults.rules.read().len(), limits::FAULT_RULES_MAX);
    }
}
