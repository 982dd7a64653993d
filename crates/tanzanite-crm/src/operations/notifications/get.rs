//! `GET /crm/{version}/actions/watch`: "Get Notification Details".

use super::mine::Mine;
use super::{PATH, ROOT, scope};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{MODULE_PARAMETER_INVALID, PARAMETER_PATTERN};
use crate::notifications::Watch;
use crate::paging::Page;
use crate::parameters::{given, pattern};
use crate::transaction::Transaction;
use serde_json::{Value, json};
use tanzanite_protocol::{
    Descriptor, Evidence, Fault, Method, RecordId, Reply, ScopeOperation, Timestamp, limits,
};

/// Lists the caller's channels that have not expired, with an item for each module that one watches.
pub static GET: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "notifications.get",
        "Get Notification Details",
        Method::Get,
        PATH,
    )
    .scope(scope(&[ScopeOperation::Read]))
    .refuses(&[&PARAMETER_PATTERN, &MODULE_PARAMETER_INVALID])
    .evidence(Evidence::Docs),
    list,
);

fn list(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let page = Page::of(call, limits::WATCHES_PER_PAGE_MAX)?;
    let channel = given(call, "channel_id")
        .map(|text| RecordId::parse(text).ok_or_else(|| pattern("channel_id")))
        .transpose()?;
    let unknown = || Fault::new(&MODULE_PARAMETER_INVALID).with("param_name", "module");
    let module = given(call, "module")
        .map(|name| call.metadata().module_called(name).ok_or_else(unknown))
        .transpose()?;
    let mut watches = Mine::of(call).into_all();
    watches.retain(|watch| {
        channel.is_none_or(|channel| watch.channel == channel.get())
            && module.is_none_or(|module| watch.module == module.number)
    });
    let (watches, more) = page.cut(watches);
    if watches.is_empty() {
        return Ok(Reply::no_content());
    }
    let shown: Vec<Value> = watches
        .iter()
        .filter_map(|watch| show(call, watch))
        .collect();
    let info = page.info(shown.len(), more);
    Ok(Reply::json(200, &json!({ ROOT: shown, "info": info })))
}

/// `None` if the module is no more.
fn show(call: &Call<'_>, watch: &Watch) -> Option<Value> {
    let metadata = call.metadata();
    let module = metadata.module_numbered(watch.module)?;
    let id = metadata.schema_id_of(module.number).to_string();
    let condition = watch.condition.as_ref().map(|condition| {
        vec![json!({
            "field_selection": condition.show(module, metadata),
            "module": { "api_name": module.api_name, "id": id },
            "type": "field_selection",
        })]
    });
    let events = watch.events.iter();
    let events = events.map(|event| format!("{}.{}", module.api_name, event.word()));
    Some(json!({
        "notify_on_related_action": watch.notify_on_related_action,
        "channel_expiry": Timestamp::from_millis(watch.expires).render(metadata.zone()),
        "return_affected_field_values": watch.return_affected_field_values,
        "resource_uri": watch.resource_uri(module, &call.context.service.public_url),
        "resource_id": id,
        "notify_url": watch.notify_url,
        "resource_name": module.api_name,
        "fields": null,
        "notification_condition": condition,
        "channel_id": watch.channel.to_string(),
        "events": events.collect::<Vec<_>>(),
        "token": watch.token,
    }))
}
