//! Authorisation: [`authorize`] makes a [`Permit`] for one operation on one record, and a change of a record in the
//! store takes a permit by value.
//!
//! So no change can use another record than the check did: the store takes the record's key from the permit, and the
//! permit's key is that of the row that was checked.

use super::{Caller, End, Grant, LinkGrant, PutDocument, Reach, RemoveDocument, locking, reach};
use crate::metadata::{FieldRight, RestrictedAction};
use crate::operations::blueprint::faults as blueprint;
use crate::operations::change_owner::faults as owner;
use crate::operations::locks::faults as lock;
use crate::operations::mass_actions::faults as mass;
use crate::operations::photo::faults as photo;
use crate::operations::records::faults as record;
use crate::operations::recycle_bin::faults as bin;
use crate::operations::related::faults as related;
use crate::operations::tags::faults as tags;
use crate::schema::{Module, Number};
use crate::stored::{DocumentKind, Relation};
use crate::transaction::RecordHead;
use std::marker::PhantomData;
use tanzanite_protocol::endpoint::{FieldNeed, Permission, PermissionNeed};
use tanzanite_protocol::{Fault, OrgId, RecordId, Row};

/// The proof that an operation on a record is permitted. Its fields are private. [`authorize`], [`authorize_create`]
/// and [`Permit::bypassing_policy_as_operator`] alone make one; the permit to change a record also gives that to delete
/// its photo. Nobody can clone or copy a permit.
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

    /// A permit without a check, for the operator's own tools: seeds, bulk loads, the stores' tests. A tidy test counts
    /// the uses.
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

impl<O> Permit<O> {
    /// A permit for the same record.
    fn beside<P>(&self) -> Permit<P> {
        self.of(self.module, self.record)
    }

    /// A permit for a record of the same organisation.
    fn of<P>(&self, module: Number, record: RecordId) -> Permit<P> {
        Permit {
            org: self.org,
            module,
            record,
            operation: PhantomData,
        }
    }
}

impl Permit<WriteRelated> {
    /// The permit to make a record that hangs on this one, in a module of such records.
    pub(crate) fn of_new_annex(&self, annex: &Module, id: RecordId) -> Permit<CreateRecord> {
        self.of(annex.number, id)
    }

    /// The grant to write the document of a connection of this record.
    pub(crate) fn of_connection(&self, id: i64) -> Grant<PutDocument> {
        Grant::new(self.org, DocumentKind::CONNECTION, id)
    }
}

impl Permit<DeleteRelated> {
    /// The grant to remove the document of a connection of this record.
    pub(crate) fn of_connection(&self, id: i64) -> Grant<RemoveDocument> {
        Grant::new(self.org, DocumentKind::CONNECTION, id)
    }

    /// The permit to delete a record that hangs on this one, by its head.
    pub(crate) fn of_old_annex(&self, head: &RecordHead) -> Permit<DeleteRecord> {
        self.of(head.module, head.id)
    }
}

impl Permit<PurgeRecord> {
    /// The grant to remove the document of a connection of this record.
    pub(crate) fn of_connection(&self, id: i64) -> Grant<RemoveDocument> {
        Grant::new(self.org, DocumentKind::CONNECTION, id)
    }

    /// The permits to delete a record that hangs on this one, and to remove it for good.
    pub(crate) fn with_annex(
        &self,
        head: &RecordHead,
    ) -> (Permit<DeleteRecord>, Permit<PurgeRecord>) {
        (self.of(head.module, head.id), self.of(head.module, head.id))
    }
}

impl Permit<ChangeOwner> {
    /// The permit to write the record with its new owner.
    pub(crate) fn of_record(&self) -> Permit<UpdateRecord> {
        self.beside()
    }
}

impl Permit<MassDelete> {
    /// The permit to delete the record.
    pub(crate) fn of_record(&self) -> Permit<DeleteRecord> {
        self.beside()
    }
}

impl Permit<UpdateBlueprint> {
    /// The permit to write the record with its new state.
    pub(crate) fn of_record(&self) -> Permit<UpdateRecord> {
        self.beside()
    }
}

impl Permit<ConvertLead> {
    /// The permit to change the lead itself.
    pub(crate) fn of_lead(&self) -> Permit<UpdateRecord> {
        self.beside()
    }

