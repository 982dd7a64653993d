//! The open connections. When all places are taken, the connection that has been idle longest is closed to make room,
//! because the listener cannot tell an operator from other clients. A client that does not read its answer in time is
//! disconnected.

use crate::answers::Answers;
use crate::pulse::Pulse;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tanzanite_protocol::limits;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout};

/// The open connections.
#[derive(Debug)]
pub(crate) struct Guests {
    places: Arc<Semaphore>,
    /// By a number that grows with each connection.
    present: Mutex<BTreeMap<u64, Guest>>,
    next: AtomicU64,
    answers: Arc<Answers>,
}

/// A place for one connection.
pub(crate) type Seat = OwnedSemaphorePermit;

#[derive(Debug)]
struct Guest {
    pulse: Arc<Pulse>,
    serving: AbortHandle,
}

/// Removes a connection from [`Guests`] when dropped.
struct Stay {
    guests: Arc<Guests>,
    number: u64,
    _place: Seat,
}

impl Guests {
    /// At most `count_max` connections, whose answers are counted in `answers`.
    pub(crate) fn new(count_max: usize, answers: Arc<Answers>) -> Self {
        Self {
            places: Arc::new(Semaphore::new(count_max)),
            present: Mutex::default(),
            next: AtomicU64::new(0),
            answers,
        }
    }

    /// Waits for a place, closing an idle connection if none is free. `None` when the server is shutting down.
    pub(crate) async fn place(&self) -> Option<Seat> {
        loop {
            if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
                return Some(place);
            }
            self.show_out_idlest();
            let place = Arc::clone(&self.places).acquire_owned();
            // By then another connection may be idle.
            if let Ok(place) = timeout(limits::IDLE_BEFORE_CLOSED, place).await {
                return place.ok();
            }
        }
    }

    /// Serves a connection that has a place.
    pub(crate) fn serve(
        self: &Arc<Self>,
        place: Seat,
        pulse: Arc<Pulse>,
        serving: impl Future<Output = ()> + Send + 'static,
    ) {
        // The lock keeps a connection that ends at once from being removed before it is inserted.
        let mut present = self.present.lock();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let stay = Stay {
            guests: Arc::clone(self),
            number,
            _place: place,
        };
        let serving = tokio::spawn(async move {
            serving.await;
            drop(stay);
        });
        let serving = serving.abort_handle();
        present.insert(number, Guest { pulse, serving });
    }

    /// Closes the connection that has been idle longest, if any is idle.
    pub(crate) fn show_out_idlest(&self) {
        let since = Instant::now() - limits::IDLE_BEFORE_CLOSED;
        let mut present = self.present.lock();
        let idle = present.iter().filter_map(|(number, guest)| {
            let idle_since = guest.pulse.idle_since()?;
            (idle_since <= since).then_some((idle_since, *number))
        });
        let idlest = idle.min().and_then(|(_, number)| present.remove(&number));
        drop(present);
        if let Some(guest) = idlest {
            guest.serving.abort();
        }
    }

    /// Runs for ever. Disconnects clients that fall behind with reading an answer, sooner while others wait for its
    /// memory.
    pub(crate) async fn show_out_late(&self, patience: Duration) {
        let pressed = patience.min(limits::WRITE_TIMEOUT_PRESSED);
        loop {
            sleep(pressed / 2).await;
            let awaited = self.answers.are_awaited();
            let patience = if awaited { pressed } else { patience };
            let mut present = self.present.lock();
            let late: Vec<Guest> = present
                .extract_if(.., |_, guest| guest.pulse.is_late(patience))
                .map(|(_, guest)| guest)
                .collect();
            drop(present);
            for guest in late {
                tracing::info!(target: "connection.closed", awaited, "a client did not take its answer in time");
                guest.serving.abort();
            }
        }
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.guests.present.lock().remove(&self.number);
    }
}
