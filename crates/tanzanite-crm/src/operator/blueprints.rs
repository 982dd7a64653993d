//! The processes of blueprints, set and removed on the operator's behalf.

use crate::blueprint::{Flaw, Process, flaws};
use crate::metadata::{self, SettingsItem};
use crate::stored::DocumentKind;
use crate::transaction::{StoreError, Stored, Transaction};
use tanzanite_protocol::{OrgId, limits};

/// The reasons why a process is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcessError {
    /// It has flaws; at least one.
    Flaws(Vec<Flaw>),
    /// The organisation has as many processes as can be.
    TooMany,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for ProcessError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Sets a process, in the place of the one of its module with its name. It takes the id of that one, its transitions
/// those of the transitions with their names. Records enter it when they are made or changed from now on.
pub fn set_process(
    org: OrgId,
    mut process: Process,
    tx: &mut dyn Transaction,
) -> Result<Process, ProcessError> {
    let metadata = tx.metadata(org)?;
    let metadata = metadata.ok_or_else(|| StoreError::new("the organisation is gone"))?;
    let flaws = flaws(&process, &metadata);
    if !flaws.is_empty() {
        return Err(ProcessError::Flaws(flaws));
    }
    let mut all = metadata.all_processes().iter();
    let former = all.find(|known| known.module == process.module && known.name == process.name);
    if former.is_none() && metadata.all_processes().len() >= limits::BLUEPRINTS_MAX {
        return Err(ProcessError::TooMany);
    }
    let mut draw = || Ok::<_, StoreError>(metadata.id_of(tx.next_number(org)?));
    process.id = match former {
        Some(former) => former.id,
        None => draw()?,
    };
    for transition in &mut process.transitions {
        let mut known = former.into_iter().flat_map(|former| &former.transitions);
        transition.id = match known.find(|known| known.name == transition.name) {
            Some(known) => known.id,
            None => draw()?,
        };
    }
    metadata::put(org, &SettingsItem::Process(process.clone()), tx)?;
    Ok(process)
}

/// Removes a process; the records that were in it are in none then. `false` if there is no such process.
pub fn remove_process(org: OrgId, id: i64, tx: &mut dyn Transaction) -> Stored<bool> {
    metadata::remove(org, DocumentKind::PROCESS, id, tx)
}
