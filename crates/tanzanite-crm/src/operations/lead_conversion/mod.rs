//! The conversion of leads: `/crm/{version}/Leads/{record_id}/actions/convert`.
//!
//! A lead becomes a contact, an account if it has a company, and a deal if the call gives one. Nothing is written
//! before all of them have passed every check. The lead itself is kept and marked; only calls that ask for converted
//! leads show it. Its notes and attachments go to the new records, which the vendor's help says; its activities stay
//! with it, and its photo too.

mod annexes;
mod convert;
pub mod faults;
mod given;
mod targets;

pub use convert::CONVERT;
