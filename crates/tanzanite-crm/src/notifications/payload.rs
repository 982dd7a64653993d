//! The body of a notification.
//!
//! Vendor: "Enable Notifications" v7 page, and two notifications that a connector recorded (amp-labs/connectors,
//! `providers/zoho`). A channel's user learns no more than what a request of that user would show.

use super::changes::{Changed, STATUS, is_display};
use super::{Event, Watch};
use crate::metadata::Metadata;
use crate::operations::records::names;
use crate::policy::{Caller, ModuleView, Reach, onlooker, reach};
use crate::schema::validate::datetime_in;
use crate::schema::{Field, Kind, Module};
use crate::transaction::{Record, RecordHead, Stored, Transaction};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::{OrgId, RecordId, Timestamp, limits};

/// Notifications of one watch.
pub(super) struct Notice<'a> {
    watch: &'a Watch,
    module: &'a Module,
    user: Caller,
}

/// An event of a record of the watched module.
struct Told<'c> {
    id: RecordId,
    event: Event,
    /// The change; `None` if only a record that refers to it was changed.
    change: Option<&'c Changed<'c>>,
}

impl<'a> Notice<'a> {
    /// `None` if its user may not see the module any more.
    pub(super) fn of(org: OrgId, metadata: &'a Arc<Metadata>, watch: &'a Watch) -> Option<Self> {
        let user = onlooker(org, metadata, watch)?;
        let module = metadata.module_numbered(watch.module)?;
        let sees = user.profile().permits(module, Permission::View);
        sees.then_some(Self {
            watch,
            module,
            user,
        })
    }

