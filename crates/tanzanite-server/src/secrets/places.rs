//! What is written in a secret's place.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use tanzanite_protocol::limits;

pub(super) const REDACTED: &str = "[redacted]";
/// A text that is shorter may stand anywhere by chance, and is looked for at its own places alone.
const SWEPT_BYTES_MIN: usize = 16;

/// What is written in a secret's place. Nothing leads back from it to the secret.
#[derive(Default)]
pub(crate) enum Places {
    /// The same for all.
    #[default]
    Alike,
    /// The same for the same secret: a number, in the order in which they come up.
    Numbered(HashMap<String, usize>),
}

impl Places {
    /// None has a number yet.
    pub(crate) fn numbered() -> Self {
        Self::Numbered(HashMap::new())
    }

    /// In the place of a secret as it is, without the escapes of where it stood.
    pub(super) fn of(&mut self, secret: &[u8]) -> Cow<'static, str> {
        let Self::Numbered(numbers) = self else {
            return REDACTED.into();
        };
        let next = numbers.len() + 1;
        if secret.len() > limits::RECORDING_SECRET_BYTES_MAX {
            return REDACTED.into();
        }
        let secret = String::from_utf8_lossy(secret);
        if let Some(number) = numbers.get(secret.as_ref()) {
            return numbered(*number).into();
        }
        if secret.is_empty() || next > limits::RECORDING_SECRETS_MAX {
            return REDACTED.into();
        }
        numbers.insert(secret.into_owned(), next);
        numbered(next).into()
    }

    /// A text without the secrets that have come up, wherever in it they stand.
    pub(crate) fn sweep<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut swept = Cow::Borrowed(text);
        if let Self::Numbered(numbers) = self {
            for (secret, number) in numbers {
                if secret.len() >= SWEPT_BYTES_MIN && swept.contains(secret.as_str()) {
                    swept = swept.replace(secret, &numbered(*number)).into();
                }
            }
        }
        swept
    }
}

/// Says nothing: it holds secrets.
impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Places(…)")
    }
}

/// In the place of what is not understood, and may be a secret.
pub(super) fn length(bytes: usize) -> String {
    format!("[redacted: {bytes} bytes]")
}

fn numbered(number: usize) -> String {
    format!("[redacted {number}]")
}
