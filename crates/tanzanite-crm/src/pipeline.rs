//! From a request to a reply: the gates that every endpoint stands behind, in the order of the precedence table.

use crate::context::Context;
use crate::endpoint::{Call, PublicCall};
use crate::endpoints::{Entry, ROUTER};
use crate::metering::{Allowance, Meter, MeteredCall, cost, is_limited};
use crate::parameters;
use crate::policy::{Caller, authenticate, check_profile};
use crate::room::Room;
use crate::schema::{Module, Support};
use crate::transaction::Transaction;
use std::sync::{Arc, OnceLock};
use tanzanite_protocol::endpoint::Access;
use tanzanite_protocol::route::{Found, Parameters};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Fault, Method, ModuleNeed, OrgId, Reply, Request, RequestBody,
};

/// Where a request goes. Found before its body is read, so that the body's bound is known.
#[derive(Debug)]
pub struct Route {
    entry: Entry,
    path: Parameters,
}

/// Finds the endpoint. Faults: `UrlUnknown`, `MethodWrong`, `OperationNotServed`.
pub fn route(method: Method, path: &str) -> Result<Route, Fault> {
    match ROUTER.find(method, path) {
        Found::Endpoint(Entry::Known(operation), _) => {
            Err(Fault::new(Condition::OperationNotServed)
                .with("operation", operation.name)
                .with("method", operation.method.as_str())
                .with("path", operation.path)
                .because(format!("not served yet: {}", operation.name)))
        }
        Found::Endpoint(entry, path) => Ok(Route { entry, path }),
        Found::WrongMethod => Err(Fault::new(Condition::MethodWrong)),
        Found::Unknown => Err(Fault::new(Condition::UrlUnknown)),
    }
}

impl Route {
    /// What the endpoint is.
    pub fn descriptor(&self) -> Option<&'static Descriptor> {
        self.entry.descriptor()
    }

    /// The endpoint's name, for the log.
    pub fn name(&self) -> &'static str {
        self.entry
            .descriptor()
            .map_or("", |descriptor| descriptor.name)
    }

    /// A part of the path, such as `module`; empty if it has no such part.
    pub fn parameter(&self, name: &str) -> &str {
        self.path.get(name).unwrap_or_default()
    }

    /// What body it reads.
    pub fn body(&self) -> Body {
        self.entry
            .descriptor()
            .map_or(Body::None, |descriptor| descriptor.body)
    }

    /// Whether it is called without a token: who asks is said in its body.
    pub fn is_public(&self) -> bool {
        matches!(self.entry, Entry::Public(_))
    }

    /// Whether it writes.
    pub fn access(&self) -> Access {
        self.entry
            .descriptor()
            .map_or(Access::Read, |descriptor| descriptor.access)
    }
}

/// A request with all that it needs to be answered but its body and the store. Running it twice on the same store gives the same.
#[derive(Debug)]
pub struct Job {
    /// Where it goes.
    pub route: Route,
    /// The request.
    pub request: Request,
    /// In the light of what.
    pub context: Context,
    /// Who counts, if anybody does. It says the same whenever the job is run.
    pub meter: Option<Arc<dyn Meter>>,
    /// Whose organisation's it turned out to be. Written when that is known, and never read by what answers.
    pub org: OnceLock<OrgId>,
    /// How much of a file its next run may read.
    pub room: Room,
}

impl Job {
    /// Answers the request within a transaction. A reply wants a commit, a fault a rollback.
    pub fn run(&self, body: &RequestBody, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        match self.route.entry {
            Entry::Served(endpoint) => {
                let caller = self.caller(tx)?;
                self.admit(&caller, endpoint.descriptor(), Some(body))?;
                let module = self.gates(&caller, endpoint.descriptor())?;
                let context = self.context.by(caller.metadata().clock());
                let call = Call {
                    request: &self.request,
                    context: &context,
                    body,
                    caller: &caller,
                    path: &self.route.path,
                    module,
                    room: &self.room,
                };
                listed(endpoint.call(&call, tx), endpoint.descriptor())
            }
            Entry::Public(endpoint) => {
                let call = PublicCall {
                    request: &self.request,
                    body,
                    context: &self.context,
                    meter: self.meter.as_deref(),
                    org: &self.org,
                };
                listed(endpoint.call(&call, tx), endpoint.descriptor())
            }
            Entry::Known(_) => Err(Fault::new(Condition::OperationNotServed)),
        }
    }

