//! The endpoint table: every operation, served or known by name, in one place. Router, gates, documents and coverage tests
//! derive from it.

mod vendor_operations;

pub use vendor_operations::VENDOR_OPERATIONS;

use crate::endpoint::{Endpoint, PublicEndpoint};
use crate::{locking_information, oauth, org, photo, records, settings, users};
use std::fmt;
use std::sync::LazyLock;
use tanzanite_protocol::Descriptor;
use tanzanite_protocol::endpoint::VendorOperation;
use tanzanite_protocol::route::Router;

/// The endpoints for callers with a token.
pub const SERVED: &[&dyn Endpoint] = &[
    &photo::DeletePhoto,
    &photo::DownloadPhoto,
    &photo::UploadPhoto,
    &records::InsertRecords,
    &records::GetRecord,
    &records::GetRecords,
    &records::UpdateRecord,
    &records::UpdateRecords,
    &records::DeleteRecord,
    &records::DeleteRecords,
    &locking_information::GetLocks,
    &locking_information::LockRecord,
    &locking_information::GetLock,
    &locking_information::UpdateLock,
    &locking_information::UnlockRecord,
    &users::GetUsers,
    &users::GetUser,
    &org::GetOrganization,
    &settings::GetModules,
    &settings::GetModule,
    &settings::GetFields,
];

/// The endpoints that are called without a token.
pub const PUBLIC: &[&dyn PublicEndpoint] = &[&oauth::IssueToken, &oauth::RevokeToken];

/// One row of the table.
#[derive(Clone, Copy)]
pub enum Entry {
    /// Served, for callers with a token.
    Served(&'static dyn Endpoint),
    /// Served without one.
    Public(&'static dyn PublicEndpoint),
    /// Known by name.
    Known(&'static VendorOperation),
}

impl Entry {
    /// The descriptor of what is served.
    pub fn descriptor(&self) -> Option<&'static Descriptor> {
        match self {
            Self::Served(endpoint) => Some(endpoint.descriptor()),
            Self::Public(endpoint) => Some(endpoint.descriptor()),
            Self::Known(_) => None,
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(operation) => write!(f, "Known({:?})", operation.name),
            served => write!(
                f,
                "Served({:?})",
                served.descriptor().map(|descriptor| descriptor.name)
            ),
        }
    }
}

/// All descriptors of what is served.
pub fn descriptors() -> impl Iterator<Item = &'static Descriptor> {
    let served = SERVED.iter().map(|endpoint| endpoint.descriptor());
    served.chain(PUBLIC.iter().map(|endpoint| endpoint.descriptor()))
}

/// The table as a tree of paths. What is served stands before what is only known, so that it is found first.
pub static ROUTER: LazyLock<Router<Entry>> = LazyLock::new(|| {
    let served = SERVED.iter().map(|endpoint| Entry::Served(*endpoint));
    let public = PUBLIC.iter().map(|endpoint| Entry::Public(*endpoint));
    let described = served.chain(public).filter_map(|entry| {
        let descriptor = entry.descriptor()?;
        Some((descriptor.method, descriptor.path, entry))
    });
    let known = VENDOR_OPERATIONS
        .iter()
        .map(|operation| (operation.method, operation.path, Entry::Known(operation)));
    Router::new(described.chain(known))
});
