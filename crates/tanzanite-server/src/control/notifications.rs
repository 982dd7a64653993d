//! `/_tanzanite/notifications`: what becomes of the organisation's notifications, and those that there are.

use super::{Call, Refusal, parse};
use serde_json::{Value, json};
use tanzanite_crm::notifications::{self, Deliveries, Delivery};
use tanzanite_crm::{Transaction, operator};

const HINT: &str = r#"send {"mode": "deliver"} or {"mode": "collect"}"#;

/// `GET`: the mode, and the notifications, the latest first.
pub(super) async fn list(call: Call<'_>) -> Result<Value, Refusal> {
    let org = call.org;
    let found = move |tx: &mut dyn Transaction| {
        let metadata = tx.metadata(org)?;
        let mode = metadata.map(|metadata| metadata.deliveries());
        let deliveries = notifications::deliveries(org, tx)?;
        Ok::<_, Refusal>((mode.unwrap_or_default(), deliveries))
    };
    let (mode, deliveries) = call.shared.store.read(found).await?;
    let shown = |delivery: &Delivery| {
        json!({
            "id": delivery.id.to_string(),
            "state": delivery.state.as_str(),
            "notify_url": delivery.notify_url,
            "attempts": delivery.attempts,
            "outcome": delivery.outcome,
            "payload": delivery.payload,
        })
    };
    Ok(json!({
        "mode": word(mode),
        "notifications": deliveries.iter().map(shown).collect::<Vec<_>>(),
    }))
}

/// `POST`: sets the mode.
pub(super) async fn change(call: Call<'_>) -> Result<Value, Refusal> {
    let (org, mode) = (call.org, parse::<Deliveries>(call.body, HINT)?);
    let set =
        move |tx: &mut dyn Transaction| Ok::<_, Refusal>(operator::set_deliveries(org, mode, tx)?);
    call.shared.store.write(set).await?;
    Ok(json!({ "mode": word(mode) }))
}

/// `DELETE`: forgets those that are sent, collected or given up.
pub(super) async fn clear(call: Call<'_>) -> Result<Value, Refusal> {
    let org = call.org;
    let forget =
        move |tx: &mut dyn Transaction| Ok::<_, Refusal>(notifications::forget_ended(org, tx)?);
    let cleared = call.shared.store.write(forget).await?;
    Ok(json!({ "cleared": cleared }))
}

fn word(mode: Deliveries) -> &'static str {
    match mode {
        Deliveries::Deliver => "deliver",
        Deliveries::Collect => "collect",
    }
}
