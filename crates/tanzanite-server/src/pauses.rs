//! Pauses that fault injection rules prescribe. They end early when the server shuts down.

use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// Tells all pauses that the server is shutting down.
#[derive(Debug, Default)]
pub(crate) struct Pauses(watch::Sender<bool>);

impl Pauses {
    /// Ends present and future pauses.
    pub(crate) fn end(&self) {
        self.0.send_replace(true);
    }

    /// Resolves when the server is shutting down.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut ended = self.0.subscribe();
        async move {
            // An error means that the sender is gone, and so the server.
            let _ = ended.wait_for(|ended| *ended).await;
        }
    }

    /// Waits for a span of time, or until the server is shutting down.
    pub(crate) async fn wait(&self, span: Duration) {
        let _ = timeout(span, self.ended()).await;
    }
}
