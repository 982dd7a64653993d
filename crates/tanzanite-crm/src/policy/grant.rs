//! The proof that one document, or the links of one thing, may be changed. A [`Permit`](super::Permit) is the same for
//! records.

use super::Caller;
use crate::faults;
use crate::jobs::Job;
use crate::notifications::Watch;
use crate::schema::Module;
use crate::stored::{DocumentKind, Relation};
use std::marker::PhantomData;
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::{Fault, OrgId, Row, Timestamp};

/// The act of making or changing a document.
#[derive(Debug)]
pub enum PutDocument {}
/// The act of removing a document with its keys.
#[derive(Debug)]
pub enum RemoveDocument {}

/// The proof that a document may be changed. Its fields are private. Policy and [`Grant::bypassing_policy_as_operator`]
/// alone make one, and nobody can clone or copy it.
///
/// ```compile_fail
/// use tanzanite_crm::policy::{Grant, PutDocument};
/// fn twice(grant: Grant<PutDocument>) -> (Grant<PutDocument>, Grant<PutDocument>) {
///     (grant.clone(), grant)
/// }
/// ```
#[derive(Debug)]
pub struct Grant<A> {
    org: OrgId,
    kind: DocumentKind,
    id: i64,
    act: PhantomData<A>,
}

impl<A> Grant<A> {
    /// The organisation.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The document's kind.
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The document's id.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// A grant without a check, for the operator's own tools and the settings that they plant. A tidy test counts the
    /// uses.
    pub fn bypassing_policy_as_operator(
        org: OrgId,
        kind: DocumentKind,
        id: i64,
        _reason: &'static str,
    ) -> Self {
        Self::new(org, kind, id)
    }

    pub(super) fn new(org: OrgId, kind: DocumentKind, id: i64) -> Self {
        Self {
            org,
            kind,
            id,
            act: PhantomData,
        }
    }
}

/// The links that a grant covers, by the thing at one of their ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All links from this source.
    Source(i64),
    /// All links to this target.
    Target(i64),
}

/// The proof that the links of one thing may be changed. The makers are those of a [`Grant`], and a record's permit to
/// change its tags.
#[derive(Debug)]
pub struct LinkGrant {
    org: OrgId,
    relation: Relation,
    end: End,
}

impl LinkGrant {
    /// The organisation.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The relation.
    pub fn relation(&self) -> Relation {
        self.relation
    }

    /// The thing whose links may be changed.
    pub fn end(&self) -> End {
        self.end
    }

    /// A grant without a check: see [`Grant::bypassing_policy_as_operator`].
    pub fn bypassing_policy_as_operator(
        org: OrgId,
        relation: Relation,
        end: End,
        _reason: &'static str,
    ) -> Self {
        Self { org, relation, end }
    }

    pub(super) fn new(org: OrgId, relation: Relation, end: End) -> Self {
        Self { org, relation, end }
    }
}

