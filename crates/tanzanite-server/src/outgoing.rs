//! Response bodies: whole, or altered by a fault injection rule.

use crate::body::Aborted;
use crate::hangup::Hangup;
use crate::pauses::Pauses;
use crate::pulse::{Open, Taking};
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use serde::{Deserialize, Serialize};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tanzanite_protocol::limits;
use tokio::time::{Instant, Interval, Sleep, interval_at, sleep};

/// A response body.
pub struct Outgoing {
    content: Content,
    /// Tracks how the client reads it, if that is watched.
    taking: Option<Arc<Taking>>,
}

enum Content {
    /// Unaltered.
    Whole(Bytes),
    /// Altered by a fault injection rule.
    Spoiled(Box<Spoiled>),
}

/// Bytes that count as unread while any clone exists: bytes handed to the connection may still lie in its buffers.
struct Untaken(Bytes, #[expect(dead_code, reason = "held")] Arc<Taking>);

/// A body that is sent slowly, or breaks off, or both.
struct Spoiled {
    /// The bytes still to be sent.
    rest: Bytes,
    /// The number of bytes still promised to the client; more than the rest if the body breaks off.
    promised: u64,
    piece_bytes: usize,
    pace: Option<Pace>,
    breaking_off: BreakingOff,
}

/// The sending of one piece at every tick, until the time has passed.
struct Pace {
    ticks: Interval,
    hurry: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// How a body ends early.
enum BreakingOff {
    /// By ending its connection.
    Connection(Arc<Hangup>),
    /// By resetting its HTTP/2 stream. The reset discards unsent bytes, so it waits a moment.
    Stream(Option<Pin<Box<Sleep>>>),
}

/// The alterations that a fault injection rule prescribes for a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spoiling {
    /// The time that sending takes.
    pub(crate) slow: Option<Duration>,
    /// The place where it breaks off.
    pub(crate) truncated: Option<Truncated>,
}

/// The place where a body breaks off: before its last byte at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Truncated {
    Half,
    After(usize),
}

impl Truncated {
    /// The number of bytes to send of a body of this length.
    fn of(self, bytes: usize) -> usize {
        match self {
            Self::Half => bytes / 2,
            Self::After(most) => most.min(bytes.saturating_sub(1)),
        }
    }
}

impl Outgoing {
    /// An unaltered body.
    pub(crate) const fn whole(bytes: Bytes) -> Self {
        Self {
            content: Content::Whole(bytes),
            taking: None,
        }
    }

    /// A copy of the body for a caller without a connection, who may keep it for ever without holding counted memory.
    pub(crate) fn taken_whole(mut self) -> Self {
        let bytes = self.bytes_mut();
        *bytes = Bytes::copy_from_slice(bytes);
        self
    }

    /// Keeps the request open until the client has read the body. A body too short to be counted is treated as read.
    pub(crate) fn taken(mut self, open: Open) -> Self {
        let is_whole = matches!(self.content, Content::Whole(_));
        let bytes = self.bytes_mut();
        if is_whole && bytes.len() <= limits::ANSWER_UNCOUNTED_BYTES_MAX {
            return self;
        }
        let taking = Arc::new(open.taking());
        *bytes = Bytes::from_owner(Untaken(std::mem::take(bytes), Arc::clone(&taking)));
        self.taking = Some(taking);
        self
    }

    /// An altered body. Without a connection of its own that can be ended, a body that breaks off ends with an error.
    pub(crate) fn spoiled(
        whole: &Bytes,
        spoiling: Spoiling,
        pauses: &Pauses,
        hangup: Option<Arc<Hangup>>,
    ) -> Self {
        let sent = match spoiling.truncated {
            Some(truncated) => truncated.of(whole.len()),
            None => whole.len(),
        };
        let mut piece_bytes = limits::FAULT_PIECE_BYTES_MAX;
        let mut pace = None;
        if let Some(span) = spoiling.slow.filter(|_| sent > 0) {
            let (bytes, period) = pieces(sent, span);
            piece_bytes = bytes;
            pace = Some(Pace {
                ticks: interval_at(Instant::now() + period, period),
                hurry: Box::pin(pauses.ended()),
            });
        }
        let spoiled = Spoiled {
            rest: whole.slice(..sent),
            promised: whole.len() as u64,
            piece_bytes,
            pace,
            breaking_off: match hangup {
                Some(hangup) => BreakingOff::Connection(hangup),
                None => BreakingOff::Stream(None),
            },
        };
        Self {
            content: Content::Spoiled(Box::new(spoiled)),
            taking: None,
        }
    }

