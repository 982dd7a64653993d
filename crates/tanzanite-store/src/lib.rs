//! Stores: adapters of [`Transaction`](tanzanite_crm::Transaction), their migrations, and the suite that every adapter and
//! every wrapper runs ([`conformance`]).
//!
//! Nothing here knows HTTP.

pub mod conformance;
mod dump;
mod failing;
mod sqlite;
mod store;

pub use dump::dump;
pub use failing::FailNth;
pub use sqlite::{OpenError, Place, SqliteStore};
pub use store::Store;
