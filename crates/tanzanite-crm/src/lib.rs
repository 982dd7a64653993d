//! The CRM as a pure, synchronous function: a request, a transaction and a context in, a reply or a fault out.
//!
//! One vendor resource is a folder, one operation a file. Nothing here knows HTTP, SQL, files, clocks or the
//! environment: time and randomness are arguments ([`Context`]), the store is a trait ([`Transaction`]).

mod amount;
pub mod blueprint;
pub mod call;
pub mod clock;
pub mod collection;
pub mod context;
pub mod criteria;
pub mod data_body;
pub mod delegation;
pub mod endpoint;
pub mod explain;
pub mod faults;
mod file_reply;
pub mod jobs;
pub mod metadata;
pub mod metering;
pub mod name;
pub mod notifications;
pub mod operations;
pub mod operator;
mod paging;
mod parameters;
pub mod pipeline;
pub mod policy;
pub mod room;
pub mod schema;
pub mod secret;
mod stages;
pub mod stored;
pub mod suggest;
pub mod transaction;
mod versions;

pub use clock::Clock;
pub use context::{AuthMode, Context, Service};
pub use metadata::Metadata;
pub use pipeline::{Job, Route, route};
pub use room::Room;
pub use transaction::{StoreError, Stored, Transaction};
