//! `GET` and `POST /_tanzanite/clock`: the organisation's clock, shown and set.

use super::{Call, Refusal, parse};
use serde::Deserialize;
use serde_json::{Value, json};
use tanzanite_crm::Transaction;
use tanzanite_crm::clock::{Clock, ClockChange, parse_span};
use tanzanite_crm::operator::{self, ClockError};
use tanzanite_protocol::Timestamp;

const HINT: &str = r#"send {"action": "freeze"} (with "at": TIME if wanted), {"action": "set", "to": TIME}, {"action": "advance", "by": "90m"}, {"action": "resume"} or {"action": "reset"}"#;

#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
enum Wanted {
    Freeze { at: Option<String> },
    Set { to: String },
    Advance { by: String },
    Resume {},
    Reset {},
}

pub(super) async fn show(call: Call<'_>) -> Result<Value, Refusal> {
    let (org, now) = (call.org, call.context.now);
    let job =
        move |tx: &mut dyn Transaction| Ok::<_, Refusal>(describe(operator::clock(org, tx)?, now));
    call.shared.store.read(job).await
}

pub(super) async fn change(call: Call<'_>) -> Result<Value, Refusal> {
    let change = wanted(call.body)?;
    let (org, now) = (call.org, call.context.now);
    let job = move |tx: &mut dyn Transaction| {
        let clock = operator::set_clock(org, change, now, tx);
        let clock = clock.map_err(|error| match error {
            ClockError::Range(error) => Refusal(400, error.to_string(), HINT),
            ClockError::Store(error) => error.into(),
        })?;
        Ok::<_, Refusal>(describe(clock, now))
    };
    call.shared.store.write(job).await
}

fn describe(clock: Clock, machine: Timestamp) -> Value {
    let now = clock.at(machine);
    json!({
        "now": now.render_utc(),
        "state": match clock {
            Clock::Running { .. } => "running",
            Clock::Frozen { .. } => "frozen",
        },
        "ahead_ms": now.millis().saturating_sub(machine.millis()),
    })
}

fn wanted(body: &[u8]) -> Result<ClockChange, Refusal> {
    Ok(match parse(body, HINT)? {
        Wanted::Freeze { at } => ClockChange::Freeze(at.as_deref().map(time).transpose()?),
        Wanted::Set { to } => ClockChange::Set(time(&to)?),
        Wanted::Advance { by } => ClockChange::Advance(parse_span(&by).ok_or_else(|| {
            Refusal(
                400,
                format!("{by:?} is no span of time"),
                "one looks like 90m, 1h 30m, 2d or -5s",
            )
        })?),
        Wanted::Resume {} => ClockChange::Resume,
        Wanted::Reset {} => ClockChange::Reset,
    })
}

fn time(text: &str) -> Result<Timestamp, Refusal> {
    Timestamp::parse(text).ok_or_else(|| {
        Refusal(
            400,
            format!("{text:?} is no time"),
            "one looks like 2026-03-01T09:00:00+01:00 or 2026-03-01T08:00:00Z",
        )
    })
}
