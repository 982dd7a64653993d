//! One call of an endpoint. Its type shows what the pipeline has found already: a caller, the module of the path, or
//! its record.

use crate::context::Context;
use crate::data_body::Parsed;
use crate::endpoint::Endpoint;
use crate::faults;
use crate::metadata::Metadata;
use crate::metering::Meter;
use crate::operations::records::annexes;
use crate::policy::{self, Caller, ModuleView, Operation, Permit};
use crate::room::Room;
use crate::schema::{Module, Number};
use crate::stages::Stages;
use crate::transaction::{RecordHead, Stamp, Stored, Transaction};
use bytes::Bytes;
use std::ops::Deref;
use std::sync::OnceLock;
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::route::Parameters;
use tanzanite_protocol::{
    ApiVersion, Fault, OrgId, RecordId, Reply, Request, RequestBody, Row, ScopeNeed,
    ScopeOperation, Stage,
};

/// The record's index in `resource_path_index`: the vendor counts the segments of a path from the module on.
const SEGMENT_OF_RECORD: usize = 1;

/// One call of a public endpoint.
#[derive(Debug)]
pub struct PublicCall<'a> {
    /// The request's head.
    pub request: &'a Request,
    /// The request's body.
    pub body: &'a RequestBody,
    /// Clock, entropy and service configuration.
    pub context: &'a Context,
    /// The counters of the vendor's limits, if there are any.
    pub meter: Option<&'a dyn Meter>,
    /// Receives the organisation that the call turns out to concern.
    pub org: &'a OnceLock<OrgId>,
}

/// One call by a caller with a token.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The request's head.
    pub request: &'a Request,
    /// Clock, entropy and service configuration.
    pub context: &'a Context,
    /// The caller.
    pub caller: &'a Caller,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) body: &'a RequestBody,
    pub(crate) parsed: &'a Parsed,
    pub(crate) path: &'a Parameters,
    pub(crate) room: &'a Room,
    pub(crate) stages: Stages,
}

impl<'a> Call<'a> {
    /// The organisation's settings.
    pub fn metadata(&self) -> &'a Metadata {
        self.caller.metadata()
    }

    /// A parameter of the path.
    pub fn path(&self, name: &str) -> &'a str {
        self.path.get(name).unwrap_or_default()
    }

    /// The version of the API that the path names.
    pub fn version(&self) -> ApiVersion {
        ApiVersion::parse(self.path("version")).unwrap_or(ApiVersion::NEWEST)
    }

    /// An id in the path; `None` if the text is not a valid id.
    pub fn path_id(&self, name: &str) -> Option<RecordId> {
        RecordId::parse(self.path(name))
    }

    /// The body. If it exceeds its bound, the fault is made by `too_large`.
    pub fn body(&self, too_large: impl FnOnce() -> Fault) -> Result<&'a Bytes, Fault> {
        self.stages.reach(Stage::Body);
        match self.body {
            RequestBody::Whole(bytes) => Ok(bytes),
            RequestBody::TooLarge => Err(too_large()),
        }
    }

    /// Notes that all checks before a stage have passed. From here on no fault of an earlier stage may be answered.
    pub fn reach(&self, stage: Stage) {
        self.stages.reach(stage);
    }

    /// Runs the checks of one item of a batch, which start again at [`Stage::Body`] for each item.
    pub fn item<T>(&self, check: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        self.stages.item(self.endpoint.descriptor.id, check)
    }

    /// Checks that token and profile let the caller read the records of a module that the body names.
    pub(crate) fn may_read(&self, module: &Module) -> Result<(), Fault> {
        let need = ScopeNeed::module(&[ScopeOperation::Read]);
        if !self.caller.may(&need, Some(module.scope_word())) {
            return Err(Fault::new(&faults::BODY_MODULE_SCOPE)
                .because(format!("no scope covers reading {}", module.api_name)));
        }
        if !self.caller.profile().permits(module, Permission::View) {
            let name = Permission::View.implied_name(&module.api_name);
            return Err(Fault::new(&faults::BODY_MODULE_DENIED).with("permissions", vec![name]));
        }
        Ok(())
    }

    /// The time and user for everything that this call changes.
    pub fn stamp(&self) -> Result<Stamp, Fault> {
        let by = self.caller.user_id().ok_or_else(|| {
            Fault::new(&faults::STORE_FAILED).because("the caller's user has an id that is none")
        })?;
        Ok(Stamp {
            at: self.context.now,
            by,
        })
    }

    /// Checks every fault in the answer against the endpoint's descriptor, which documents and clients rely on. With
    /// debug assertions on, as in tests, an unlisted fault is a panic.
    pub(crate) fn check(&self, answer: &Result<Reply, Fault>) {
        match answer {
            // Each item has passed the stages by itself.
            Ok(reply) => reply
                .refused
                .iter()
                .for_each(|fault| assert_listed(self.endpoint, fault)),
            Err(fault) => {
                self.stages.check(self.endpoint.descriptor.id, fault);
                assert_listed(self.endpoint, fault);
            }
        }
    }
}

