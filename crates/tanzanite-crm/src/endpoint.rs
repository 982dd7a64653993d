//! What an endpoint is: a unit struct with a descriptor and a call.

use crate::context::Context;
use crate::metadata::Metadata;
use crate::metering::Meter;
use crate::policy::Caller;
use crate::room::Room;
use crate::schema::Module;
use crate::transaction::{Stamp, Transaction};
use bytes::Bytes;
use std::sync::OnceLock;
use tanzanite_protocol::route::Parameters;
use tanzanite_protocol::{
    ApiVersion, Condition, Descriptor, Fault, OrgId, RecordId, Reply, Request, RequestBody,
};

/// An endpoint for callers with a token. When `call` runs, the gates of the pipeline have passed: token, module, scope
/// and profile.
pub trait Endpoint: Sync {
    /// What it is.
    fn descriptor(&self) -> &'static Descriptor;
    /// What it does.
    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault>;
}

/// An endpoint that is called without a token: where tokens come from.
pub trait PublicEndpoint: Sync {
    /// What it is.
    fn descriptor(&self) -> &'static Descriptor;
    /// What it does.
    fn call(&self, call: &PublicCall<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault>;
}

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

/// One call of an endpoint.
#[derive(Debug)]
pub struct Call<'a> {
    /// The request.
    pub request: &'a Request,
    /// The time, and so on.
    pub context: &'a Context,
    /// Who is calling.
    pub caller: &'a Caller,
    pub(crate) body: &'a RequestBody,
    pub(crate) path: &'a Parameters,
    pub(crate) module: Option<&'a Module>,
    pub(crate) room: &'a Room,
}

impl<'a> Call<'a> {
    /// The organisation's settings.
    pub fn metadata(&self) -> &'a Metadata {
        self.caller.metadata()
    }

    /// The module that the path names.
    pub fn module(&self) -> Result<&'a Module, Fault> {
        self.module
            .ok_or_else(|| Fault::new(Condition::ModuleUnknown).because("the path names no module"))
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
        match self.body {
            RequestBody::Whole(bytes) => Ok(bytes),
            RequestBody::TooLarge => Err(too_large()),
        }
    }

    /// What this call leaves on the records that it changes.
    pub fn stamp(&self) -> Result<Stamp, Fault> {
        let by = self.caller.user_id().ok_or_else(|| {
            Fault::new(Condition::StoreFailed).because("the caller's user has an id that is none")
        })?;
        Ok(Stamp {
            at: self.context.now,
            by,
        })
    }
}
