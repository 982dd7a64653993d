//! The vendor's limits: credits in a rolling day, concurrent calls, tokens within ten minutes. This module has the
//! allowances, the costs and the rolling windows; it is pure, and the counters are an argument: see [`Meter`].

mod cost;
mod edition;
mod meter;
mod window;

pub use cost::cost;
pub use edition::edition_names;
pub use meter::{Meter, MeteredCall, MeteredToken, Refusal};
pub use window::{CreditWindow, TokenWindow};

use crate::context::Service;
use crate::metadata::Metadata;
use serde::{Deserialize, Serialize};

/// An organisation's own limits. A missing one is decided by the server's configuration or by the edition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitSettings {
    /// Whether limits apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Credits a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits: Option<u64>,
    /// Concurrent calls of an application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// The seconds after which a search finds a new record. The vendor's index follows after a while; none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_delay: Option<u32>,
    /// The records of one page of a bulk read, instead of the vendor's two hundred thousand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulk_read_page: Option<u32>,
}

/// The limits of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Credits a day.
    pub credits: u64,
    /// Concurrent calls of an application.
    pub concurrency: u32,
}

impl Allowance {
    /// The limits of an organisation, if limits apply.
    pub fn of(metadata: &Metadata) -> Self {
        let edition = edition::of(&metadata.organisation().edition);
        let settings = metadata.limits();
        Self {
            credits: settings
                .credits
                .unwrap_or_else(|| edition.credits(licences(metadata))),
            concurrency: settings.concurrency.unwrap_or(edition.concurrency),
        }
    }
}

/// Whether limits apply, by the organisation's settings or else by the server's configuration.
pub fn is_limited(metadata: &Metadata, service: &Service) -> bool {
    metadata.limits().enabled.unwrap_or(service.limits)
}

/// The number of paid licences: one for each active user, as in `GET /crm/v8/org`.
pub fn licences(metadata: &Metadata) -> u64 {
    let active = metadata.users().iter().filter(|user| user.is_active());
    active.map(|_| 1_u64).sum()
}
