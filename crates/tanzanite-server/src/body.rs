//! Reads request bodies, bounded in bytes, in time, and in the memory that all of them hold together.

use crate::pace::Pace;
use crate::share::{Pool, Share};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Body;
use std::time::Duration;
use tanzanite_protocol::{RequestBody, limits};
use tokio::time::{Instant, timeout_at};

/// The smallest reservation of memory for a body.
const FIRST_BYTES: usize = 1024;

/// A body that arrives from a client.
pub trait Incoming: Body<Data = Bytes> + Unpin + Send {}

impl<B: Body<Data = Bytes> + Unpin + Send> Incoming for B {}

/// Reads bodies within their common memory, and enforces the pace at which each has to arrive.
#[derive(Debug)]
pub(crate) struct Bodies {
    /// A pool of their own for small bodies, so that they do not wait for large ones.
    small: Pool,
    large: Pool,
    patience: Duration,
}

/// The request ends without an answer: the client went away, was too slow, or sent invalid HTTP, or a fault injection
/// rule ends the connection.
#[derive(Debug)]
pub struct Aborted;

/// A body, and its reservation of memory.
pub(crate) struct Held<'a> {
    pub(crate) body: RequestBody,
    _shares: Option<Shares<'a>>,
}

/// The part of a body that has arrived. Memory is reserved as bytes arrive, so an announced length reserves nothing.
struct Growing<'a> {
    bytes: Vec<u8>,
    /// The bound on the whole body.
    bytes_max: usize,
    shares: Shares<'a>,
}

/// Reservations in the pools for small and for large bodies. A body of unknown length moves to the other pool when it
/// turns out to be large.
struct Shares<'a> {
    small: Share<'a>,
    large: Share<'a>,
    is_large: bool,
}

/// A body that is still arriving, or one that was read early because deciding about its request needed it.
pub(crate) enum Arriving<'a, B> {
    Coming(B),
    Read(Held<'a>),
}

impl<'a, B: Incoming> Arriving<'a, B> {
    /// See [`Bodies::read`].
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

    /// See [`Bodies::discard`].
    pub(crate) async fn discard(self, bodies: &Bodies) -> Result<(), Aborted> {
        match self {
            Self::Coming(incoming) => bodies.discard(incoming).await,
            Self::Read(_) => Ok(()),
        }
    }

    /// Whether the body is known to be at most this long, or is held already.
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
    /// A reader for bodies of at most `longest` bytes, whose clients may fall behind by `patience`.
    pub(crate) const fn new(patience: Duration, longest: usize) -> Self {
        let small = limits::BODIES_SMALL_IN_MEMORY_BYTES_MAX;
        Self {
            small: Pool::new(small, limits::BODY_SMALL_BYTES_MAX),
            large: Pool::new(limits::BODIES_IN_MEMORY_BYTES_MAX - small, longest),
            patience,
        }
    }

