//! Notifications: who is told at which address when records change, what a transaction changes, and the outbox.
//!
//! A user's channel watches modules, each by a [`Watch`]. The transaction that changes a record also puts its
//! notifications into the outbox, which consists of jobs ([`Delivery`]); a server sends them after the commit.

mod changes;
mod condition;
mod delivery;
mod payload;
mod watch;
mod watched;

pub use condition::Selection;
pub(crate) use delivery::WORK;
pub use delivery::{Attempt, Delivery, deliveries, forget_ended, settle};
pub use watch::{Deliveries, Event, Watch};
pub(crate) use watched::watched;
