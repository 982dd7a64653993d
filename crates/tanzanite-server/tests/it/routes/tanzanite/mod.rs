//! The control API: `/_tanzanite`.

mod clock;
mod environment;
mod faults;
mod grants;
mod health;
mod journal;
mod limits;
mod organisations;
mod refusals;
mod snapshots;
mod tokens;
