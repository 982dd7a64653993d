//! A rehearsal: the request is really run, in a transaction that is rolled back, on the store's data with simulated
//! changes.

use super::change::Change;
use super::supposing::Supposing;
use crate::context::Context;
use crate::data_body::Parsed;
use crate::metadata::Metadata;
use crate::pipeline::{Job, route};
use crate::policy::{Caller, bearer_digest};
use crate::room::Room;
use crate::schema::Module;
use crate::secret::Digest;
use crate::transaction::{AccessToken, RecordHead, StoreError, Transaction};
use std::sync::{Arc, OnceLock};
use tanzanite_protocol::{Descriptor, Fault, Method, OrgId, Reply, Request, RequestBody};

/// The request to explain.
#[derive(Clone, Debug)]
pub struct Question {
    /// The request's head.
    pub request: Request,
    /// The request's body.
    pub body: RequestBody,
    /// A token that replaces the one in the header.
    pub bearer: Option<Bearer>,
    /// Clock, entropy and service configuration.
    pub context: Context,
    /// The organisation of the users whose tokens are tried, if the request's token determines none.
    pub org: OrgId,
}

/// A token that is given without its text.
#[derive(Clone, Debug)]
pub enum Bearer {
    /// A stored token, by its digest.
    Kept(Digest),
    /// A token that could be issued.
    Made(Arc<AccessToken>),
}

impl Question {
    /// Replaces the token.
    pub fn bearing(&mut self, bearer: Bearer) {
        self.request.headers.authorization = Some("Zoho-oauthtoken supposed".to_owned());
        self.bearer = Some(bearer);
    }

    /// The path with its query.
    pub fn target(&self) -> String {
        let query = self.request.query.to_string();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{mark}{query}", self.request.path)
    }
}

/// A question with simulated changes.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    question: Arc<Question>,
    pub(super) changes: Vec<Change>,
}

/// The result of a rehearsal, and the facts that its checks were based on.
#[derive(Debug)]
pub struct Run {
    /// The answer.
    pub result: Result<Reply, Fault>,
    /// The endpoint's descriptor, if the path has one.
    pub descriptor: Option<&'static Descriptor>,
    pub(super) question: Question,
    pub(super) module: String,
    /// The caller, if the token is valid.
    pub(super) caller: Option<Caller>,
    /// The settings of the caller's organisation, or of the question's.
    pub(super) metadata: Option<Arc<Metadata>>,
    pub(super) seen: Seen,
}

/// The data that the store returned, before changes were applied.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) token: Option<Arc<AccessToken>>,
    pub(super) heads: Vec<RecordHead>,
}

impl Rehearsal {
    pub(super) fn of(question: Question) -> Self {
        Self {
            question: Arc::new(question),
            changes: Vec::new(),
        }
    }

    /// The rehearsal with one more change.
    pub(super) fn with(&self, change: Change) -> Self {
        let mut changes = self.changes.clone();
        changes.push(change);
        self.changed(changes)
    }

    /// The same question with other changes.
    pub(super) fn changed(&self, changes: Vec<Change>) -> Self {
        Self {
            question: Arc::clone(&self.question),
            changes,
        }
    }

    /// The run to report when the store cannot perform it.
    pub fn failed(&self, error: StoreError) -> Run {
        let question = self.altered();
        let route = route(question.request.method, &question.request.path).ok();
        Run {
            result: Err(error.into()),
            descriptor: route.map(|route| route.descriptor()),
            question,
            module: String::new(),
            caller: None,
            metadata: None,
            seen: Seen::default(),
        }
    }

    fn altered(&self) -> Question {
        let mut question = (*self.question).clone();
        for change in &self.changes {
            change.alter(&mut question);
        }
        question
    }

    /// Runs the request. The transaction must be rolled back. The rehearsal draws no numbers from the store and writes
    /// no photo, since a rollback would not undo these.
    pub fn perform(&self, tx: &mut dyn Transaction) -> Run {
        let question = self.altered();
        let mut tx = Supposing::new(tx, &self.changes, question.bearer.as_ref());
        let route = match route(question.request.method, &question.request.path) {
            Ok(route) => route,
            Err(fault) => {
                return Run {
                    result: Err(fault),
                    descriptor: None,
                    module: String::new(),
                    caller: None,
                    metadata: tx.metadata(question.org).ok().flatten(),
                    seen: tx.seen,
                    question,
                };
            }
        };
        let descriptor = Some(route.descriptor());
        let module = route.parameter("module").to_owned();
        let public = route.is_public();
        let job = Job {
            route,
            request: question.request.clone(),
            token: bearer_digest(question.request.headers.authorization.as_deref()),
            context: question.context.clone(),
            meter: None,
            org: OnceLock::new(),
            room: Room::default(),
            parsed: Parsed::default(),
        };
        let caller = if public {
            None
        } else {
            job.caller(&mut tx).ok()
        };
        let metadata = if let Some(caller) = &caller {
            Some(Arc::clone(caller.metadata()))
        } else {
            let token = tx.seen.token.as_ref();
            let org = token.map_or(question.org, |token| token.authorization.org);
            tx.metadata(org).ok().flatten()
        };
        let result = job.run(&question.body, &mut tx);
        Run {
            result,
            descriptor,
            module,
            caller,
            metadata,
            seen: tx.seen,
            question,
        }
    }
}

impl Run {
    /// The faults: one, or those of refused items. Empty if it passes.
    pub fn refusals(&self) -> &[Fault] {
        match &self.result {
            Ok(reply) => &reply.refused,
            Err(fault) => std::slice::from_ref(fault),
        }
    }

    /// The request's method.
    pub fn method(&self) -> Method {
        self.question.request.method
    }

    /// The request's path with its query.
    pub fn target(&self) -> String {
        self.question.target()
    }

    pub(super) fn has_body(&self) -> bool {
        match &self.question.body {
            RequestBody::Whole(bytes) => !bytes.is_empty(),
            RequestBody::TooLarge => true,
        }
    }

    /// The organisation of the request's token.
    pub fn org(&self) -> Option<OrgId> {
        let token = self.seen.token.as_ref();
        token.map(|token| token.authorization.org)
    }

    /// The module that the path names.
    pub(super) fn module(&self) -> Option<&Module> {
        self.metadata.as_ref()?.module_called(&self.module)
    }

    /// The heads of that module's records that were read.
    pub(super) fn heads(&self) -> impl Iterator<Item = &RecordHead> {
        let number = self.module().map(|module| module.number);
        let heads = self.seen.heads.iter();
        heads.filter(move |head| Some(head.module) == number)
    }
}
