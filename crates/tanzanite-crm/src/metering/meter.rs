//! The counters of the vendor's limits, as the CRM sees them: a request asks before it proceeds. The server implements
//! them.

use super::Allowance;
use crate::secret::Digest;
use std::fmt;
use tanzanite_protocol::{OrgId, Timestamp, limits};

/// Admits or refuses one request, and counts it. A store may run a request again: the decision stays the same and is
/// counted once.
pub trait Meter: fmt::Debug + Send + Sync {
    /// Admits and counts a call, unless it exceeds a limit. If a later run finds a higher cost, the difference is
    /// counted, or the whole call is refused and uncounted.
    fn admit(&self, call: &MeteredCall<'_>) -> Result<(), Refusal>;
    /// Admits and counts the issue of an access token, unless it exceeds a limit.
    fn admit_token(&self, token: &MeteredToken) -> Result<(), Refusal>;
}

/// A call to be admitted.
#[derive(Clone, Copy, Debug)]
pub struct MeteredCall<'a> {
    /// The organisation whose credits it uses.
    pub org: OrgId,
    /// The application's client id.
    pub client: &'a str,
    /// The present time by the organisation's clock.
    pub now: Timestamp,
    /// The cost in credits; its lowest possible value until the body is read.
    pub cost: u64,
    /// The organisation's limits.
    pub allowance: Allowance,
}

impl MeteredCall<'_> {
    /// Whether the vendor counts it as a complex call, of which fewer may run at once. Among the served operations
    /// these are the calls that cost more than one credit: writes of more than ten records, and lists by custom view.
    pub fn is_complex(&self) -> bool {
        self.cost > 1
    }
}

/// An access token to be issued.
#[derive(Clone, Copy, Debug)]
pub struct MeteredToken {
    /// The organisation.
    pub org: OrgId,
    /// The digest of the refresh token that it is issued from.
    pub refresh: Digest,
    /// The present time by the organisation's clock.
    pub now: Timestamp,
}

/// The reason why a request is not admitted. For the log and the journal; never part of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The day's credits do not suffice.
    Credits {
        /// The cost of the call.
        cost: u64,
        /// The credits left.
        left: u64,
        /// The credits of a day.
        limit: u64,
        /// The time at which the next credits are returned, and their number.
        back: Option<(Timestamp, u64)>,
    },
    /// The application has its highest number of calls under way.
    Concurrency(u32),
    /// The application has its highest number of complex calls under way.
    Complex(u32),
    /// The refresh token has yielded its highest number of access tokens; it can yield the next at this time.
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
