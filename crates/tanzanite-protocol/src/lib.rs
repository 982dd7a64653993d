//! The vendor's wire format as types: faults and their precedence, endpoint descriptors, scopes, ids, envelopes,
//! requests and replies.
//!
//! This crate decides nothing and reaches nothing: no IO, no clock, no other crate of ours.

pub mod endpoint;
pub mod envelope;
pub mod fault;
pub mod form;
pub mod id;
pub mod limits;
pub mod media;
pub mod reply;
pub mod request;
pub mod route;
pub mod scope;
pub mod time;

pub use endpoint::{ApiVersion, Body, Descriptor, Evidence, ModuleNeed};
pub use fault::{Cause, Fault, Row, Stage};
pub use id::{OrgId, RecordId};
pub use reply::{Content, FileReply, Reply};
pub use request::{Headers, Method, Query, Request, RequestBody};
pub use scope::{Scope, ScopeNeed, ScopeOperation};
pub use time::Timestamp;
