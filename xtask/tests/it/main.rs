//! `cargo xtask` on machines that have next to nothing: a made-up path and an empty home. No test here installs or compiles.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod bare_machine;
