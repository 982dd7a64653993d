//! How an endpoint is described. Router, gates, documents and tests are derived from these descriptions.

use crate::fault::Row;
use crate::request::Method;
use crate::scope::ScopeNeed;

/// The kind of source that a fact about the vendor comes from, the most trusted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Seen in replies of the real service, by us or by somebody who published them.
    Measured,
    /// The vendor's page "Delete a Photo" (API v8), with which this project started.
    Seed,
    /// Another page of the vendor's documentation.
    Docs,
    /// The vendor's OpenAPI documents.
    OpenApi,
    /// The vendor's SDKs: what they send and accept.
    Sdk,
    /// Bodies that a third party published, apparently taken from the vendor's collection.
    ThirdParty,
    /// An inference of ours that nobody has measured yet.
    Assumed,
}

impl Evidence {
    /// The word that stands for this source in generated documents and in `--json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Seed => "seed",
            Self::Docs => "docs",
            Self::OpenApi => "openapi",
            Self::Sdk => "sdk",
            Self::ThirdParty => "third-party",
            Self::Assumed => "assumed",
        }
    }
}

/// A version of the API, as the path names it, ordered from the oldest to the newest. All versions are answered alike,
/// except where a change log of the vendor's names a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub enum ApiVersion {
    V2,
    V2_1,
    V3,
    V4,
    V5,
    V6,
    V7,
    V8,
}

impl ApiVersion {
    /// All versions that are served.
    pub const ALL: [Self; 8] = [
        Self::V2,
        Self::V2_1,
        Self::V3,
        Self::V4,
        Self::V5,
        Self::V6,
        Self::V7,
        Self::V8,
    ];
    /// The newest version.
    pub const NEWEST: Self = Self::V8;

    /// Reads the version from a path segment such as `v2.1`; `None` if no such version is served.
    pub fn parse(segment: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|version| version.as_str() == segment)
    }

    /// The path segment, such as `v2.1`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::V2_1 => "v2.1",
            Self::V3 => "v3",
            Self::V4 => "v4",
            Self::V5 => "v5",
            Self::V6 => "v6",
            Self::V7 => "v7",
            Self::V8 => "v8",
        }
    }
}

/// The rows of several lists, one list after the other. `N` is how many there are together.
///
/// # Panics
/// If `N` is another number; for a constant that is an error of the compiler.
pub const fn joined<const N: usize>(lists: &[&[&'static Row]]) -> [&'static Row; N] {
    let mut joined = [lists[0][0]; N];
    let (mut place, mut list) = (0, 0);
    while list < lists.len() {
        let mut row = 0;
        while row < lists[list].len() {
            joined[place] = lists[list][row];
            (place, row) = (place + 1, row + 1);
        }
        list += 1;
    }
    assert!(place == N, "the lists have as many rows together");
    joined
}

/// The kind of body that an endpoint reads, which also bounds the body's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// No body; one that is sent is thrown away.
    None,
    /// JSON, whatever the `Content-Type` says: the official SDKs send none.
    Json,
    /// Form fields, urlencoded or multipart; a body may be missing, with all fields in the query.
    Form,
    /// Multipart with one photo.
    Multipart,
    /// Multipart with one file, which may be longer than a photo.
    File,
}

impl Body {
    /// The longest body, in bytes.
    pub const fn bytes_max(self) -> usize {
        match self {
            Self::None => 0,
            Self::Json => crate::limits::JSON_BYTES_MAX,
            Self::Form => crate::limits::FORM_BYTES_MAX,
            Self::Multipart => crate::limits::MULTIPART_BYTES_MAX,
            Self::File => crate::limits::FILE_BODY_BYTES_MAX,
        }
    }
}

/// The modules that the `{module}` of a path may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleNeed {
    /// The path has no `{module}`.
    None,
    /// Any module that the API supports.
    Any,
    /// Any module that the API supports, and these, whose records hang on those of others.
    AnyAnd(&'static [&'static str]),
    /// The path has no `{module}`, and is about this one.
    Only(&'static str),
    /// These standard modules, and all custom ones.
    CustomAnd(&'static [&'static str]),
}

impl ModuleNeed {
    /// Whether `{module}` may name this module.
    pub fn takes(self, api_name: &str, custom: bool) -> bool {
        match self {
            Self::None => false,
            Self::Any | Self::AnyAnd(_) => true,
            Self::Only(name) => name == api_name,
            Self::CustomAnd(standard) => custom || standard.contains(&api_name),
        }
    }

