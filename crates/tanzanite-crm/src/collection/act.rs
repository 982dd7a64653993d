//! The operations of a collection: each is an endpoint that derives from the declaration.

use super::{COLLECTIONS, Collection, Filter, Within, faults, read, write};
use crate::call::Call;
use crate::endpoint::{self, Answer, Endpoint};
use crate::faults as shared;
use crate::policy::{self, Caller, Change};
use crate::transaction::Transaction;
use tanzanite_protocol::{
    Body, Descriptor, Evidence, Fault, Method, Row, ScopeNeed, ScopeOperation,
};

/// An operation of a collection.
#[derive(Debug)]
pub struct Act {
    /// The operation's unique id: `tags.list`.
    pub id: &'static str,
    /// The title of the vendor's page.
    pub title: &'static str,
    /// Its kind.
    pub does: Does,
    /// The message of a success; empty for what reads.
    pub says: &'static str,
    /// Items of one call; 0 for what takes none.
    pub items_max: usize,
    /// Things of one page of a list; 0 for a list that is told whole.
    pub per_page: u32,
    /// Where its facts come from.
    pub evidence: Evidence,
}

/// The kinds of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// `GET` of all.
    List,
    /// `GET` of one.
    Get,
    /// `POST` of some.
    Create,
    /// `PUT` of some, each with its id.
    UpdateMany,
    /// `PUT` of one.
    UpdateOne,
    /// `DELETE` of those that the parameter `ids` names.
    RemoveMany,
    /// `DELETE` of one.
    RemoveOne,
}

impl Act {
    /// Lists all things; 204 if there are none.
    pub const fn list(id: &'static str, title: &'static str) -> Self {
        Self::new(id, title, Does::List, 0, "")
    }

    /// Reads one thing; 204 if there is none.
    pub const fn get(id: &'static str, title: &'static str) -> Self {
        Self::new(id, title, Does::Get, 0, "")
    }

    /// Makes at most so many things.
    pub const fn create(
        id: &'static str,
        title: &'static str,
        items_max: usize,
        says: &'static str,
    ) -> Self {
        Self::new(id, title, Does::Create, items_max, says)
    }

    /// Changes at most so many things.
    pub const fn update_many(
        id: &'static str,
        title: &'static str,
        items_max: usize,
        says: &'static str,
    ) -> Self {
        Self::new(id, title, Does::UpdateMany, items_max, says)
    }

    /// Changes one thing.
    pub const fn update_one(id: &'static str, title: &'static str, says: &'static str) -> Self {
        Self::new(id, title, Does::UpdateOne, 1, says)
    }

    /// Removes at most so many things.
    pub const fn remove_many(
        id: &'static str,
        title: &'static str,
        items_max: usize,
        says: &'static str,
    ) -> Self {
        Self::new(id, title, Does::RemoveMany, items_max, says)
    }

    /// Removes one thing.
    pub const fn remove_one(id: &'static str, title: &'static str, says: &'static str) -> Self {
        Self::new(id, title, Does::RemoveOne, 0, says)
    }

    const fn new(
        id: &'static str,
        title: &'static str,
        does: Does,
        items_max: usize,
        says: &'static str,
    ) -> Self {
        Self {
            id,
            title,
            does,
            says,
            items_max,
            per_page: 0,
            evidence: Evidence::OpenApi,
        }
    }

    /// Its answer is cut into pages of so many things, and says beside them which one it is.
    #[must_use]
    pub const fn pages(mut self, per_page: u32) -> Self {
        self.per_page = per_page;
        self
    }
}

impl Does {
    const fn method(self) -> Method {
        match self {
            Self::List | Self::Get => Method::Get,
            Self::Create => Method::Post,
            Self::UpdateMany | Self::UpdateOne => Method::Put,
            Self::RemoveMany | Self::RemoveOne => Method::Delete,
        }
    }

    const fn is_of_one(self) -> bool {
        matches!(self, Self::Get | Self::UpdateOne | Self::RemoveOne)
    }

    const fn scope(self) -> &'static [ScopeOperation] {
        match self {
            Self::List | Self::Get => &[ScopeOperation::Read],
            Self::Create => &[ScopeOperation::Create, ScopeOperation::Write],
            Self::UpdateMany | Self::UpdateOne => &[ScopeOperation::Update, ScopeOperation::Write],
            Self::RemoveMany | Self::RemoveOne => &[ScopeOperation::Delete],
        }
    }

    /// The kind of change.
    pub(super) const fn change(self) -> Change {
        match self {
            Self::List | Self::Get | Self::Create => Change::Create,
            Self::UpdateMany | Self::UpdateOne => Change::Update,
            Self::RemoveMany | Self::RemoveOne => Change::Remove,
        }
    }

    const fn has_body(self) -> bool {
        matches!(self, Self::Create | Self::UpdateMany | Self::UpdateOne)
    }
}

