//! Formats of texts, by hand: each matcher reads its text once and never goes back.
//!
//! E-mail addresses and telephone numbers follow the expressions of the vendor's insert page. A
//! regular expression would say them shorter, but the vendor's use look-ahead and atomic groups,
//! which no engine with linear time has.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use tanzanite_protocol::Timestamp;

/// A date and time as the wire wants it: with the zone's offset. One that was sent without an
/// offset is in that zone already. A text that is none stays as it is.
pub fn datetime_in(text: &str, zone: &TimeZone) -> String {
    let instant = Timestamp::parse(text).or_else(|| {
        let local = text.parse::<DateTime>().ok()?;
        let zoned = local.to_zoned(zone.clone()).ok()?;
        Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
    });
    instant.map_or_else(|| text.to_owned(), |instant| instant.render(zone))
}

/// `yyyy-MM-dd`, a day that there is.
pub(super) fn is_date(text: &str) -> bool {
    let Some([year, month, day]) = numbers(text, "dddd-dd-dd") else {
        return false;
    };
    let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    match parts {
        (Ok(year), Ok(month), Ok(day)) => jiff::civil::Date::new(year, month, day).is_ok(),
        _ => false,
    }
}

/// `yyyy-MM-ddTHH:mm:ss`, with or without `±HH:mm`. Neither `Z` nor fractions: measured to be
/// refused. Without an offset: measured to be accepted.
pub(super) fn is_datetime(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else {
        return false;
    };
    let (clock, offset) = match time.find(['+', '-']) {
        Some(at) => (&time[..at], Some(&time[at + 1..])),
        None => (time, None),
    };
    is_date(date)
        && numbers(clock, "dd:dd:dd").is_some_and(|[hour, minute, second]| {
            hour < 24 && minute < 60 && second < 60
        })
        && offset.is_none_or(|offset| {
            numbers(offset, "dd:dd").is_some_and(|[hour, minute]| hour < 24 && minute < 60)
        })
}

/// An e-mail address as the vendor's expression has it.
pub(super) fn is_email(text: &str) -> bool {
    const MARKS: &str = "!#$%&'*+-/=?^_`{|}~.";
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let first_is_good = local.starts_with(|c| is_word(c) || "+-_".contains(c));
    let local_is_good = local.chars().all(|c| is_word(c) || MARKS.contains(c));
    let Some((labels, last)) = domain.rsplit_once('.') else {
        return false;
    };
    first_is_good
        && local_is_good
        && (4..=256).contains(&domain.chars().count())
        && labels.split('.').all(is_label)
        && (2..=22).contains(&last.chars().count())
        && last.chars().all(|c| is_word(c) && !c.is_numeric())
}

/// A label of a domain: letters and digits, within them also `-` and `_`.
fn is_label(label: &str) -> bool {
    label.starts_with(is_word)
        && label.ends_with(is_word)
        && label.chars().all(|c| is_word(c) || c == '-' || c == '_')
}

