//! Names of organisations that are made from one seed. Everything that must not be the same in two of them follows from the
//! seed and the name, and so is the same on every machine.

use super::shapes::SeedFile;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// Letters of a name.
const LENGTH_MAX: usize = 64;
/// Where the numbers of such organisations begin, above those that people choose.
const ZGID_FIRST: i64 = 10_000_000_000;
/// How many there are.
const ZGIDS: u64 = 90_000_000_000;
/// Ids begin with one of so many prefixes, as the vendor's do, and leave a trillion ids to each.
const PREFIXES: u64 = 8_000_000;
const PREFIX_FIRST: i64 = 1_000_000;
const IDS_PER_PREFIX: i64 = 1_000_000_000_000;

/// A name: 1 to 64 letters, digits, dots, dashes and underscores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedName(String);

/// The text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSeedName;

impl fmt::Display for NoSeedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a name is 1 to {LENGTH_MAX} letters, digits, dots, dashes and underscores"
        )
    }
}

impl std::error::Error for NoSeedName {}

impl FromStr for SeedName {
    type Err = NoSeedName;

    fn from_str(text: &str) -> Result<Self, NoSeedName> {
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if (1..=LENGTH_MAX).contains(&text.len()) && text.bytes().all(sound) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NoSeedName)
        }
    }
}

impl fmt::Display for SeedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl SeedName {
    /// Makes a file's organisation the one of this name.
    pub(super) fn give(&self, file: &mut SeedFile<'_>) {
        let digest = Sha256::new()
            .chain_update((file.secret.value.len() as u64).to_le_bytes())
            .chain_update(&file.secret.value)
            .chain_update("organisation ")
            .chain_update(&self.0)
            .finalize();
        let number = |at: usize| {
            let bytes = digest.iter().skip(at).take(8);
            bytes.fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
        };
        file.organisation.zgid.value = ZGID_FIRST.saturating_add_unsigned(number(0) % ZGIDS);
        // The ids that a file names lie below its own `id_base`.
        if !file.names_ids() {
            let prefix = PREFIX_FIRST.saturating_add_unsigned(number(8) % PREFIXES);
            file.organisation.id_base.value = prefix.saturating_mul(IDS_PER_PREFIX);
        }
        file.secret.value = super::hex(&digest);
        for client in &mut file.clients {
            (client.client_id, client.client_secret) = (None, None);
        }
    }
}
