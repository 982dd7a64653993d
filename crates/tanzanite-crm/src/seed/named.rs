//! The same seed for another organisation. Everything that must not be the same in two of them follows from the seed and a
//! name, and so is the same on every machine.

use super::shapes::SeedFile;
use crate::name::Name;
use sha2::{Digest as _, Sha256};

/// Where the numbers of such organisations begin, above those that people choose.
const ZGID_FIRST: i64 = 10_000_000_000;
/// How many there are.
const ZGIDS: u64 = 90_000_000_000;
/// Ids begin with one of so many prefixes, as the vendor's do, and leave a trillion ids to each.
const PREFIXES: u64 = 8_000_000;
const PREFIX_FIRST: i64 = 1_000_000;
const IDS_PER_PREFIX: i64 = 1_000_000_000_000;

/// Makes a file's organisation the one of a name.
pub(super) fn give(name: &Name, file: &mut SeedFile<'_>) {
    let digest = Sha256::new()
        .chain_update((file.secret.value.len() as u64).to_le_bytes())
        .chain_update(&file.secret.value)
        .chain_update("organisation ")
        .chain_update(name.as_ref())
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