    /// The permit to move a record that hangs on the lead, by its head.
    pub(crate) fn of_annex(&self, head: &RecordHead) -> Permit<UpdateRecord> {
        self.of(head.module, head.id)
    }
}

impl Permit<CreateRecord> {
    /// This permit, and the permit to give the record a file: the content of an attachment is made with it.
    pub(crate) fn and_file(self) -> (Self, Permit<UploadPhoto>) {
        let file = self.beside();
        (self, file)
    }

    /// This permit, and the permit to give the record tags: who makes a record may make it with tags.
    pub(crate) fn and_tags(self) -> (Self, Permit<AddTags>) {
        let tags = self.beside();
        (self, tags)
    }
}

impl Permit<UpdateRecord> {
    /// This permit, and those to delete the record's photo and to change its tags: an update with `Record_Image: null`
    /// or `Tag` does that and needs no other right.
    pub(crate) fn and_parts(self) -> (Self, Permit<DeletePhoto>, Permit<AddTags>) {
        let (photo, tags) = (self.beside(), self.beside());
        (self, photo, tags)
    }
}

impl Permit<AddTags> {
    /// Two grants to change the links from the record to its tags: one to add links, one to remove the present ones.
    pub(crate) fn of_tags(self) -> (LinkGrant, LinkGrant) {
        let grant = || LinkGrant::new(self.org, Relation::TAGGED, End::Source(self.record.get()));
        (grant(), grant())
    }
}

impl Permit<RemoveTags> {
    /// The grant to remove links from the record to its tags.
    pub(crate) fn of_tags(self) -> LinkGrant {
        LinkGrant::new(self.org, Relation::TAGGED, End::Source(self.record.get()))
    }
}

/// An operation on a record: the needs of its checks, and the fault of each. No item has a default, so an operation
/// that leaves one out does not compile.
pub trait Operation {
    /// The permission that the caller's profile must have in the module.
    const PERMISSION: Permission;
    /// The field that the operation shows or changes, if it is about one alone.
    const FIELD: Option<FieldNeed>;
    /// The fault if the profile does not have it, or closes that field.
    const NOT_PERMITTED: &'static Row;
    /// The reach that sharing must give the user.
    const REACH: Reach;
    /// The fault if sharing gives less.
    const NOT_SHARED: &'static Row;
    /// The action that a lock can stop, and the fault if it does. `None` if no lock stops the operation.
    const LOCK: Option<(RestrictedAction, &'static Row)>;
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident { $permission:ident $(of $field:expr)? ; or $not_permitted:path, $reach:ident or $not_shared:path, $lock:expr })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $name {}

            impl Operation for $name {
                const PERMISSION: Permission = Permission::$permission;
                const FIELD: Option<FieldNeed> = operations!(@field $($field)?);
                const NOT_PERMITTED: &'static Row = &$not_permitted;
                const REACH: Reach = Reach::$reach;
                const NOT_SHARED: &'static Row = &$not_shared;
                const LOCK: Option<(RestrictedAction, &'static Row)> = $lock;
            }
        )+
    };
    (@field) => { None };
    (@field $field:expr) => { Some($field) };
}

use RestrictedAction::{Delete, Update};

/// The field that shows a record's photo. In modules with photos and without the field nobody can close it.
const SHOWN: FieldNeed = FieldNeed {
    api_name: "Record_Image",
    writes: false,
};
const CHANGED: FieldNeed = FieldNeed {
    writes: true,
    ..SHOWN
};

