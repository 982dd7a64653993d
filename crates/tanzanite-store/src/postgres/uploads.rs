//! The objects that a job has put into the object store: an attempt after the first finds them there already.

use crate::blobs::ObjectName;

#[derive(Debug, Default)]
pub(super) struct Uploads {
    /// Of earlier attempts, for this one to use.
    ready: Vec<ObjectName>,
    /// That this attempt uses. A name is used once: it may be removed again in the same job.
    used: Vec<ObjectName>,
}

impl Uploads {
    /// An object with these bytes for this record that no row names.
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
