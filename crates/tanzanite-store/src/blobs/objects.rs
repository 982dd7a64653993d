//! The object store, for callers that block. Every operation has a time-out, and reading returns exactly the written
//! bytes or an error.

use super::name::{ObjectName, sha256};
use crate::runtime::OwnRuntime;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::Timestamp;

/// The time-out of one operation, including retries.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Objects that are removed at the same time.
const REMOVALS_AT_ONCE: usize = 16;

pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
    /// The folder that the names are relative to.
    folder: Path,
    /// The URL without its parameters, for messages.
    url: String,
    runtime: OwnRuntime,
}

/// An object in a listing.
pub(crate) struct Listed {
    /// The name, relative to the folder.
    pub(crate) name: String,
    /// The size in bytes.
    pub(crate) size: i64,
    /// The time of the last change, by the object store's clock.
    pub(crate) modified: Timestamp,
}

impl Objects {
    pub(super) fn new(
        store: Arc<dyn ObjectStore>,
        folder: Path,
        url: String,
    ) -> std::io::Result<Self> {
        Ok(Self {
            store,
            folder,
            url,
            runtime: OwnRuntime::with_thread("tanzanite-objects")?,
        })
    }

    /// The location in a canonical form, for comparison.
    pub(crate) fn place(&self) -> String {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("", &self.url));
        let root = if rest.starts_with('/') { "/" } else { "" };
        let parts = rest.split('/').filter(|part| !part.is_empty());
        format!("{scheme}://{root}{}", parts.collect::<Vec<_>>().join("/"))
    }

    pub(crate) fn put(&self, name: &ObjectName, bytes: Bytes) -> Stored<()> {
        let path = self.path(&name.to_string());
        self.wait(self.store.put(&path, bytes.into()))
            .map(|_| ())
            .map_err(|error| self.failed("write", name, &error))
    }

    /// The bytes; an error unless they have the size and digest that the row states.
    pub(crate) fn get(&self, name: &str, size: i64, digest: &[u8]) -> Stored<Bytes> {
        let path = self.path(name);
        let bytes = self.wait(async { self.store.get(&path).await?.bytes().await });
        let bytes = bytes.map_err(|error| self.failed("read", name, &error))?;
        if i64::try_from(bytes.len()) != Ok(size) || sha256(&bytes) != digest {
            return Err(StoreError::new(format!(
                "the object {name} in {} is not what was written",
                self.url
            )));
        }
        Ok(bytes)
    }

    /// The size in bytes. `None` if there is no such object.
    pub(crate) fn size(&self, name: &str) -> Stored<Option<i64>> {
        let path = self.path(name);
        match self.wait(self.store.head(&path)) {
            Ok(found) => Ok(Some(i64::try_from(found.size).unwrap_or(i64::MAX))),
            Err(Failed::Store(Error::NotFound { .. })) => Ok(None),
            Err(error) => Err(self.failed("look for", name, &error)),
        }
    }

    /// Removes objects, several at a time. Missing ones are ignored.
    pub(crate) fn remove(&self, names: &[String]) -> Stored<()> {
        let removals = names.iter().map(|name| async move {
            let path = self.path(name);
            let answer = tokio::time::timeout(TIMEOUT, self.store.delete(&path)).await;
            match answer.map_err(|_| Failed::Late)? {
                Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(Failed::Store(error)),
            }
        });
        let all = stream::iter(removals)
            .buffer_unordered(REMOVALS_AT_ONCE)
            .try_collect::<()>();
        self.runtime
            .wait(all)
            .map_err(|error| self.failed("remove", "objects", &error))
    }

    /// Calls `each` with every object below the folder.
    pub(crate) fn list(&self, mut each: impl FnMut(Listed) -> Stored<()>) -> Stored<()> {
        let folder = (!self.folder.as_ref().is_empty()).then_some(&self.folder);
        let mut found = self.store.list(folder);
        loop {
            let next = self.wait(async { found.next().await.transpose() });
            let next = next.map_err(|error| self.failed("list", "objects", &error))?;
            let Some(object) = next else { return Ok(()) };
            if let Some(object) = self.listed(&object) {
                each(object)?;
            }
        }
    }

    fn listed(&self, object: &ObjectMeta) -> Option<Listed> {
        let parts: Vec<String> = object
            .location
            .prefix_match(&self.folder)?
            .map(|part| part.as_ref().to_owned())
            .collect();
        Some(Listed {
            name: parts.join("/"),
            size: i64::try_from(object.size).ok()?,
            modified: Timestamp::from_millis(object.last_modified.timestamp_millis()),
        })
    }

    fn path(&self, name: &str) -> Path {
        name.split('/').fold(self.folder.clone(), Path::join)
    }

    fn wait<T>(&self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Failed> {
        let answer = async { tokio::time::timeout(TIMEOUT, answer).await };
        match self.runtime.wait(answer) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(Failed::Store(error)),
            Err(_) => Err(Failed::Late),
        }
    }

    fn failed(&self, what: &str, name: impl fmt::Display, error: &Failed) -> StoreError {
        StoreError::new(format!("cannot {what} {name} in {}: {error}", self.url))
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

enum Failed {
    Store(Error),
    Late,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Late => write!(f, "no answer in {} seconds", TIMEOUT.as_secs()),
        }
    }
}
