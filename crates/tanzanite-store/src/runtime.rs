//! A runtime for threads that wait for asynchronous work. It can be dropped on any thread, even one that must not
//! block.

use std::io;
use tokio::runtime::{Builder, Runtime};

/// `None` only while it is dropped.
#[derive(Debug)]
pub(crate) struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    /// A runtime with one thread, which works even while nobody waits.
    pub(crate) fn with_thread(name: &str) -> io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(1).thread_name(name);
        Ok(Self(Some(builder.enable_all().build()?)))
    }

    /// A runtime without a thread, which works only while somebody waits.
    pub(crate) fn without_thread() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self(Some(runtime)))
    }

    /// Waits for a future. Must not be called on a thread that runs asynchronous tasks.
    pub(crate) fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime().block_on(future)
    }

    #[expect(
        clippy::expect_used,
        reason = "the runtime is taken out by `drop` alone"
    )]
    fn runtime(&self) -> &Runtime {
        self.0.as_ref().expect("there until it is dropped")
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
