//! The names of secrets: one table for queries, forms, JSON and headers. Letter case counts for nothing, nor do `-`, `_` and
//! whatever else is neither a letter nor a digit: `client_secret`, `Client-Secret` and `clientSecret` are one name.

use Extent::{Ending, Whole};
use Ground::{Headers, Pairs, Records};
use memchr::memchr2_iter;

/// Where a name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// In a query, a form or an address, or in JSON that goes to a token endpoint or comes from there.
    Pairs,
    /// In other JSON, where `code` is the vendor's word for what became of a request.
    Records,
    /// Before the colon of a header.
    Headers,
}

/// How much of a name must be one of the table's.
#[derive(Clone, Copy)]
enum Extent {
    Whole,
    /// `data[client_secret]`, `New_Password` and `X-Goog-Api-Key` too.
    Ending,
}

const EVERYWHERE: &[Ground] = &[Pairs, Records, Headers];

/// `page_token` and `next_page_token` are none: a list is not read on without them.
const NAMES: [(Extent, &str, &[Ground]); 34] = [
    (Ending, "accesstoken", EVERYWHERE),
    (Ending, "refreshtoken", EVERYWHERE),
    (Ending, "authtoken", EVERYWHERE),
    (Ending, "sessiontoken", EVERYWHERE),
    (Ending, "securitytoken", EVERYWHERE),
    (Ending, "secret", EVERYWHERE),
    (Ending, "password", EVERYWHERE),
    (Ending, "passwd", EVERYWHERE),
    (Ending, "passphrase", EVERYWHERE),
    (Ending, "apikey", EVERYWHERE),
    (Ending, "accesskey", EVERYWHERE),
    (Ending, "privatekey", EVERYWHERE),
    (Ending, "secretkey", EVERYWHERE),
    (Ending, "assertion", EVERYWHERE),
    (Ending, "codeverifier", EVERYWHERE),
    (Ending, "devicecode", EVERYWHERE),
    (Whole, "token", EVERYWHERE),
    (Whole, "idtoken", EVERYWHERE),
    (Whole, "granttoken", EVERYWHERE),
    (Whole, "bearertoken", EVERYWHERE),
    (Whole, "oauthtoken", EVERYWHERE),
    (Whole, "authorization", EVERYWHERE),
    (Whole, "authorizationcode", EVERYWHERE),
    (Whole, "bearer", EVERYWHERE),
    (Whole, "cookie", EVERYWHERE),
    (Whole, "credentials", EVERYWHERE),
    (Whole, "jwt", EVERYWHERE),
    (Whole, "pwd", EVERYWHERE),
    (Whole, "code", &[Pairs]),
    (Whole, "pass", &[Pairs]),
    (Whole, "ticket", &[Pairs]),
    (Ending, "token", &[Headers]),
    (Ending, "authorization", &[Headers]),
    (Ending, "auth", &[Headers]),
];

/// The last two letters of the table's names.
const TAILS: [[u8; 2]; NAMES.len()] = {
    let mut tails = [[0; 2]; NAMES.len()];
    let mut row = 0;
    while row < NAMES.len() {
        let text = NAMES[row].1.as_bytes();
        tails[row] = [text[text.len() - 2], text[text.len() - 1]];
        row += 1;
    }
    tails
};

/// The last letters but one of the table's names, a bit each, by their last letter.
const ENDS: [u32; 26] = {
    let mut ends = [0; 26];
    let mut row = 0;
    while row < TAILS.len() {
        let [before, last] = TAILS[row];
        ends[(last - b'a') as usize] |= 1 << (before - b'a');
        row += 1;
    }
    ends
};

impl Ground {
    /// Of the JSON of a request to this path, and of its answer.
    pub(crate) fn of(path: &str) -> Self {
        if is_token_endpoint(path) {
            Pairs
        } else {
            Records
        }
    }

    /// Whether a secret follows this name here.
    pub(super) fn is_secret(self, name: &[u8]) -> bool {
        let Some(end) = near_end(name) else {
            return false;
        };
        let near = TAILS.iter().zip(&NAMES).filter(|(tail, _)| **tail == end);
        near.map(|(_, row)| row).any(|(extent, text, grounds)| {
            let mut rest = plain(name);
            text.bytes().rev().all(|byte| rest.next() == Some(byte))
                && (matches!(extent, Ending) || rest.next().is_none())
                && grounds.contains(&self)
        })
    }
}

/// The last two letters of a name that ends as one of the table's: nearly all that is asked about is told from them by these.
fn near_end(name: &[u8]) -> Option<[u8; 2]> {
    let mut letters = plain(name);
    let (last, before) = (letters.next()?, letters.next()?);
    let ends = ENDS.get(usize::from(last.wrapping_sub(b'a')))?;
    let bit = before.wrapping_sub(b'a');
    (bit < 26 && ends & 1 << bit != 0).then_some([before, last])
}

/// What counts of a name, from its end.
fn plain(name: &[u8]) -> impl Iterator<Item = u8> {
    let letters = name.iter().rev();
    let letters = letters.filter(|byte| byte.is_ascii_alphanumeric());
    letters.map(u8::to_ascii_lowercase)
}

/// Whether a path is one of the token endpoints, however it is spelled: with other letter case, doubled slashes, escapes, or
/// a prefix.
fn is_token_endpoint(path: &str) -> bool {
    const ROOT: &[u8] = b"oauth";
    let plain = super::decoded(path.as_bytes());
    memchr2_iter(b'o', b'O', &plain).any(|at| {
        let beginning = plain.get(at..at + ROOT.len());
        let begins = at == 0 || matches!(plain[at - 1], b'/' | b'\\');
        begins && beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(ROOT))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_however_it_is_spelled_and_what_resembles_it_is_not_taken() {
        for name in [
            "client_secret",
            "Client-Secret",
            "clientSecret",
            "CLIENT.SECRET",
            "data[client_secret]",
            "authtoken",
            "ZAPIKEY",
            "New_Password",
            "code_verifier",
        ] {
            for ground in EVERYWHERE {
                assert!(ground.is_secret(name.as_bytes()), "{name} {ground:?}");
            }
        }
        for name in [
            "",
            "_",
            "page_token",
            "next_page_token",
            "page_token_expiry",
            "Product_Code",
            "country_code",
            "secretary",
            "token_type",
            "grant_type",
            "client_id",
            "Passport",
        ] {
            for ground in [Pairs, Records] {
                assert!(!ground.is_secret(name.as_bytes()), "{name} {ground:?}");
            }
        }
        let code = b"code";
        assert!(Pairs.is_secret(code) && !Records.is_secret(code));
        assert!(Headers.is_secret(b"x-zcsrf-token") && !Headers.is_secret(b"www-authenticate"));
    }

    #[test]
    fn a_token_endpoint_is_known_by_any_spelling() {
        for path in [
            "/oauth/v2/token",
            "//oauth//v2/token",
            "/OAuth/v2/token",
            "/%6Fauth/v2/token",
            "/%256fauth/v2/token",
            "/crm/../oauth/v2/token",
            "/proxied%2foauth/v2/token",
            "/oauth",
        ] {
            assert_eq!(Ground::of(path), Pairs, "{path}");
        }
        for path in ["/crm/v8/Leads", "/", "", "*", "/crm/v8/org"] {
            assert_eq!(Ground::of(path), Records, "{path}");
        }
    }
}
