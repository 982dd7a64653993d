//! A server of a command's own: whole, in this process, in memory, on a free port.

use crate::exit::{Exit, Failure, Outcome};
use crate::seeding::Prepared;
use std::future::pending;
use tanzanite_server::{Config, start};
use tanzanite_store::AnyStore;
use tokio::runtime::{Builder, Runtime};

/// A server that ends when it is dropped.
#[derive(Debug)]
pub(crate) struct OwnServer {
    base_url: String,
    store: AnyStore,
    /// Its threads serve; dropping it ends them.
    _runtime: Runtime,
}

impl OwnServer {
    /// Listens, and serves what was prepared.
    pub(crate) fn start(prepared: Prepared) -> Outcome<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| {
                Failure::caused(Exit::CannotStart, "cannot start the threads", &error)
            })?;
        let store = prepared.store.clone();
        let running = start(Config::default(), prepared.store, prepared.launch);
        let running = runtime
            .block_on(running)
            .map_err(|error| Failure::new(Exit::CannotStart, error))?;
        let base_url = running.base_url().to_owned();
        runtime.spawn(running.finished(pending()));
        Ok(Self {
            base_url,
            store,
            _runtime: runtime,
        })
    }

    /// Where it is.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Takes the store away beneath the server, which goes on serving: from now on every call of the
    /// store fails, as it would with a broken disk.
    pub(crate) fn close_store(&self) {
        self.store.close();
    }
}
