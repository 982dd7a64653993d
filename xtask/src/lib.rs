//! Shared by the project's tools: running other programs, and reporting the results.

pub mod output;
pub mod steps;
