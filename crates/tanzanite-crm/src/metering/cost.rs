//! What a request costs, by its endpoint's descriptor.

use serde::Deserialize;
use serde::de::IgnoredAny;
use tanzanite_protocol::endpoint::Cost;
use tanzanite_protocol::{Descriptor, Query, RequestBody, limits};

/// The records of a body, counted and not kept.
#[derive(Deserialize)]
struct Body {
    data: Vec<IgnoredAny>,
}

/// What a request costs; the least, before its body is read. A body that cannot be read, and will be refused, costs as much as one
/// with one record.
pub fn cost(descriptor: &Descriptor, query: &Query, body: Option<&RequestBody>) -> u64 {
    match descriptor.cost {
        Cost::Call(credits) => credits.into(),
        Cost::Records(per_credit) => {
            let credits = records(body).div_ceil(usize::from(per_credit.max(1)));
            u64::try_from(credits.max(1)).unwrap_or(u64::MAX)
        }
        Cost::Parameter(name, credits) => match query.get(name).map(str::trim) {
            None | Some("") => 1,
            Some(_) => credits.into(),
        },
    }
}

fn records(body: Option<&RequestBody>) -> usize {
    match body {
        Some(RequestBody::Whole(bytes)) => serde_json::from_slice(bytes)
            .map_or(1, |Body { data }| {
                data.len().min(limits::RECORDS_PER_CALL_MAX)
            }),
        Some(RequestBody::TooLarge) | None => 1,
    }
}
