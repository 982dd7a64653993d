//! One call of an endpoint. The type says what was found before: a caller, the module of the path, its record.

use crate::context::Context;
use crate::data_body::Parsed;
use crate::endpoint::Endpoint;
use crate::faults;
use crate::metadata::Metadata;
use crate::metering::Meter;
use crate::policy::{self, Caller, ModuleView, Operation, Permit};
use crate::room::Room;
use crate::schema::{Module, Number};
use crate::stages::Stages;
use crate::transaction::{RecordHead, Stamp, Stored, Transaction};
use bytes::Bytes;
use std::ops::Deref;
use std::sync::OnceLock;
use tanzanite_protocol::route::Parameters;
use tanzanite_protocol::{
    ApiVersion, Fault, OrgId, RecordId, Reply, Request, RequestBody, Row, Stage,
};

/// The vendor counts the segments of a path from the module on: the record is the second.
const SEGMENT_OF_RECORD: usize = 1;

/// One call of a public endpoint.
#[derive(Debug)]
pub struct PublicCall<'a> {
    /// The request.
    pub request: &'a Request,
    /// Its body.
    pub body: &'a RequestBody,
    /// The time, and so on.
    pub context: &'a Context,
    /// Who counts, if anybody does.
    pub meter: Option<&'a dyn Meter>,
    /// Where it notes whose organisation's it is.
    pub org: &'a OnceLock<OrgId>,
}

/// One call by somebody with a token.
#[derive(Debug)]
pub struct Call<'a> {
    /// The request.
    pub request: &'a Request,
    /// The time, and so on.
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

    /// An id in the path, if it is one.
    pub fn path_id(&self, name: &str) -> Option<RecordId> {
        RecordId::parse(self.path(name))
    }

    /// The body. A body that passed its bound is the fault that `too_large` makes.
    pub fn body(&self, too_large: impl FnOnce() -> Fault) -> Result<&'a Bytes, Fault> {
        self.stages.reach(Stage::Body);
        match self.body {
            RequestBody::Whole(bytes) => Ok(bytes),
            RequestBody::TooLarge => Err(too_large()),
        }
    }

    /// The stage that its checks have come to. Nothing of an earlier one is answered from here on.
    pub fn reach(&self, stage: Stage) {
        self.stages.reach(stage);
    }

    /// One item of a batch: it goes through the stages from the body on by itself.
    pub fn item<T>(&self, check: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        self.stages.item(self.endpoint.descriptor.id, check)
    }

    /// What this call leaves on what it changes.
    pub fn stamp(&self) -> Result<Stamp, Fault> {
        let by = self.caller.user_id().ok_or_else(|| {
            Fault::new(&faults::STORE_FAILED).because("the caller's user has an id that is none")
        })?;
        Ok(Stamp {
            at: self.context.now,
            by,
        })
    }

    /// Every fault that the answer holds, so that it can be compared with what the endpoint says of itself. Where debug assertions are
    /// on, as in tests, one that the descriptor does not list is a panic: the descriptor is what documents and clients go by.
    pub(crate) fn check(&self, answer: &Result<Reply, Fault>) {
        match answer {
            // Each item has been through the stages by itself.
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

/// The store can fail at any time, so no descriptor lists that.
pub(crate) fn assert_listed(endpoint: &Endpoint, fault: &Fault) {
    let descriptor = &endpoint.descriptor;
    debug_assert!(
        fault.is(&faults::STORE_FAILED) || descriptor.faults().any(|row| fault.is(row)),
        "{} does not list {:?}",
        descriptor.id,
        fault.row()
    );
}

/// One call in the module that the path names. The profile permits the endpoint's operation there.
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

    /// Permits the caller an operation on a record: sharing, then the lock.
    pub fn authorize<O: Operation>(&self, head: &RecordHead) -> Result<Permit<O>, Fault> {
        self.reach(Stage::Sharing);
        let permit = policy::authorize(self.caller, self.module(), head)?;
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
    /// The record's head.
    pub fn record(&self, tx: &mut dyn Transaction) -> Result<RecordHead, Fault> {
        self.find(|org, module, id| tx.record_head(org, module, id))
    }

    /// The same by another way to look for it.
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

/// An endpoint that answers an unknown record itself never looks for one by `find`.
fn refusal(row: Option<&'static Row>) -> Fault {
    let fault = Fault::new(row.unwrap_or(&faults::STORE_FAILED));
    if fault.row().details.contains(&"resource_path_index") {
        return fault.with("resource_path_index", SEGMENT_OF_RECORD);
    }
    fault
}
