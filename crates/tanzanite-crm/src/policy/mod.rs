//! Who may do what: authentication makes a [`Caller`], authorisation a [`Permit`]. Both have private fields and one
//! maker each, so neither can be forged, and nothing is permitted that was not asked for.

mod caller;
mod locking;
mod permit;
mod reach;

pub use caller::{Caller, authenticate, bearer, bearer_token, kill_token};
pub(crate) use permit::check_profile;
pub use permit::{
    CreateRecord, DeletePhoto, DeleteRecord, DownloadPhoto, LockRecord, Operation, Permit,
    ReadLock, ReadRecord, UnlockRecord, UpdateRecord, UploadPhoto, authorize, authorize_create,
    permission_need,
};
pub use reach::{Ground, Reach, ground, reach, visible_owners};
