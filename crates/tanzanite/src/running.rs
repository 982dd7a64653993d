//! Shared by commands that listen: their threads and the signal to stop.

use crate::exit::{Exit, Failure, Outcome};
use tokio::runtime::{Builder, Runtime};

/// A runtime with a thread for each processor.
pub(crate) fn runtime() -> Outcome<Runtime> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .map_err(|error| Failure::caused(Exit::CannotStart, "cannot start the threads", &error))
}

/// Resolves when the process is told to stop.
#[cfg(unix)]
pub(crate) fn stop_signal() -> Outcome<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| {
        signal(kind).map_err(|error| {
            Failure::caused(Exit::CannotStart, "cannot listen for signals", &error)
        })
    };
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves when the process is told to stop.
#[cfg(not(unix))]
pub(crate) fn stop_signal() -> Outcome<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        // Without a signal handler only killing the process stops it.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
