//! How an endpoint is described: everything that router, gates, documents and tests derive from.

use crate::fault::Row;
use crate::request::Method;
use crate::scope::ScopeNeed;

/// Where a fact about the vendor comes from. The order is that of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Seen in replies of the real service.
    Measured,
    /// The page that this project started from.
    Seed,
    /// Another page of the vendor's documentation.
    Docs,
    /// The vendor's OpenAPI documents.
    OpenApi,
    /// The vendor's SDKs: what they send and accept.
    Sdk,
    /// Bodies that a third party published, apparently taken from the vendor's collection.
    ThirdParty,
    /// Our inference, until somebody measures.
    Assumed,
}

impl Evidence {
    /// The word in documents and `--json`.
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

/// A version of the API in a path, the older the smaller. A renderer asks for it where the vendor's change logs name a difference;
/// where no source knows one, all answer as the newest does.
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
    /// The newest one.
    pub const NEWEST: Self = Self::V8;

    /// From a path segment.
    pub fn parse(segment: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|version| version.as_str() == segment)
    }

    /// The path segment.
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

/// What body an endpoint reads, and so how long it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// None; what comes is thrown away.
    None,
    /// JSON, whatever the `Content-Type` says: the SDKs send none.
    Json,
    /// Urlencoded or multipart fields, or none at all with everything in the query.
    Form,
    /// Multipart with a file.
    Multipart,
}

impl Body {
    /// The bound in bytes.
    pub const fn bytes_max(self) -> usize {
        match self {
            Self::None => 0,
            Self::Json => crate::limits::JSON_BYTES_MAX,
            Self::Form => crate::limits::FORM_BYTES_MAX,
            Self::Multipart => crate::limits::MULTIPART_BYTES_MAX,
        }
    }
}

/// Which modules the `{module}` of a path may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleNeed {
    /// The path names none.
    None,
    /// Any that the API supports.
    Any,
    /// These standard modules, and all custom ones.
    CustomAnd(&'static [&'static str]),
}

impl ModuleNeed {
    /// Whether a module may be named.
    pub fn takes(self, api_name: &str, custom: bool) -> bool {
        match self {
            Self::None => false,
            Self::Any => true,
            Self::CustomAnd(standard) => custom || standard.contains(&api_name),
        }
    }
}

/// Whether an endpoint changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It reads: a snapshot will do.
    Read,
    /// It writes.
    Write,
}

/// What a profile can permit within a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub enum Permission {
    View,
    Create,
    Edit,
    Delete,
}

impl Permission {
    /// The word within the vendor's name of a permission.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::View => "View",
            Self::Create => "Create",
            Self::Edit => "Edit",
            Self::Delete => "Delete",
        }
    }

    /// The vendor's name: `Crm_Implied_Delete_Leads` (facts §1.2).
    pub fn implied_name(self, module: &str) -> String {
        format!("Crm_Implied_{}_{module}", self.as_str())
    }
}

/// A profile permission that an endpoint asks for, and the fault if it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PermissionNeed {
    /// What the profile must permit within the module of the path.
    pub permission: Permission,
    /// What is answered otherwise.
    pub denied: &'static Row,
}

/// A part of a request's head that the vendor's operation acts on and ours does not. A call with it is refused by name: an answer as if it
/// were not there would be a success with nothing done, or with the wrong thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unserved {
    /// The header `X-EXTERNAL`: the path names a record by the value of a field, and not by its id.
    External,
    /// A parameter of the query, but for these values, with which it changes nothing.
    Parameter(&'static str, &'static [&'static str]),
}

impl Unserved {
    /// The header that names a field of external ids.
    pub const EXTERNAL_HEADER: &'static str = "X-EXTERNAL";

    /// The header's or the parameter's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::External => Self::EXTERNAL_HEADER,
            Self::Parameter(name, _) => name,
        }
    }
}

/// For operations on records that take no parameter which changes more than they know.
pub const EXTERNAL: &[Unserved] = &[Unserved::External];

