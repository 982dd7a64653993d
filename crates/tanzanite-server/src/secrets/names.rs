//! The names of secrets, in one table for queries, forms, JSON and headers. Only letters and digits count, in any case:
//! `client_secret`, `Client-Secret` and `clientSecret` are one name.

use Extent::{Ending, Whole};
use Ground::{Headers, Pairs, Records};
use memchr::memchr2_iter;

/// The context in which a name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// In a query, a form or a URL, or in JSON to or from a token endpoint.
    Pairs,
    /// In other JSON, where `code` is the vendor's name for the result of a request.
    Records,
    /// Before the colon of a header.
    Headers,
}

/// The part of a name that must match the table.
#[derive(Clone, Copy)]
enum Extent {
    Whole,
    /// The end of the name: `data[client_secret]`, `New_Password` and `X-Goog-Api-Key` match too.
    Ending,
}

const EVERYWHERE: &[Ground] = &[Pairs, Records, Headers];

/// `page_token` and `next_page_token` are no secrets: a list cannot be continued without them.
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

/// For each last letter, a bit mask of the letters that stand before it in the table's names.
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
    /// The context of JSON in a request to this path, and in its answer.
    pub(crate) fn of(path: &str) -> Self {
        if is_token_endpoint(path) {
            Pairs
        } else {
            Records
        }
    }

    /// Whether a value with this name is a secret in this context.
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

/// The last two letters of a name, if some name in the table ends with them. This cheap check dismisses nearly all
/// names.
fn near_end(name: &[u8]) -> Option<[u8; 2]> {
    let mut letters = plain(name);
    let (last, before) = (letters.next()?, letters.next()?);
    let ends = ENDS.get(usize::from(last.wrapping_sub(b'a')))?;
    let bit = before.wrapping_sub(b'a');
    (bit < 26 && ends & 1 << bit != 0).then_some([before, last])
}

/// The letters and digits of a name in lower case, from its end.
fn plain(name: &[u8]) -> impl Iterator<Item = u8> {
    let letters = name.iter().rev();
    let letters = letters.filter(|byte| byte.is_ascii_alphanumeric());
    letters.map(u8::to_ascii_lowercase)
}

/// Whether a path is a token endpoint in any spelling: another letter case, doubled slashes, escapes, or a prefix.
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
