//! Sharing: how far a user reaches into records that others own.
//!
//! Owner, role hierarchy and organisation-wide default, as the vendor's "Data sharing" settings describe them.

use super::Caller;
use crate::metadata::DefaultAccess;
use crate::schema::Module;
use tanzanite_protocol::RecordId;

/// What a user may do with a record, as far as sharing goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nothing.
    None,
    /// See it.
    Read,
    /// See, change and delete it.
    Write,
}

/// How far the caller reaches into a module's records of one owner.
pub fn reach(caller: &Caller, module: &Module, owner: RecordId) -> Reach {
    if caller.profile().administrator || owns_through_hierarchy(caller, owner) {
        return Reach::Write;
    }
    match caller.metadata().default_access(module) {
        DefaultAccess::Private => Reach::None,
        DefaultAccess::PublicReadOnly => Reach::Read,
        DefaultAccess::PublicReadWriteDelete => Reach::Write,
    }
}

/// The owners whose records the caller sees in a module; `None` for everybody's.
pub fn visible_owners(caller: &Caller, module: &Module) -> Option<Vec<RecordId>> {
    if caller.profile().administrator
        || caller.metadata().default_access(module) != DefaultAccess::Private
    {
        return None;
    }
    let users = caller.metadata().users().iter();
    let owners = users
        .filter_map(|user| RecordId::new(user.id))
        .filter(|id| owns_through_hierarchy(caller, *id));
    Some(owners.collect())
}

/// The caller owns it, or stands above the owner.
fn owns_through_hierarchy(caller: &Caller, owner: RecordId) -> bool {
    let me = caller.user();
    me.id == owner.get()
        || caller
            .metadata()
            .user(owner)
            .is_some_and(|owner| caller.metadata().is_superior(me.role, owner.role))
}
