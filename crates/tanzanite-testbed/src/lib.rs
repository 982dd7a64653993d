//! A real PostgreSQL and a real S3 for tests, and the table of everything that tests may need. The servers run on this
//! machine, are started once by each test program, and end with it, however it ends. Never part of the product.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and read the environment of those who run them"
)]

#[cfg(feature = "servers")]
mod pair;
pub mod parts;
#[cfg(feature = "servers")]
mod postgres;
#[cfg(feature = "servers")]
mod proxy;
#[cfg(feature = "servers")]
mod s3;
#[cfg(feature = "servers")]
mod supervised;

#[cfg(feature = "servers")]
pub use crate::postgres::Postgres;
#[cfg(feature = "servers")]
pub use pair::Pair;
pub use parts::part;
#[cfg(feature = "servers")]
pub use proxy::{Cut, Held, Proxy};
#[cfg(feature = "servers")]
pub use s3::S3;
