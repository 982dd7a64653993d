//! The storage of photos' bytes: in the rows, or in an object store. Objects are immutable, and each upload has a
//! unique name.

mod at_once;
mod name;
mod objects;
mod open;

pub(crate) use at_once::at_once;
pub(crate) use name::{ObjectName, sha256};
pub(crate) use objects::Objects;
pub use open::BlobsError;

use std::sync::Arc;

/// The storage of photos' bytes. Clones share it.
#[derive(Clone, Debug)]
pub struct Blobs(Option<Arc<Objects>>);

impl Blobs {
    /// In the rows.
    pub fn in_rows() -> Self {
        Self(None)
    }

    /// In an object store: `s3://bucket/folder`, `gs://bucket/folder`, `az://container/folder` or `file:///folder`,
    /// which must exist. Keys and endpoints are read from the `environment`: `AWS_…`, `GOOGLE_…` and `AZURE_…`, with
    /// the names that the providers' own programs use.
    pub fn open(
        url: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, BlobsError> {
        open::open(url, environment).map(|objects| Self(Some(Arc::new(objects))))
    }

    pub(crate) fn objects(&self) -> Option<&Objects> {
        self.0.as_deref()
    }
}
