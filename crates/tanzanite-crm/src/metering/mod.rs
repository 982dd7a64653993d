//! The vendor's limits: credits within a rolling day, calls at once, tokens within ten minutes. What an organisation is allowed, what
//! a call costs, how windows roll; pure, like all here. Who counts is an argument: see [`Meter`].

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

/// What somebody has said about an organisation's limits. What is not said is the server's own choice, or the edition's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitSettings {
    /// Whether they hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Credits within a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits: Option<u64>,
    /// Calls of an application at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
}

/// What an organisation may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Credits within a day.
    pub credits: u64,
    /// Calls of an application at once.
    pub concurrency: u32,
}

impl Allowance {
    /// What the organisation may use while limits hold.
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

/// Whether limits hold: as the organisation's settings say, or as the server was started.
pub fn is_limited(metadata: &Metadata, service: &Service) -> bool {
    metadata.limits().enabled.unwrap_or(service.limits)
}

/// The licences that are paid for: one for everybody who is active, as `GET /crm/v8/org` says too.
pub fn licences(metadata: &Metadata) -> u64 {
    let active = metadata.users().iter().filter(|user| user.is_active());
    active.map(|_| 1_u64).sum()
}
