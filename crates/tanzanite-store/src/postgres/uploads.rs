//! The objects that a job has uploaded, which a later attempt reuses.

use crate::blobs::ObjectName;

#[derive(Debug, Default)]
pub(super) struct Uploads {
    /// Objects of earlier attempts, for this one to use.
    ready: Vec<ObjectName>,
    /// Objects that this attempt uses. A name is used once, since the object may be removed again in the same job.
    used: Vec<ObjectName>,
}

impl Uploads {
    /// An object with these bytes for this record that no row refers to.
    pub(super) fn find(&mut self, same: impl Fn(&ObjectName) -> bool) -> Option<ObjectName> {
        let position = self.ready.iter().position(same)?;
        let name = self.ready.swap_remove(position);
        self.used.push(name.clone());
        Some(name)
    }

    pub(super) fn add(&mut self, name: &ObjectName) {
        self.used.push(name.clone());
    }

    pub(super) fn begin_again(&mut self) {
        self.ready.append(&mut self.used);
    }
}