operations! {
    /// Fetch a record's photo.
    DownloadPhoto { View of SHOWN; or photo::VIEW_NOT_PERMITTED, Read or photo::VIEW_NOT_SHARED, None }
    /// Set or replace a record's photo.
    UploadPhoto { Edit of CHANGED; or photo::UPLOAD_NOT_PERMITTED, Write or photo::UPLOAD_NOT_SHARED, Some((Update, &photo::UPLOAD_LOCKED)) }
    /// Take a record's photo away.
    DeletePhoto { Delete of CHANGED; or photo::DELETE_NOT_PERMITTED, Write or photo::DELETE_NOT_SHARED, Some((Update, &photo::DELETE_LOCKED)) }
    /// See a record.
    ReadRecord { View; or record::VIEW_NOT_PERMITTED, Read or record::VIEW_NOT_SHARED, None }
    /// Make a record.
    CreateRecord { Create; or record::CREATE_NOT_PERMITTED, None or record::UPDATE_NOT_SHARED, None }
    /// Change a record.
    UpdateRecord { Edit; or record::UPDATE_NOT_PERMITTED, Write or record::UPDATE_NOT_SHARED, Some((Update, &record::UPDATE_LOCKED)) }
    /// Make a record, or change the one that there is; the latter takes [`UpdateRecord`] too.
    UpsertRecord { Create; or record::UPSERT_NOT_PERMITTED, Write or record::UPDATE_NOT_SHARED, Some((Update, &record::UPDATE_LOCKED)) }
    /// Move a record to the recycle bin.
    DeleteRecord { Delete; or record::DELETE_NOT_PERMITTED, Write or record::DELETE_NOT_SHARED, Some((Delete, &record::DELETE_LOCKED)) }
    /// Give a record to another owner.
    ChangeOwner { Edit; or owner::NOT_PERMITTED, Write or owner::NOT_SHARED, Some((RestrictedAction::ChangeOwner, &owner::LOCKED)) }
    /// Change a record as one of many.
    MassUpdate { Edit; or lock::NOT_PERMITTED, Write or mass::NOT_SHARED, Some((Update, &owner::LOCKED)) }
    /// Move a record to the recycle bin as one of many.
    MassDelete { Delete; or lock::NOT_PERMITTED, Write or mass::NOT_SHARED, Some((Delete, &owner::LOCKED)) }
    /// See the process that a record is in. The vendor's page lists the refusal of a locked record for it too.
    ReadBlueprint { View; or blueprint::READ_NOT_PERMITTED, Read or record::VIEW_NOT_SHARED, Some((Update, &record::ACTION_LOCKED)) }
    /// Move a record to another state of its process.
    UpdateBlueprint { Edit; or record::ACTION_NOT_PERMITTED, Write or record::UPDATE_NOT_SHARED, Some((Update, &record::ACTION_LOCKED)) }
    /// Make contact, account and deal of a lead.
    ConvertLead { Edit; or record::UPDATE_NOT_PERMITTED, Write or record::UPDATE_NOT_SHARED, Some((RestrictedAction::Convert, &record::UPDATE_LOCKED)) }
    /// Copy a record.
    CloneRecord { Create; or record::CREATE_NOT_PERMITTED, Read or record::VIEW_NOT_SHARED, None }
    /// Take a record out of the recycle bin.
    RestoreRecord { Delete; or bin::NOT_PERMITTED, Write or bin::NOT_SHARED, None }
    /// Remove a record from the recycle bin for good.
    PurgeRecord { Delete; or bin::NOT_PERMITTED, Write or bin::NOT_SHARED, None }
    /// See the records that hang on a record, or that refer to it.
    ReadRelated { View; or related::READ_NOT_PERMITTED, Read or related::READ_NOT_SHARED, None }
    /// Hang a record on another, or change one that does.
    WriteRelated { Edit; or related::UPDATE_NOT_PERMITTED, Write or related::UPDATE_NOT_SHARED, None }
    /// Delete a record that hangs on another.
    DeleteRelated { Edit; or related::DELETE_NOT_PERMITTED, Write or related::DELETE_NOT_SHARED, None }
    /// See a record's lock.
    ReadLock { View; or lock::NOT_PERMITTED, Read or record::VIEW_NOT_SHARED, None }
    /// Lock a record, or change the reason.
    LockRecord { Edit; or lock::NOT_PERMITTED, Write or lock::NOT_SHARED, None }
    /// Add tags to a record.
    AddTags { Edit; or record::ACTION_NOT_PERMITTED, Write or tags::ADD_NOT_SHARED, Some((RestrictedAction::Tags, &record::ACTION_LOCKED)) }
    /// Remove tags from a record.
    RemoveTags { Edit; or tags::REMOVE_NOT_PERMITTED, Write or tags::REMOVE_NOT_SHARED, Some((RestrictedAction::Tags, &record::ACTION_LOCKED)) }
    /// Unlock a record.
    UnlockRecord { Edit; or lock::NOT_PERMITTED, Write or lock::unlock::NOT_PERMITTED, None }
}

