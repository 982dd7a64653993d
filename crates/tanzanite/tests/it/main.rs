//! The program from outside, in one binary: its command line, the SDKs and the tour against it, and tidy.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod cli;
mod import;
mod kits;
mod recipes;
mod sdk;
mod tidy;
mod tour;
