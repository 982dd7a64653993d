//! Sends notifications: the only connections that the server makes by itself.
//!
//! A step of a delivery's job, which the commit of a change has scheduled, takes it for this server. It is then
//! sent here, and the outcome noted in a transaction of its own, which takes the channel's next. A server that dies in
//! between sends it again once the lease is over: at least once, and in order.

mod address;
mod send;
mod senders;

pub(crate) use address::Receivers;
pub(crate) use send::Client;
pub(crate) use senders::{Senders, Sending};

use crate::jobs::context;
use crate::{Shared, entropy, exchange, journal};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use http::request::Parts;
use http::{Method, Request};
use std::sync::Arc;
use tanzanite_crm::Transaction;
use tanzanite_crm::notifications::{Attempt, Delivery, settle};
use tanzanite_protocol::{Fault, OrgId, limits};
use tokio::time::{Instant, timeout};

/// The name of a notification in the journal, where others have that of an operation.
const OPERATION: &str = "notification";

/// Sends a delivery that was taken, and those of its channel behind it.
pub(crate) async fn send_queue(
    shared: Arc<Shared>,
    _sending: Sending,
    org: OrgId,
    first: Delivery,
) {
    let mut next = Some(first);
    while let Some(delivery) = next {
        // A longer wait leaves it to its lease.
        let turn = timeout(limits::NOTIFICATION_LEASE / 2, shared.senders.turn());
        let Ok(Ok(_turn)) = turn.await else { return };
        let attempt = attempt(&shared, org, &delivery).await;
        next = match settled(&shared, org, delivery, attempt).await {
            Ok(next) => next,
            Err(fault) => {
                let cause = exchange::cause(&fault);
                tracing::error!(
                    cause,
                    org = org.get(),
                    "a notification's outcome is lost; it is sent again"
                );
                None
            }
        };
    }
}

/// Notes what became of an attempt; returns the channel's next delivery.
async fn settled(
    shared: &Shared,
    org: OrgId,
    delivery: Delivery,
    attempt: Attempt,
) -> Result<Option<Delivery>, Fault> {
    let context = context(shared)?;
    let note = move |tx: &mut dyn Transaction| settle(org, &delivery, &attempt, &context, tx);
    shared.store.write::<_, Fault, _>(note).await
}

/// The receiver's answer, or the reason why there is none.
struct Answer {
    attempt: Attempt,
    /// 0 if there is none.
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn none(attempt: Attempt) -> Self {
        Self {
            attempt,
            status: 0,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }
}

/// Makes one attempt, which the journal keeps.
async fn attempt(shared: &Shared, org: OrgId, delivery: &Delivery) -> Attempt {
    let (at, begun) = (entropy::now(), Instant::now());
    let body = Bytes::from(delivery.payload.to_string());
    let url = address::parse(&delivery.notify_url);
    let (origin, head) = match &url {
        Ok(url) => (url.origin(), head(url.path_and_query(), url.authority())),
        Err(_) => (String::new(), Request::new(()).into_parts().0),
    };
    let answer = match url {
        Err(reason) => Answer::none(Attempt::Refused(reason)),
        Ok(url) => {
            let answer = send::send(shared, &url, &head, body.clone());
            timeout(limits::NOTIFICATION_TIMEOUT, answer)
                .await
                .unwrap_or_else(|_| {
                    let span = limits::NOTIFICATION_TIMEOUT.as_secs();
                    Answer::none(Attempt::Failed(format!("no answer within {span} s")))
                })
        }
    };
    let cause = match &answer.attempt {
        Attempt::Delivered(_) => None,
        Attempt::Failed(reason) | Attempt::Refused(reason) => Some(reason.clone()),
    };
    shared.journal.keep(journal::Exchange {
        org,
        at,
        micros: u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        request_id: delivery.id.to_string(),
        origin: origin.into(),
        head,
        token: None,
        body,
        outcome: journal::Outcome {
            endpoint: OPERATION,
            status: answer.status,
            code: "",
            cause,
        },
        rule: None,
        reply_headers: answer.headers,
        reply_body: answer.body,
    });
    answer.attempt
}

/// The head of a notification.
fn head(path_and_query: &str, authority: &str) -> Parts {
    let mut head = Request::new(()).into_parts().0;
    head.method = Method::POST;
    // Both are parts of an address that was read.
    head.uri = path_and_query.parse().unwrap_or_default();
    let json = HeaderValue::from_static("application/json;charset=UTF-8");
    head.headers.insert(CONTENT_TYPE, json);
    if let Ok(authority) = HeaderValue::from_str(authority) {
        head.headers.insert(HOST, authority);
    }
    head
}
