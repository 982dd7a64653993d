//! Randomness and the clock: the two arguments of a request that come from outside.

use parking_lot::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};
use tanzanite_crm::secret::derive_hex;
use tanzanite_protocol::Timestamp;

/// Requests that one read of the system's randomness serves.
const REQUESTS_PER_READ: usize = 128;

/// Random bytes from the system, read in blocks: one system call serves many requests.
#[derive(Debug, Default)]
pub(crate) struct Pool(Mutex<Vec<[u8; 32]>>);

impl Pool {
    /// 32 bytes that nobody has had before.
    pub(crate) fn take(&self) -> Result<[u8; 32], getrandom::Error> {
        let mut blocks = self.0.lock();
        if let Some(block) = blocks.pop() {
            return Ok(block);
        }
        let mut bytes = [0; 32 * REQUESTS_PER_READ];
        getrandom::fill(&mut bytes)?;
        let (chunks, _) = bytes.as_chunks::<32>();
        blocks.extend_from_slice(chunks);
        blocks.pop().ok_or(getrandom::Error::UNEXPECTED)
    }
}

/// Now, by the machine's clock.
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

/// A request's id, from its random bytes.
pub(crate) fn request_id(entropy: &[u8; 32]) -> String {
    derive_hex(entropy, "request id", 16)
}
