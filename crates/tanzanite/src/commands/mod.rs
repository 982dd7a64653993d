//! The commands, one a file.

mod check;
mod clock;
mod completions;
mod config;
mod copy;
mod docs;
mod doctor;
mod env;
mod fault;
mod init;
mod issue;
mod journal;
mod limits;
mod org;
mod routes;
mod serve;
mod snapshot;
mod verify;

pub(crate) use check::check;
pub(crate) use clock::clock;
pub(crate) use completions::completions;
pub(crate) use config::config;
pub(crate) use copy::copy;
pub(crate) use docs::docs_settings;
pub(crate) use doctor::doctor;
pub(crate) use env::env;
pub(crate) use fault::{add_fault, list_faults, remove_fault};
pub(crate) use init::init;
pub(crate) use issue::{issue_grant, issue_token};
pub(crate) use journal::journal;
pub(crate) use limits::limits;
pub(crate) use org::org;
pub(crate) use routes::routes;
pub(crate) use serve::serve;
pub(crate) use snapshot::{reset, snapshot};
pub(crate) use verify::verify;
