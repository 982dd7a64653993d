//! Locks: whether a record's lock stops a user from an action. The restricted actions and the excluded profiles are on
//! the vendor's page "Add Record Locking Configuration"; that users of an excluded profile may act is assumed.

use super::Caller;
use crate::metadata::RestrictedAction;
use crate::schema::Module;
use crate::transaction::RecordHead;

/// Whether the record's lock stops the caller. A lock in a module without a locking configuration stops nobody.
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
