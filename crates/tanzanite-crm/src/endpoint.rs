//! An endpoint: a descriptor and a function. The constructor says what the pipeline has found before the function runs, and so what
//! its call can be asked for.

use crate::call::{Call, ModuleCall, PublicCall, RecordCall};
use crate::operations::records;
use crate::policy::{Caller, Operation, permission_need};
use crate::transaction::Transaction;
use std::fmt;
use tanzanite_protocol::endpoint::{EXTERNAL, OfRecords};
use tanzanite_protocol::{Descriptor, Fault, ModuleNeed, Reply, Row};

/// An endpoint's answer.
pub type Answer = Result<Reply, Fault>;

/// One operation that is served.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Everything but what it does.
    pub descriptor: Descriptor,
    pub(crate) handler: Handler,
}

/// What an endpoint does, by what it wants to be found before.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handler {
    Public(fn(&PublicCall<'_>, &mut dyn Transaction) -> Answer),
    InOrg(fn(&Call<'_>, &mut dyn Transaction) -> Answer),
    InModule(fn(&ModuleCall<'_>, &mut dyn Transaction) -> Answer),
    OnRecord(fn(&RecordCall<'_>, &mut dyn Transaction) -> Answer),
    Act(&'static dyn Act),
}

/// What an endpoint does whose function comes with data: one that is derived from a declaration.
pub trait Act: fmt::Debug + Sync {
    /// The refusals that the caller's profile alone decides: a gate before parameters and body.
    fn permits(&self, caller: &Caller) -> Result<(), Fault>;
    /// Answers a call, within the organisation of its caller.
    fn run(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Answer;
}

impl Endpoint {
    /// Called without a token: where tokens come from.
    pub const fn public(
        descriptor: Descriptor,
        call: fn(&PublicCall<'_>, &mut dyn Transaction) -> Answer,
    ) -> Self {
        Self::new(descriptor, Handler::Public(call))
    }

    /// In the caller's organisation.
    pub const fn in_org(
        descriptor: Descriptor,
        call: fn(&Call<'_>, &mut dyn Transaction) -> Answer,
    ) -> Self {
        Self::new(descriptor, Handler::InOrg(call))
    }

    /// In the caller's organisation, by a value instead of a function.
    pub const fn act(descriptor: Descriptor, act: &'static dyn Act) -> Self {
        Self::new(descriptor, Handler::Act(act))
    }

    /// In the module that the path names, once the profile permits the operation there. Any module, unless the descriptor says which.
    pub const fn in_module<O: Operation>(
        descriptor: Descriptor,
        call: fn(&ModuleCall<'_>, &mut dyn Transaction) -> Answer,
    ) -> Self {
        Self::new(of_module::<O>(descriptor), Handler::InModule(call))
    }

    /// The same for an operation whose items each name a record; `unknown` is the fault if there is none.
    pub const fn on_records<O: Operation>(
        descriptor: Descriptor,
        unknown: &'static Row,
        call: fn(&ModuleCall<'_>, &mut dyn Transaction) -> Answer,
    ) -> Self {
        let mut descriptor = of_module::<O>(descriptor);
        descriptor.of_records = of_records::<O>(unknown);
        Self::new(descriptor, Handler::InModule(call))
    }

    /// On the record that the path names. It is looked for when the function asks for it, which is after parameters and body.
    pub const fn on_record<O: Operation>(
        descriptor: Descriptor,
        call: fn(&RecordCall<'_>, &mut dyn Transaction) -> Answer,
    ) -> Self {
        let mut descriptor = of_module::<O>(descriptor);
        descriptor.of_records = of_records::<O>(&records::faults::UNKNOWN);
        Self::new(descriptor, Handler::OnRecord(call))
    }

    /// With another fault than `record.unknown` if there is no such record.
    #[must_use]
    pub const fn unknown(mut self, row: &'static Row) -> Self {
        self.descriptor.of_records.unknown = Some(row);
        self
    }

    /// With a fault of its own if the record's id is no id.
    #[must_use]
    pub const fn malformed(mut self, row: &'static Row) -> Self {
        self.descriptor.of_records.malformed = Some(row);
        self
    }

    /// Without a fault if there is no such record: the function answers that itself.
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

/// Records can be named by external ids, which are not served: without a word of the descriptor's these are refused.
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
