//! Collections: the lists of named things that most of the settings are. One engine serves all that are declared as a
//! [`Collection`]; whatever is odd about one stands in its declaration or in one of its hooks.
//!
//! A thing is a document. Routes, descriptors, documents, the rows of the tests' tables and the contract test derive
//! from the declaration. `docs/adding-a-collection.md` says how to add one.

mod act;
pub mod faults;
mod member;
mod read;
mod shape;
mod things;
mod write;

pub(crate) use crate::schema::validate::Place;
pub use act::{Act, Does, endpoints};
pub(crate) use member::CREATED;
pub use member::{Member, Needed, member, text};
pub(crate) use read::shown;
pub use shape::{Shape, TYPES};
pub use things::Thing;
pub(crate) use things::{all, find, find_one, within as module_parameter};
pub(crate) use write::{keys, put, removed, stamped};

use crate::call::Call;
use crate::operations::{settings, tags};
use crate::policy::Right;
use crate::stored::{DocumentKind, Relation};
use crate::transaction::Transaction;
use serde_json::{Map, Value};
use tanzanite_protocol::{Fault, Row};

/// The declaration of a list of named things.
#[derive(Debug)]
pub struct Collection {
    /// The kind of the things' documents.
    pub kind: DocumentKind,
    /// The key of lists of them, in requests and answers: `tags`.
    pub root: &'static str,
    /// The path of all of them.
    pub path: &'static str,
    /// The path of one of them: it ends in the parameter that names it.
    pub path_of_one: &'static str,
    /// The word of the token's scopes: `ZohoCRM.settings.{scope}`.
    pub scope: &'static str,
    /// The thing that each stands within.
    pub within: Within,
    /// There is one such thing and no more: no path names it, and it stands in bodies by itself instead of in a list.
    /// The fault is that of making another.
    pub only: Option<&'static Row>,
    /// The right that changes ask for.
    pub right: Right,
    /// The members, in the order in which they are shown.
    pub members: &'static [Member],
    /// The operations.
    pub acts: &'static [Act],
    /// All that an answer to a change tells of a thing: the id, or everything.
    pub told: Told,
    /// Parameters of lists that leave things out.
    pub filters: &'static [Filter],
    /// Things that every organisation has until it changes or removes them.
    pub built_in: &'static [BuiltIn],
    /// The faults that name an unknown thing.
    pub unknown: Unknown,
    /// The links that go with a thing that is removed.
    pub unlinks: Option<Relation>,
    /// Functions for all other oddities.
    pub hooks: Hooks,
}

impl Collection {
    /// The parameter of the path that names one thing.
    pub(crate) fn parameter(&self) -> &'static str {
        let last = self.path_of_one.rsplit('/').next().unwrap_or_default();
        last.trim_matches(['{', '}'])
    }
}

/// The thing that the things of a collection stand within.
#[derive(Debug)]
pub enum Within {
    /// The organisation.
    Organisation,
    /// The module that the parameter `module` names, and the faults if it names none.
    Module {
        /// There is no parameter.
        missing: &'static Row,
        /// There is no such module.
        unknown: &'static Row,
        /// The module has no such things.
        unsupported: &'static Row,
    },
}

/// How much answers to changes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The id.
    Id,
    /// The thing as lists show it.
    Everything,
}

/// A parameter of a list that takes only some things.
#[derive(Clone, Copy, Debug)]
pub enum Filter {
    /// Those whose member of the second name refers to the thing that the parameter names by its id.
    RefersTo(&'static str, &'static str),
    /// Those whose member of the second name has the value of the parameter; a text that is none is of the wrong form.
    Is(&'static str, &'static str),
    /// With the value `true` those that the caller made.
    Mine(&'static str),
}

/// A thing that every organisation has.
#[derive(Debug)]
pub struct BuiltIn {
    /// Its number; the id follows from it as a module's does.
    pub number: i64,
    /// Its members that are texts.
    pub members: &'static [(&'static str, &'static str)],
}

/// The faults that name an unknown thing.
#[derive(Debug)]
pub struct Unknown {
    /// The thing of the path, when it is changed or removed.
    pub in_path: &'static Row,
    /// One of several that are to be changed.
    pub in_item: &'static Row,
    /// One of several that are to be removed.
    pub removed: &'static Row,
}

/// A change of a thing that is about to be made.
pub struct Change<'a> {
    /// The id.
    pub id: i64,
    /// The thing was not there before.
    pub is_new: bool,
    /// The number of the module that it stands within; 0 for none.
    pub within: i64,
    /// The members that the request gives.
    pub given: &'a Map<String, Value>,
    /// All members, as they will be kept.
    pub body: &'a mut Map<String, Value>,
    /// The place of the item in the request: `$.tags[0]`.
    pub path: &'a str,
}

/// Functions for what no declaration says.
#[derive(Clone, Copy, Debug)]
pub struct Hooks {
    /// Completes a change that has passed all other checks, or refuses it. The rows that it answers stand in `refuses`.
    pub check: fn(&Call<'_>, &mut Change<'_>, &mut dyn Transaction) -> Result<(), Fault>,
    /// Looks after others before a thing is removed, or refuses that.
    pub remove: fn(&Call<'_>, &Thing, &mut dyn Transaction) -> Result<(), Fault>,
    /// Stands beside the list in its answer, if that is not cut into pages.
    pub info: Option<fn(usize) -> Value>,
    /// The rows that these functions answer.
    pub refuses: &'static [&'static Row],
}

impl Hooks {
    /// Nothing is odd.
    pub const NONE: Self = Self {
        check: |_, _, _| Ok(()),
        remove: |_, _, _| Ok(()),
        info: None,
        refuses: &[],
    };
}

/// All collections.
pub static COLLECTIONS: &[&Collection] = &[
    &settings::VARIABLE_GROUPS,
    &settings::VARIABLES,
    &settings::ROLES,
    &settings::BUSINESS_HOURS,
    &settings::HOLIDAYS,
    &tags::TAGS,
];

/// The collection of a kind.
pub fn collection(kind: DocumentKind) -> Option<&'static Collection> {
    let mut collections = COLLECTIONS.iter().copied();
    collections.find(|collection| collection.kind == kind)
}
