//! Pauses that rules ask for. They end early when the server does.

use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// Tells all pauses that the server is about to end.
#[derive(Debug, Default)]
pub(crate) struct Pauses(watch::Sender<bool>);

impl Pauses {
    /// Ends those that are, and those that will be.
    pub(crate) fn end(&self) {
        self.0.send_replace(true);
    }

    /// Until the server is about to end.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut ended = self.0.subscribe();
        async move {
            // Without a sender there is no server any more.
            let _ = ended.wait_for(|ended| *ended).await;
        }
    }

    /// Waits for a span of time, or until the server is about to end.
    pub(crate) async fn wait(&self, span: Duration) {
        let _ = timeout(span, self.ended()).await;
    }
}