/// What one call costs, in API credits. Vendor: the table of the "API limits" pages. What is refused after the gate of the limits
/// costs as much as what succeeds, which is assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// So many.
    Call(u8),
    /// One for so many records of the body, or for a part of them.
    Records(u8),
    /// One; with this parameter in the query so many.
    Parameter(&'static str, u8),
}

/// The faults of an operation that is about records: they come with its kind, and no descriptor names them.
#[derive(Clone, Copy, Debug)]
pub struct OfRecords {
    /// The id in the path is no id, if that is another fault than that of an unknown one.
    pub malformed: Option<&'static Row>,
    /// There is no such record. None if that is no fault.
    pub unknown: Option<&'static Row>,
    /// The record is not shared with the caller for this.
    pub not_shared: Option<&'static Row>,
    /// The record's lock stops it.
    pub locked: Option<&'static Row>,
}

impl OfRecords {
    /// For an operation that is about no record.
    pub const NONE: Self = Self {
        malformed: None,
        unknown: None,
        not_shared: None,
        locked: None,
    };
}

/// Everything about an endpoint but what it does. Made by [`Described::scope`].
#[derive(Clone, Debug)]
pub struct Descriptor {
    /// The unique id: the vendor's group and a verb, `record_photo.delete`.
    pub id: &'static str,
    /// The title of the vendor's page. Several operations may share one.
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// The path; `{version}` stands for any [`ApiVersion`].
    pub path: &'static str,
    /// What it asks of the token.
    pub scope: ScopeNeed,
    /// What modules it takes.
    pub module: ModuleNeed,
    /// What of the vendor's own parameters and headers it refuses by name.
    pub unserved: &'static [Unserved],
    /// What it asks of the profile.
    pub permission: Option<PermissionNeed>,
    /// What body it reads.
    pub body: Body,
    /// Whether it writes.
    pub access: Access,
    /// What a call costs.
    pub cost: Cost,
    /// The faults that its kind brings.
    pub of_records: OfRecords,
    /// The faults that it names itself, beside those of its kind and of the gates before it.
    pub refuses: &'static [&'static Row],
    /// Where its facts come from.
    pub evidence: Evidence,
}

/// An operation without a scope yet, and so no [`Descriptor`]: `scope` is what it still wants.
#[derive(Debug)]
pub struct Described {
    id: &'static str,
    name: &'static str,
    method: Method,
    path: &'static str,
}

impl Described {
    /// The description of an operation that asks this of a token. [`ScopeNeed::PUBLIC`] is for the OAuth endpoints alone. Unless more is said it
    /// takes no module and no body, reads if it is a `GET` and writes otherwise, and costs one credit; its evidence is the OpenAPI's.
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
    /// Begins a description: the id, the title of the vendor's page, the method and the path.
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

    /// Which modules the path may name.
    #[must_use]
    pub const fn modules(mut self, need: ModuleNeed) -> Self {
        self.module = need;
        self
    }

    /// Refuses these parameters and headers by name, and no others.
    #[must_use]
    pub const fn unserved(mut self, unserved: &'static [Unserved]) -> Self {
        self.unserved = unserved;
        self
    }

    /// The body that it reads.
    #[must_use]
    pub const fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// What a call costs.
    #[must_use]
    pub const fn cost(mut self, cost: Cost) -> Self {
        self.cost = cost;
        self
    }

    /// The faults of its own.
    ///
    /// # Panics
    /// Where they are said twice; of a `static` the compiler says so.
    #[must_use]
    pub const fn refuses(mut self, rows: &'static [&'static Row]) -> Self {
        assert!(self.refuses.is_empty(), "the faults are said once");
        self.refuses = rows;
        self
    }

    /// Where its facts come from.
    #[must_use]
    pub const fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    /// The vendor's group, the first part of the id.
    pub fn group(&self) -> &'static str {
        group(self.id)
    }

    /// Every fault that it can return itself, beside those of the gates before it.
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

/// An operation of the vendor that we know by name. One that is served has a [`Descriptor`] with the same id.
#[derive(Debug)]
pub struct VendorOperation {
    /// The unique id.
    pub id: &'static str,
    /// The title of the vendor's page, or what its OpenAPI calls it.
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
