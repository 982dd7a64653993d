//! An endpoint: a descriptor and a function. The constructor determines what the pipeline finds before the function
//! runs, and so the type of the call that the function gets.

use crate::call::{Call, ModuleCall, PublicCall, RecordCall};
use crate::operations::records;
use crate::policy::{Caller, Operation, permission_need};
use crate::transaction::Transaction;
use std::fmt;
use tanzanite_protocol::endpoint::{EXTERNAL, OfRecords};
use tanzanite_protocol::{Descriptor, Fault, ModuleNeed, Reply, Row};

/// The answer of an endpoint.
pub type Answer = Result<Reply, Fault>;

/// One operation that is served.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Everything except the function.
    pub descriptor: Descriptor,
    pub(crate) handler: Handler,
}

/// The endpoint's function, by the type of its call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handler {
    Public(fn(&PublicCall<'_>, &mut dyn Transaction) -> Answer),
    InOrg(fn(&Call<'_>, &mut dyn Transaction) -> Answer),
    InModule(fn(&ModuleCall<'_>, &mut dyn Transaction) -> Answer),
    OnRecord(fn(&RecordCall<'_>, &mut dyn Transaction) -> Answer),
    Act(&'static dyn Act),
}

/// An endpoint's function with data, for endpoints that are derived from a declaration.
pub trait Act: fmt::Debug + Sync {
    /// Checks what depends on the caller's profile alone, before parameters and body.
    fn permits(&self, caller: &Caller) -> Result<(), Fault>;
    /// Answers a call within the caller's organisation.
    fn run(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Answer;
}

impl Endpoint {
    /// An endpoint that is called without a token: it issues or revokes tokens.
    pub const fn public(
        descriptor: Descriptor,
        call: fn(&PublicCall<'_>, &mut dyn Transaction) -> Answer,
    ) -> Self {
        Self::new(descriptor, Handler::Public(call))
    }

    /// An endpoint within the caller's organisation.
    pub const fn in_org(
        descriptor: Descriptor,
        call: fn(&Call<'_>, &mut dyn Transaction) -> Answer,
    ) -> Self {
        Self::new(descriptor, Handler::InOrg(call))
    }

    /// An endpoint within the caller's organisation, with a value instead of a function.
    pub const fn act(descriptor: Descriptor, act: &'static dyn Act) -> Self {
        Self::new(descriptor, Handler::Act(act))
    }

    /// An endpoint in the module that the path names, which runs once the profile permits `O` there. All modules are
    /// accepted unless the descriptor limits them.
    pub const fn in_module<O: Operation>(
        descriptor: Descriptor,
        call: fn(&ModuleCall<'_>, &mut dyn Transaction) -> Answer,
    ) -> Self {
        Self::new(of_module::<O>(descriptor), Handler::InModule(call))
    }

    /// An endpoint in a module, whose items each name a record; `unknown` is the fault if a record does not exist.
    pub const fn on_records<O: Operation>(
        descriptor: Descriptor,
        unknown: &'static Row,
        call: fn(&ModuleCall<'_>, &mut dyn Transaction) -> Answer,
    ) -> Self {
        let mut descriptor = of_module::<O>(descriptor);
        descriptor.of_records = of_records::<O>(unknown);
        Self::new(descriptor, Handler::InModule(call))
    }

    /// An endpoint on the record that the path names. The function looks the record up itself, after parameters and
    /// body.
    pub const fn on_record<O: Operation>(
        descriptor: Descriptor,
        call: fn(&RecordCall<'_>, &mut dyn Transaction) -> Answer,
    ) -> Self {
        let mut descriptor = of_module::<O>(descriptor);
        descriptor.of_records = of_records::<O>(&records::faults::UNKNOWN);
        Self::new(descriptor, Handler::OnRecord(call))
    }

    /// Replaces the fault of an unknown record.
    #[must_use]
    pub const fn unknown(mut self, row: &'static Row) -> Self {
        self.descriptor.of_records.unknown = Some(row);
        self
    }

    /// Sets a separate fault for a malformed record id.
    #[must_use]
    pub const fn malformed(mut self, row: &'static Row) -> Self {
        self.descriptor.of_records.malformed = Some(row);
        self
    }

    /// Removes the fault of an unknown record: the function answers that case itself.
    #[must_use]
    pub const fn answering_unknown(mut self) -> Self {
        self.descriptor.of_records.unknown = None;
        self
    }

    /// Whether it is called without a token.
    pub const fn is_public(&self) -> bool {
        matches!(self.handler, Handler::Public(_))
    }

    const fn new(descriptor: Descriptor, handler: Handler) -> Self {
        Self {
            descriptor,
            handler,
        }
    }
}

/// Completes the descriptor for `O`. External ids are not served, so they are refused unless the descriptor says
/// otherwise.
const fn of_module<O: Operation>(mut descriptor: Descriptor) -> Descriptor {
    descriptor.permission = Some(permission_need::<O>());
    if matches!(descriptor.module, ModuleNeed::None) {
        descriptor.module = ModuleNeed::Any;
    }
    if descriptor.unserved.is_empty() {
        descriptor.unserved = EXTERNAL;
    }
    descriptor
}

const fn of_records<O: Operation>(unknown: &'static Row) -> OfRecords {
    OfRecords {
        malformed: None,
        unknown: Some(unknown),
        not_shared: Some(O::NOT_SHARED),
        locked: match O::LOCK {
            Some((_, row)) => Some(row),
            None => None,
        },
    }
}
