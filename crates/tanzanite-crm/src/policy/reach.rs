//! Sharing: how far a user reaches into records that others own.
//!
//! Owner, role hierarchy and organisation-wide default, as the vendor's "Data sharing" settings describe them.

use super::Caller;
use crate::metadata::{DefaultAccess, User};
use crate::schema::Module;
use tanzanite_protocol::RecordId;

/// The access to a record that sharing gives a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// No access.
    None,
    /// The user may see the record.
    Read,
    /// The user may see, change and delete the record.
    Write,
}

/// The ground on which a user reaches a record, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The profile is an administrator's.
    Administrator,
    /// The record is the user's own.
    Owner,
    /// The user's role stands above the owner's.
    Superior,
    /// No other ground applies, so the module's default access for everybody does.
    Default(DefaultAccess),
}

impl Ground {
    /// The access that this ground gives.
    pub const fn reach(self) -> Reach {
        match self {
            Self::Administrator
            | Self::Owner
            | Self::Superior
            | Self::Default(DefaultAccess::PublicReadWriteDelete) => Reach::Write,
            Self::Default(DefaultAccess::PublicReadOnly) => Reach::Read,
            Self::Default(DefaultAccess::Private) => Reach::None,
        }
    }
}

/// The ground on which the caller reaches a module's records of one owner.
pub fn ground(caller: &Caller, module: &Module, owner: RecordId) -> Ground {
    if caller.profile().administrator {
        return Ground::Administrator;
    }
    let owner = caller.metadata().user(owner);
    owner
        .and_then(|owner| through_hierarchy(caller, owner))
        .unwrap_or_else(|| Ground::Default(caller.metadata().default_access(module)))
}

/// The caller's access to a module's records of one owner.
pub fn reach(caller: &Caller, module: &Module, owner: RecordId) -> Reach {
    ground(caller, module, owner).reach()
}

/// The owners whose records the caller sees in a module; `None` for everybody's.
pub(super) fn visible_owners(caller: &Caller, module: &Module) -> Option<Vec<RecordId>> {
    if caller.profile().administrator
        || caller.metadata().default_access(module) != DefaultAccess::Private
    {
        return None;
    }
    let users = caller.metadata().users().iter();
    let owners = users.filter(|user| through_hierarchy(caller, user).is_some());
    Some(owners.filter_map(|user| RecordId::new(user.id)).collect())
}

/// The ground of a caller who is the owner, or whose role is above the owner's.
fn through_hierarchy(caller: &Caller, owner: &User) -> Option<Ground> {
    let me = caller.user();
    if me.id == owner.id {
        return Some(Ground::Owner);
    }
    let above = caller.metadata().is_superior(me.role, owner.role);
    above.then_some(Ground::Superior)
}
