//! Replaces ranges of a text, from its beginning to its end.

use std::ops::Range;

pub(super) struct Splice<'a> {
    text: &'a [u8],
    /// The new text, for the old one up to `done`.
    spliced: Vec<u8>,
    done: usize,
}

impl<'a> Splice<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            spliced: Vec::new(),
            done: 0,
        }
    }

    /// Replaces a range that begins at or behind the end of the previous one.
    pub(super) fn replace(&mut self, range: Range<usize>, with: &[u8]) {
        self.spliced
            .extend_from_slice(&self.text[self.done..range.start]);
        self.spliced.extend_from_slice(with);
        self.done = range.end;
    }

    /// The whole new text; `None` if nothing was replaced.
    pub(super) fn finish(mut self) -> Option<Vec<u8>> {
        if self.spliced.is_empty() {
            return None;
        }
        self.spliced.extend_from_slice(&self.text[self.done..]);
        Some(self.spliced)
    }
}
