//! From a request to a reply: the gates that every endpoint stands behind, in the order of the precedence table.

use crate::call::{Call, ModuleCall, PublicCall, RecordCall, assert_listed};
use crate::context::Context;
use crate::data_body::Parsed;
use crate::endpoint::{Endpoint, Handler};
use crate::faults;
use crate::metering::{Allowance, Meter, MeteredCall, cost, is_limited};
use crate::operations::{Entry, ROUTER};
use crate::parameters;
use crate::policy::{Caller, authenticate, check_profile};
use crate::room::Room;
use crate::schema::{Module, Support};
use crate::secret::Digest;
use crate::stages::Stages;
use crate::transaction::Transaction;
use std::sync::{Arc, OnceLock};
use tanzanite_protocol::endpoint::Access;
use tanzanite_protocol::route::{Found, Parameters};
use tanzanite_protocol::{
    Body, Descriptor, Fault, Method, ModuleNeed, OrgId, Reply, Request, RequestBody, Stage,
};

/// Where a request goes. Found before its body is read, so that the body's bound is known.
#[derive(Debug)]
pub struct Route {
    endpoint: &'static Endpoint,
    path: Parameters,
}

/// Finds the endpoint. Faults: `url_unknown`, `method_wrong`, `operation_not_served`.
pub fn route(method: Method, path: &str) -> Result<Route, Fault> {
    match ROUTER.find(method, path) {
        Found::Endpoint(Entry::Known(operation), _) => {
            Err(Fault::new(&faults::OPERATION_NOT_SERVED)
                .with("operation", operation.name)
                .with("method", operation.method.as_str())
                .with("path", operation.path)
                .because(format!("not served yet: {}", operation.id)))
        }
        Found::Endpoint(Entry::Served(endpoint), path) => Ok(Route { endpoint, path }),
        Found::WrongMethod => Err(Fault::new(&faults::METHOD_WRONG)),
        Found::Unknown => Err(Fault::new(&faults::URL_UNKNOWN)),
    }
}

impl Route {
    /// The endpoint.
    pub fn descriptor(&self) -> &'static Descriptor {
        &self.endpoint.descriptor
    }

    /// The endpoint's id.
    pub fn id(&self) -> &'static str {
        self.endpoint.descriptor.id
    }

    /// A part of the path, such as `module`; empty if it has no such part.
    pub fn parameter(&self, name: &str) -> &str {
        self.path.get(name).unwrap_or_default()
    }

    /// The body that it reads.
    pub fn body(&self) -> Body {
        self.endpoint.descriptor.body
    }

    /// Whether it is called without a token: who asks is said in its body.
    pub fn is_public(&self) -> bool {
        self.endpoint.is_public()
    }

    /// Whether it writes.
    pub fn access(&self) -> Access {
        self.endpoint.descriptor.access
    }
}

/// A request with all that it needs to be answered but its body and the store. Running it twice on the same store gives the same.
#[derive(Debug)]
pub struct Job {
    /// Where it goes.
    pub route: Route,
    /// The request.
    pub request: Request,
    /// Of the token that the request shows: taken once, however often it is run.
    pub token: Option<Digest>,
    /// Clock, entropy and service configuration; the same at every run.
    pub context: Context,
    /// Who counts, if anybody does. It says the same whenever the job is run.
    pub meter: Option<Arc<dyn Meter>>,
    /// Whose organisation's it turned out to be. Written when that is known, and never read by what answers.
    pub org: OnceLock<OrgId>,
    /// How much of a file its next run may read.
    pub room: Room,
    /// Its body as JSON, once a run has asked for that.
    pub parsed: Parsed,
}

