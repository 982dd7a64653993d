//! One item of `watch`: a channel as a request gives it.

use super::condition::{Condition, conditions};
use super::{MODULES, USERS};
use crate::call::Call;
use crate::faults::{BODY_INVALID, FIELD_TOO_LONG, FIELD_VALUE_INVALID, KEY_NOT_SERVED};
use crate::notifications::{Event, Watch};
use crate::schema::validate::{Place, id_of};
use crate::schema::{Module, Number};
use crate::versions;
use serde_json::{Map, Value};
use tanzanite_protocol::{Fault, RecordId, Timestamp, limits};

/// The key that turns a change of a channel into the removal of events.
pub(super) const DELETE_EVENTS: &str = "_delete_events";

/// Which keys an item must have, and which it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The whole channel.
    Whole,
    /// A change: its id, and what is to be another.
    Change,
}

/// A channel, well formed.
#[derive(Debug)]
pub(super) struct Given<'a> {
    /// The channel's id.
    pub(super) channel: i64,
    /// The events, by module, in the order in which the modules come. Empty if none are given.
    pub(super) events: Vec<(&'a Module, Vec<Event>)>,
    /// Whether the events are to be removed.
    pub(super) deletes: bool,
    /// The conditions; `None` if none are spoken of.
    pub(super) conditions: Option<Vec<Condition<'a>>>,
    notify_url: Option<String>,
    /// A text or `null`.
    token: Option<Value>,
    expires: Option<Timestamp>,
    return_affected_field_values: Option<bool>,
    notify_on_related_action: Option<bool>,
}

impl<'a> Given<'a> {
    /// Reads an item.
    pub(super) fn read(
        call: &Call<'a>,
        item: &'a Value,
        path: &str,
        form: Form,
    ) -> Result<Self, Fault> {
        let Value::Object(item) = item else {
            return Err(Fault::new(&BODY_INVALID).with("expected_data_type", "jsonobject"));
        };
        let at = |name| Place::new(path, name);
        let deletes = match form {
            Form::Change => switch(item, at(DELETE_EVENTS))?.unwrap_or(false),
            Form::Whole if given(item, DELETE_EVENTS).is_some() => {
                return Err(at(DELETE_EVENTS).fault(&KEY_NOT_SERVED));
            }
            Form::Whole => false,
        };
        // Seen in replies alone, and in one of the vendor's examples of refusals.
        if given(item, "fields").is_some() {
            return Err(at("fields").fault(&KEY_NOT_SERVED));
        }
        let notify_url = match given(item, "notify_url") {
            None if form == Form::Whole => return Err(at("notify_url").missing()),
            None => None,
            Some(url) => Some(address(url, at("notify_url"))?),
        };
        let events = match given(item, "events") {
            None if form == Form::Whole || deletes => return Err(at("events").missing()),
            None => Vec::new(),
            Some(events) => self::events(call, events, at("events"))?,
        };
        Ok(Self {
            channel: channel(item, at("channel_id"))?,
            events,
            deletes,
            conditions: conditions(call, item, path)?,
            notify_url,
            token: token(item, at("token"))?,
            expires: expiry(call, item, at("channel_expiry"))?,
            return_affected_field_values: switch(item, at("return_affected_field_values"))?,
            notify_on_related_action: switch(item, at("notify_on_related_action"))?,
        })
    }

    /// A watch on a module as the item says, and where it says nothing, as the vendor's pages do.
    pub(super) fn watch(
        &self,
        call: &Call<'_>,
        id: i64,
        module: &Module,
        events: &[Event],
    ) -> Watch {
        let mut watch = Watch {
            id,
            user: call.caller.user().id,
            channel: self.channel,
            module: module.number,
            events: Vec::new(),
            notify_url: String::new(),
            token: None,
            expires: call.context.now.after(limits::CHANNEL_SPAN).millis(),
            return_affected_field_values: false,
            notify_on_related_action: true,
            condition: None,
            version: versions::version_of_resources(call.version()).to_owned(),
        };
        watch.add(events);
        self.change(&mut watch);
        watch
    }

    /// Changes what the item speaks of, without the events.
    pub(super) fn change(&self, watch: &mut Watch) {
        if let Some(notify_url) = &self.notify_url {
            watch.notify_url.clone_from(notify_url);
        }
        if let Some(token) = &self.token {
            watch.token = token.as_str().map(str::to_owned);
        }
        if let Some(expires) = self.expires {
            watch.expires = expires.millis();
        }
        if let Some(values) = self.return_affected_field_values {
            watch.return_affected_field_values = values;
        }
        if let Some(related) = self.notify_on_related_action {
            watch.notify_on_related_action = related;
        }
        if let Some(conditions) = &self.conditions {
            let mut of_module = conditions
                .iter()
                .filter(|condition| condition.module.number == watch.module);
            watch.condition = of_module
                .next()
                .map(|condition| condition.selection.clone());
        }
    }

    /// Refuses a condition for a module that is not among these.
    pub(super) fn check_conditions(&self, modules: &[Number]) -> Result<(), Fault> {
        let mut conditions = self.conditions.iter().flatten();
        match conditions.find(|condition| !modules.contains(&condition.module.number)) {
            Some(condition) => Err(condition.impossible()),
            None => Ok(()),
        }
    }
}