    /// Reads a body of at most `bytes_max`. The rest of a longer one is read and thrown away, so that the client
    /// receives its refusal instead of a reset connection.
    pub(crate) async fn read(
        &self,
        mut incoming: impl Incoming,
        bytes_max: usize,
    ) -> Result<Held<'_>, Aborted> {
        if incoming.is_end_stream() {
            return Ok(Held {
                body: RequestBody::Whole(Bytes::new()),
                _shares: None,
            });
        }
        let hint = incoming.size_hint();
        let promised = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        if promised(hint.lower()) > bytes_max {
            return self.too_large(incoming).await;
        }
        let mut pace = Pace::begin(Instant::now());
        let mut growing = self.growing(hint.exact().map(promised), bytes_max);
        loop {
            let awaited = || growing.shares.are_awaited();
            let Some(data) = self.next(&mut incoming, &mut pace, awaited).await? else {
                break;
            };
            if growing.bytes.len() + data.len() > bytes_max {
                drop(growing);
                return self.too_large(incoming).await;
            }
            growing.add(&data, &mut pace).await?;
        }
        Ok(Held {
            body: RequestBody::Whole(growing.bytes.into()),
            _shares: Some(growing.shares),
        })
    }

    /// Reads a body and throws it away, within bounds.
    pub(crate) async fn discard(&self, mut incoming: impl Incoming) -> Result<(), Aborted> {
        if incoming.is_end_stream() {
            return Ok(());
        }
        let mut pace = Pace::begin(Instant::now());
        let mut discarded = 0;
        while let Some(data) = self.next(&mut incoming, &mut pace, || false).await? {
            discarded += data.len();
            if discarded > limits::BODY_DISCARD_BYTES_MAX {
                return Err(Aborted);
            }
        }
        Ok(())
    }

    async fn too_large(&self, incoming: impl Incoming) -> Result<Held<'_>, Aborted> {
        self.discard(incoming).await?;
        Ok(Held {
            body: RequestBody::TooLarge,
            _shares: None,
        })
    }

    /// The next bytes of data, if the client keeps pace; the pace is stricter while others wait for this body's memory.
    /// Frames other than data are skipped.
    async fn next(
        &self,
        incoming: &mut impl Incoming,
        pace: &mut Pace,
        awaited: impl Fn() -> bool,
    ) -> Result<Option<Bytes>, Aborted> {
        loop {
            let mut frame = incoming.frame();
            let mut patience = self.patience.min(limits::BODY_TIMEOUT_PRESSED);
            let frame = loop {
                match timeout_at(pace.ends(patience), &mut frame).await {
                    Ok(frame) => break frame,
                    Err(_) if patience >= self.patience || awaited() => return Err(Aborted),
                    // By then other bodies may wait for memory.
                    Err(_) => patience += limits::BODY_TIMEOUT_PRESSED,
                }
            };
            let Some(frame) = frame else {
                return Ok(None);
            };
            if let Ok(data) = frame.map_err(|_| Aborted)?.into_data() {
                pace.passed(data.len(), Instant::now());
                return Ok(Some(data));
            }
        }
    }

    fn growing(&self, exact: Option<usize>, bytes_max: usize) -> Growing<'_> {
        Growing {
            bytes: Vec::new(),
            bytes_max: exact.unwrap_or(bytes_max),
            shares: Shares {
                small: self.small.share(),
                large: self.large.share(),
                is_large: exact.is_some_and(|bytes| bytes > limits::BODY_SMALL_BYTES_MAX),
            },
        }
    }
}

impl Growing<'_> {
    /// Appends bytes, once there is memory for them. The wait does not count against the client's pace.
    async fn add(&mut self, data: &[u8], pace: &mut Pace) -> Result<(), Aborted> {
        let bytes = self.bytes.len() + data.len();
        if bytes > self.bytes.capacity() {
            let twice = self.bytes.capacity().saturating_mul(2).max(FIRST_BYTES);
            let capacity = bytes.max(twice.min(self.bytes_max));
            let asked = Instant::now();
            self.shares.grow(capacity).await?;
            pace.excuse(asked.elapsed());
            self.bytes.reserve_exact(capacity - self.bytes.len());
        }
        self.bytes.extend_from_slice(data);
        Ok(())
    }
}

impl Shares<'_> {
    /// Whether other bodies wait for this one's memory.
    fn are_awaited(&self) -> bool {
        self.small.is_awaited() || self.large.is_awaited()
    }

    async fn grow(&mut self, bytes: usize) -> Result<(), Aborted> {
        self.is_large |= bytes > limits::BODY_SMALL_BYTES_MAX;
        if !self.is_large {
            return self.small.grow(bytes).await;
        }
        self.large.grow(bytes).await?;
        self.small.give_back();
        Ok(())
    }
}

impl std::fmt::Display for Aborted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the exchange was aborted")
    }
}

impl std::error::Error for Aborted {}
