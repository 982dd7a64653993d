//! What the project's tools share: running other programs, and saying what came of it.

pub mod output;
pub mod steps;
