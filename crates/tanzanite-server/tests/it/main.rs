//! The server at its boundary: a raw request in, the whole exchange out, and the state afterwards. One binary; the
//! files below `routes` mirror the paths.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "the world has a clock")]

mod admission;
mod browser;
mod collections;
mod committed;
mod concurrency;
mod failing_store;
mod few_calls;
mod foreseen;
mod fuzz;
mod http_versions;
mod intercept;
mod limits;
mod matrix;
mod naive;
mod one_and_others;
mod precedence;
mod receiver;
mod routes;
mod secrets;
mod shutdown;
mod spelling;
mod stores;
mod tls;
mod tls_client;
mod v2_keys;
mod ways;
mod world;
