//! Authentication and authorisation: the first makes a [`Caller`], the second a [`Permit`] or a [`Grant`]. Their fields
//! are private and only this module makes them, so none can be forged. Each change of the store needs its own check,
//! but for the operator's bypass.

mod caller;
mod grant;
mod locking;
mod permit;
mod reach;
mod view;

pub use caller::{Caller, authenticate, bearer, bearer_digest, bearer_token};
pub(crate) use caller::{caller_of, onlooker};
pub use grant::{Change, End, Errand, Grant, LinkGrant, PutDocument, RemoveDocument, Right};
pub(crate) use grant::{
    check_administrator, check_edit, errand, grant, grant_delivery, grant_job,
    grant_removal_of_job, grant_watch, link_grant,
};
pub use permit::{
    AddTags, ChangeOwner, CloneRecord, ConvertLead, CreateRecord, DeletePhoto, DeleteRecord,
    DeleteRelated, DownloadPhoto, LockRecord, MassDelete, MassUpdate, Operation, Permit,
    PurgeRecord, ReadBlueprint, ReadLock, ReadRecord, ReadRelated, RemoveTags, RestoreRecord,
    UnlockRecord, UpdateBlueprint, UpdateRecord, UploadPhoto, UpsertRecord, WriteRelated,
    authorize, authorize_create, permission_need,
};
pub(crate) use permit::{authorize_annex, check_profile};
pub use reach::{Ground, Reach, ground, reach};
pub use view::{ModuleView, ParentModule, Seen};