/// The right to change things of a collection, with the faults for callers without it.
#[derive(Clone, Copy, Debug)]
pub enum Right {
    /// Administrators have the right. The faults are those of making, changing and removing.
    Administrator([&'static Row; 3]),
    /// Everybody has the right who may edit records of the thing's module. The fault names the permissions.
    EditInModule(&'static Row),
    /// Nobody has the right.
    Nobody,
}

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are plain")]
pub enum Change {
    Create,
    Update,
    Remove,
}

impl Right {
    /// The fault for a caller without the right.
    pub fn denied(&self, change: Change) -> Option<&'static Row> {
        match self {
            Self::Administrator([create, update, remove]) => Some(match change {
                Change::Create => create,
                Change::Update => update,
                Change::Remove => remove,
            }),
            Self::EditInModule(row) => Some(row),
            Self::Nobody => None,
        }
    }
}

/// The permission of administrators that faults name. Vendor: OpenAPI (2026), business hours.
const ADMINISTRATOR: &str = "Crm_Implied_Manage_Users";

/// Checks a right that depends on the caller's profile alone.
pub(crate) fn check_administrator(
    caller: &Caller,
    right: &Right,
    change: Change,
) -> Result<(), Fault> {
    match right {
        Right::Administrator(_) if !caller.profile().administrator => {
            let row = right.denied(change).unwrap_or(&faults::STORE_FAILED);
            let fault = Fault::new(row).because(format!(
                "profile {:?} is no administrator's",
                caller.profile().name
            ));
            Err(match row.details {
                ["permissions"] => fault.with("permissions", vec![ADMINISTRATOR]),
                _ => fault,
            })
        }
        _ => Ok(()),
    }
}

/// Checks a right that depends on the caller's profile and the module.
pub(crate) fn check_edit(
    caller: &Caller,
    right: &Right,
    module: Option<&Module>,
) -> Result<(), Fault> {
    let Right::EditInModule(row) = right else {
        return Ok(());
    };
    let module =
        module.ok_or_else(|| Fault::new(row).because("the thing stands within no module"))?;
    if caller.profile().permits(module, Permission::Edit) {
        return Ok(());
    }
    let names = vec![
        format!("Crm_Implied_Tags_{}", module.api_name),
        Permission::Edit.implied_name(&module.api_name),
    ];
    Err(Fault::new(row)
        .because(format!(
            "profile {:?} lacks {}",
            caller.profile().name,
            names[1]
        ))
        .with("permissions", names))
}

fn check(caller: &Caller, right: &Right, module: Option<&Module>) -> Result<(), Fault> {
    if matches!(right, Right::Nobody) {
        return Err(Fault::new(&faults::STORE_FAILED).because("nobody may change it"));
    }
    check_administrator(caller, right, Change::Update)?;
    check_edit(caller, right, module)
}

/// Grants the caller a change of a document within a module.
pub(crate) fn grant<A>(
    caller: &Caller,
    right: &Right,
    module: Option<&Module>,
    kind: DocumentKind,
    id: i64,
) -> Result<Grant<A>, Fault> {
    check(caller, right, module)?;
    Ok(Grant::new(caller.org(), kind, id))
}

/// Grants the caller a change of the links of a thing within a module.
pub(crate) fn link_grant(
    caller: &Caller,
    right: &Right,
    module: Option<&Module>,
    relation: Relation,
    end: End,
) -> Result<LinkGrant, Fault> {
    check(caller, right, module)?;
    Ok(LinkGrant::new(caller.org(), relation, end))
}

/// Grants a caller the document of a job. The endpoint that makes the job must have checked all that the job will do.
pub(crate) fn grant_job(caller: &Caller, id: i64) -> Grant<PutDocument> {
    Grant::new(caller.org(), DocumentKind::JOB, id)
}

/// Grants a caller a change of a watch, which must be the caller's own, or have expired.
pub(crate) fn grant_watch<A>(
    caller: &Caller,
    watch: &Watch,
    now: Timestamp,
) -> Result<Grant<A>, Fault> {
    if watch.user != caller.user().id && watch.is_live(now) {
        return Err(Fault::new(&faults::STORE_FAILED).because("the channel is another user's"));
    }
    Ok(Grant::new(caller.org(), DocumentKind::WATCH, watch.id))
}

/// Grants the document of a delivery to a watch's address. The watch's user must be permitted to know all that the
/// delivery tells.
pub(crate) fn grant_delivery(org: OrgId, _to: &Watch, id: i64) -> Grant<PutDocument> {
    Grant::new(org, DocumentKind::JOB, id)
}

/// The right to do a job, which rests on the checks before it was scheduled. Made from a stored job alone.
#[derive(Debug)]
pub struct Errand {
    org: OrgId,
    job: i64,
}

/// The right to do a stored job.
pub(crate) fn errand(org: OrgId, job: &Job) -> Errand {
    Errand { org, job: job.id }
}

/// Grants the removal of the document of a job that has stood in a queue for too long.
pub(crate) fn grant_removal_of_job(org: OrgId, id: i64) -> Grant<RemoveDocument> {
    Grant::new(org, DocumentKind::JOB, id)
}

impl Errand {
    /// The organisation.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// Grants a change of a document that is part of the job.
    pub(crate) fn grant<A>(&self, kind: DocumentKind, id: i64) -> Grant<A> {
        Grant::new(self.org, kind, id)
    }

    /// Grants a change of links that is part of the job.
    pub(crate) fn link_grant(&self, relation: Relation, end: End) -> LinkGrant {
        LinkGrant::new(self.org, relation, end)
    }

    /// Grants the change of the job's own document.
    pub(crate) fn of_itself(&self) -> Grant<PutDocument> {
        Grant::new(self.org, DocumentKind::JOB, self.job)
    }
}
