//! The common interface of stores: they run jobs, each in one transaction.

use tanzanite_crm::{StoreError, Transaction};

/// Runs jobs. A job may be run again, so it must give the same result for the same rows. Clones share the store.
pub trait Store: Clone + Send + Sync + 'static {
    /// Runs a job on a snapshot. Its writes fail.
    fn read_blocking<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static;

    /// Runs a job in a transaction, which is committed if the job succeeds, and rolled back if it fails or panics. When
    /// this returns `Ok`, the change is durable and every later read sees it.
    fn write_blocking<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static;

    /// The problems that the store finds in its data; empty if there are none.
    fn verify(&self) -> Result<Vec<String>, StoreError>;
}