    /// The bodies of the notifications about changes.
    pub(super) fn payloads(
        &self,
        changed: &[Changed<'_>],
        now: Timestamp,
        origin: &str,
        tx: &mut dyn Transaction,
    ) -> Stored<Vec<Value>> {
        let own = changed.iter().filter(|change| self.is_told(change));
        let mut told: Vec<Told<'_>> = own
            .map(|change| Told {
                id: change.id,
                event: change.event,
                change: Some(change),
            })
            .collect();
        told.extend(self.related(changed, tx)?.into_iter().map(|id| Told {
            id,
            event: Event::Edit,
            change: None,
        }));
        let mut payloads = Vec::new();
        for event in [Event::Create, Event::Edit, Event::Delete] {
            let of_event: Vec<_> = told.iter().filter(|told| told.event == event).collect();
            for some in of_event.chunks(limits::NOTIFIED_RECORDS_MAX) {
                payloads.push(self.payload(event, some, now, origin, tx)?);
            }
        }
        Ok(payloads)
    }

    /// Whether a change is of the kind that is watched. Conditions choose among edits: the vendor's overview speaks of
    /// fields that are updated.
    fn is_told(&self, change: &Changed<'_>) -> bool {
        let is_wanted = change.module.number == self.module.number
            && self.watch.events.contains(&change.event)
            && self.sees(&change.record.head);
        let condition = self.watch.condition.as_ref();
        let is_chosen = change.event != Event::Edit
            || condition.is_none_or(|condition| condition.holds(&change.fields));
        is_wanted && is_chosen
    }

    /// The records of the watched module that changed records refer to, and that are not changed themselves. Vendor:
    /// "FAQs on Notification APIs" (Kaizen 170): the account of a contact that is updated is told as well.
    fn related(&self, changed: &[Changed<'_>], tx: &mut dyn Transaction) -> Stored<Vec<RecordId>> {
        let watch = self.watch;
        let is_told = watch.notify_on_related_action && watch.condition.is_none();
        if !is_told || !watch.events.contains(&Event::Edit) {
            return Ok(Vec::new());
        }
        let metadata = self.user.metadata();
        let targets = changed.iter().flat_map(|change| {
            let fields = &change.record.fields;
            change.module.fields.iter().filter_map(move |field| {
                let value = fields.get(field.api_name.as_ref())?;
                names::target(metadata, field, value, fields)
            })
        });
        let is_changed = |id: RecordId| {
            changed
                .iter()
                .any(|change| change.id == id && change.module.number == self.module.number)
        };
        let mut wanted: Vec<_> = targets
            .filter(|(module, id)| module.number == self.module.number && !is_changed(*id))
            .map(|(module, id)| (module.number, id))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let heads = tx.record_heads(self.user.org(), &wanted)?.into_iter();
        let seen = heads.flatten().filter(|head| self.sees(head));
        Ok(seen.map(|head| head.id).collect())
    }

    fn sees(&self, head: &RecordHead) -> bool {
        reach(&self.user, self.module, head.owner) >= Reach::Read
    }

    fn payload(
        &self,
        event: Event,
        told: &[&Told<'_>],
        now: Timestamp,
        origin: &str,
        tx: &mut dyn Transaction,
    ) -> Stored<Value> {
        let mut body = Map::new();
        body.insert("server_time".to_owned(), now.millis().into());
        let changes = told.iter().filter_map(|told| told.change);
        if self.watch.return_affected_field_values {
            let mut values = Vec::new();
            for change in changes.clone() {
                let of_record = self.values(change, tx)?;
                values.push(json!({ "record_id": change.id.to_string(), "values": of_record }));
            }
            body.insert("affected_values".to_owned(), values.into());
        }
        let fields = changes.filter_map(|change| {
            let names = self.shown(change);
            let of_record = Map::from_iter([(change.id.to_string(), Value::from(names.clone()))]);
            (!names.is_empty()).then_some(Value::Object(of_record))
        });
        let fields: Vec<Value> = fields.collect();
        let ids: Vec<String> = told.iter().map(|told| told.id.to_string()).collect();
        let uri = self.watch.resource_uri(self.module, origin);
        body.insert("query_params".to_owned(), query(&self.watch.notify_url));
        body.insert("module".to_owned(), self.module.api_name.as_ref().into());
        body.insert("resource_uri".to_owned(), uri.into());
        body.insert("ids".to_owned(), ids.into());
        body.insert("affected_fields".to_owned(), fields.into());
        body.insert("operation".to_owned(), event.operation().into());
        let channel = self.watch.channel.to_string();
        body.insert("channel_id".to_owned(), channel.into());
        body.insert("token".to_owned(), self.watch.token.clone().into());
        Ok(Value::Object(body))
    }

    /// The fields that have changed, as far as the channel's user may see them.
    fn shown<'c>(&self, change: &'c Changed<'_>) -> Vec<&'c str> {
        let view = ModuleView::new(&self.user, self.module);
        let fields = change.fields.iter().copied();
        fields
            .filter(|name| *name == STATUS || view.field(name).is_some())
            .collect()
    }

    /// The values of the fields that have changed; of a new record, all that it has.
    fn values(&self, change: &Changed<'_>, tx: &mut dyn Transaction) -> Stored<Map<String, Value>> {
        let view = ModuleView::new(&self.user, self.module);
        let is_new = change.event == Event::Create;
        let mut values = Map::new();
        for field in view.fields() {
            let name = field.api_name.as_ref();
            if is_new || change.fields.contains(&name) {
                let value = self.value(field, &change.record, tx)?;
                if !(is_new && value.is_null()) {
                    values.insert(name.to_owned(), value);
                }
            }
        }
        if change.fields.contains(&STATUS) {
            values.insert(STATUS.to_owned(), 0.into());
        }
        Ok(values)
    }

    /// A value as replies show it, but for the rows of subforms, which are as they are stored.
    fn value(&self, field: &Field, record: &Record, tx: &mut dyn Transaction) -> Stored<Value> {
        let metadata = self.user.metadata();
        let (head, zone) = (&record.head, metadata.zone());
        let name = field.api_name.as_ref();
        let value = record.fields.get(name).unwrap_or(&Value::Null);
        Ok(match (name, &field.kind) {
            ("Owner", _) => names::user_with_email(metadata, head.owner),
            ("Created_By", _) => names::user_with_email(metadata, head.created.by),
            ("Modified_By", _) => names::user_with_email(metadata, head.modified.by),
            ("Created_Time", _) => head.created.at.render(zone).into(),
            ("Modified_Time", _) => head.modified.at.render(zone).into(),
            ("Record_Image", _) => head.image.clone().into(),
            _ if is_display(self.module, name) => head.name.clone().into(),
            (_, Kind::Lookup(_)) => match names::target(metadata, field, value, &record.fields) {
                Some((module, id)) => {
                    let target = tx.record_head(self.user.org(), module.number, id)?;
                    names::record(target.as_ref())
                }
                None => Value::Null,
            },
            (_, Kind::OwnerLookup | Kind::UserLookup) => names::referred_id(value)
                .map_or(Value::Null, |id| names::user_with_email(metadata, id)),
            (_, Kind::Datetime) => match value {
                Value::String(text) => datetime_in(text, zone).into(),
                other => other.clone(),
            },
            _ => value.clone(),
        })
    }
}

/// The parameters of an address, as they stand there.
fn query(notify_url: &str) -> Value {
    let query = notify_url.split('#').next().unwrap_or_default();
    let query = query.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.to_owned(), value.into())
    });
    Value::Object(pairs.collect())
}
