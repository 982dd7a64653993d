//! What a store is to those who do not care which: it runs jobs, each in one transaction.

use tanzanite_crm::{StoreError, Transaction};

/// Runs jobs. A job may be run again, so it must give the same for the same rows. Clones share the
/// store.
pub trait Store: Clone + Send + Sync + 'static {
    /// Runs a job on a snapshot. Its writes fail.
    fn read_blocking<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static;

    /// Runs a job in a transaction that is committed if it succeeds, and of which nothing stays if
    /// it does not or if it panics. When this returns `Ok`, the change is durable, and every later
    /// read sees it.
    fn write_blocking<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static;

    /// What the store finds wrong with itself; empty if all is well.
    fn verify(&self) -> Result<Vec<String>, StoreError>;
}
