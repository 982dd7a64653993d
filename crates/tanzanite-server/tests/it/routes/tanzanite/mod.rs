//! The control API: `/_tanzanite`.

mod environment;
mod grants;
mod health;
mod refusals;
mod tokens;
