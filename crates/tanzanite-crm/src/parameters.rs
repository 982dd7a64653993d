//! Query parameters and conditional headers that several endpoints read.
//!
//! Parameters that neither the endpoint nor the vendor knows are ignored. One that the vendor implements and the
//! endpoint does not is refused by name.

use crate::call::Call;
use crate::faults;
use tanzanite_protocol::endpoint::Unserved;
use tanzanite_protocol::{Content, Descriptor, Fault, RecordId, Reply, Request, Timestamp, limits};

/// Refuses a request with a header or parameter that the vendor implements and this endpoint does not.
pub(crate) fn check_unserved(descriptor: &Descriptor, request: &Request) -> Result<(), Fault> {
    let is_asked = |unserved: Unserved| match unserved {
        Unserved::External => request.headers.external.is_some(),
        Unserved::Parameter(name, idle) => request.query.iter().any(|(found, value)| {
            let value = value.trim();
            found == name && !value.is_empty() && !idle.contains(&value)
        }),
    };
    let mut unserved = descriptor.unserved.iter();
    let Some(asked) = unserved.find(|unserved| is_asked(**unserved)) else {
        return Ok(());
    };
    let key = match asked {
        Unserved::External => "header",
        Unserved::Parameter(..) => "param_name",
    };
    Err(Fault::new(&faults::PARAMETER_NOT_SERVED).with(key, asked.name()))
}

/// The value of a parameter; an empty value counts as none.
pub(crate) fn given<'a>(call: &Call<'a>, name: &str) -> Option<&'a str> {
    call.request
        .query
        .get(name)
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

/// The names in `fields`, at most fifty. `None` without the parameter. Unknown names are left out of the reply, because
/// no source documents a refusal.
pub(crate) fn fields<'a>(call: &Call<'a>) -> Result<Option<Vec<&'a str>>, Fault> {
    let Some(list) = given(call, "fields") else {
        return Ok(None);
    };
    let names: Vec<&str> = items(list).collect();
    if names.len() > limits::FIELDS_PER_CALL_MAX {
        return Err(limit("fields", limits::FIELDS_PER_CALL_MAX));
    }
    Ok(if names.is_empty() { None } else { Some(names) })
}

/// The ids in `ids`, at most `count_max`. `None` without the parameter; `malformed` is the fault for an invalid id.
pub(crate) fn ids(
    call: &Call<'_>,
    count_max: usize,
    malformed: impl Fn() -> Fault,
) -> Result<Option<Vec<RecordId>>, Fault> {
    ids_in(call, "ids", count_max, malformed)
}

fn ids_in(
    call: &Call<'_>,
    name: &'static str,
    count_max: usize,
    malformed: impl Fn() -> Fault,
) -> Result<Option<Vec<RecordId>>, Fault> {
    let Some(list) = given(call, name) else {
        return Ok(None);
    };
    let ids: Option<Vec<RecordId>> = items(list).map(RecordId::parse).collect();
    let ids = ids.ok_or_else(malformed)?;
    if ids.len() > count_max {
        return Err(limit(name, count_max));
    }
    Ok(if ids.is_empty() { None } else { Some(ids) })
}

/// As [`ids`], which the call must have.
pub(crate) fn needed_ids(
    call: &Call<'_>,
    count_max: usize,
    malformed: impl Fn() -> Fault,
) -> Result<Vec<RecordId>, Fault> {
    needed_ids_in(call, "ids", count_max, malformed)
}

/// As [`needed_ids`], in another parameter.
pub(crate) fn needed_ids_in(
    call: &Call<'_>,
    name: &'static str,
    count_max: usize,
    malformed: impl Fn() -> Fault,
) -> Result<Vec<RecordId>, Fault> {
    let missing = || Fault::new(&faults::PARAMETER_MISSING).with("param_name", name);
    ids_in(call, name, count_max, malformed)?.ok_or_else(missing)
}

/// The fault of a malformed parameter.
pub(crate) fn pattern(name: &str) -> Fault {
    Fault::new(&faults::PARAMETER_PATTERN).with("param_name", name)
}

/// A number from 1 to `max`. `None` without the parameter.
pub(crate) fn number(call: &Call<'_>, name: &str, max: u32) -> Result<Option<u32>, Fault> {
    given(call, name)
        .map(|text| in_range(text, max).ok_or_else(|| pattern(name)))
        .transpose()
}

/// One of a few words. `None` without the parameter.
pub(crate) fn one_of(
    call: &Call<'_>,
    name: &str,
    values: &'static [&'static str],
) -> Result<Option<&'static str>, Fault> {
    let Some(value) = given(call, name) else {
        return Ok(None);
    };
    let known = values.iter().find(|known| **known == value);
    known.copied().map(Some).ok_or_else(|| {
        Fault::new(&faults::PARAMETER_INVALID)
            .with("param_name", name)
            .with("supported_values", values.to_vec())
    })
}

/// `If-Modified-Since`: items unchanged since then are not sent.
pub(crate) fn modified_since(call: &Call<'_>) -> Option<Timestamp> {
    time(call.request.headers.if_modified_since.as_deref())
}

/// `If-Unmodified-Since`: an item that changed later is not changed again.
pub(crate) fn unmodified_since(call: &Call<'_>) -> Option<Timestamp> {
    time(call.request.headers.if_unmodified_since.as_deref())
}

/// A time in a conditional header, in the vendor's format or HTTP's; HTTP says to ignore any other. The result is the
/// last instant of its second, since times are sent in whole seconds and a client that repeats a record's own time has
/// seen the record.
fn time(header: Option<&str>) -> Option<Timestamp> {
    let text = header?.trim();
    let millis = Timestamp::parse(text).map(Timestamp::millis).or_else(|| {
        let parser = jiff::fmt::rfc2822::DateTimeParser::new();
        parser
            .parse_timestamp(text)
            .ok()
            .map(jiff::Timestamp::as_millisecond)
    })?;
    Some(Timestamp::from_millis(
        millis
            .div_euclid(1000)
            .saturating_mul(1000)
            .saturating_add(999),
    ))
}

/// Status 304: nothing has changed since the client's time.
pub(crate) fn not_modified() -> Reply {
    Reply {
        status: 304,
        code: None,
        content: Content::Empty,
        refused: Vec::new(),
    }
}

/// The items of a comma-separated list, without empty ones.
pub(crate) fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

fn limit(name: &str, limit: usize) -> Fault {
    Fault::new(&faults::PARAMETER_LIMIT)
        .with("limit", limit)
        .with("param_name", name)
}

fn in_range(text: &str, max: u32) -> Option<u32> {
    text.parse()
        .ok()
        .filter(|number| (1..=max).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditional_times_are_read_in_both_spellings_and_last_for_their_second() {
        let expected = Some(Timestamp::from_millis(1_584_630_930_999));
        assert_eq!(time(Some("2020-03-19T20:45:30+05:30")), expected);
        assert_eq!(time(Some(" 2020-03-19T15:15:30+00:00")), expected);
        assert_eq!(time(Some("Thu, 19 Mar 2020 15:15:30 GMT")), expected);
        assert_eq!(time(Some("yesterday")), None);
        assert_eq!(time(None), None);
    }

    #[test]
    fn numbers_are_whole_and_in_their_range() {
        assert_eq!(in_range("1", 200), Some(1));
        assert_eq!(in_range("200", 200), Some(200));
        for bad in ["0", "201", "-1", "1.0", "x", "4294967296"] {
            assert_eq!(in_range(bad, 200), None, "{bad}");
        }
    }
}
