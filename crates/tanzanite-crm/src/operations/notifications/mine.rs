//! The caller's own channels, as one call finds and leaves them.

use super::faults;
use super::given::Given;
use crate::call::Call;
use crate::faults::TOO_MANY;
use crate::metadata::SettingsItem;
use crate::notifications::Watch;
use crate::policy::{PutDocument, RemoveDocument, grant_watch};
use crate::schema::{Module, Number};
use crate::stored::NewDocument;
use crate::transaction::{StoreError, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{Fault, Stage, limits};

/// The caller's watches that have not expired.
pub(super) struct Mine<'c, 'a> {
    call: &'c Call<'a>,
    watches: Vec<Watch>,
    /// Those of all users that have expired, until something is written.
    expired: Vec<&'a Watch>,
    /// How many of all users have not.
    count: usize,
}

impl<'c, 'a> Mine<'c, 'a> {
    /// Finds them.
    pub(super) fn of(call: &'c Call<'a>) -> Self {
        let (now, user) = (call.context.now, call.caller.user().id);
        let all = call.metadata().watches().iter();
        let (live, expired): (Vec<&Watch>, _) = all.partition(|watch| watch.is_live(now));
        let own = live.iter().copied().filter(|watch| watch.user == user);
        Self {
            call,
            watches: own.cloned().collect(),
            expired,
            count: live.len(),
        }
    }

    /// All, in the order of their ids.
    pub(super) fn into_all(self) -> Vec<Watch> {
        self.watches
    }

    /// The watches of a channel.
    pub(super) fn of_channel(&self, channel: i64) -> Vec<Watch> {
        let watches = self.watches.iter();
        watches
            .filter(|watch| watch.channel == channel)
            .cloned()
            .collect()
    }

    /// The watches of a channel, of which there must be some.
    pub(super) fn subscribed(&self, channel: i64) -> Result<Vec<Watch>, Fault> {
        self.call.reach(Stage::Record);
        let watches = self.of_channel(channel);
        if watches.is_empty() {
            return Err(not_subscribed(&channel.to_string()));
        }
        Ok(watches)
    }

    /// Refuses modules whose records the caller may not see: nothing would ever be told of them.
    pub(super) fn check_seen(&self, given: &Given<'_>, path: &str) -> Result<(), Fault> {
        self.call.reach(Stage::Sharing);
        let profile = self.call.caller.profile();
        let mut modules = given.events.iter().map(|(module, _)| *module);
        match modules.find(|module| !profile.permits(module, Permission::View)) {
            None => Ok(()),
            Some(module) => Err(Fault::new(&faults::NOT_PERMITTED)
                .with(
                    "permissions",
                    vec![Permission::View.implied_name(&module.api_name)],
                )
                .with("api_name", "events")
                .with("json_path", format!("{path}.events"))),
        }
    }

    /// The id of the channel's watch on a module, or a new one.
    pub(super) fn id(
        &self,
        channel: i64,
        module: &Module,
        tx: &mut dyn Transaction,
    ) -> Result<i64, Fault> {
        let mut watches = self.watches.iter();
        let known = watches.find(|watch| (watch.channel, watch.module) == (channel, module.number));
        if let Some(known) = known {
            return Ok(known.id);
        }
        self.call.reach(Stage::State);
        if self.count >= limits::WATCHES_MAX {
            return Err(Fault::new(&TOO_MANY).with("limit", limits::WATCHES_MAX));
        }
        let number = tx.next_number(self.call.caller.org())?;
        Ok(self.call.metadata().id_of(number))
    }

    /// Makes watches, or replaces those with their ids. Those that have expired go.
    pub(super) fn put(&mut self, watches: &[Watch], tx: &mut dyn Transaction) -> Result<(), Fault> {
        for watch in std::mem::take(&mut self.expired) {
            let now = self.call.context.now;
            let grant = grant_watch::<RemoveDocument>(self.call.caller, watch, now)?;
            tx.remove_document(grant)?;
        }
        for watch in watches {
            let grant = grant_watch::<PutDocument>(self.call.caller, watch, self.call.context.now)?;
            let body = SettingsItem::Watch(watch.clone()).body();
            let document = NewDocument {
                within: 0,
                body: body.map_err(StoreError::new)?,
                keys: Vec::new(),
            };
            tx.put_document(grant, &document)?;
            if let Some(known) = self.watches.iter_mut().find(|known| known.id == watch.id) {
                known.clone_from(watch);
            } else {
                self.watches.push(watch.clone());
                self.count += 1;
            }
        }
        Ok(())
    }

    /// Removes watches.
    pub(super) fn remove(
        &mut self,
        watches: &[Watch],
        tx: &mut dyn Transaction,
    ) -> Result<(), Fault> {
        for watch in watches {
            let grant =
                grant_watch::<RemoveDocument>(self.call.caller, watch, self.call.context.now)?;
            tx.remove_document(grant)?;
            self.watches.retain(|known| known.id != watch.id);
            self.count -= 1;
        }
        Ok(())
    }

    /// The answer to an item: what the watches are now.
    pub(super) fn told(&self, message: &str, watches: &[Watch], has_end: bool) -> Value {
        let (metadata, origin) = (self.call.metadata(), &self.call.context.service.public_url);
        let events = watches
            .iter()
            .map(|watch| Value::Object(watch.resource(metadata, origin, has_end)));
        let details = Map::from_iter([("events".to_owned(), events.collect())]);
        success(message, details)
    }
}

/// The numbers of the modules of watches.
pub(super) fn modules(watches: &[Watch]) -> Vec<Number> {
    watches.iter().map(|watch| watch.module).collect()
}

/// The fault of a channel that there is not.
pub(super) fn not_subscribed(channel: &str) -> Fault {
    Fault::new(&faults::NOT_SUBSCRIBED).with("channel_id", channel)
}