    /// Runs the gates alone: the refusals that need no record. A server does so on a snapshot before it reads a body or
    /// troubles the writer; `run` checks all of it again.
    pub fn screen(&self, tx: &mut dyn Transaction) -> Result<(), Fault> {
        let Entry::Served(endpoint) = self.route.entry else {
            return Ok(());
        };
        let caller = self.caller(tx)?;
        self.admit(&caller, endpoint.descriptor(), None)?;
        self.gates(&caller, endpoint.descriptor()).map(|_| ())
    }

    /// Module, scope, profile and parameters: what can be decided from settings, token and the request's head.
    fn gates<'a>(
        &self,
        caller: &'a Caller,
        descriptor: &Descriptor,
    ) -> Result<Option<&'a Module>, Fault> {
        let module = gates(caller, descriptor, &self.route.path)?;
        parameters::check_unserved(descriptor, &self.request)?;
        Ok(module)
    }

    /// The gate of the limits, where they hold. Without the body the least that the call costs is counted.
    fn admit(
        &self,
        caller: &Caller,
        descriptor: &Descriptor,
        body: Option<&RequestBody>,
    ) -> Result<(), Fault> {
        let Some(meter) = &self.meter else {
            return Ok(());
        };
        let metadata = caller.metadata();
        if !is_limited(metadata, &self.context.service) {
            return Ok(());
        }
        let call = MeteredCall {
            org: caller.org(),
            client: caller.client(),
            now: metadata.clock().at(self.context.now),
            cost: cost(descriptor, &self.request.query, body),
            allowance: Allowance::of(metadata),
        };
        let admitted = meter.admit(&call);
        admitted.map_err(|refusal| Fault::new(Condition::TooManyRequests).because(refusal))
    }

    /// Who is asking.
    pub(crate) fn caller(&self, tx: &mut dyn Transaction) -> Result<Caller, Fault> {
        authenticate(
            self.request.headers.authorization.as_deref(),
            &self.context,
            &self.org,
            tx,
        )
    }
}

/// What an endpoint answered. Where debug assertions are on, as in tests, a fault that its descriptor does not list is a
/// panic: the descriptor is what documents and clients go by.
fn listed(result: Result<Reply, Fault>, descriptor: &Descriptor) -> Result<Reply, Fault> {
    if let Err(fault) = &result {
        let condition = fault.condition();
        let foreseen =
            condition == Condition::StoreFailed || descriptor.faults.contains(&condition);
        debug_assert!(foreseen, "{} does not list {condition:?}", descriptor.name);
    }
    result
}

/// Module, scope and profile: what can be decided from settings and token.
fn gates<'a>(
    caller: &'a Caller,
    descriptor: &Descriptor,
    path: &Parameters,
) -> Result<Option<&'a Module>, Fault> {
    let module = match descriptor.module {
        ModuleNeed::None => None,
        need => Some(module(
            caller,
            need,
            path.get("module").unwrap_or_default(),
        )?),
    };
    let word = module.map(Module::scope_word);
    if !caller.may(&descriptor.scope, word) {
        return Err(Fault::new(Condition::ScopeMismatch).because(format!(
            "none of the token's scopes is one of {}",
            descriptor.scope.describe().join(", ")
        )));
    }
    if let (Some(module), Some(need)) = (module, descriptor.permission) {
        check_profile(caller, module, need)?;
    }
    Ok(module)
}

fn module<'a>(caller: &'a Caller, need: ModuleNeed, name: &str) -> Result<&'a Module, Fault> {
    let fault = |condition| Fault::new(condition).with("resource_path_index", 0);
    let module = caller
        .metadata()
        .module_called(name)
        .ok_or_else(|| fault(Condition::ModuleUnknown))?;
    let taken = need.takes(&module.api_name, module.custom);
    match module.support {
        Support::Served if taken => Ok(module),
        Support::Unserved if taken => {
            Err(fault(Condition::ModuleNotServed).with("module", module.api_name.as_ref()))
        }
        _ => Err(fault(Condition::ModuleNotSupported)),
    }
}
