//! The arguments of a request beside the store: the time, randomness, and the service's configuration.

use crate::clock::Clock;
use crate::secret::{Digest, derive_hex};
use crate::transaction::{Stored, Transaction};
use std::sync::Arc;
use tanzanite_protocol::{OrgId, Timestamp};

/// The mode of checking tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthMode {
    /// Only valid tokens are accepted, as by the vendor.
    Strict,
    /// Any token is accepted: an unknown one acts as the first administrator, with every scope.
    Any,
    /// A request without a token is accepted too, as the first administrator.
    Off,
}

/// The configuration that is the same for all requests of a running server.
#[derive(Clone, Debug)]
pub struct Service {
    /// The server's origin, without a slash at its end: the `api_domain` of tokens.
    pub public_url: String,
    /// The mode of checking tokens.
    pub auth: AuthMode,
    /// The organisation whose administrator unknown tokens act as, if `auth` is not strict.
    pub default_org: OrgId,
    /// Whether the vendor's limits apply to an organisation that does not say.
    pub limits: bool,
}

/// Clock, entropy and service configuration; the same on every re-run. The same context on the same store gives the
/// same answer, so a store may run a request again.
#[derive(Clone, Debug)]
pub struct Context {
    /// The present time: by the machine's clock, and by the organisation's once the organisation is known.
    pub now: Timestamp,
    /// Fresh random bytes, from which tokens and opaque ids are derived.
    pub entropy: [u8; 32],
    /// The service's configuration.
    pub service: Arc<Service>,
}

impl Context {
    /// The same context, by an organisation's clock.
    #[must_use]
    pub fn by(&self, clock: Clock) -> Self {
        Self {
            now: clock.at(self.now),
            ..self.clone()
        }
    }

    /// The present time by an organisation's clock.
    pub fn now_of(&self, org: OrgId, tx: &mut dyn Transaction) -> Stored<Timestamp> {
        let metadata = tx.metadata(org)?;
        let clock = metadata.map(|metadata| metadata.clock());
        Ok(clock.unwrap_or_default().at(self.now))
    }

    /// `length` (at most 64) random hexadecimal digits, different for each purpose.
    pub fn random_hex(&self, purpose: &str, length: usize) -> String {
        derive_hex(&self.entropy, purpose, length)
    }

    /// A new token in the vendor's format: `1000.{32 hex}.{32 hex}`.
    pub fn random_token(&self, purpose: &str) -> String {
        token_text(&self.random_hex(purpose, 64))
    }
}

/// The text of a token, from 64 hexadecimal digits.
pub fn token_text(hex: &str) -> String {
    let (left, right) = hex.split_at(hex.len() / 2);
    format!("1000.{left}.{right}")
}

/// The digest that is stored instead of a token's text.
pub fn token_digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}