impl Job {
    /// Answers the request within a transaction. A reply wants a commit, a fault a rollback. The body is the same at every run.
    pub fn run(&self, body: &RequestBody, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let endpoint = self.route.endpoint;
        let handler = match endpoint.handler {
            Handler::Public(answer) => {
                let call = PublicCall {
                    request: &self.request,
                    body,
                    context: &self.context,
                    meter: self.meter.as_deref(),
                    org: &self.org,
                };
                let answer = answer(&call, tx);
                answer
                    .as_ref()
                    .map_or_else(|fault| assert_listed(endpoint, fault), |_| ());
                return answer;
            }
            handler => handler,
        };
        let caller = self.caller(tx)?;
        self.admit(&caller, Some(body))?;
        let module = self.gates(&caller)?;
        let context = self.context.by(caller.metadata().clock());
        let call = Call {
            request: &self.request,
            context: &context,
            caller: &caller,
            endpoint,
            body,
            parsed: &self.parsed,
            path: &self.route.path,
            room: &self.room,
            stages: Stages::from(Stage::Parameters),
        };
        answer(handler, call, module, tx)
    }

    /// Runs the gates alone: the refusals that need no record. A server does so on a snapshot before it reads a body or
    /// troubles the writer; `run` checks all of it again.
    pub fn screen(&self, tx: &mut dyn Transaction) -> Result<(), Fault> {
        if self.route.is_public() {
            return Ok(());
        }
        let caller = self.caller(tx)?;
        self.admit(&caller, None)?;
        self.gates(&caller).map(|_| ())
    }

    /// Module, scope, profile and parameters: what can be decided from settings, token and the request's head.
    fn gates<'a>(&self, caller: &'a Caller) -> Result<Option<&'a Module>, Fault> {
        let descriptor = self.route.descriptor();
        let module = gates(caller, descriptor, &self.route.path)?;
        if let Handler::Act(act) = self.route.endpoint.handler {
            act.permits(caller)?;
        }
        parameters::check_unserved(descriptor, &self.request)?;
        Ok(module)
    }

    /// The gate of the limits, where they hold. Without the body the least that the call costs is counted.
    fn admit(&self, caller: &Caller, body: Option<&RequestBody>) -> Result<(), Fault> {
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
            cost: cost(self.route.descriptor(), &self.request.query, || {
                self.parsed.items(body?)
            }),
            allowance: Allowance::of(metadata),
        };
        let admitted = meter.admit(&call);
        admitted.map_err(|refusal| Fault::new(&faults::TOO_MANY_REQUESTS).because(refusal))
    }

    /// Who is asking.
    pub(crate) fn caller(&self, tx: &mut dyn Transaction) -> Result<Caller, Fault> {
        authenticate(self.token.as_ref(), &self.context, &self.org, tx)
    }
}

/// The endpoint's own answer, after the gates.
fn answer(
    handler: Handler,
    call: Call<'_>,
    module: Option<&Module>,
    tx: &mut dyn Transaction,
) -> Result<Reply, Fault> {
    let in_org = match (handler, module) {
        (Handler::InModule(answer), Some(module)) => {
            let call = ModuleCall { call, module };
            return checked(&call, answer(&call, tx));
        }
        (Handler::OnRecord(answer), Some(module)) => {
            let call = ModuleCall { call, module };
            let call = RecordCall { call };
            return checked(&call, answer(&call, tx));
        }
        (Handler::InOrg(answer), _) => answer(&call, tx),
        (Handler::Act(act), _) => act.run(&call, tx),
        // The constructors of endpoints see to it that neither comes here.
        (Handler::Public(_) | Handler::InModule(_) | Handler::OnRecord(_), _) => {
            Err(Fault::new(&faults::STORE_FAILED)
                .because("the endpoint wants what was not looked for"))
        }
    };
    checked(&call, in_org)
}

fn checked(call: &Call<'_>, answer: Result<Reply, Fault>) -> Result<Reply, Fault> {
    call.check(&answer);
    answer
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
        return Err(Fault::new(&faults::SCOPE_MISMATCH).because(format!(
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
    let fault = |row| Fault::new(row).with("resource_path_index", 0);
    let module = caller
        .metadata()
        .module_called(name)
        .ok_or_else(|| fault(&faults::MODULE_UNKNOWN))?;
    let taken = need.takes(&module.api_name, module.custom);
    match module.support {
        Support::Served if taken => Ok(module),
        Support::Unserved if taken => {
            Err(fault(&faults::MODULE_NOT_SERVED).with("module", module.api_name.as_ref()))
        }
        _ => Err(fault(&faults::MODULE_NOT_SUPPORTED)),
    }
}
