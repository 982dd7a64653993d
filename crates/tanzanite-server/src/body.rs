//! Reading bodies: bounded in bytes, in time, and in what all of them hold together.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;
use std::time::Duration;
use tanzanite_protocol::{RequestBody, limits};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// The unit in which memory for bodies is counted.
const UNIT_BYTES: usize = 1024;
/// Bytes that are set aside at once for a body of unknown length.
const FIRST_BYTES: usize = 16 * 1024;

/// A body that comes from a client.
pub trait Incoming: Body<Data = Bytes> + Unpin + Send {}

impl<B: Body<Data = Bytes> + Unpin + Send> Incoming for B {}

/// Reads bodies, within the memory that all of them may hold together and the time that each may take.
#[derive(Debug)]
pub(crate) struct Bodies {
    memory: Semaphore,
    time: Duration,
}

/// The client went away, was too slow, or spoke no HTTP, and there is nobody to answer; or a rule lets nobody have an answer.
#[derive(Debug)]
pub struct Aborted;

/// A body, and its share of the memory.
pub(crate) struct Held<'a> {
    pub(crate) body: RequestBody,
    _share: Option<SemaphorePermit<'a>>,
}

/// A body on its way, or one that had to be read before it was known what becomes of its request.
pub(crate) enum Arriving<'a, B> {
    Coming(B),
    Read(Held<'a>),
}

impl<'a, B: Incoming> Arriving<'a, B> {
    /// [`Bodies::read`].
    pub(crate) async fn read(
        self,
        bodies: &'a Bodies,
        bytes_max: usize,
    ) -> Result<Held<'a>, Aborted> {
        match self {
            Self::Coming(incoming) => bodies.read(incoming, bytes_max).await,
            Self::Read(held) => Ok(held),
        }
    }

    /// [`Bodies::discard`].
    pub(crate) async fn discard(self, bodies: &Bodies) -> Result<(), Aborted> {
        match self {
            Self::Coming(incoming) => bodies.discard(incoming).await,
            Self::Read(_) => Ok(()),
        }
    }

    /// Whether it is known to be no longer than this, or held already.
    pub(crate) fn is_at_most(&self, bytes_max: u64) -> bool {
        match self {
            Self::Coming(incoming) => {
                let bytes = incoming.size_hint().exact();
                bytes.is_some_and(|bytes| bytes <= bytes_max)
            }
            Self::Read(_) => true,
        }
    }
}

impl Bodies {
    pub(crate) fn new(time: Duration) -> Self {
        Self {
            memory: Semaphore::new(limits::BODIES_IN_MEMORY_BYTES_MAX / UNIT_BYTES),
            time,
        }
    }

    /// Reads a body of at most `bytes_max`. A longer one is read on and thrown away, so that the client hears its refusal
    /// instead of a reset connection.
    pub(crate) async fn read(
        &self,
        incoming: impl Incoming,
        bytes_max: usize,
    ) -> Result<Held<'_>, Aborted> {
        if incoming.is_end_stream() {
            return Ok(Held {
                body: RequestBody::Whole(Bytes::new()),
                _share: None,
            });
        }
        timeout(self.time, self.read_all(incoming, bytes_max))
            .await
            .map_err(|_| Aborted)?
    }

    /// Reads a body and throws it away, within bounds.
    pub(crate) async fn discard(&self, incoming: impl Incoming) -> Result<(), Aborted> {
        if incoming.is_end_stream() {
            return Ok(());
        }
        timeout(self.time, discard(incoming))
            .await
            .map_err(|_| Aborted)?
    }

    async fn read_all(
        &self,
        mut incoming: impl Incoming,
        bytes_max: usize,
    ) -> Result<Held<'_>, Aborted> {
        let hint = incoming.size_hint();
        let too_long = |bytes: u64| usize::try_from(bytes).map_or(true, |bytes| bytes > bytes_max);
        if too_long(hint.lower()) {
            discard(incoming).await?;
            return Ok(Held {
                body: RequestBody::TooLarge,
                _share: None,
            });
        }
        // The whole share at once: bodies that wait for each other's would wait for ever.
        let share_bytes = hint.exact().map_or(bytes_max, |exact| {
            usize::try_from(exact).unwrap_or(bytes_max)
        });
        let units = u32::try_from(share_bytes.div_ceil(UNIT_BYTES)).map_err(|_| Aborted)?;
        let share = self.memory.acquire_many(units).await.map_err(|_| Aborted)?;
        let mut bytes = BytesMut::with_capacity(hint.exact().map_or(FIRST_BYTES, |_| share_bytes));
        while let Some(frame) = incoming.frame().await {
            let Ok(data) = frame.map_err(|_| Aborted)?.into_data() else {
                continue;
            };
            if bytes.len() + data.len() > bytes_max {
                discard(incoming).await?;
                return Ok(Held {
                    body: RequestBody::TooLarge,
                    _share: None,
                });
            }
            bytes.extend_from_slice(&data);
        }
        Ok(Held {
            body: RequestBody::Whole(bytes.freeze()),
            _share: Some(share),
        })
    }
}

/// Reads on and throws away, within bounds. The time is the caller's.
async fn discard(mut incoming: impl Incoming) -> Result<(), Aborted> {
    let mut discarded = 0;
    while let Some(frame) = incoming.frame().await {
        if let Ok(data) = frame.map_err(|_| Aborted)?.into_data() {
            discarded += data.len();
        }
        if discarded > limits::BODY_DISCARD_BYTES_MAX {
            return Err(Aborted);
        }
    }
    Ok(())
}

impl std::fmt::Display for Aborted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the exchange was aborted")
    }
}

impl std::error::Error for Aborted {}
