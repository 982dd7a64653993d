//! Randomness and the clock: the two arguments of a request that come from outside.

use parking_lot::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};
use tanzanite_protocol::Timestamp;

/// Requests that one read of the system's randomness suffices for.
const REQUESTS_PER_READ: usize = 128;

/// Bytes of a request's randomness, and of its id.
const BLOCK_BYTES: usize = 32 + 8;

/// Random bytes from the system, read in blocks: one system call serves many requests.
#[derive(Debug, Default)]
pub(crate) struct Pool(Mutex<Vec<[u8; BLOCK_BYTES]>>);

impl Pool {
    /// 32 fresh random bytes, and a number for the request's id that reveals nothing about them.
    pub(crate) fn take(&self) -> Result<([u8; 32], u64), getrandom::Error> {
        let mut blocks = self.0.lock();
        if blocks.is_empty() {
            let mut bytes = [0; BLOCK_BYTES * REQUESTS_PER_READ];
            getrandom::fill(&mut bytes)?;
            blocks.extend_from_slice(bytes.as_chunks().0);
        }
        let block = blocks.pop().ok_or(getrandom::Error::UNEXPECTED)?;
        let split = block.split_first_chunk();
        let (random, id) = split.ok_or(getrandom::Error::UNEXPECTED)?;
        let id = id.try_into().map_err(|_| getrandom::Error::UNEXPECTED)?;
        Ok((*random, u64::from_le_bytes(id)))
    }
}

/// The current time of the machine's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock"
)]
pub fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The text of a request's id.
pub(crate) fn request_id(number: u64) -> String {
    format!("{number:016x}")
}
