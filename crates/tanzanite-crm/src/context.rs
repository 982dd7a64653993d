//! What a request is answered in the light of, beside the store: the time, randomness, and how the service was started.

use crate::clock::Clock;
use crate::secret::{Digest, derive_hex};
use crate::transaction::{Stored, Transaction};
use std::sync::Arc;
use tanzanite_protocol::{OrgId, Timestamp};

/// How tokens are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthMode {
    /// As the vendor does: only live tokens.
    Strict,
    /// Any token will do: an unknown one is the first administrator's, with every scope.
    Any,
    /// No token is needed either.
    Off,
}

/// What stays the same for all requests of one running server.
#[derive(Clone, Debug)]
pub struct Service {
    /// Our own origin, without a slash at its end: the `api_domain` of tokens.
    pub public_url: String,
    /// How tokens are looked at.
    pub auth: AuthMode,
    /// Whose administrator answers for unknown tokens when `auth` is not strict.
    pub default_org: OrgId,
    /// Whether the vendor's limits hold where an organisation says nothing.
    pub limits: bool,
}

/// What one request is answered in the light of. With the same context and the same store the answer is the same,
/// so a store may run a request again.
#[derive(Clone, Debug)]
pub struct Context {
    /// Now, by the machine's clock; by the organisation's once it is known whose request it is.
    pub now: Timestamp,
    /// Fresh random bytes, for tokens and opaque ids.
    pub entropy: [u8; 32],
    /// How the service was started.
    pub service: Arc<Service>,
}

impl Context {
    /// The same by an organisation's clock.
    #[must_use]
    pub fn by(&self, clock: Clock) -> Self {
        Self {
            now: clock.at(self.now),
            ..self.clone()
        }
    }

    /// Now, by the clock of an organisation.
    pub fn now_of(&self, org: OrgId, tx: &mut dyn Transaction) -> Stored<Timestamp> {
        let metadata = tx.metadata(org)?;
        let clock = metadata.map(|metadata| metadata.clock());
        Ok(clock.unwrap_or_default().at(self.now))
    }

    /// `length` (at most 64) random hexadecimal digits for a purpose; another purpose has others.
    pub fn random_hex(&self, purpose: &str, length: usize) -> String {
        derive_hex(&self.entropy, purpose, length)
    }

    /// A new token as the vendor's look: `1000.{32 hex}.{32 hex}`.
    pub fn random_token(&self, purpose: &str) -> String {
        token_text(&self.random_hex(purpose, 64))
    }
}

/// A token's text from 64 hexadecimal digits.
pub fn token_text(hex: &str) -> String {
    let (left, right) = hex.split_at(hex.len() / 2);
    format!("1000.{left}.{right}")
}

/// The digest that the store keeps instead of a token's text.
pub fn token_digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}
