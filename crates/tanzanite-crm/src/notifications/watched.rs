//! A transaction that notes which records it changes, and in the end puts the notifications into the outbox.
//!
//! It stands at the narrow waist, where every change of a record passes, so that no operation has to tell.

use super::changes::Changes;
use super::payload::Notice;
use super::{Event, Watch, delivery};
use crate::delegation::prelude::*;
use crate::transaction::StoreError;

/// A transaction whose changes of records are noted.
struct Watched<'a> {
    below: &'a mut dyn Transaction,
    org: OrgId,
    live: Vec<&'a Watch>,
    noted: Changes,
}

/// Acts in a transaction, and puts the notifications of all that is changed into the outbox. `origin` is the server's
/// own. An organisation in which nothing is watched pays the look at its settings alone.
pub(crate) fn watched<T, E: From<StoreError>>(
    org: OrgId,
    metadata: &Arc<Metadata>,
    now: Timestamp,
    origin: &str,
    tx: &mut dyn Transaction,
    act: impl FnOnce(&mut dyn Transaction) -> Result<T, E>,
) -> Result<T, E> {
    let watches = metadata.watches().iter();
    let live: Vec<&Watch> = watches.filter(|watch| watch.is_live(now)).collect();
    if live.is_empty() {
        return act(tx);
    }
    let mut watched = Watched {
        below: tx,
        org,
        live,
        noted: Changes::default(),
    };
    let done = act(&mut watched)?;
    watched.tell(metadata, now, origin)?;
    Ok(done)
}

impl Watched<'_> {
    fn tell(self, metadata: &Arc<Metadata>, now: Timestamp, origin: &str) -> Stored<()> {
        if self.noted.is_empty() {
            return Ok(());
        }
        let changed = self.noted.compared(self.org, metadata, self.below)?;
        for watch in self.live {
            let Some(notice) = Notice::of(self.org, metadata, watch) else {
                continue;
            };
            for payload in notice.payloads(&changed, now, origin, self.below)? {
                delivery::put(self.org, metadata, watch, payload, now, self.below)?;
            }
        }
        Ok(())
    }

    /// Notes a record that was not there, or in the recycle bin.
    fn came(&mut self, module: Number, id: RecordId, event: Event) {
        if self.concerns(module) {
            self.noted.add((module, id), event, None, None);
        }
    }

    /// Notes the change of a record that is there. `stamp` is that of its deletion.
    fn change(
        &mut self,
        module: Number,
        id: RecordId,
        event: Event,
        stamp: Option<Stamp>,
    ) -> Stored<()> {
        if !self.concerns(module) {
            return Ok(());
        }
        if self.noted.has(module, id) {
            self.noted.again((module, id), event, stamp);
        } else {
            let before = self.below.record(self.org, module, id)?;
            self.noted.add((module, id), event, stamp, before);
        }
        Ok(())
    }

    /// Whether a change in a module may be told: somebody watches it, or records that its records may refer to.
    fn concerns(&self, module: Number) -> bool {
        self.live
            .iter()
            .any(|watch| watch.module == module || watch.notify_on_related_action)
    }
}

/// Delegates all methods that are not implemented by hand.
macro_rules! handed_on {
    (fn insert_record $($rest:tt)*) => {};
    (fn update_record $($rest:tt)*) => {};
    (fn delete_record $($rest:tt)*) => {};
    (fn restore_record $($rest:tt)*) => {};
    (fn put_file $($rest:tt)*) => {};
    (fn remove_file $($rest:tt)*) => {};
    (fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty;) => {
        fn $name(&mut self, $($argument: $type),*) -> Stored<$result> {
            self.below.$name($($argument),*)
        }
    };
}

impl Transaction for Watched<'_> {
    fn insert_record(&mut self, permit: Permit<CreateRecord>, record: &NewRecord) -> Stored<()> {
        self.came(permit.module(), permit.record(), Event::Create);
        self.below.insert_record(permit, record)
    }

    fn update_record(&mut self, permit: Permit<UpdateRecord>, change: &RecordChange) -> Stored<()> {
        self.change(permit.module(), permit.record(), Event::Edit, None)?;
        self.below.update_record(permit, change)
    }

    fn delete_record(&mut self, permit: Permit<DeleteRecord>, stamp: Stamp) -> Stored<()> {
        self.change(permit.module(), permit.record(), Event::Delete, Some(stamp))?;
        self.below.delete_record(permit, stamp)
    }

    fn restore_record(
        &mut self,
        permit: Permit<RestoreRecord>,
        unique: &[(Number, String)],
        stamp: Stamp,
    ) -> Stored<()> {
        self.came(permit.module(), permit.record(), Event::Edit);
        self.below.restore_record(permit, unique, stamp)
    }

    fn put_file(
        &mut self,
        permit: Permit<UploadPhoto>,
        file: &StoredFile,
        stamp: Stamp,
    ) -> Stored<()> {
        self.change(permit.module(), permit.record(), Event::Edit, None)?;
        self.below.put_file(permit, file, stamp)
    }

    fn remove_file(&mut self, permit: Permit<DeletePhoto>, stamp: Stamp) -> Stored<()> {
        self.change(permit.module(), permit.record(), Event::Edit, None)?;
        self.below.remove_file(permit, stamp)
    }

    crate::transaction_methods!(handed_on);
}