    fn bytes_mut(&mut self) -> &mut Bytes {
        match &mut self.content {
            Content::Whole(bytes) => bytes,
            Content::Spoiled(spoiled) => &mut spoiled.rest,
        }
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Aborted>>> {
        match &mut self.content {
            Content::Whole(rest) if rest.is_empty() => Poll::Ready(None),
            Content::Whole(rest) => {
                let piece = rest.split_to(limits::ANSWER_PIECE_BYTES_MAX.min(rest.len()));
                Poll::Ready(Some(Ok(piece)))
            }
            Content::Spoiled(spoiled) => spoiled.poll_piece(context),
        }
    }
}

/// The size of the pieces of a slow body, and the time between two of them.
fn pieces(bytes: usize, span: Duration) -> (usize, Duration) {
    let wanted = span.as_millis() / limits::FAULT_PIECE_INTERVAL.as_millis();
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX).max(1);
    let piece_bytes = bytes.div_ceil(wanted);
    let count = u32::try_from(bytes.div_ceil(piece_bytes)).unwrap_or(u32::MAX);
    (piece_bytes, span / count)
}

impl Spoiled {
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Aborted>>> {
        if self.rest.is_empty() {
            if self.promised == 0 {
                return Poll::Ready(None);
            }
            return self.poll_break_off(context);
        }
        if let Some(pace) = &mut self.pace {
            if pace.hurry.as_mut().poll(context).is_ready() {
                self.pace = None;
            } else {
                ready!(pace.ticks.poll_tick(context));
            }
        }
        let piece = self.rest.split_to(self.piece_bytes.min(self.rest.len()));
        self.promised -= piece.len() as u64;
        Poll::Ready(Some(Ok(piece)))
    }

    fn poll_break_off(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Aborted>>> {
        match &mut self.breaking_off {
            // The connection flushes when no data is ready, and is then hung up.
            BreakingOff::Connection(hangup) => {
                hangup.after_flush();
                Poll::Pending
            }
            BreakingOff::Stream(moment) => {
                let moment =
                    moment.get_or_insert_with(|| Box::pin(sleep(limits::FAULT_STREAM_PAUSE)));
                ready!(moment.as_mut().poll(context));
                Poll::Ready(Some(Err(Aborted)))
            }
        }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Aborted;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Aborted>>> {
        let outgoing = self.get_mut();
        let piece = outgoing.poll_piece(context);
        if let Some(taking) = &outgoing.taking {
            match &piece {
                Poll::Ready(Some(Ok(piece))) => taking.passed(piece.len()),
                Poll::Ready(_) => {}
                Poll::Pending => taking.waits_for_us(),
            }
        }
        piece.map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Whole(rest) => rest.is_empty(),
            Content::Spoiled(spoiled) => spoiled.promised == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match &self.content {
            Content::Whole(rest) => rest.len() as u64,
            Content::Spoiled(spoiled) => spoiled.promised,
        })
    }
}

impl AsRef<[u8]> for Untaken {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_body_takes_its_time_whatever_its_length() {
        for (bytes, millis) in [
            (1, 1),
            (7, 50),
            (7, 60_000),
            (1_000, 999),
            (10_000_000, 60_000),
        ] {
            let span = Duration::from_millis(millis);
            let (piece_bytes, period) = pieces(bytes, span);
            let count = u32::try_from(bytes.div_ceil(piece_bytes)).expect("a count");
            let off = span.saturating_sub(period * count);
            assert!(
                off < Duration::from_millis(1),
                "{bytes} in {span:?}: {off:?}"
            );
            assert!(count <= 1 || period >= limits::FAULT_PIECE_INTERVAL);
        }
    }

    #[test]
    fn a_body_breaks_off_before_its_last_byte() {
        for (truncated, bytes, sent) in [
            (Truncated::Half, 11, 5),
            (Truncated::Half, 1, 0),
            (Truncated::After(0), 11, 0),
            (Truncated::After(10), 11, 10),
            (Truncated::After(usize::MAX), 11, 10),
        ] {
            assert_eq!(truncated.of(bytes), sent, "{truncated:?} of {bytes}");
        }
    }
}
