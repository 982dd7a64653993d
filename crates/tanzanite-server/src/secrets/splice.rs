//! A text in which ranges are replaced, from its beginning to its end.

use std::ops::Range;

pub(super) struct Splice<'a> {
    text: &'a [u8],
    /// What the text has become, up to `done`.
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

    /// A range that begins where the last one ended, or behind it.
    pub(super) fn replace(&mut self, range: Range<usize>, with: &[u8]) {
        self.spliced
            .extend_from_slice(&self.text[self.done..range.start]);
        self.spliced.extend_from_slice(with);
        self.done = range.end;
    }

    /// The whole text; none if it is as it was.
    pub(super) fn finish(mut self) -> Option<Vec<u8>> {
        if self.spliced.is_empty() {
            return None;
        }
        self.spliced.extend_from_slice(&self.text[self.done..]);
        Some(self.spliced)
    }
}
