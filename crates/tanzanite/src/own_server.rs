//! A server for a command's own use: complete, in this process, in memory, on a free port.

use crate::exit::{Exit, Failure, Outcome};
use crate::seeding::Prepared;
use std::future::pending;
use tanzanite_server::{Config, start};
use tanzanite_store::AnyStore;
use tokio::runtime::{Builder, Runtime};

/// A server that stops when dropped.
#[derive(Debug)]
pub(crate) struct OwnServer {
    base_url: String,
    store: AnyStore,
    /// Its threads serve requests; dropping it ends them.
    _runtime: Runtime,
}

impl OwnServer {
    /// Starts a server for a prepared store.
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

    /// The base URL.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Closes the store while the server keeps running, so that every call of the store fails, as with a broken disk.
    pub(crate) fn close_store(&self) {
        self.store.close();
    }
}
