//! The program at its edges: what it prints, how it ends, what it leaves in files.

#![expect(clippy::expect_used, reason = "a test ends where it is surprised")]

mod commands;
mod documents;
mod serving;
#[expect(
    clippy::disallowed_methods,
    reason = "patience is measured by the clock"
)]
mod support;
