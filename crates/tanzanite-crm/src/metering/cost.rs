//! The cost of a request, by its endpoint's descriptor.

use crate::data_body;
use serde_json::Value;
use tanzanite_protocol::endpoint::Cost;
use tanzanite_protocol::{Descriptor, Query, limits};

/// The cost of a request in API credits; its lowest possible cost before the body is read. A body that cannot be
/// parsed, and will be refused, costs as much as one record.
pub fn cost<'v>(
    descriptor: &Descriptor,
    query: &Query,
    body: impl FnOnce() -> Option<&'v Value>,
) -> u64 {
    match descriptor.cost {
        Cost::Call(credits) => credits.into(),
        Cost::Records(per_credit) => {
            let items = body()
                .and_then(data_body::count)
                .unwrap_or(1)
                .min(limits::RECORDS_PER_CALL_MAX);
            let credits = items.div_ceil(usize::from(per_credit.max(1)));
            u64::try_from(credits.max(1)).unwrap_or(u64::MAX)
        }
        Cost::Parameter(name, credits) => match query.get(name).map(str::trim) {
            None | Some("") => 1,
            Some(_) => credits.into(),
        },
        Cost::OfBody(price) => body().map_or(1, price),
    }
}
