//! The same seed for another organisation. Everything that must not be the same in two of them follows from the seed and a
//! name, and so is the same on every machine.

use super::shapes::SeedFile;
use tanzanite_crm::name::Name;
use tanzanite_crm::secret::derive_hex;

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
    let secret = file.secret.value.as_bytes();
    let hex = derive_hex(secret, &format!("organisation {name}"), 64);
    let number = |at: usize| {
        let digits = hex.get(at..at + 16);
        digits
            .and_then(|digits| u64::from_str_radix(digits, 16).ok())
            .unwrap_or_default()
    };
    file.organisation.zgid.value = ZGID_FIRST.saturating_add_unsigned(number(0) % ZGIDS);
    // The ids that a file names lie below its own `id_base`.
    if file.ids().all(|(_, id)| id.is_none()) {
        let prefix = PREFIX_FIRST.saturating_add_unsigned(number(16) % PREFIXES);
        file.organisation.id_base.value = prefix.saturating_mul(IDS_PER_PREFIX);
    }
    file.secret.value = hex;
    for client in &mut file.clients {
        (client.client_id, client.client_secret) = (None, None);
    }
}
