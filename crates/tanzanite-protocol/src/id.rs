//! Ids as the wire spells them: decimal numbers in JSON strings, never more than 63 bits.

use std::fmt;

/// The id of a record, user, profile or other entity. Positive; canonical decimal digits on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(i64);

impl RecordId {
    /// An id from a number that a row's key holds. `None` if the number is not positive.
    pub const fn new(value: i64) -> Option<Self> {
        if value > 0 { Some(Self(value)) } else { None }
    }

    /// An id from its text on the wire. `None` unless the text is canonical decimal digits that fit 63 bits: the
    /// official SDKs hold ids in signed 64-bit integers.
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        text.parse().ok().and_then(Self::new)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of an organisation, with which every key in the store begins. On the wire it is the `zgid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrgId(i64);

impl OrgId {
    /// An organisation's id from a number; `None` if the number is not positive.
    pub const fn new(value: i64) -> Option<Self> {
        if value > 0 { Some(Self(value)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for OrgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::RecordId;

    #[test]
    fn only_canonical_decimals_that_fit_63_bits_are_ids() {
        assert_eq!(
            RecordId::parse("3652397000000190001").map(RecordId::get),
            Some(3_652_397_000_000_190_001)
        );
        assert_eq!(
            RecordId::parse("9223372036854775807").map(RecordId::get),
            Some(i64::MAX)
        );
        for bad in [
            "",
            "0",
            "012",
            "-1",
            "+1",
            "1.0",
            "1e3",
            " 1",
            "abc",
            "9223372036854775808",
            "١",
        ] {
            assert_eq!(RecordId::parse(bad), None, "{bad:?}");
        }
    }
}
