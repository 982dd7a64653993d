//! The replacements of secrets.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use tanzanite_protocol::limits;

pub(super) const REDACTED: &str = "[redacted]";
/// A shorter secret may occur anywhere by chance, and is replaced only where it was recognised.
const SWEPT_BYTES_MIN: usize = 16;

/// The kind of replacement. It does not reveal the secret.
#[derive(Default)]
pub(crate) enum Places {
    /// The same text for all secrets.
    #[default]
    Alike,
    /// A number for each distinct secret, in the order of appearance.
    Numbered(HashMap<String, usize>),
}

impl Places {
    /// Numbered replacements, with no number given yet.
    pub(crate) fn numbered() -> Self {
        Self::Numbered(HashMap::new())
    }

    /// The replacement of a secret, which is given without the escapes of its place.
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

    /// A text without any of the secrets seen so far, wherever they occur in it.
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

/// Prints no content: it holds secrets.
impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Places(…)")
    }
}

/// The replacement of content that is not understood and may be a secret.
pub(super) fn length(bytes: usize) -> String {
    format!("[redacted: {bytes} bytes]")
}

fn numbered(number: usize) -> String {
    format!("[redacted {number}]")
}