/// A key's value; `null` is none.
pub(super) fn given<'v>(item: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    item.get(key).filter(|value| !value.is_null())
}

fn channel(item: &Map<String, Value>, at: Place<'_>) -> Result<i64, Fault> {
    let id = given(item, at.api_name).ok_or_else(|| at.missing())?;
    id_of(id)
        .map(RecordId::get)
        .ok_or_else(|| at.wrong_type("long"))
}

fn switch(item: &Map<String, Value>, at: Place<'_>) -> Result<Option<bool>, Fault> {
    match given(item, at.api_name) {
        None => Ok(None),
        Some(Value::Bool(on)) => Ok(Some(*on)),
        Some(_) => Err(at.wrong_type("boolean")),
    }
}

fn token(item: &Map<String, Value>, at: Place<'_>) -> Result<Option<Value>, Fault> {
    let token = item.get(at.api_name);
    match token {
        None | Some(Value::Null) => {}
        Some(Value::String(token)) => {
            bounded(token, limits::WATCH_TOKEN_CHARS_MAX, at)?;
        }
        Some(_) => return Err(at.wrong_type("text")),
    }
    Ok(token.cloned())
}

/// The address of a receiver. Whether this server may call it is its operator's decision, for each notification.
fn address(value: &Value, at: Place<'_>) -> Result<String, Fault> {
    let Value::String(url) = value else {
        return Err(at.wrong_type("text"));
    };
    let url = url.trim();
    bounded(url, limits::NOTIFY_URL_CHARS_MAX, at)?;
    let lower = url.to_ascii_lowercase();
    let rest = ["http://", "https://"]
        .iter()
        .find_map(|scheme| lower.strip_prefix(scheme));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    if host.is_none_or(str::is_empty) || url.contains(char::is_control) {
        return Err(at.invalid("no address that begins with http:// or https:// and a host"));
    }
    Ok(url.to_owned())
}

fn bounded(text: &str, chars_max: u32, at: Place<'_>) -> Result<(), Fault> {
    if text.chars().count() > chars_max as usize {
        return Err(at.too_long(chars_max));
    }
    Ok(())
}

/// The end of a channel. One that is too far away counts as none, and then a channel lasts as long as it does by
/// itself. That an end in the past is refused is assumed.
fn expiry(
    call: &Call<'_>,
    item: &Map<String, Value>,
    at: Place<'_>,
) -> Result<Option<Timestamp>, Fault> {
    let Some(value) = given(item, at.api_name) else {
        return Ok(None);
    };
    let expires = value.as_str().and_then(Timestamp::parse);
    let expires = expires.ok_or_else(|| at.wrong_type("datetime"))?;
    let now = call.context.now;
    if expires <= now {
        return Err(at.invalid("the channel would have expired already"));
    }
    let latest = now.after(versions::channel_span_max(call.version()));
    Ok(Some(if expires > latest {
        now.after(limits::CHANNEL_SPAN)
    } else {
        expires
    }))
}

fn events<'a>(
    call: &Call<'a>,
    value: &Value,
    at: Place<'_>,
) -> Result<Vec<(&'a Module, Vec<Event>)>, Fault> {
    let Value::Array(values) = value else {
        return Err(at.wrong_type("jsonarray"));
    };
    if values.is_empty() {
        return Err(at.too_few(1));
    }
    if values.len() > limits::WATCH_EVENTS_MAX {
        let fault = at.fault(&FIELD_TOO_LONG);
        return Err(fault.with("maximum_length", limits::WATCH_EVENTS_MAX));
    }
    let mut events: Vec<(&Module, Vec<Event>)> = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let at = at.element(index);
        let (module, of_value) = event(call, value, at)?;
        match events
            .iter_mut()
            .find(|(known, _)| known.number == module.number)
        {
            Some((_, known)) => known.extend(of_value),
            None => events.push((module, of_value.to_vec())),
        }
    }
    Ok(events)
}

fn event<'a>(
    call: &Call<'a>,
    value: &Value,
    at: Place<'_>,
) -> Result<(&'a Module, &'static [Event]), Fault> {
    let Value::String(text) = value else {
        return Err(at.wrong_type("text"));
    };
    let (name, word) = text
        .rsplit_once('.')
        .ok_or_else(|| at.invalid("no module and operation"))?;
    let events = match word {
        "edit" => &[Event::Edit][..],
        "create" => &[Event::Create],
        "delete" => &[Event::Delete],
        "all" => &Event::ALL,
        _ => return Err(at.invalid("no operation that is watched")),
    };
    if name.eq_ignore_ascii_case(USERS) {
        return Err(at.fault(&KEY_NOT_SERVED));
    }
    // The vendor's example of this refusal tells no path.
    let unsupported = || Fault::new(&FIELD_VALUE_INVALID).with("api_name", "events");
    let module = call
        .metadata()
        .module_called(name)
        .ok_or_else(unsupported)?;
    if !MODULES.takes(&module.api_name, module.custom) {
        return Err(unsupported());
    }
    if !module.is_served() {
        return Err(at.fault(&KEY_NOT_SERVED));
    }
    Ok((module, events))
}
