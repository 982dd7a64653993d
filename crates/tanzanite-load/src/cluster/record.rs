//! The model of a record: its state, and the right answer to each request. It decides which orders explain a history.

use super::history::{Answer, Ask};
use std::fmt;

/// A record's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Record {
    /// The number of its photo.
    pub(super) photo: Option<u64>,
    /// The number in its field.
    pub(super) value: u64,
    /// The number of the lock on it.
    pub(super) lock: Option<u64>,
}

impl Record {
    /// The state after a request, and the one answer that is right.
    pub(super) fn after(self, ask: Ask) -> (Self, Answer) {
        let changed = |record| (record, Answer::Done);
        let same = |answer| (self, answer);
        let free = self.lock.is_none();
        match ask {
            Ask::Upload(_) | Ask::DeletePhoto | Ask::Update(_) if !free => same(Answer::Locked),
            Ask::Upload(number) => changed(Self {
                photo: Some(number),
                ..self
            }),
            Ask::DeletePhoto if self.photo.is_none() => same(Answer::Missing),
            Ask::DeletePhoto => changed(Self {
                photo: None,
                ..self
            }),
            Ask::Update(value) => changed(Self { value, ..self }),
            Ask::Lock(number) if free => changed(Self {
                lock: Some(number),
                ..self
            }),
            Ask::Unlock(_) if free => same(Answer::Missing),
            Ask::Unlock(number) if self.lock == Some(number) => {
                changed(Self { lock: None, ..self })
            }
            Ask::Lock(_) | Ask::Unlock(_) => same(Answer::Other),
            Ask::Download => same(Answer::Photo(self.photo)),
            Ask::ReadLock => same(Answer::Lock(self.lock)),
            Ask::Read => same(Answer::Record {
                value: self.value,
                photo: self.photo.is_some(),
                locked: !free,
            }),
        }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.photo {
            Some(photo) => write!(f, "photo {photo}")?,
            None => write!(f, "no photo")?,
        }
        write!(f, ", field {}", self.value)?;
        match self.lock {
            Some(lock) => write!(f, ", lock {lock}"),
            None => write!(f, ", no lock"),
        }
    }
}