    /// Whether it is this module, whose records hang on those of others.
    pub fn takes_annex(self, api_name: &str) -> bool {
        match self {
            Self::Only(name) => name == api_name,
            Self::AnyAnd(names) => names.contains(&api_name),
            Self::None | Self::Any | Self::CustomAnd(_) => false,
        }
    }
}

/// Whether an endpoint changes the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It only reads, so a snapshot of the store is enough.
    Read,
    /// It may write.
    Write,
}

/// A right within a module that a profile grants or withholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub enum Permission {
    View,
    Create,
    Edit,
    Delete,
}

impl Permission {
    /// The word for this right within the vendor's name of a permission.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::View => "View",
            Self::Create => "Create",
            Self::Edit => "Edit",
            Self::Delete => "Delete",
        }
    }

    /// The vendor's name of the permission, such as `Crm_Implied_Delete_Leads` in its documentation of API v7.
    pub fn implied_name(self, module: &str) -> String {
        format!("Crm_Implied_{}_{module}", self.as_str())
    }
}

/// A field that must be open to the caller's profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldNeed {
    /// The field's API name.
    pub api_name: &'static str,
    /// Whether the operation changes it, and does not only show it.
    pub writes: bool,
}

/// A permission that an endpoint asks of the caller's profile, and the fault if the profile lacks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PermissionNeed {
    /// The right within the module that the path names.
    pub permission: Permission,
    /// The field that the operation shows or changes, if it is about one alone.
    pub field: Option<FieldNeed>,
    /// The fault if the profile lacks it.
    pub denied: &'static Row,
}

/// A header or parameter that changes the vendor's operation and that ours does not implement. A call with one is
/// refused by name, because ignoring it would report success for something that was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unserved {
    /// The header `X-EXTERNAL`: the path then names a record by the value of a field instead of by its id.
    External,
    /// A parameter of the query, and those of its values that are accepted because they change nothing.
    Parameter(&'static str, &'static [&'static str]),
}

impl Unserved {
    /// The header that says which field of external ids the path uses.
    pub const EXTERNAL_HEADER: &'static str = "X-EXTERNAL";

    /// The name of the header or parameter.
    pub const fn name(self) -> &'static str {
        match self {
            Self::External => Self::EXTERNAL_HEADER,
            Self::Parameter(name, _) => name,
        }
    }
}

/// For operations on records that have no other unserved parameter.
pub const EXTERNAL: &[Unserved] = &[Unserved::External];

/// The price of one call in API credits (vendor's page "API limits"). A call that is refused after the gate of the
/// limits costs as much as one that succeeds; that is assumed.
#[derive(Clone, Copy, Debug)]
pub enum Cost {
    /// A fixed price.
    Call(u8),
    /// One credit for every so many records of the body, rounded up.
    Records(u8),
    /// One credit; or this price if the query has this parameter.
    Parameter(&'static str, u8),
    /// A price that the body decides, and one credit before it is read.
    OfBody(fn(&serde_json::Value) -> u64),
}

/// The faults that come with every operation on one record, so that its descriptor need not list them. `None` where the
/// case is no fault of the operation.
#[derive(Clone, Copy, Debug)]
pub struct OfRecords {
    /// The id in the path is not a number, where that is another fault than an unknown id.
    pub malformed: Option<&'static Row>,
    /// There is no such record.
    pub unknown: Option<&'static Row>,
    /// The record is not shared with the caller for this.
    pub not_shared: Option<&'static Row>,
    /// The record's lock forbids the operation.
    pub locked: Option<&'static Row>,
}

impl OfRecords {
    /// For an operation that is not about one record.
    pub const NONE: Self = Self {
        malformed: None,
        unknown: None,
        not_shared: None,
        locked: None,
    };
}

/// Everything about an endpoint except the function that performs it. Made by [`Described::scope`].
#[derive(Clone, Debug)]
pub struct Descriptor {
    /// The unique id: the vendor's group and a verb, `record_photo.delete`.
    pub id: &'static str,
    /// The title of the vendor's page. Several operations may share a title.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path; `{version}` stands for any [`ApiVersion`].
    pub path: &'static str,
    /// The scope that the token needs.
    pub scope: ScopeNeed,
    /// The modules that the path may name.
    pub module: ModuleNeed,
    /// The vendor's parameters and headers that are refused by name.
    pub unserved: &'static [Unserved],
    /// The permission that the caller's profile needs.
    pub permission: Option<PermissionNeed>,
    /// The kind of body.
    pub body: Body,
    /// Whether the endpoint writes.
    pub access: Access,
    /// The price of a call.
    pub cost: Cost,
    /// The faults that come with every operation on a record.
    pub of_records: OfRecords,
    /// The endpoint's own faults, beside those of [`Self::of_records`] and those of the gates before it.
    pub refuses: &'static [&'static Row],
    /// The source of its facts about the vendor.
    pub evidence: Evidence,
}

