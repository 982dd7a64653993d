//! The answers to a batch, item by item, and the status that they have together.

use crate::call::Call;
use crate::versions;
use serde_json::{Map, Value};
use tanzanite_protocol::envelope::Batch;
use tanzanite_protocol::{Fault, Reply, Stage};

/// The answers under `data`, in the order of the items.
#[derive(Debug)]
pub(crate) struct Answers {
    batch: Batch,
    status_of_refused: Option<u16>,
}

impl Answers {
    /// None yet. `success_status` is sent if no item is refused.
    pub(crate) fn new(success_status: u16) -> Self {
        Self::under("data", success_status)
    }

    /// None yet, under another key than `data`.
    pub(crate) fn under(root: &'static str, success_status: u16) -> Self {
        Self {
            batch: Batch::new(root, success_status),
            status_of_refused: None,
        }
    }

    /// None yet, of records that are written: refused ones have another status in some versions.
    pub(crate) fn to_write(call: &Call<'_>, success_status: u16) -> Self {
        Self {
            status_of_refused: versions::status_of_refused_items(call.version()),
            ..Self::new(success_status)
        }
    }

    /// The one answer stands under the key by itself, and not in a list.
    pub(crate) fn alone(mut self) -> Self {
        self.batch = self.batch.alone();
        self
    }

    /// Adds an item's answer. A failure of the store is no answer to an item: it ends the call.
    pub(crate) fn push(&mut self, item: Result<Value, Fault>) -> Result<(), Fault> {
        if let Err(fault) = &item
            && fault.row().stage == Stage::Store
        {
            return item.map(|_| ());
        }
        self.batch.push(item);
        Ok(())
    }

    /// With more keys after the list.
    pub(crate) fn with(mut self, beside: Map<String, Value>) -> Self {
        self.batch = self.batch.with(beside);
        self
    }

    /// The reply: the success status, 207 if some items were refused. If all were, the status that
    /// they have in common (412 for `ALREADY_MODIFIED`), and otherwise 400. Versions that know neither 207 nor 400 here
    /// have their own.
    pub(crate) fn into_reply(self) -> Reply {
        let mut reply = self.batch.into_reply();
        let mut statuses = reply.refused.iter().map(|fault| fault.row().status);
        if reply.status == 400
            && let Some(first) = statuses.next()
            && statuses.all(|status| status == first)
        {
            reply.status = first;
        }
        if let (400 | 207, Some(status)) = (reply.status, self.status_of_refused) {
            reply.status = status;
        }
        reply
    }
}

/// A refusal that the vendor wraps into `data` although it answers no single item.
pub(crate) fn refused_in_data(call: &Call<'_>, fault: Fault) -> Result<Reply, Fault> {
    let mut answers = Answers::to_write(call, 200);
    answers.push(Err(fault))?;
    Ok(answers.into_reply())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::STORE_FAILED;
    use crate::operations::records::faults;
    use serde_json::json;
    use tanzanite_protocol::Row;

    fn status(items: Vec<Result<Value, Fault>>) -> Result<u16, Fault> {
        let mut answers = Answers::new(201);
        for item in items {
            answers.push(item)?;
        }
        Ok(answers.into_reply().status)
    }

    fn refused(condition: &'static Row) -> Result<Value, Fault> {
        Err(Fault::new(condition))
    }

    #[test]
    fn the_status_is_that_of_all_items_together() {
        let modified = || refused(&faults::MODIFIED_SINCE);
        let unknown = || refused(&faults::ID_UNKNOWN);
        assert_eq!(status(vec![Ok(json!({})), Ok(json!({}))]), Ok(201));
        assert_eq!(status(vec![Ok(json!({})), modified()]), Ok(207));
        assert_eq!(status(vec![unknown(), unknown()]), Ok(400));
        assert_eq!(status(vec![modified(), modified()]), Ok(412));
        assert_eq!(status(vec![modified(), unknown(), modified()]), Ok(400));
    }

    #[test]
    fn a_failure_of_the_store_ends_the_call() {
        let fault = status(vec![Ok(json!({})), refused(&STORE_FAILED)]);
        assert_eq!(fault.map_err(|fault| fault.row()), Err(&STORE_FAILED));
    }
}
