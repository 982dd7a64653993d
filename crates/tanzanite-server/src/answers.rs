//! The memory of answers: counted until their clients have read them, and bounded for all together. Small answers have
//! a share of their own, so that they never wait for large ones.
//!
//! A waiting request holds no memory: a read whose answer finds no room is thrown away and repeated once there is room,
//! which is safe because a read changes nothing. A large photo is not read before there is room for it.

use crate::Shared;
use crate::queue::Queue;
use bytes::Bytes;
use std::sync::Arc;
use tanzanite_crm::{Job, Transaction};
use tanzanite_protocol::{Content, Fault, Reply, RequestBody, limits};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The memory of all answers.
#[derive(Debug)]
pub(crate) struct Answers {
    small: Arc<Semaphore>,
    large: Arc<Semaphore>,
    waiting: Queue,
    /// Bounds concurrent large reads: each keeps a thread busy, and the other threads stay free for small reads.
    large_reads: Semaphore,
}

/// A reservation of memory for one answer.
#[derive(Debug)]
struct Room {
    bytes: usize,
    permit: OwnedSemaphorePermit,
}

/// An answer's bytes, which keep their reservation until the last clone is dropped.
struct Roomed(
    Bytes,
    #[expect(dead_code, reason = "held")] OwnedSemaphorePermit,
);

impl Default for Answers {
    fn default() -> Self {
        let memory = |bytes| Arc::new(Semaphore::new(bytes));
        Self {
            small: memory(limits::ANSWERS_SMALL_IN_MEMORY_BYTES_MAX),
            large: memory(limits::ANSWERS_LARGE_IN_MEMORY_BYTES_MAX),
            waiting: Queue::default(),
            large_reads: Semaphore::new(limits::LARGE_READS_AT_ONCE_MAX),
        }
    }
}

impl Answers {
    /// Whether a request waits for room.
    pub(crate) fn are_awaited(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Reserves room for the reply of a request that wrote: it is already committed and cannot be repeated. Such
    /// replies are short.
    pub(crate) async fn hold(&self, reply: Reply) -> Reply {
        match bytes_of(&reply) {
            0..=limits::ANSWER_UNCOUNTED_BYTES_MAX => reply,
            bytes => match self.room(bytes).await {
                Some(room) => room.hold(reply),
                None => reply,
            },
        }
    }

    /// Waits for room. `None` when the server is shutting down.
    async fn room(&self, bytes: usize) -> Option<Room> {
        if let Some(room) = self.room_now(bytes) {
            return Some(room);
        }
        let _waiting = self.waiting.join();
        let (memory, count) = self.memory(bytes)?;
        let permit = Arc::clone(memory).acquire_many_owned(count).await.ok()?;
        Some(Room { bytes, permit })
    }

    fn room_now(&self, bytes: usize) -> Option<Room> {
        let (memory, count) = self.memory(bytes)?;
        let permit = Arc::clone(memory).try_acquire_many_owned(count).ok()?;
        Some(Room { bytes, permit })
    }

    /// The semaphore that counts an answer of this size, and the number of bytes to take from it: an answer larger than
    /// all memory takes all of it.
    fn memory(&self, bytes: usize) -> Option<(&Arc<Semaphore>, u32)> {
        let (memory, bytes_max) = if bytes <= limits::ANSWER_SMALL_BYTES_MAX {
            (&self.small, limits::ANSWERS_SMALL_IN_MEMORY_BYTES_MAX)
        } else {
            (&self.large, limits::ANSWERS_LARGE_IN_MEMORY_BYTES_MAX)
        };
        Some((memory, u32::try_from(bytes.min(bytes_max)).ok()?))
    }
}

/// Runs a job that only reads, and runs it again if there was no room for its answer.
pub(crate) async fn read(
    shared: &Shared,
    job: &Arc<Job>,
    body: RequestBody,
) -> Result<Reply, Fault> {
    let answers = &shared.answers;
    let mut room: Option<Room> = None;
    loop {
        let turn = match &room {
            Some(_) => answers.large_reads.acquire().await.ok(),
            None => None,
        };
        let (run, body) = (Arc::clone(job), body.clone());
        let run = move |tx: &mut dyn Transaction| run.run(&body, tx);
        let result = shared.store.read(run).await;
        drop(turn);
        let bytes = match (job.room.wanted(), &result) {
            (Some(wanted), _) => wanted,
            (None, Ok(reply)) => bytes_of(reply),
            (None, Err(_)) => return result,
        };
        if bytes <= limits::ANSWER_UNCOUNTED_BYTES_MAX {
            return result;
        }
        if job.room.wanted().is_none()
            && let Some(room) = room
                .take()
                .filter(|room| room.bytes >= bytes)
                .or_else(|| answers.room_now(bytes))
        {
            return result.map(|reply| room.hold(reply));
        }
        drop((result, room.take()));
        room = answers.room(bytes).await;
        job.room.give(bytes.max(limits::PHOTO_AT_ONCE_BYTES_MAX));
    }
}

impl Room {
    /// Ties the reservation to the reply's bytes.
    fn hold(self, mut reply: Reply) -> Reply {
        let bytes = match &mut reply.content {
            Content::Json(bytes) => bytes,
            Content::File(file) => &mut file.bytes,
            Content::Empty | Content::NotModified(_) => return reply,
        };
        *bytes = Bytes::from_owner(Roomed(std::mem::take(bytes), self.permit));
        reply
    }
}

impl AsRef<[u8]> for Roomed {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn bytes_of(reply: &Reply) -> usize {
    reply.content.bytes().map_or(0, Bytes::len)
}
