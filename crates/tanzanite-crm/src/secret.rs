//! Digests of tokens and secrets. The store keeps only SHA-256 digests. Tokens are 256 random bits, so a plain digest
//! is as hard to reverse as the token is to guess.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::hash::{Hash, Hasher};
use subtle::ConstantTimeEq;

/// The digest of a token or secret. Compared in constant time; printed only as dots.
#[derive(Clone, Copy, Eq, Serialize, Deserialize)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of a text.
    pub fn of(text: &[u8]) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// The digest from its 32 bytes in a store; `None` for any other length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes for a store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Hash for Digest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}

/// `length` (at most 64) hexadecimal digits derived from key bytes for a purpose.
pub fn derive_hex(key: &[u8], purpose: &str, length: usize) -> String {
    let mut hasher = Sha256::new();
    hasher.update((key.len() as u64).to_le_bytes());
    hasher.update(key);
    hasher.update(purpose.as_bytes());
    let mut hex = hex(&hasher.finalize());
    hex.truncate(length);
    hex
}

/// Two hexadecimal digits for each byte.
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_does_not_print_itself() {
        assert_eq!(format!("{:?}", Digest::of(b"secret")), "Digest(…)");
        assert!(Digest::of(b"a") == Digest::of(b"a") && Digest::of(b"a") != Digest::of(b"b"));
    }

    #[test]
    fn derived_digits_depend_on_key_and_purpose() {
        let digits = derive_hex(b"key", "access", 32);
        assert_eq!(digits.len(), 32);
        assert_ne!(digits, derive_hex(b"key", "refresh", 32));
        assert_ne!(derive_hex(b"keya", "b", 8), derive_hex(b"key", "ab", 8));
    }
}
