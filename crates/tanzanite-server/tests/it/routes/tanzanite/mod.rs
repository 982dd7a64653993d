//! The control API: `/_tanzanite`.

mod blueprints;
mod clock;
mod environment;
mod explain;
mod faults;
mod grants;
mod health;
mod intercept;
mod isolation;
mod journal;
mod killed_tokens;
mod limits;
mod notifications;
mod organisations;
mod refusals;
mod snapshots;
mod spoiled;
mod tokens;
