//! The program from outside: its output, its exit codes, its files.

mod archives;
mod blueprints;
mod commands;
mod databases;
mod documents;
mod faults;
#[cfg(unix)]
mod files;
mod intercept;
mod notifications;
mod organisations;
mod record;
mod serving;
mod strangers;
#[expect(
    clippy::disallowed_methods,
    reason = "patience is measured by the clock"
)]
pub(crate) mod support;
