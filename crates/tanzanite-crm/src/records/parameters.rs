//! The query parameters and conditional headers that the record endpoints share.
//!
//! Parameters that are not named here change nothing: `uid`, `territory_id`, `include_child`,
//! `approved`, `wf_trigger`.

use crate::endpoint::Call;
use tanzanite_protocol::{Condition, Content, Fault, RecordId, Reply, Timestamp, limits};

/// A parameter with a value: an empty one counts as none.
pub(super) fn given<'a>(call: &Call<'a>, name: &str) -> Option<&'a str> {
    call.request
        .query
        .get(name)
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

/// The names in `fields`, at most fifty. `None` without the parameter. Whether a module has such
/// fields is not asked: no source knows a refusal of unknown ones, so they are left out of the
/// reply.
pub(super) fn fields<'a>(call: &Call<'a>) -> Result<Option<Vec<&'a str>>, Fault> {
    let Some(list) = given(call, "fields") else {
        return Ok(None);
    };
    let names: Vec<&str> = items(list).collect();
    if names.len() > limits::FIELDS_PER_CALL_MAX {
        return Err(limit("fields", limits::FIELDS_PER_CALL_MAX));
    }
    Ok(if names.is_empty() { None } else { Some(names) })
}

/// The ids in `ids`, at most a hundred. `None` without the parameter; `malformed` is the fault if
/// one is no id.
pub(super) fn ids(
    call: &Call<'_>,
    malformed: impl Fn() -> Fault,
) -> Result<Option<Vec<RecordId>>, Fault> {
    let Some(list) = given(call, "ids") else {
        return Ok(None);
    };
    let ids: Option<Vec<RecordId>> = items(list).map(RecordId::parse).collect();
    let ids = ids.ok_or_else(malformed)?;
    if ids.len() > limits::RECORDS_PER_CALL_MAX {
        return Err(limit("ids", limits::RECORDS_PER_CALL_MAX));
    }
    Ok(if ids.is_empty() { None } else { Some(ids) })
}

/// A parameter whose value has not its form.
pub(super) fn pattern(name: &str) -> Fault {
    Fault::new(Condition::ParameterPattern).with("param_name", name)
}

/// A time in a conditional header: the vendor's spelling, or HTTP's own. HTTP says to ignore any
/// other.
pub(super) fn time(header: Option<&str>) -> Option<Timestamp> {
    let text = header?.trim();
    Timestamp::parse(text).or_else(|| {
        let time = jiff::fmt::rfc2822::DateTimeParser::new()
            .parse_timestamp(text)
            .ok()?;
        Some(Timestamp::from_millis(time.as_millisecond()))
    })
}

/// 304: nothing has changed since the time that the client named.
pub(super) fn not_modified() -> Reply {
    Reply {
        status: 304,
        code: None,
        content: Content::Empty,
    }
}

fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

fn limit(name: &str, limit: usize) -> Fault {
    Fault::new(Condition::ParameterLimit)
        .with("limit", limit)
        .with("param_name", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditional_times_are_read_in_both_spellings() {
        let expected = Timestamp::parse("2020-03-19T15:15:30+00:00");
        assert!(expected.is_some());
        assert_eq!(time(Some("2020-03-19T20:45:30+05:30")), expected);
        assert_eq!(time(Some("Thu, 19 Mar 2020 15:15:30 GMT")), expected);
        assert_eq!(time(Some("yesterday")), None);
        assert_eq!(time(None), None);
    }
}