/// A letter, mark or digit of any script. The standard library does not tell marks; those that
/// join Latin letters are added.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// A telephone number as the vendor's expression has it: an optional `+`; groups of letters and
/// digits, some in brackets, joined by at most a `.` or `-` and a blank; then extensions after
/// `,` or `;`; then more after `#`; an optional `#` or `;`.
pub(super) fn is_phone(text: &str) -> bool {
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

/// A web address: an optional scheme, a host with a dot, an optional port, then anything without
/// blanks. The vendor's own expression is not known.
pub(super) fn is_website(text: &str) -> bool {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return false;
    }
    let rest = match text.split_once("://") {
        Some((scheme, rest)) => {
            let known = ["http", "https", "ftp"];
            if !known.iter().any(|word| scheme.eq_ignore_ascii_case(word)) {
                return false;
            }
            rest
        }
        None => text,
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    host.contains('.')
        && host.split('.').all(is_label)
        && (1..=5).contains(&port.len())
        && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// An API name: a letter, then letters, digits and `_`; at most 50 characters, the vendor's bound.
pub(super) fn is_api_name(text: &str) -> bool {
    text.len() <= 50
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The numbers in a text of a form: `d` stands for a digit, all else for itself.
fn numbers<const N: usize>(text: &str, form: &str) -> Option<[u16; N]> {
    if text.len() != form.len() {
        return None;
    }
    let mut numbers = [0_u16; N];
    let mut which = 0;
    for (byte, form) in text.bytes().zip(form.bytes()) {
        match form {
            b'd' if byte.is_ascii_digit() => {
                let number = numbers.get_mut(which)?;
                *number = *number * 10 + u16::from(byte - b'0');
            }
            b'd' => return None,
            mark if mark == byte => which += 1,
            _ => return None,
        }
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Matcher = fn(&str) -> bool;

    /// Every matcher against what it takes and what it does not.
    #[test]
    fn the_format_table() {
        let table: &[(Matcher, &[&str], &[&str])] = &[
            (
                is_date,
                &["2026-07-13", "2024-02-29", "0001-01-01"],
                &[
                    "", "2026-7-13", "2025-02-29", "2026-13-01", "2026-00-10", "13/07/2026",
                    "2026-07-13 ", "+026-07-13", "2026-07-13T00:00:00", "２026-07-13",
                ],
            ),
            (
                is_datetime,
                &[
                    "2026-07-13T10:00:00+02:00",
                    "2026-07-13T23:59:59-07:00",
                    "2026-07-13T10:00:00",
                ],
                &[
                    "", "2026-07-13", "2026-07-13T10:00:00Z", "2026-07-13T10:00:00.000+02:00",
                    "2026-07-13T24:00:00+00:00", "2026-07-13T10:60:00", "2026-07-13T10:00:60",
                    "2026-07-13 10:00:00", "2026-07-13T10:00:00+0200", "2026-07-13T10:00:00+02:60",
                    "2026-07-13T10:00:00+02:00Z", "2026-02-30T10:00:00", "2026-07-13T10:00",
                    "2026-07-13T10:00:00+02:00+02:00", "T", "2026-07-13T+",
                ],
            ),
            (
                is_email,
                &[
                    "a@b.co", "ada.king+crm@example.com", "_x@sub-domain.example.museum",
                    "müller@exämple.de", "a@b_c.example", "o'neil@example.com", "1@1.ab",
                ],
                &[
                    "", "a", "a@", "@b.co", "a@b", "a@b.c", "a@b.c1", "a@-b.co", "a@b-.co",
                    "a b@c.de", ".a@b.co", "a@b..co", "a@b.co.", "a@b@c.de", "a@b.co ", "a,b@c.de",
                    "a@b.aaaaaaaaaaaaaaaaaaaaaaa",
                ],
            ),
            (
                is_phone,
                &[
                    "5550100", "+1 555 0100", "+49-30-901820", "(555) 555-0100", "+1 (555) 5550100",
                    "555.010.0100", "555-0100,12", "5550100,,;12#34", "1-800-FLOWERS", "5550100#",
                    "5550100;", "(0 30)901820", "(555)",
                ],
                &[
                    "", "+", "-5550100", ".5550100", "555--0100", "555  0100", "555/0100", "()",
                    "(555", "5550100##", "5550100 ", "555_0100", "٣٤٥", "(-1)2", "a@b.co",
                    "5550100#12",
                ],
            ),
            (
                is_website,
                &[
                    "example.com", "www.example.com", "https://example.com/a?b=c#d",
                    "HTTP://example.com:8080", "ftp://files.example.com", "exämple.de",
                ],
                &[
                    "", "example", "http://", "https://localhost", "mailto:a@b.co",
                    "javascript://example.com", "exa mple.com", "example.com/a b", ".com",
                    "example..com", "example.com:port", "example.com:", "example.com:123456",
                ],
            ),
            (
                is_api_name,
                &["Leads", "Price_Books", "a1"],
                &["", "1a", "_a", "$users", "Lé", "a b"],
            ),
        ];
        for (index, (matcher, good, bad)) in table.iter().enumerate() {
            for text in *good {
                assert!(matcher(text), "row {index} refuses {text:?}");
            }
            for text in *bad {
                assert!(!matcher(text), "row {index} takes {text:?}");
            }
        }
    }

    #[test]
    fn times_are_answered_with_the_offset_of_the_organisation() {
        let zone = TimeZone::get("Europe/Berlin").expect("bundled zone");
        let cases = [
            ("2026-07-13T10:00:00+00:00", "2026-07-13T12:00:00+02:00"),
            ("2026-01-13T10:00:00", "2026-01-13T10:00:00+01:00"),
            ("soon", "soon"),
        ];
        for (kept, answered) in cases {
            assert_eq!(datetime_in(kept, &zone), answered);
        }
    }
}
