//! Who may do what: authentication makes a [`Caller`], authorisation a [`Permit`]. Both have private fields and one
//! maker each, so neither can be forged, and nothing is permitted that was not asked for.

mod caller;
mod grant;
mod locking;
mod permit;
mod reach;

pub use caller::{Caller, authenticate, bearer, bearer_digest, bearer_token};
pub use grant::{Change, End, Errand, Grant, LinkGrant, PutDocument, RemoveDocument, Right};
pub(crate) use grant::{check_administrator, check_edit, errand, grant, grant_job, link_grant};
pub(crate) use permit::check_profile;
pub use permit::{
    AddTags, CreateRecord, DeletePhoto, DeleteRecord, DownloadPhoto, LockRecord, Operation, Permit,
    ReadLock, ReadRecord, RemoveTags, UnlockRecord, UpdateRecord, UploadPhoto, authorize,
    authorize_create, permission_need,
};
pub use reach::{Ground, Reach, ground, reach, visible_owners};
