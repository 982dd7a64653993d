//! The transaction of a rehearsal: delegates to a real one and applies the simulated changes to what that returns.

use super::change::Change;
use super::rehearsal::{Bearer, Seen};
use crate::delegation::prelude::*;

/// The first of made-up numbers, which no record has: above those of the schema, within the trillion that seeds keep
/// free.
const NUMBERS: i64 = 600_000_000_000;

/// A transaction with simulated changes. Only data that a later check of the same request may read is really written.
pub(super) struct Supposing<'a> {
    below: &'a mut dyn Transaction,
    changes: &'a [Change],
    bearer: Option<&'a Bearer>,
    /// The user of the request's token.
    user: Option<RecordId>,
    /// The last made-up number.
    numbers: i64,
    /// The data that the request has read.
    pub(super) seen: Seen,
}

impl<'a> Supposing<'a> {
    pub(super) fn new(
        below: &'a mut dyn Transaction,
        changes: &'a [Change],
        bearer: Option<&'a Bearer>,
    ) -> Self {
        Self {
            below,
            changes,
            bearer,
            user: None,
            numbers: NUMBERS,
            seen: Seen::default(),
        }
    }

    /// Notes a head that was read, and applies the changes to it.
    fn met(&mut self, head: RecordHead) -> RecordHead {
        self.see(&head);
        self.supposed(head)
    }

    fn see(&mut self, head: &RecordHead) {
        if !self.seen.heads.iter().any(|seen| seen.id == head.id) {
            self.seen.heads.push(head.clone());
        }
    }

    fn supposed(&self, head: RecordHead) -> RecordHead {
        let changes = self.changes.iter();
        changes.fold(head, |head, change| change.suppose(head, self.user))
    }
}

/// Delegates all methods that are not implemented by hand.
macro_rules! handed_on {
    (fn access_token $($rest:tt)*) => {};
    (fn metadata $($rest:tt)*) => {};
    (fn next_number $($rest:tt)*) => {};
    (fn record_head $($rest:tt)*) => {};
    (fn record_heads $($rest:tt)*) => {};
    (fn record $($rest:tt)*) => {};
    (fn records_by_id $($rest:tt)*) => {};
    (fn head_and_file $($rest:tt)*) => {};
    (fn put_file $($rest:tt)*) => {};
    (fn remove_file $($rest:tt)*) => {};
    (fn put_lock $($rest:tt)*) => {};
    (fn remove_lock $($rest:tt)*) => {};
    (fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty;) => {
        fn $name(&mut self, $($argument: $type),*) -> Stored<$result> {
            self.below.$name($($argument),*)
        }
    };
}

impl Transaction for Supposing<'_> {
    fn access_token(&mut self, digest: &Digest) -> Stored<Option<Arc<AccessToken>>> {
        let token = match self.bearer {
            None => self.below.access_token(digest)?,
            Some(Bearer::Kept(digest)) => self.below.access_token(digest)?,
            Some(Bearer::Made(token)) => Some(Arc::clone(token)),
        };
        self.user = token.as_ref().map(|token| token.authorization.user);
        self.seen.token.clone_from(&token);
        Ok(token)
    }

    fn metadata(&mut self, org: OrgId) -> Stored<Option<Arc<Metadata>>> {
        let metadata = self.below.metadata(org)?;
        let changes = self.changes.iter();
        Ok(metadata.map(|metadata| {
            changes.fold(metadata, |metadata, change| {
                change.suppose_settings(metadata)
            })
        }))
    }

    fn next_number(&mut self, _: OrgId) -> Stored<i64> {
        self.numbers += 1;
        Ok(self.numbers)
    }

    fn record_head(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Option<RecordHead>> {
        let head = self.below.record_head(org, module, id)?;
        Ok(head.map(|head| self.met(head)))
    }

    fn record_heads(
        &mut self,
        org: OrgId,
        wanted: &[(Number, RecordId)],
    ) -> Stored<Vec<Option<RecordHead>>> {
        let heads = self.below.record_heads(org, wanted)?.into_iter();
        Ok(heads.map(|head| Some(self.met(head?))).collect())
    }

    fn records_by_id(
        &mut self,
        org: OrgId,
        module: Number,
        ids: &[RecordId],
    ) -> Stored<Vec<Option<Record>>> {
        let records = self.below.records_by_id(org, module, ids)?.into_iter();
        let met = |record: Option<Record>| {
            let Record { head, fields } = record?;
            let head = self.met(head);
            Some(Record { head, fields })
        };
        Ok(records.map(met).collect())
    }

    fn record(&mut self, org: OrgId, module: Number, id: RecordId) -> Stored<Option<Record>> {
        let record = self.below.record(org, module, id)?;
        Ok(record.map(|Record { head, fields }| Record {
            head: self.met(head),
            fields,
        }))
    }

    fn put_file(&mut self, _: Permit<UploadPhoto>, _: &StoredFile, _: Stamp) -> Stored<()> {
        Ok(())
    }

    fn remove_file(&mut self, _: Permit<DeletePhoto>, _: Stamp) -> Stored<()> {
        Ok(())
    }

    fn put_lock(&mut self, _: Permit<LockRecord>, _: &Lock) -> Stored<()> {
        Ok(())
    }

    fn remove_lock(&mut self, _: Permit<UnlockRecord>, _: Stamp) -> Stored<()> {
        Ok(())
    }

    crate::transaction_methods!(handed_on);
}
