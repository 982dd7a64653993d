//! `/oauth/v2`.

mod token;
