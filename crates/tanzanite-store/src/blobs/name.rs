//! The name of an object: `ORGANISATION/RECORD-UPLOAD-SHA256`. It identifies the owner, the content and the upload.
//! Since every upload has its own name, removing an object can never hit another upload of the same bytes.

use sha2::{Digest as _, Sha256};
use std::fmt;
use tanzanite_protocol::{OrgId, RecordId};

/// The name of one upload's object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectName {
    org: OrgId,
    record: RecordId,
    upload: i64,
    digest: [u8; 32],
}

impl ObjectName {
    pub(crate) fn new(org: OrgId, record: RecordId, upload: i64, digest: [u8; 32]) -> Self {
        Self {
            org,
            record,
            upload,
            digest,
        }
    }

    /// Parses a name; `None` if it is not exactly in this format.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (org, rest) = text.split_once('/')?;
        let mut parts = rest.splitn(3, '-');
        let (record, upload, hex) = (parts.next()?, parts.next()?, parts.next()?);
        let name = Self {
            org: OrgId::new(org.parse().ok()?)?,
            record: RecordId::new(record.parse().ok()?)?,
            upload: upload.parse().ok()?,
            digest: from_hex(hex)?,
        };
        (name.to_string() == text).then_some(name)
    }

    pub(crate) fn org(&self) -> OrgId {
        self.org
    }

    pub(crate) fn record(&self) -> RecordId {
        self.record
    }

    pub(crate) fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Whether the object belongs to this record and has these bytes.
    pub(crate) fn is_of(&self, org: OrgId, record: RecordId, digest: &[u8; 32]) -> bool {
        (self.org, self.record, &self.digest) == (org, record, digest)
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}-{}-", self.org, self.record, self.upload)?;
        self.digest
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (position, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * position..2 * position + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{ObjectName, sha256};
    use tanzanite_protocol::{OrgId, RecordId};

    #[test]
    fn a_name_is_read_back_and_nothing_else_is_a_name() {
        let org = OrgId::new(7).expect("an id");
        let name = ObjectName::new(org, RecordId::new(31).expect("an id"), 12, sha256(b""));
        let text = name.to_string();
        assert_eq!(
            text,
            "7/31-12-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(ObjectName::parse(&text), Some(name));
        for other in [
            text.to_uppercase(),
            text.replace("7/31", "7/031"),
            text.replace("31-", "0-"),
            text[..text.len() - 1].to_owned(),
            format!("{text}/more"),
            "holiday.png".to_owned(),
        ] {
            assert_eq!(ObjectName::parse(&other), None, "{other}");
        }
    }
}
