//! A job on its way to the writer: queued, run by it, and answered once its commit is on disk.

use super::writer::panicked;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tanzanite_crm::{StoreError, Transaction};
use tokio::sync::oneshot;

/// A job in the writer's queue.
pub(super) trait Task: Send {
    /// Whether it may only read; in memory the writer thread runs readers' jobs too.
    fn reads(&self) -> bool;
    /// Runs it; returns whether its changes are kept.
    fn run(&mut self, tx: &mut dyn Transaction) -> bool;
    /// Answers it. An error replaces its result.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

pub(super) struct Typed<T, F, J> {
    pub(super) job: J,
    pub(super) reads: bool,
    pub(super) result: Option<Result<T, F>>,
    pub(super) answer: oneshot::Sender<Result<T, F>>,
}

impl<T, F, J> Task for Typed<T, F, J>
where
    T: Send,
    F: From<StoreError> + Send,
    J: Fn(&mut dyn Transaction) -> Result<T, F> + Send,
{
    fn reads(&self) -> bool {
        self.reads
    }

    fn run(&mut self, tx: &mut dyn Transaction) -> bool {
        let result = catch_unwind(AssertUnwindSafe(|| (self.job)(tx)))
            .unwrap_or_else(|_| Err(panicked().into()));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let result = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(StoreError::new("the job was not run").into()),
            (Err(error), _) => Err(error.into()),
        };
        // The caller may have gone; the write stays.
        let _ = self.answer.send(result);
    }
}
