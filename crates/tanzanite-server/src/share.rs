//! Memory that bodies share: each takes more of it as it grows.
//!
//! The pool cannot deadlock. With a plain pool, two bodies that hold half of it each would wait for each other for
//! ever. So there is, beside the pool, reserved room for one body of the longest kind: the last place. A body that
//! waits for the pool also waits for the last place, and with the last place it never waits for memory again. Its
//! client has to keep pace, so it ends in limited time and the longest waiter takes the last place.

use crate::body::Aborted;
use crate::queue::Queue;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The memory; a permit is one byte.
#[derive(Debug)]
pub(crate) struct Pool {
    bytes: Semaphore,
    last_place: Semaphore,
    waiting: Queue,
}

/// One body's reservation.
#[derive(Debug)]
pub(crate) struct Share<'a> {
    pool: &'a Pool,
    bytes: usize,
    taken: Option<SemaphorePermit<'a>>,
    last_place: Option<SemaphorePermit<'a>>,
}

impl Pool {
    /// A pool of `bytes` in all, one body of which may need up to `longest`.
    pub(crate) const fn new(bytes: usize, longest: usize) -> Self {
        Self {
            bytes: Semaphore::const_new(bytes - longest),
            last_place: Semaphore::const_new(1),
            waiting: Queue::new(),
        }
    }

    /// An empty reservation.
    pub(crate) const fn share(&self) -> Share<'_> {
        Share {
            pool: self,
            bytes: 0,
            taken: None,
            last_place: None,
        }
    }
}

impl<'a> Share<'a> {
    /// Returns the whole reservation.
    pub(crate) fn give_back(&mut self) {
        *self = self.pool.share();
    }

    /// Whether others wait while this reservation holds something.
    pub(crate) fn is_awaited(&self) -> bool {
        let has = self.taken.is_some() || self.last_place.is_some();
        has && !self.pool.waiting.is_empty()
    }

    /// Grows the reservation to at least this many bytes, waiting if there is no room.
    pub(crate) async fn grow(&mut self, bytes: usize) -> Result<(), Aborted> {
        let more = bytes.saturating_sub(self.bytes);
        if more == 0 || self.last_place.is_some() {
            return Ok(());
        }
        let count = u32::try_from(more).map_err(|_| Aborted)?;
        if let Ok(more) = self.pool.bytes.try_acquire_many(count) {
            self.take(more, bytes);
            return Ok(());
        }
        let _waiting = self.pool.waiting.join();
        tokio::select! {
            biased;
            more = self.pool.bytes.acquire_many(count) => {
                self.take(more.map_err(|_| Aborted)?, bytes);
            }
            last_place = self.pool.last_place.acquire() => {
                self.last_place = Some(last_place.map_err(|_| Aborted)?);
            }
        }
        Ok(())
    }
    fn take(&mut self, more: SemaphorePermit<'a>, bytes: usize) {
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            taken => *taken = Some(more),
        }
        self.bytes = bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::task::{JoinSet, yield_now};
    use tokio::time::timeout;

    const SOON: Duration = Duration::from_millis(100);

    async fn share(pool: &Pool, bytes: usize) -> Share<'_> {
        let mut share = pool.share();
        share.grow(bytes).await.expect("room");
        share
    }

    #[tokio::test]
    async fn bodies_that_hold_all_of_the_memory_do_not_wait_for_each_other_for_ever() {
        static POOL: Pool = Pool::new(30, 10);
        let mut bodies = JoinSet::new();
        for _ in 0..100 {
            bodies.spawn(async {
                let mut share = share(&POOL, 5).await;
                yield_now().await;
                share.grow(10).await.expect("room");
            });
        }
        let all = timeout(Duration::from_secs(10), bodies.join_all());
        all.await.expect("no deadlock");
        assert_eq!(POOL.bytes.available_permits(), 20);
    }

    #[tokio::test]
    async fn one_body_at_a_time_is_beyond_the_pool() {
        let pool = Pool::new(30, 10);
        let _all = share(&pool, 20).await;
        let beyond = share(&pool, 10).await;
        let mut next = pool.share();
        assert!(timeout(SOON, next.grow(1)).await.is_err());
        drop(beyond);
        let grown = timeout(SOON, next.grow(1)).await;
        grown.expect("in time").expect("room");
    }
}
