//! `PATCH /crm/{version}/actions/watch`: "Update Specific Information of a Notification", and with `_delete_events`
//! "Disable Specific Notifications".

use super::enable::each;
use super::given::{Form, Given};
use super::mine::{Mine, modules, not_subscribed};
use super::replace::REFUSES;
use super::{PATH, scope};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::notifications::Watch;
use crate::transaction::Transaction;
use serde_json::Value;
use tanzanite_protocol::{Body, Descriptor, Evidence, Fault, Method, ScopeOperation, Stage};

/// Changes what a request says of channels, adds the events that it names, or removes them.
pub static CHANGE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "notifications.disable_some",
        "Disable Specific Notifications",
        Method::Patch,
        PATH,
    )
    .scope(scope(&[ScopeOperation::Update, ScopeOperation::Write]))
    .body(Body::Json)
    .refuses(REFUSES)
    .evidence(Evidence::Docs),
    change,
);

fn change(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    each(call, tx, 200, |mine, item, path, tx| {
        let given = Given::read(call, item, path, Form::Change)?;
        let before = mine.subscribed(given.channel)?;
        if given.deletes {
            delete_events(mine, &given, &before, tx)
        } else {
            update(call, mine, &given, before, path, tx)
        }
    })
}

/// Changes the watches on the modules of the given events, or all of the channel's if none are given.
fn update(
    call: &Call<'_>,
    mine: &mut Mine<'_, '_>,
    given: &Given<'_>,
    before: Vec<Watch>,
    path: &str,
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    mine.check_seen(given, path)?;
    let mut watches = Vec::new();
    for (module, events) in &given.events {
        let known = before.iter().find(|watch| watch.module == module.number);
        watches.push(match (known, before.first()) {
            (Some(known), _) => {
                let mut watch = known.clone();
                watch.add(events);
                watch
            }
            // A module that is new to the channel is watched as the others are.
            (None, Some(other)) => {
                let id = mine.id(given.channel, module, tx)?;
                Watch {
                    notify_url: other.notify_url.clone(),
                    token: other.token.clone(),
                    expires: other.expires,
                    return_affected_field_values: other.return_affected_field_values,
                    notify_on_related_action: other.notify_on_related_action,
                    ..given.watch(call, id, module, events)
                }
            }
            (None, None) => return Err(not_subscribed(&given.channel.to_string())),
        });
    }
    if given.events.is_empty() {
        watches = before;
    }
    call.reach(Stage::State);
    given.check_conditions(&modules(&watches))?;
    for watch in &mut watches {
        given.change(watch);
    }
    mine.put(&watches, tx)?;
    Ok(mine.told("Successfully updated the subscribe details", &watches, true))
}

/// Removes events, and watches that have no other.
fn delete_events(
    mine: &mut Mine<'_, '_>,
    given: &Given<'_>,
    before: &[Watch],
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    let mut changed = Vec::new();
    for (module, events) in &given.events {
        let watch = before.iter().find(|watch| watch.module == module.number);
        let watch = watch.ok_or_else(|| not_subscribed(&given.channel.to_string()))?;
        let mut watch = watch.clone();
        watch.events.retain(|event| !events.contains(event));
        changed.push(watch);
    }
    let (left, gone): (Vec<_>, Vec<_>) = changed
        .iter()
        .cloned()
        .partition(|watch| !watch.events.is_empty());
    mine.remove(&gone, tx)?;
    mine.put(&left, tx)?;
    Ok(mine.told(
        "Successfully removed the subscribe details",
        &changed,
        false,
    ))
}
