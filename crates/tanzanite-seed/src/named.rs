//! Derives the same seed for another organisation. Everything that must differ between organisations is derived from
//! the seed and a name, and is therefore the same on every machine.

use super::shapes::SeedFile;
use tanzanite_crm::name::Name;
use tanzanite_crm::secret::derive_hex;

/// The first id of such organisations, above those that people choose.
const ZGID_FIRST: i64 = 10_000_000_000;
/// The number of such ids.
const ZGIDS: u64 = 90_000_000_000;
/// The number of prefixes of ids; each leaves room for a trillion ids, as the vendor's do.
const PREFIXES: u64 = 8_000_000;
const PREFIX_FIRST: i64 = 1_000_000;
const IDS_PER_PREFIX: i64 = 1_000_000_000_000;

/// Changes a file's organisation into the one with this name.
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
    // The ids that a file names must be below its own `id_base`.
    if file.ids().all(|(_, id)| id.is_none()) {
        let prefix = PREFIX_FIRST.saturating_add_unsigned(number(16) % PREFIXES);
        file.organisation.id_base.value = prefix.saturating_mul(IDS_PER_PREFIX);
    }
    file.secret.value = hex;
    for client in &mut file.clients {
        (client.client_id, client.client_secret) = (None, None);
    }
}