/// An operation with its collection: what its endpoint runs.
#[derive(Debug)]
struct ActOf {
    collection: &'static Collection,
    act: &'static Act,
}

impl endpoint::Act for ActOf {
    fn permits(&self, caller: &Caller) -> Result<(), Fault> {
        match self.act.does {
            Does::List | Does::Get => Ok(()),
            does => policy::check_administrator(caller, &self.collection.right, does.change()),
        }
    }

    fn run(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
        let Self { collection, act } = self;
        match act.does {
            Does::List => read::list(collection, act, call, tx),
            Does::Get => read::get(collection, act, call, tx),
            Does::Create => write::create(collection, act, call, tx),
            Does::UpdateMany | Does::UpdateOne => write::update(collection, act, call, tx),
            Does::RemoveMany => write::remove_many(collection, act, call, tx),
            Does::RemoveOne => write::remove_one(collection, act, call, tx),
        }
    }
}

/// The endpoints of all collections. They live as long as the program, as those do that are written one by one.
pub fn endpoints() -> Vec<&'static Endpoint> {
    let acts = COLLECTIONS.iter().flat_map(|collection| {
        let acts = collection.acts.iter();
        acts.map(move |act| endpoint(collection, act))
    });
    acts.collect()
}

fn endpoint(collection: &'static Collection, act: &'static Act) -> &'static Endpoint {
    let path = if act.does.is_of_one() {
        collection.path_of_one
    } else {
        collection.path
    };
    let scope = ScopeNeed::fixed("settings", collection.scope, act.does.scope());
    let mut descriptor = Descriptor::new(act.id, act.title, act.does.method(), path)
        .scope(scope)
        .refuses(refuses(collection, act).leak())
        .evidence(act.evidence);
    if act.does.has_body() {
        descriptor = descriptor.body(Body::Json);
    }
    Box::leak(Box::new(Endpoint::act(
        descriptor,
        Box::leak(Box::new(ActOf { collection, act })),
    )))
}

/// The rows that an operation can answer.
fn refuses(collection: &'static Collection, act: &'static Act) -> Vec<&'static Row> {
    let mut rows: Vec<&'static Row> = Vec::new();
    if let Within::Module {
        missing,
        unknown,
        unsupported,
    } = &collection.within
        && act.does != Does::RemoveOne
    {
        rows.extend([*missing, *unknown, *unsupported]);
    }
    let mut filters = collection
        .filters
        .iter()
        .filter(|_| act.does.method() == Method::Get);
    if filters
        .clone()
        .any(|filter| matches!(filter, Filter::RefersTo(..)))
    {
        rows.push(&faults::PARAMETER_UNKNOWN);
    }
    if act.per_page > 0 || filters.any(|filter| matches!(filter, Filter::Is(..))) {
        rows.push(&shared::PARAMETER_PATTERN);
    }
    if act.does.method() != Method::Get {
        rows.extend(collection.right.denied(act.does.change()));
        rows.extend(collection.hooks.refuses);
    }
    if act.does.has_body() {
        rows.extend([
            &shared::BODY_INVALID,
            &shared::BODY_NO_ITEMS,
            &shared::FIELD_MANDATORY_MISSING,
            &shared::FIELD_TYPE_WRONG,
            &shared::FIELD_TOO_LONG,
            &shared::FIELD_VALUE_INVALID,
            &shared::FIELD_DUPLICATE,
            &faults::PATTERN,
            &faults::WORD,
            &faults::SPECIAL_CHARACTERS,
            &faults::REFERENCE_UNKNOWN,
            &faults::VALUE_OF_TYPE,
        ]);
        let members = collection.members.iter();
        let mut unserved = members.clone().filter(|member| member.is_unserved());
        rows.extend(unserved.next().map(|_| &shared::KEY_NOT_SERVED));
        rows.extend(members.clone().filter_map(|member| member.otherwise));
        rows.extend(members.filter_map(|member| Some(member.needed?.row)));
        rows.extend(collection.only);
    }
    match act.does {
        Does::UpdateOne | Does::RemoveOne => {
            rows.push(collection.unknown.in_path);
            rows.extend(collection.only.map(|_| collection.unknown.in_item));
        }
        Does::UpdateMany => rows.push(collection.unknown.in_item),
        Does::RemoveMany => rows.extend([
            &shared::PARAMETER_MISSING,
            &shared::PARAMETER_LIMIT,
            collection.unknown.removed,
        ]),
        _ => {}
    }
    let mut once: Vec<&'static Row> = Vec::new();
    for row in rows {
        if !once.contains(&row) {
            once.push(row);
        }
    }
    once
}
