//! Answers requests without a socket, for tests in the server's own process.

use crate::body::Incoming;
use crate::outgoing::Outgoing;
use crate::way::Way;
use crate::{Shared, exchange};
use http::{Request, Response};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Answers requests exactly as a connection from this machine would. Clones share the server.
#[derive(Clone, Debug)]
pub struct Handler(Arc<Shared>);

impl Handler {
    pub(crate) fn of(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    /// Answers a request. `None` where a connection would be closed without an answer: the body breaks off or takes too
    /// long, or a fault injection rule prescribes it. Must be called within a Tokio runtime that has timers enabled.
    pub async fn handle(&self, request: Request<impl Incoming>) -> Option<Response<Outgoing>> {
        let way = Way::straight(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), None);
        let answer = exchange::answer(Arc::clone(&self.0), way, request).await;
        Some(answer.ok()?.map(Outgoing::taken_whole))
    }
}
