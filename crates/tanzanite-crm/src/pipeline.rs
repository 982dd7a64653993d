//! From a request to a reply: the gates before every endpoint, in the order of [`Stage`].

use crate::call::{Call, ModuleCall, PublicCall, RecordCall, assert_listed};
use crate::context::Context;
use crate::data_body::Parsed;
use crate::endpoint::{Endpoint, Handler};
use crate::faults;
use crate::metering::{Allowance, Meter, MeteredCall, cost, is_limited};
use crate::notifications::watched;
use crate::operations::{Entry, ROUTER};
use crate::parameters;
use crate::policy::{Caller, ModuleView, authenticate, check_profile};
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

/// The endpoint of a request. Found before the body is read, since it determines the body's bound.
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
    /// The endpoint's descriptor.
    pub fn descriptor(&self) -> &'static Descriptor {
        &self.endpoint.descriptor
    }

    /// The endpoint's id.
    pub fn id(&self) -> &'static str {
        self.endpoint.descriptor.id
    }

    /// A parameter of the path, such as `module`; empty if there is none.
    pub fn parameter(&self, name: &str) -> &str {
        self.path.get(name).unwrap_or_default()
    }

    /// The kind of body that the endpoint reads.
    pub fn body(&self) -> Body {
        self.endpoint.descriptor.body
    }

    /// Whether the endpoint is called without a token; its body then names the client.
    pub fn is_public(&self) -> bool {
        self.endpoint.is_public()
    }

    /// Whether the endpoint writes.
    pub fn access(&self) -> Access {
        self.endpoint.descriptor.access
    }
}

/// A request with everything needed to answer it except the body and the store. Running it again on the same store
/// gives the same answer.
#[derive(Debug)]
pub struct Job {
    /// The endpoint.
    pub route: Route,
    /// The request's head.
    pub request: Request,
    /// The digest of the token that the request shows, taken once for all runs.
    pub token: Option<Digest>,
    /// Clock, entropy and service configuration; the same on every run.
    pub context: Context,
    /// The counters of the vendor's limits, if there are any. Their decision is the same on every run.
    pub meter: Option<Arc<dyn Meter>>,
    /// The organisation that the job turned out to concern. Set once known, for the log; the answer never depends on
    /// it.
    pub org: OnceLock<OrgId>,
    /// The bytes of a file that the next run may read.
    pub room: Room,
    /// The body as JSON, once a run has parsed it.
    pub parsed: Parsed,
}

impl Job {
    /// Answers the request within a transaction. A reply asks for a commit, a fault for a rollback. The body is the
    /// same on every run.
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
        let origin = &context.service.public_url;
        watched(
            caller.org(),
            caller.metadata(),
            context.now,
            origin,
            tx,
            |tx| answer(handler, call, module, tx),
        )
    }

    /// Runs only the gates, which need no record. A server does this on a snapshot, before it reads a body or queues
    /// for the writer; `run` repeats all checks.
    pub fn screen(&self, tx: &mut dyn Transaction) -> Result<(), Fault> {
        if self.route.is_public() {
            return Ok(());
        }
        let caller = self.caller(tx)?;
        self.admit(&caller, None)?;
        self.gates(&caller).map(|_| ())
    }

    /// Checks module, scope, profile and parameters, which depend only on settings, token and the request's head.
    fn gates<'a>(&self, caller: &'a Caller) -> Result<Option<&'a Module>, Fault> {
        let descriptor = self.route.descriptor();
        let module = gates(caller, descriptor, &self.route.path)?;
        if let Handler::Act(act) = self.route.endpoint.handler {
            act.permits(caller)?;
        }
        parameters::check_unserved(descriptor, &self.request)?;
        Ok(module)
    }

    /// Checks the vendor's limits, if they apply. Without the body the call counts at its lowest possible cost.
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
                self.parsed.whole(body?)
            }),
            allowance: Allowance::of(metadata),
        };
        let admitted = meter.admit(&call);
        admitted.map_err(|refusal| Fault::new(&faults::TOO_MANY_REQUESTS).because(refusal))
    }

    /// Finds the caller.
    pub(crate) fn caller(&self, tx: &mut dyn Transaction) -> Result<Caller, Fault> {
        authenticate(self.token.as_ref(), &self.context, &self.org, tx)
    }
}

/// Calls the endpoint's function, after the gates.
fn answer(
    handler: Handler,
    call: Call<'_>,
    module: Option<&Module>,
    tx: &mut dyn Transaction,
) -> Result<Reply, Fault> {
    let in_org = match (handler, module) {
        (Handler::InModule(answer), Some(module)) => {
            let call = ModuleCall {
                view: ModuleView::new(call.caller, module),
                call,
            };
            return checked(&call, answer(&call, tx));
        }
        (Handler::OnRecord(answer), Some(module)) => {
            let call = ModuleCall {
                view: ModuleView::new(call.caller, module),
                call,
            };
            let call = RecordCall { call };
            return checked(&call, answer(&call, tx));
        }
        (Handler::InOrg(answer), _) => answer(&call, tx),
        (Handler::Act(act), _) => act.run(&call, tx),
        // The constructors of endpoints make these combinations impossible.
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

/// Checks module, scope and profile, which depend only on settings and token.
fn gates<'a>(
    caller: &'a Caller,
    descriptor: &Descriptor,
    path: &Parameters,
) -> Result<Option<&'a Module>, Fault> {
    let module = match descriptor.module {
        ModuleNeed::None => None,
        ModuleNeed::Only(name) => Some(module(caller, descriptor.module, name)?),
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
        Support::Annex if need.takes_annex(&module.api_name) => Ok(module),
        Support::Annex | Support::Subform if taken => {
            Err(fault(&faults::MODULE_NOT_SERVED).with("module", module.api_name.as_ref()))
        }
        _ => Err(fault(&faults::MODULE_NOT_SUPPORTED)),
    }
}
