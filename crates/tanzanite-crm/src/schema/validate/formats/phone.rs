//! Telephone numbers. Letters are digits, too: `1-800-FLOWERS`.

/// A telephone number as the vendor's expression has it: an optional `+`; groups of letters and
/// digits, some in brackets, joined by at most a `.` or `-` and a blank; then extensions after
/// `,` or `;`; then more after `#`; an optional `#` or `;`.
pub(in crate::schema::validate) fn is_phone(text: &str) -> bool {
    let mut at = Cursor(text.as_bytes());
    at.eat(b"+");
    if at.peek_is(b".-") {
        return false;
    }
    let mut parts = 0;
    while at.try_to(plain_part) || at.try_to(bracketed_part) {
        parts += 1;
    }
    let mut extensions = 0;
    while at.try_to(extension) {
        extensions += 1;
    }
    if extensions > 0 {
        while at.try_to(|at| at.eat(b"#") && at.word()) {}
    }
    at.eat(b"#;");
    parts > 0 && at.0.is_empty()
}

/// `-12`, `. 34`.
fn plain_part(at: &mut Cursor<'_>) -> bool {
    at.eat(b".-");
    at.eat(b" ");
    at.word()
}

/// `(0 30)`, and the group that follows it.
fn bracketed_part(at: &mut Cursor<'_>) -> bool {
    at.eat(b" ");
    if !at.eat(b"(") || at.peek_is(b".-") {
        return false;
    }
    let mut groups = 0;
    while at.try_to(|at| {
        at.eat(b" .-");
        at.word()
    }) {
        groups += 1;
    }
    if groups == 0 || !at.eat(b")") || at.peek_is(b".") {
        return false;
    }
    at.try_to(|at| {
        at.eat(b" -");
        at.word()
    });
    true
}

/// `,,;12`.
fn extension(at: &mut Cursor<'_>) -> bool {
    while at.eat(b",") {}
    at.eat(b";");
    at.word()
}

/// The rest of a text.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn peek_is(&self, set: &[u8]) -> bool {
        self.0.first().is_some_and(|byte| set.contains(byte))
    }

    /// Steps over one byte if it is of the set.
    fn eat(&mut self, set: &[u8]) -> bool {
        let is_there = self.peek_is(set);
        if is_there {
            self.0 = &self.0[1..];
        }
        is_there
    }

    /// Steps over letters and digits, at least one.
    fn word(&mut self) -> bool {
        let mut bytes = self.0.iter();
        let end = bytes.position(|byte| !byte.is_ascii_alphanumeric());
        let end = end.unwrap_or(self.0.len());
        self.0 = &self.0[end..];
        end > 0
    }

    /// Reads something, or stays where it was.
    fn try_to(&mut self, read: impl FnOnce(&mut Self) -> bool) -> bool {
        let before = *self;
        let is_there = read(self);
        if !is_there {
            *self = before;
        }
        is_there
    }
}
