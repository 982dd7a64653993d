//! Page tokens. Each names the position at which the next page of a list begins, and is bound to a user, a query and an
//! expiry.
//!
//! A token is hexadecimal: a position, then a digest over the position, the user and the query. It
//! gives no rights: a page read with it passes the same checks as any other. So its digest needs no
//! key; it shows that a token or a query was altered, as the vendor notices too.

use crate::faults::{PAGE_TOKEN_EXPIRED, PAGE_TOKEN_MISMATCH};
use crate::policy::Caller;
use crate::schema::{Module, Number};
use crate::secret::hex;
use crate::transaction::{Record, SortKey, Start};
use sha2::{Digest, Sha256};
use tanzanite_protocol::{Fault, OrgId, Query, RecordId, Timestamp, limits};

/// Bytes of a position: kind, expiry, page, sort key, id.
const POSITION_BYTES: usize = 1 + 8 + 4 + 8 + 8;
/// Bytes of a digest. Half of SHA-256 is more than mistakes need.
const DIGEST_BYTES: usize = 16;
const TOKEN_BYTES: usize = POSITION_BYTES + DIGEST_BYTES;

/// The place in a list at which a page begins, and the page's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    /// The place at which the page begins.
    pub(super) start: Start,
    /// The page's number, from 1.
    pub(super) page: u32,
}

/// The organisation, user, module and query that a token is bound to, as a digest.
#[derive(Debug)]
pub(super) struct Binding {
    digest: Sha256,
}

impl Binding {
    /// Binds to the caller, the parts of the path beside the module, and the query of a list, without `page` and
    /// `page_token`: they differ from page to page.
    pub(super) fn new(caller: &Caller, module: &Module, within: &[&str], query: &Query) -> Self {
        Self::of(caller.org(), caller.user().id, module.number, within, query)
    }

    fn of(org: OrgId, user: i64, module: Number, within: &[&str], query: &Query) -> Self {
        let mut digest = Sha256::new();
        for number in [org.get(), user, module] {
            digest.update(number.to_le_bytes());
        }
        let mut pairs: Vec<_> = query
            .iter()
            .filter(|(name, _)| !matches!(*name, "page" | "page_token"))
            .collect();
        pairs.sort_unstable();
        let texts = pairs.into_iter().flat_map(|(name, value)| [name, value]);
        for text in within.iter().copied().chain(texts) {
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text);
        }
        Self { digest }
    }

    /// A token for a position.
    pub(super) fn seal(&self, position: Position, expires: Timestamp) -> String {
        let (kind, key, id) = match position.start {
            Start::Offset(offset) => (0, i64::from(offset), 0),
            Start::After(key, id) => (1, key, id.get()),
        };
        let mut token = vec![kind];
        token.extend(expires.millis().to_le_bytes());
        token.extend(position.page.to_le_bytes());
        token.extend(key.to_le_bytes());
        token.extend(id.to_le_bytes());
        token.extend(self.digest_of(&token));
        hex(&token)
    }

    /// The position in a token. Faults: `PageTokenMismatch`, `PageTokenExpired`.
    pub(super) fn open(&self, token: &str, now: Timestamp) -> Result<Position, Fault> {
        let mismatch = || Fault::new(&PAGE_TOKEN_MISMATCH).with("param_name", "page_token");
        let bytes = unhex(token).ok_or_else(mismatch)?;
        let (position, digest) = bytes.split_at(POSITION_BYTES);
        if digest != self.digest_of(position) {
            return Err(mismatch());
        }
        let (expires, position) = read(position).ok_or_else(mismatch)?;
        if expires <= now {
            return Err(Fault::new(&PAGE_TOKEN_EXPIRED)
                .with("api_name", "page_token")
                .with("json_path", "$.query.page_token"));
        }
        Ok(position)
    }

    fn digest_of(&self, position: &[u8]) -> [u8; DIGEST_BYTES] {
        let digest = self.digest.clone().chain_update(position).finalize();
        std::array::from_fn(|index| digest[index])
    }
}

