//! Locks: whether a record's lock stops this user from this action (facts §4).

use super::Caller;
use crate::metadata::RestrictedAction;
use crate::schema::Module;
use crate::transaction::RecordHead;

/// Whether the record's lock stops the caller. Without a configuration a lock that is still there stops nothing.
pub(super) fn stops(
    caller: &Caller,
    module: &Module,
    head: &RecordHead,
    action: RestrictedAction,
) -> bool {
    let Some(configuration) = caller
        .metadata()
        .locking(module)
        .filter(|_| head.lock.is_some())
    else {
        return false;
    };
    let excluded = configuration
        .excluded_profiles
        .contains(&caller.profile().id);
    let restricted =
        action == RestrictedAction::Update || configuration.restricted_actions.contains(&action);
    restricted && !excluded
}