/// A descriptor that has no scope yet. Only [`Described::scope`] makes a [`Descriptor`] of it, so none can lack a
/// scope.
#[derive(Debug)]
pub struct Described {
    id: &'static str,
    name: &'static str,
    method: Method,
    path: &'static str,
}

impl Described {
    /// Finishes the descriptor with the scope that a token needs. [`ScopeNeed::PUBLIC`] is for the OAuth endpoints
    /// alone. The defaults are: no module, no body, a read if the method is `GET` and a write otherwise, one credit,
    /// and the OpenAPI as evidence.
    pub const fn scope(self, scope: ScopeNeed) -> Descriptor {
        Descriptor {
            id: self.id,
            name: self.name,
            method: self.method,
            path: self.path,
            scope,
            module: ModuleNeed::None,
            unserved: &[],
            permission: None,
            body: Body::None,
            access: match self.method {
                Method::Get => Access::Read,
                _ => Access::Write,
            },
            cost: Cost::Call(1),
            of_records: OfRecords::NONE,
            refuses: &[],
            evidence: Evidence::OpenApi,
        }
    }
}

impl Descriptor {
    /// Begins a descriptor with its id, the title of the vendor's page, the method and the path.
    #[expect(
        clippy::new_ret_no_self,
        reason = "without a scope it is no descriptor yet"
    )]
    pub const fn new(
        id: &'static str,
        name: &'static str,
        method: Method,
        path: &'static str,
    ) -> Described {
        Described {
            id,
            name,
            method,
            path,
        }
    }

    /// Says that it only reads, whatever its method.
    #[must_use]
    pub const fn reads(mut self) -> Self {
        self.access = Access::Read;
        self
    }

    /// Sets the modules that the path may name.
    #[must_use]
    pub const fn modules(mut self, need: ModuleNeed) -> Self {
        self.module = need;
        self
    }

    /// Sets the parameters and headers that are refused by name, in place of any set before.
    #[must_use]
    pub const fn unserved(mut self, unserved: &'static [Unserved]) -> Self {
        self.unserved = unserved;
        self
    }

    /// Sets the kind of body.
    #[must_use]
    pub const fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Sets the price of a call.
    #[must_use]
    pub const fn cost(mut self, cost: Cost) -> Self {
        self.cost = cost;
        self
    }

    /// Sets the endpoint's own faults.
    ///
    /// # Panics
    /// If a descriptor calls it twice; for a `static` that is an error of the compiler.
    #[must_use]
    pub const fn refuses(mut self, rows: &'static [&'static Row]) -> Self {
        assert!(self.refuses.is_empty(), "the faults are said once");
        self.refuses = rows;
        self
    }

    /// Sets the source of the facts.
    #[must_use]
    pub const fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    /// The vendor's group, the first part of the id.
    pub fn group(&self) -> &'static str {
        group(self.id)
    }

    /// Every fault that the endpoint itself can return; those of the gates before it are not among them.
    pub fn faults(&self) -> impl Iterator<Item = &'static Row> + use<> {
        let of = self.of_records;
        let implied = [of.malformed, of.unknown, of.not_shared, of.locked];
        let implied = implied.into_iter().flatten();
        implied.chain(self.refuses.iter().copied())
    }
}

fn group(id: &'static str) -> &'static str {
    id.split_once('.').map_or(id, |(group, _)| group)
}

/// An operation of the vendor's that we know by name. If it is served there is a [`Descriptor`] with the same id.
#[derive(Debug)]
pub struct VendorOperation {
    /// The unique id.
    pub id: &'static str,
    /// The title of the vendor's page, or the operation's name in the vendor's OpenAPI.
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// The path.
    pub path: &'static str,
}

impl VendorOperation {
    /// The vendor's group, the first part of the id.
    pub fn group(&self) -> &'static str {
        group(self.id)
    }
}
