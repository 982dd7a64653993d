//! A real PostgreSQL and a real S3 for tests. They run on this machine, are started once by each test program, and end with
//! it, however it ends. Never part of the product.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and read the environment of those who run them"
)]

mod pair;
mod postgres;
mod proxy;
mod s3;
mod supervised;

pub use crate::postgres::Postgres;
pub use pair::Pair;
pub use proxy::{Cut, Held, Proxy};
pub use s3::S3;
