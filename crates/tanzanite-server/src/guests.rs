//! Who is connected. When all places are taken, whoever has been idle longest makes room for who comes: one listener cannot tell the
//! operator from others, and so has to have a place for everybody. And who does not take an answer in time has to go.

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

/// The connections that are open.
#[derive(Debug)]
pub(crate) struct Guests {
    places: Arc<Semaphore>,
    /// By the order in which they came.
    present: Mutex<BTreeMap<u64, Guest>>,
    next: AtomicU64,
    answers: Arc<Answers>,
}

/// A place for a connection.
pub(crate) type Seat = OwnedSemaphorePermit;

#[derive(Debug)]
struct Guest {
    pulse: Arc<Pulse>,
    serving: AbortHandle,
}

/// A connection's presence, until it is dropped.
struct Stay {
    guests: Arc<Guests>,
    number: u64,
    _place: Seat,
}

impl Guests {
    /// So many at once, whose answers are of this memory.
    pub(crate) fn new(count_max: usize, answers: Arc<Answers>) -> Self {
        Self {
            places: Arc::new(Semaphore::new(count_max)),
            present: Mutex::default(),
            next: AtomicU64::new(0),
            answers,
        }
    }

    /// A place, at once if somebody is idle. None at the server's end.
    pub(crate) async fn place(&self) -> Option<Seat> {
        loop {
            if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
                return Some(place);
            }
            self.show_out_idlest();
            let place = Arc::clone(&self.places).acquire_owned();
            // Somebody else may be idle by then.
            if let Ok(place) = timeout(limits::IDLE_BEFORE_CLOSED, place).await {
                return place.ok();
            }
        }
    }

    /// Serves a connection in its place.
    pub(crate) fn serve(
        self: &Arc<Self>,
        place: Seat,
        pulse: Arc<Pulse>,
        serving: impl Future<Output = ()> + Send + 'static,
    ) {
        // Who leaves at once still leaves after having come.
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

    /// Ends the connection that has been idle longest, if there is one.
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

    /// For ever: ends the connections of those who lag behind with an answer, sooner while others wait for its memory.
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
