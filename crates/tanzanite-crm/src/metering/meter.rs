//! Who counts, as the CRM sees it: a request asks before it goes on. The server has the counters.

use super::Allowance;
use crate::secret::Digest;
use std::fmt;
use tanzanite_protocol::{OrgId, Timestamp, limits};

/// Lets one request go on, or not, and counts it. A store may run a request again: whoever was let go on goes on, who was refused is
/// refused, and all of it counts once.
pub trait Meter: fmt::Debug + Send + Sync {
    /// Lets a call go on and counts it, unless that is too much. When it is found to cost more than it seemed to, the rest is counted,
    /// or all of it is taken back.
    fn admit(&self, call: &MeteredCall<'_>) -> Result<(), Refusal>;
    /// Lets an access token be issued and counts it, unless that is too much.
    fn admit_token(&self, token: &MeteredToken) -> Result<(), Refusal>;
}

/// A call that wants to go on.
#[derive(Clone, Copy, Debug)]
pub struct MeteredCall<'a> {
    /// Whose credits it takes.
    pub org: OrgId,
    /// The application, by its client's id.
    pub client: &'a str,
    /// Now, by the organisation's clock.
    pub now: Timestamp,
    /// What it costs; the least that it may as long as nobody has read its body.
    pub cost: u64,
    /// What the organisation may use.
    pub allowance: Allowance,
}

impl MeteredCall<'_> {
    /// Whether the vendor counts it among the complex ones, of which fewer may be under way. Of what is served these are the calls
    /// that cost more than one credit: more than ten records written, a list by custom view.
    pub fn is_complex(&self) -> bool {
        self.cost > 1
    }
}

/// An access token that wants to be issued.
#[derive(Clone, Copy, Debug)]
pub struct MeteredToken {
    /// The organisation.
    pub org: OrgId,
    /// The refresh token that it comes from.
    pub refresh: Digest,
    /// Now, by the organisation's clock.
    pub now: Timestamp,
}

/// Why a request may not go on. For the log and the journal: it has no way into a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The day's credits do not suffice.
    Credits {
        /// What the call costs.
        cost: u64,
        /// What is left of how many.
        left: u64,
        /// How many there are in a day.
        limit: u64,
        /// When the next come back, and how many.
        back: Option<(Timestamp, u64)>,
    },
    /// As many calls of the application are under way as may be.
    Concurrency(u32),
    /// As many complex calls of the application are under way as may be.
    Complex(u32),
    /// The refresh token has given as many access tokens as it may; this is when it gives the next.
    Tokens(Timestamp),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credits {
                cost,
                left,
                limit,
                back,
            } => {
                write!(
                    f,
                    "of the day's {limit} credits {left} are left, and the call costs {cost}"
                )?;
                match back {
                    Some((at, credits)) => {
                        write!(f, "; {credits} come back at {}", at.render_utc())
                    }
                    None => Ok(()),
                }
            }
            Self::Concurrency(limit) => write!(
                f,
                "{limit} calls of the application are under way, as many as may be at once"
            ),
            Self::Complex(limit) => write!(
                f,
                "{limit} calls of the application that cost more than one credit are under way, as many as may be at once"
            ),
            Self::Tokens(at) => write!(
                f,
                "the refresh token has given {} access tokens within ten minutes; the next at {}",
                limits::TOKEN_THROTTLE_MAX,
                at.render_utc()
            ),
        }
    }
}
