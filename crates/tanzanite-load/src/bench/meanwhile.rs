//! A request that somebody asks at a pace while something else is measured.

use super::child::Server;
use super::client::Client;
use super::measure::Sample;
use super::request::Request;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use xtask::output::Outcome;

/// From one answer to the next request: about a hundred a second, which take little of the processors themselves.
const PAUSE: Duration = Duration::from_millis(10);

/// The case that is measured meanwhile. A wrong answer to the request is an error of the measurement's.
pub(super) fn asking(
    request: &Request,
    server: &Server,
    measure: impl FnOnce() -> Outcome<Sample>,
) -> Outcome<Sample> {
    let mut client = Client::to(server)?;
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let asking = scope.spawn(|| -> Outcome<Option<String>> {
            let mut complaint = None;
            while !over.load(Ordering::Relaxed) {
                let answered = client.exchange(request.bytes())?;
                if !request.is_answered_by(answered.status, answered.body) {
                    let body = answered.body.escape_ascii();
                    complaint.get_or_insert(format!("meanwhile {}: {body}", answered.status));
                }
                thread::sleep(PAUSE);
            }
            Ok(complaint)
        });
        let sample = measure();
        over.store(true, Ordering::Relaxed);
        let asked = asking.join().map_err(|_| "whoever asked has panicked")??;
        let mut sample = sample?;
        sample.tally.errors += u64::from(asked.is_some());
        sample.tally.complaint = sample.tally.complaint.or(asked);
        Ok(sample)
    })
}
