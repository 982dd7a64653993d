//! Authorisation: [`authorize`] makes a [`Permit`] for one operation on one record, and a mutation of the store wants
//! one, by value.
//!
//! The bug class that this designs out is "the check looked at A, the act used B": the store takes the record's key from
//! the permit, and the permit's key is that of the row that was checked.

use super::{Caller, Reach, locking, reach};
use crate::metadata::RestrictedAction;
use crate::schema::{Module, Number};
use crate::transaction::RecordHead;
use std::marker::PhantomData;
use tanzanite_protocol::endpoint::{Permission, PermissionNeed};
use tanzanite_protocol::{Condition, Fault, OrgId, RecordId};

/// The proof that an operation on a record is permitted. Private fields; made by [`authorize`], [`authorize_create`]
/// and [`Permit::bypassing_policy_as_operator`] alone, and of the permit to change a record that of its photo; neither
/// cloned nor copied.
///
/// ```compile_fail
/// use tanzanite_crm::policy::{DeletePhoto, Permit};
/// fn forged(org: tanzanite_protocol::OrgId, id: tanzanite_protocol::RecordId) -> Permit<DeletePhoto> {
///     Permit { org, module: 1, record: id, operation: std::marker::PhantomData }
/// }
/// ```
///
/// ```compile_fail
/// use tanzanite_crm::policy::{DeletePhoto, Permit};
/// fn twice(permit: Permit<DeletePhoto>) -> (Permit<DeletePhoto>, Permit<DeletePhoto>) {
///     (permit.clone(), permit)
/// }
/// ```
#[derive(Debug)]
pub struct Permit<O> {
    org: OrgId,
    module: Number,
    record: RecordId,
    operation: PhantomData<O>,
}

impl<O> Permit<O> {
    /// The organisation.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The module's number.
    pub fn module(&self) -> Number {
        self.module
    }

    /// The record.
    pub fn record(&self) -> RecordId {
        self.record
    }

    /// A permit that nobody checked, for the operator's own tools: seeds, bulk loads, the stores' tests. The uses are
    /// counted by a tidy test.
    pub fn bypassing_policy_as_operator(
        org: OrgId,
        module: Number,
        record: RecordId,
        _reason: &'static str,
    ) -> Self {
        Self {
            org,
            module,
            record,
            operation: PhantomData,
        }
    }
}

impl Permit<UpdateRecord> {
    /// The same, and the permit to take the record's photo away: an update does so by `Record_Image: null`, and asks for no other right.
    pub(crate) fn and_photo(self) -> (Self, Permit<DeletePhoto>) {
        let photo = Permit {
            org: self.org,
            module: self.module,
            record: self.record,
            operation: PhantomData,
        };
        (self, photo)
    }
}

/// What can be done with a record, and how each check's refusal reads. No item has a default: an operation says
/// everything or does not compile.
pub trait Operation {
    /// What the profile must permit in the module.
    const PERMISSION: Permission;
    /// The fault if it does not.
    const NOT_PERMITTED: Condition;
    /// How far the user must reach.
    const REACH: Reach;
    /// The fault if the user does not.
    const NOT_SHARED: Condition;
    /// The action that a lock can stop, and the fault if it does.
    const LOCK: Option<(RestrictedAction, Condition)>;
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident { $permission:ident or $not_permitted:ident, $reach:ident or $not_shared:ident, $lock:expr })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $name {}

            impl Operation for $name {
                const PERMISSION: Permission = Permission::$permission;
                const NOT_PERMITTED: Condition = Condition::$not_permitted;
                const REACH: Reach = Reach::$reach;
                const NOT_SHARED: Condition = Condition::$not_shared;
                const LOCK: Option<(RestrictedAction, Condition)> = $lock;
            }
        )+
    };
}

use RestrictedAction::{Delete, Update};

operations! {
    /// Fetch a record's photo.
    DownloadPhoto { View or PhotoViewNotPermitted, Read or PhotoViewNotShared, None }
    /// Set or replace a record's photo.
    UploadPhoto { Edit or PhotoUploadNotPermitted, Write or PhotoUploadNotShared, Some((Update, Condition::PhotoUploadLocked)) }
    /// Take a record's photo away.
    DeletePhoto { Delete or PhotoDeleteNotPermitted, Write or PhotoDeleteNotShared, Some((Update, Condition::PhotoDeleteLocked)) }
    /// See a record.
    ReadRecord { View or RecordViewNotPermitted, Read or RecordViewNotShared, None }
    /// Make a record.
    CreateRecord { Create or RecordCreateNotPermitted, None or RecordUpdateNotShared, None }
    /// Change a record.
    UpdateRecord { Edit or RecordUpdateNotPermitted, Write or RecordUpdateNotShared, Some((Update, Condition::RecordUpdateLocked)) }
    /// Move a record to the recycle bin.
    DeleteRecord { Delete or RecordDeleteNotPermitted, Write or RecordDeleteNotShared, Some((Delete, Condition::RecordDeleteLocked)) }
    /// See a record's lock.
    ReadLock { View or LockNotPermitted, Read or RecordViewNotShared, None }
    /// Lock a record, or change the reason.
    LockRecord { Edit or LockNotPermitted, Write or LockNotShared, None }
    /// Unlock a record.
    UnlockRecord { Edit or LockNotPermitted, Write or UnlockNotPermitted, None }
}

/// What an endpoint for this operation asks of the profile: for its descriptor.
pub const fn permission_need<O: Operation>() -> PermissionNeed {
    PermissionNeed {
        permission: O::PERMISSION,
        denied: O::NOT_PERMITTED,
    }
}

/// Checks the profile for an operation.
pub(crate) fn check_profile(
    caller: &Caller,
    module: &Module,
    need: PermissionNeed,
) -> Result<(), Fault> {
    if caller.profile().permits(module, need.permission) {
        return Ok(());
    }
    let name = need.permission.implied_name(&module.api_name);
    Err(Fault::new(need.denied)
        .because(format!("profile {:?} lacks {name}", caller.profile().name))
        .with("permissions", vec![name]))
}

/// Permits the caller an operation on a record, or says which check refused. The order of checks: profile, sharing, lock.
pub fn authorize<O: Operation>(
    caller: &Caller,
    module: &Module,
    head: &RecordHead,
) -> Result<Permit<O>, Fault> {
    check_profile(caller, module, permission_need::<O>())?;
    let reached = reach(caller, module, head.owner);
    if reached < O::REACH {
        return Err(Fault::new(O::NOT_SHARED).because(format!(
            "user {} reaches {reached:?} into records of user {}, {:?} is needed",
            caller.user().id,
            head.owner,
            O::REACH
        )));
    }
    if let Some((action, condition)) = O::LOCK
        && locking::stops(caller, module, head, action)
    {
        return Err(Fault::new(condition).because(format!("locked against {action:?}")));
    }
    Ok(Permit {
        org: head.org,
        module: head.module,
        record: head.id,
        operation: PhantomData,
    })
}

/// Permits the caller to make a record under an id that is not in use.
pub fn authorize_create(
    caller: &Caller,
    module: &Module,
    id: RecordId,
) -> Result<Permit<CreateRecord>, Fault> {
    check_profile(caller, module, permission_need::<CreateRecord>())?;
    Ok(Permit {
        org: caller.org(),
        module: module.number,
        record: id,
        operation: PhantomData,
    })
}