/// The start of the page after this record.
pub(super) fn after(record: &Record, sort: SortKey) -> Start {
    let head = &record.head;
    let key = match sort {
        SortKey::Id => head.id.get(),
        SortKey::CreatedTime => head.created.at.millis(),
        SortKey::ModifiedTime => head.modified.at.millis(),
    };
    Start::After(key, head.id)
}

/// The expiry of a token that is made now.
pub(super) fn expiry(now: Timestamp) -> Timestamp {
    now.after(limits::PAGE_TOKEN_LIFETIME)
}

fn read(position: &[u8]) -> Option<(Timestamp, Position)> {
    let (kind, rest) = position.split_first()?;
    let (expires, rest) = rest.split_first_chunk()?;
    let (page, rest) = rest.split_first_chunk()?;
    let (key, rest) = rest.split_first_chunk()?;
    let key = i64::from_le_bytes(*key);
    let start = match kind {
        0 => Start::Offset(u32::try_from(key).ok()?),
        1 => Start::After(
            key,
            RecordId::new(i64::from_le_bytes(rest.try_into().ok()?))?,
        ),
        _ => return None,
    };
    let expires = Timestamp::from_millis(i64::from_le_bytes(*expires));
    Some((
        expires,
        Position {
            start,
            page: u32::from_le_bytes(*page),
        },
    ))
}

fn unhex(text: &str) -> Option<[u8; TOKEN_BYTES]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * TOKEN_BYTES {
        return None;
    }
    let digit = |index: usize| char::from(digits[index]).to_digit(16);
    let mut bytes = [0; TOKEN_BYTES];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::try_from(digit(2 * index)? * 16 + digit(2 * index + 1)?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tanzanite_protocol::Row;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn binding(user: i64, query: &str) -> Binding {
        Binding::of(
            OrgId::new(1).expect("positive"),
            user,
            7,
            &[],
            &Query::parse(query),
        )
    }

    fn positions() -> [Position; 2] {
        let id = RecordId::new(i64::MAX).expect("positive");
        [
            Position {
                start: Start::After(-5, id),
                page: 3,
            },
            Position {
                start: Start::Offset(400),
                page: 3,
            },
        ]
    }

    fn refusal(binding: &Binding, token: &str, now: Timestamp) -> Option<&'static Row> {
        binding.open(token, now).err().map(|fault| fault.row())
    }

    #[test]
    fn a_token_gives_its_position_back_until_it_expires() {
        let binding = binding(1, "fields=Last_Name");
        for position in positions() {
            let token = binding.seal(position, expiry(NOW));
            assert_eq!(binding.open(&token, NOW).ok(), Some(position));
            assert_eq!(
                refusal(&binding, &token, expiry(NOW)),
                Some(&PAGE_TOKEN_EXPIRED)
            );
        }
    }

    #[test]
    fn a_token_is_bound_to_the_user_and_the_query_but_not_to_the_page() {
        let token = binding(1, "a=1&b=2&page=1").seal(positions()[0], expiry(NOW));
        assert!(binding(1, "b=2&page_token=x&a=1").open(&token, NOW).is_ok());
        for (user, query) in [
            (2, "a=1&b=2"),
            (1, "a=1"),
            (1, "a=1&b=2&c="),
            (1, "a=1b&=2"),
        ] {
            let refusal = refusal(&binding(user, query), &token, NOW);
            assert_eq!(refusal, Some(&PAGE_TOKEN_MISMATCH), "{user} {query}");
        }
    }

    #[test]
    fn any_altered_digit_is_noticed() {
        let binding = binding(1, "");
        let token = binding.seal(positions()[1], expiry(NOW));
        for index in 0..token.len() {
            let mut altered = token.clone();
            let other = if token[index..].starts_with('0') {
                "1"
            } else {
                "0"
            };
            altered.replace_range(index..=index, other);
            let refusal = refusal(&binding, &altered, NOW);
            assert_eq!(refusal, Some(&PAGE_TOKEN_MISMATCH), "digit {index}");
        }
        for bad in ["", "00", "zz", &token[1..], "é"] {
            assert_eq!(
                refusal(&binding, bad, NOW),
                Some(&PAGE_TOKEN_MISMATCH),
                "{bad}"
            );
        }
    }
}
