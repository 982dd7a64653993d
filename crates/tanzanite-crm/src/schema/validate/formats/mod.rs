//! Formats of texts, by hand, in time linear in the text.
//!
//! E-mail addresses and telephone numbers follow the expressions of the vendor's insert page. A
//! regular expression would say them shorter, but the vendor's use look-ahead and atomic groups,
//! which no engine with linear time has.

mod phone;
#[cfg(test)]
mod tests;

pub(super) use phone::is_phone;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use tanzanite_protocol::Timestamp;

/// A date and time as the wire wants it: with the zone's offset. One that was sent without an
/// offset is in that zone already. A text that is none stays as it is.
pub fn datetime_in(text: &str, zone: &TimeZone) -> String {
    instant(text, zone).map_or_else(|| text.to_owned(), |instant| instant.render(zone))
}

/// The instant of a date and time.
pub(crate) fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| {
        let local = text.parse::<DateTime>().ok()?;
        let zoned = local.to_zoned_datetime(zone.clone()).ok()?;
        Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
    })
}

/// `yyyy-MM-dd`, a day that there is.
pub(crate) fn is_date(text: &str) -> bool {
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
pub(crate) fn is_datetime(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else {
        return false;
    };
    let (clock, offset) = match time.find(['+', '-']) {
        Some(at) => (&time[..at], Some(&time[at + 1..])),
        None => (time, None),
    };
    is_date(date)
        && numbers(clock, "dd:dd:dd")
            .is_some_and(|[hour, minute, second]| hour < 24 && minute < 60 && second < 60)
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
pub fn is_api_name(text: &str) -> bool {
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