/// Asserts that a fault is listed. Failures of the store are exempt, since they can happen at any time.
pub(crate) fn assert_listed(endpoint: &Endpoint, fault: &Fault) {
    let descriptor = &endpoint.descriptor;
    debug_assert!(
        fault.is(&faults::STORE_FAILED) || descriptor.faults().any(|row| fault.is(row)),
        "{} does not list {:?}",
        descriptor.id,
        fault.row()
    );
}

/// One call in the module that the path names. The caller's profile permits the operation there.
#[derive(Debug)]
pub struct ModuleCall<'a> {
    pub(crate) call: Call<'a>,
    pub(crate) view: ModuleView<'a>,
}

impl<'a> Deref for ModuleCall<'a> {
    type Target = Call<'a>;

    fn deref(&self) -> &Call<'a> {
        &self.call
    }
}

impl<'a> ModuleCall<'a> {
    /// The module that the path names.
    pub fn module(&self) -> &'a Module {
        self.view.module()
    }

    /// The module as the caller may see it.
    pub fn view(&self) -> ModuleView<'a> {
        self.view
    }

    /// This call about another module, as the caller may see it.
    pub(crate) fn about(&self, module: &'a Module) -> Self {
        Self {
            call: self.call.clone(),
            view: ModuleView::new(self.caller, module),
        }
    }

    /// Checks sharing and then the lock, and grants the caller the permit for an operation on a record.
    pub fn authorize<O: Operation>(&self, head: &RecordHead) -> Result<Permit<O>, Fault> {
        self.reach(Stage::Sharing);
        let permit = policy::authorize(self.caller, self.module(), head)?;
        self.reach(Stage::State);
        Ok(permit)
    }

    /// As [`Self::authorize`]; if the record hangs on another, that one decides.
    pub(crate) fn authorize_or_by_parent<O: Operation>(
        &self,
        head: &RecordHead,
        tx: &mut dyn Transaction,
    ) -> Result<Permit<O>, Fault> {
        if !self.module().is_annex() {
            return self.authorize(head);
        }
        let parent = annexes::parent_of(self, self.module(), head, tx)?;
        self.reach(Stage::Sharing);
        let parent = parent.as_ref().map(|(module, head)| (*module, head));
        let permit = policy::authorize_annex(self.caller, self.module(), head, parent)?;
        self.reach(Stage::State);
        Ok(permit)
    }
}

/// One call on the record that the path names.
#[derive(Debug)]
pub struct RecordCall<'a> {
    pub(crate) call: ModuleCall<'a>,
}

impl<'a> Deref for RecordCall<'a> {
    type Target = ModuleCall<'a>;

    fn deref(&self) -> &ModuleCall<'a> {
        &self.call
    }
}

impl RecordCall<'_> {
    /// Finds the record's head.
    pub fn record(&self, tx: &mut dyn Transaction) -> Result<RecordHead, Fault> {
        self.find(|org, module, id| tx.record_head(org, module, id))
    }

    /// Finds the record with `look`, which loads more or less than its head.
    pub fn find<T>(
        &self,
        look: impl FnOnce(OrgId, Number, RecordId) -> Stored<Option<T>>,
    ) -> Result<T, Fault> {
        let of = self.endpoint.descriptor.of_records;
        let id = self.path_id("record_id").ok_or_else(|| {
            let row = of.malformed.or(of.unknown);
            refusal(row).because("the id in the path is no id")
        })?;
        self.reach(Stage::Record);
        look(self.caller.org(), self.module().number, id)?.ok_or_else(|| {
            refusal(of.unknown)
                .because("the module has no such record, or it is in the recycle bin")
        })
    }
}

/// The fault of an unknown or malformed id. An endpoint that answers an unknown record itself never gets here.
fn refusal(row: Option<&'static Row>) -> Fault {
    let fault = Fault::new(row.unwrap_or(&faults::STORE_FAILED));
    if fault.row().details.contains(&"resource_path_index") {
        return fault.with("resource_path_index", SEGMENT_OF_RECORD);
    }
    fault
}