/// The permission and the fault of an operation, for the descriptors of its endpoints.
pub const fn permission_need<O: Operation>() -> PermissionNeed {
    PermissionNeed {
        permission: O::PERMISSION,
        field: O::FIELD,
        denied: O::NOT_PERMITTED,
    }
}

/// Checks the profile for an operation.
pub(crate) fn check_profile(
    caller: &Caller,
    module: &Module,
    need: PermissionNeed,
) -> Result<(), Fault> {
    let profile = caller.profile();
    if !profile.permits(module, need.permission) {
        let name = need.permission.implied_name(&module.api_name);
        return Err(Fault::new(need.denied)
            .because(format!("profile {:?} lacks {name}", profile.name))
            .with("permissions", vec![name]));
    }
    let Some(field) = need.field else {
        return Ok(());
    };
    let needed = if field.writes {
        FieldRight::ReadWrite
    } else {
        FieldRight::ReadOnly
    };
    if profile.right_to(&module.api_name, field.api_name) < needed {
        let name = field.api_name;
        return Err(
            Fault::new(need.denied).because(format!("profile {:?} closes {name}", profile.name))
        );
    }
    Ok(())
}

/// Permits the caller an operation on a record, or gives the fault of the first check that fails: profile, sharing,
/// lock.
pub fn authorize<O: Operation>(
    caller: &Caller,
    module: &Module,
    head: &RecordHead,
) -> Result<Permit<O>, Fault> {
    check_profile(caller, module, permission_need::<O>())?;
    if module.is_annex() {
        return Err(Fault::new(O::NOT_SHARED).because("the record that it hangs on decides"));
    }
    check_reach::<O>(caller, module, head)?;
    if let Some((action, locked)) = O::LOCK
        && locking::stops(caller, module, head, action)
    {
        return Err(Fault::new(locked).because(format!("locked against {action:?}")));
    }
    Ok(Permit {
        org: head.org,
        module: head.module,
        record: head.id,
        operation: PhantomData,
    })
}

/// Permits the caller an operation on a record that hangs on another, the parent: who reaches that reaches this one.
/// `None` as the parent, if it is gone, is reached by nobody.
pub(crate) fn authorize_annex<O: Operation>(
    caller: &Caller,
    module: &Module,
    head: &RecordHead,
    parent: Option<(&Module, &RecordHead)>,
) -> Result<Permit<O>, Fault> {
    check_profile(caller, module, permission_need::<O>())?;
    let gone = || Fault::new(O::NOT_SHARED).because("the record that it hangs on is gone");
    let (parent_module, parent) = parent.ok_or_else(gone)?;
    if !caller.profile().permits(parent_module, Permission::View) {
        let name = Permission::View.implied_name(&parent_module.api_name);
        return Err(Fault::new(O::NOT_SHARED).because(format!("the profile lacks {name}")));
    }
    check_reach::<O>(caller, parent_module, parent)?;
    Ok(Permit {
        org: head.org,
        module: head.module,
        record: head.id,
        operation: PhantomData,
    })
}

fn check_reach<O: Operation>(
    caller: &Caller,
    module: &Module,
    head: &RecordHead,
) -> Result<(), Fault> {
    let reached = reach(caller, module, head.owner);
    if reached >= O::REACH {
        return Ok(());
    }
    Err(Fault::new(O::NOT_SHARED).because(format!(
        "user {} reaches {reached:?} into records of user {}, {:?} is needed",
        caller.user().id,
        head.owner,
        O::REACH
    )))
}

/// Permits the caller to make a record under an unused id. The caller of this function chooses the id. A record that
/// hangs on another takes the permit of that one.
pub fn authorize_create(
    caller: &Caller,
    module: &Module,
    id: RecordId,
) -> Result<Permit<CreateRecord>, Fault> {
    check_profile(caller, module, permission_need::<CreateRecord>())?;
    if module.is_annex() {
        return Err(
            Fault::new(CreateRecord::NOT_SHARED).because("the record that it hangs on decides")
        );
    }
    Ok(Permit {
        org: caller.org(),
        module: module.number,
        record: id,
        operation: PhantomData,
    })
}
