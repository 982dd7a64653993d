//! `cargo xtask` on machines with next to nothing installed: an artificial path and an empty home. No test here
//! installs or compiles.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod bare_machine;
