//! Stores: adapters of [`Transaction`](tanzanite_crm::Transaction), their migrations, and the suite that every adapter and
//! every wrapper runs ([`conformance`]).
//!
//! Nothing here knows HTTP.

mod dump;
mod failing;
mod sqlite;

pub use dump::dump;
pub use failing::FailNth;
pub use sqlite::{OpenError, Place, SqliteStore};
