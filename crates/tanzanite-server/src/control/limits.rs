//! `/_tanzanite/limits`: the vendor's limits for the organisation, shown, changed, and reset.

use super::{Call, Refusal, parse};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use std::ops::RangeInclusive;
use std::sync::Arc;
use tanzanite_crm::metering::{Allowance, LimitSettings, is_limited, licences};
use tanzanite_crm::{Metadata, Service, Transaction, operator};
use tanzanite_protocol::{OrgId, limits};

const HINT: &str = r#"send such as {"enabled": true, "credits": 100, "concurrency": 5, "search_delay": 60, "bulk_read_page": 2}; null is what the server and the edition say"#;

/// The requested change.
#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Wanted {
    enabled: Key<bool>,
    credits: Key<u64>,
    concurrency: Key<u32>,
    search_delay: Key<u32>,
    bulk_read_page: Key<u32>,
}

/// A key of the request's body.
#[derive(Clone, Copy, Default, PartialEq)]
enum Key<T> {
    /// Missing: the limit stays as it is.
    #[default]
    Missing,
    /// A value, or null, which restores the default.
    Is(Option<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Key<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer).map(Self::Is)
    }
}

impl<T> Key<T> {
    fn or(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Missing => before,
            Self::Is(value) => value,
        }
    }
}

impl Wanted {
    fn check(self) -> Result<Self, Refusal> {
        let within = |name, wanted: u64, range: RangeInclusive<u64>| {
            let (least, most) = (range.start(), range.end());
            let error = format!("{name} are from {least} to {most}, and not {wanted}");
            if range.contains(&wanted) {
                Ok(())
            } else {
                Err(Refusal(400, error, HINT))
            }
        };
        if let Key::Is(Some(credits)) = self.credits {
            within("credits", credits, 0..=limits::CREDITS_OVERRIDE_MAX)?;
        }
        if let Key::Is(Some(calls)) = self.concurrency {
            let most = limits::CONCURRENCY_OVERRIDE_MAX.into();
            within("calls at once", calls.into(), 0..=most)?;
        }
        if let Key::Is(Some(seconds)) = self.search_delay {
            let most = limits::SEARCH_DELAY_SECONDS_MAX.into();
            within("seconds until a search finds", seconds.into(), 0..=most)?;
        }
        if let Key::Is(Some(records)) = self.bulk_read_page {
            let most = limits::BULK_READ_RECORDS_MAX.into();
            within("records of a page of a bulk read", records.into(), 1..=most)?;
        }
        if self == Self::default() {
            return Err(Refusal(400, "nothing is to be changed".to_owned(), HINT));
        }
        Ok(self)
    }

    fn after(self, before: LimitSettings) -> LimitSettings {
        LimitSettings {
            enabled: self.enabled.or(before.enabled),
            credits: self.credits.or(before.credits),
            concurrency: self.concurrency.or(before.concurrency),
            search_delay: self.search_delay.or(before.search_delay),
            bulk_read_page: self.bulk_read_page.or(before.bulk_read_page),
        }
    }
}

/// `GET /limits`.
pub(super) async fn show(call: Call<'_>) -> Result<Value, Refusal> {
    let org = call.org;
    let metadata = call
        .shared
        .store
        .read(move |tx: &mut dyn Transaction| metadata(org, tx))
        .await?;
    Ok(describe(&call, &metadata))
}

/// `POST /limits`: the limits after the change.
pub(super) async fn change(call: Call<'_>) -> Result<Value, Refusal> {
    let wanted = parse::<Wanted>(call.body, HINT)?.check()?;
    let org = call.org;
    let job = move |tx: &mut dyn Transaction| {
        let before = metadata(org, tx)?.limits();
        operator::set_limits(org, wanted.after(before), tx)?;
        metadata(org, tx)
    };
    let metadata = call.shared.store.write(job).await?;
    if !is_limited(&metadata, &call.shared.service) {
        call.shared.meters.forget(org);
    }
    Ok(describe(&call, &metadata))
}

/// `DELETE /limits`: resets what is counted. Changed limits stay changed.
pub(super) async fn reset(call: Call<'_>) -> Result<Value, Refusal> {
    call.shared.meters.reset(call.org);
    show(call).await
}

fn metadata(org: OrgId, tx: &mut dyn Transaction) -> Result<Arc<Metadata>, Refusal> {
    let gone = || Refusal(404, "the organisation is gone".to_owned(), HINT);
    tx.metadata(org)?.ok_or_else(gone)
}

fn describe(call: &Call<'_>, metadata: &Metadata) -> Value {
    let service: &Service = &call.shared.service;
    let said = metadata.limits();
    let allowance = Allowance::of(metadata);
    let now = metadata.clock().at(call.context.now);
    let reading = call.shared.meters.read(call.org, now);
    let back = reading
        .back
        .map(|(at, credits)| json!({ "at": at.render_utc(), "credits": credits }));
    let under_way: Map<String, Value> = reading
        .under_way
        .into_iter()
        .map(|(client, calls)| (client, calls.into()))
        .collect();
    json!({
        "enabled": is_limited(metadata, service),
        "edition": metadata.organisation().edition,
        "licences": licences(metadata),
        "credits": {
            "limit": allowance.credits,
            "used": reading.used,
            "remaining": allowance.credits.saturating_sub(reading.used),
            "next_back": back,
        },
        "concurrency": {
            "limit": allowance.concurrency,
            "complex_limit": limits::COMPLEX_CALLS_MAX,
            "under_way": under_way,
        },
        "tokens": {
            "limit": limits::TOKEN_THROTTLE_MAX,
            "refresh_tokens": reading.refresh_tokens,
            "most": reading.tokens_most,
        },
        "search": { "delay": said.search_delay.unwrap_or(0) },
        "bulk_read": { "page": said.bulk_read_page.unwrap_or(limits::BULK_READ_RECORDS_MAX) },
        "said": {
            "enabled": said.enabled,
            "credits": said.credits,
            "concurrency": said.concurrency,
            "search_delay": said.search_delay,
            "bulk_read_page": said.bulk_read_page,
        },
    })
}
