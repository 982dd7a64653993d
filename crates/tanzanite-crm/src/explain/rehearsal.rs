//! One rehearsal: the request is really run, in a transaction that its runner rolls back, on what the store holds and on what
//! is supposed to be otherwise.

use super::change::Change;
use crate::context::Context;
use crate::metadata::{Metadata, SettingsItem};
use crate::pipeline::{Job, route};
use crate::policy::{
    Caller, CreateRecord, DeletePhoto, DeleteRecord, LockRecord, Permit, UnlockRecord,
    UpdateRecord, UploadPhoto,
};
use crate::schema::{Module, Number};
use crate::secret::Digest;
use crate::transaction::{
    AccessToken, Client, Difference, GrantCode, Lock, NewRecord, Photo, Record, RecordChange,
    RecordHead, RecordQuery, RefreshToken, Snapshot, Stamp, StoreError, Stored, Transaction,
};
use std::sync::{Arc, OnceLock};
use tanzanite_protocol::{
    Descriptor, Fault, Method, OrgId, RecordId, Reply, Request, RequestBody, Timestamp,
};

/// Numbers that no record has: above those of the schema, of the trillion that seeds keep free.
const NUMBERS: i64 = 600_000_000_000;

/// What is to be explained.
#[derive(Clone, Debug)]
pub struct Question {
    /// The request.
    pub request: Request,
    /// Its body.
    pub body: RequestBody,
    /// The token that it bears, if that is not the one in its header.
    pub bearer: Option<Bearer>,
    /// In the light of what.
    pub context: Context,
    /// The organisation whose users may be asked for, if the token names none.
    pub org: OrgId,
}

/// A token that nobody has to show.
#[derive(Clone, Debug)]
pub enum Bearer {
    /// The one that the store knows by this digest.
    Kept(Digest),
    /// One that could be issued.
    Made(Arc<AccessToken>),
}

impl Question {
    /// Lets another token bear it.
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

/// A question, and what is supposed to be otherwise.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    question: Arc<Question>,
    pub(super) changes: Vec<Change>,
}

/// What came of a rehearsal, and what its checks were shown.
#[derive(Debug)]
pub struct Run {
    /// The answer.
    pub result: Result<Reply, Fault>,
    /// The endpoint, if the path has one.
    pub descriptor: Option<&'static Descriptor>,
    pub(super) question: Question,
    pub(super) module: String,
    /// Whose token it is, if it is alive.
    pub(super) caller: Option<Caller>,
    /// The settings of the caller's organisation, or of the one that was asked about.
    pub(super) metadata: Option<Arc<Metadata>>,
    pub(super) seen: Seen,
}

/// What the store gave, before anything was supposed.
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

    /// The same with one more change.
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

    /// What comes of it when the store cannot run it.
    pub fn failed(&self, error: StoreError) -> Run {
        let question = self.altered();
        let route = route(question.request.method, &question.request.path).ok();
        Run {
            result: Err(error.into()),
            descriptor: route.and_then(|route| route.descriptor()),
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

    /// Runs it. Whatever it writes must be rolled back; it asks for no number of the store's and writes no photo, since neither
    /// can be.
    pub fn perform(&self, tx: &mut dyn Transaction) -> Run {
        let question = self.altered();
        let mut tx = Supposing {
            below: tx,
            changes: &self.changes,
            bearer: question.bearer.as_ref(),
            user: None,
            numbers: NUMBERS,
            seen: Seen::default(),
        };
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
        let descriptor = route.descriptor();
        let module = route.parameter("module").to_owned();
        let job = Job {
            route,
            request: question.request.clone(),
            context: question.context.clone(),
            meter: None,
            org: OnceLock::new(),
        };
        let public = descriptor.is_some_and(|descriptor| descriptor.scope.is_public());
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
    /// Why it was refused: one fault, or those of some items. Empty if it passes.
    pub fn refusals(&self) -> &[Fault] {
        match &self.result {
            Ok(reply) => &reply.refused,
            Err(fault) => std::slice::from_ref(fault),
        }
    }

    /// The method that was asked with.
    pub fn method(&self) -> Method {
        self.question.request.method
    }

    /// The path that was asked for, with its query.
    pub fn target(&self) -> String {
        self.question.target()
    }

    pub(super) fn has_body(&self) -> bool {
        match &self.question.body {
            RequestBody::Whole(bytes) => !bytes.is_empty(),
            RequestBody::TooLarge => true,
        }
    }

    /// The organisation whose token it is.
    pub fn org(&self) -> Option<OrgId> {
        let token = self.seen.token.as_ref();
        token.map(|token| token.authorization.org)
    }

    /// The module that the path names.
    pub(super) fn module(&self) -> Option<&Module> {
        self.metadata.as_ref()?.module(&self.module)
    }

    /// The records of that module that were looked at.
    pub(super) fn heads(&self) -> impl Iterator<Item = &RecordHead> {
        let number = self.module().map(|module| module.number);
        let heads = self.seen.heads.iter();
        heads.filter(move |head| Some(head.module) == number)
    }
}

/// A transaction in which some things are as they are supposed to be. What a later check of the same request may read is really
/// written; the rest is not.
struct Supposing<'a> {
    below: &'a mut dyn Transaction,
    changes: &'a [Change],
    bearer: Option<&'a Bearer>,
    /// Whose token was asked for.
    user: Option<RecordId>,
    /// The last number that was given.
    numbers: i64,
    seen: Seen,
}

impl Supposing<'_> {
    fn see(&mut self, head: &RecordHead) {
        if !self.seen.heads.iter().any(|seen| seen.id == head.id) {
            self.seen.heads.push(head.clone());
        }
    }

    fn supposed(&self, head: RecordHead) -> RecordHead {
        let changes = self.changes.iter();
        changes.fold(head, |head, change| change.suppose(head, self.user))
    }
}

impl Transaction for Supposing<'_> {
    fn access_token(&mut self, digest: &Digest) -> Stored<Option<Arc<AccessToken>>> {
        let token = match self.bearer {
            None => self.below.access_token(digest)?,
            Some(Bearer::Kept(digest)) => self.below.access_token(digest)?,
            Some(Bearer::Made(token)) => Some(Arc::clone(token)),
        };
        self.user = token.as_ref().map(|token| token.authorization.user);
        self.seen.token.clone_from(&token);
        Ok(token)
    }

    fn metadata(&mut self, org: OrgId) -> Stored<Option<Arc<Metadata>>> {
        let metadata = self.below.metadata(org)?;
        let changes = self.changes.iter();
        Ok(metadata.map(|metadata| {
            changes.fold(metadata, |metadata, change| {
                change.suppose_settings(metadata)
            })
        }))
    }

    fn remove_organisation(&mut self, org: OrgId) -> Stored<bool> {
        self.below.remove_organisation(org)
    }

    fn take_snapshot(&mut self, org: OrgId, name: &str, at: Timestamp) -> Stored<()> {
        self.below.take_snapshot(org, name, at)
    }

    fn snapshots(&mut self, org: OrgId) -> Stored<Vec<Snapshot>> {
        self.below.snapshots(org)
    }

    fn restore_snapshot(&mut self, org: OrgId, name: &str) -> Stored<bool> {
        self.below.restore_snapshot(org, name)
    }

    fn remove_snapshot(&mut self, org: OrgId, name: &str) -> Stored<bool> {
        self.below.remove_snapshot(org, name)
    }

    fn differences(
        &mut self,
        org: OrgId,
        name: &str,
        after: (Number, i64),
        limit: u32,
    ) -> Stored<Option<Vec<Difference>>> {
        self.below.differences(org, name, after, limit)
    }

    fn start_numbers(&mut self, org: OrgId, last: i64) -> Stored<()> {
        self.below.start_numbers(org, last)
    }

    fn next_number(&mut self, _: OrgId) -> Stored<i64> {
        self.numbers += 1;
        Ok(self.numbers)
    }

    fn record_head(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Option<RecordHead>> {
        let Some(head) = self.below.record_head(org, module, id)? else {
            return Ok(None);
        };
        self.see(&head);
        Ok(Some(self.supposed(head)))
    }

    fn record(&mut self, org: OrgId, module: Number, id: RecordId) -> Stored<Option<Record>> {
        let Some(record) = self.below.record(org, module, id)? else {
            return Ok(None);
        };
        self.see(&record.head);
        Ok(Some(Record {
            head: self.supposed(record.head),
            fields: record.fields,
        }))
    }

    fn put_photo(&mut self, _: Permit<UploadPhoto>, _: &Photo, _: Stamp) -> Stored<()> {
        Ok(())
    }

    fn remove_photo(&mut self, _: Permit<DeletePhoto>, _: Stamp) -> Stored<()> {
        Ok(())
    }

    fn put_lock(&mut self, _: Permit<LockRecord>, _: &Lock) -> Stored<()> {
        Ok(())
    }

    fn remove_lock(&mut self, _: Permit<UnlockRecord>, _: Stamp) -> Stored<()> {
        Ok(())
    }

    fn client(&mut self, id: &str) -> Stored<Option<Client>> {
        self.below.client(id)
    }

    fn put_client(&mut self, client: &Client) -> Stored<()> {
        self.below.put_client(client)
    }

    fn refresh_token(&mut self, digest: &Digest) -> Stored<Option<RefreshToken>> {
        self.below.refresh_token(digest)
    }

    fn take_grant_code(&mut self, digest: &Digest) -> Stored<Option<GrantCode>> {
        self.below.take_grant_code(digest)
    }

    fn put_grant_code(&mut self, digest: &Digest, code: &GrantCode, now: Timestamp) -> Stored<()> {
        self.below.put_grant_code(digest, code, now)
    }

    fn put_refresh_token(&mut self, digest: &Digest, token: &RefreshToken, max: u32) -> Stored<()> {
        self.below.put_refresh_token(digest, token, max)
    }

    fn put_access_token(&mut self, digest: &Digest, token: &AccessToken, max: u32) -> Stored<()> {
        self.below.put_access_token(digest, token, max)
    }

    fn remove_refresh_token(&mut self, digest: &Digest) -> Stored<bool> {
        self.below.remove_refresh_token(digest)
    }

    fn remove_access_token(&mut self, digest: &Digest) -> Stored<bool> {
        self.below.remove_access_token(digest)
    }

    fn add_settings(&mut self, org: OrgId, item: &SettingsItem) -> Stored<()> {
        self.below.add_settings(org, item)
    }

    fn replace_settings(&mut self, org: OrgId, item: &SettingsItem) -> Stored<()> {
        self.below.replace_settings(org, item)
    }

    fn organisations(&mut self) -> Stored<Vec<OrgId>> {
        self.below.organisations()
    }

    fn records(&mut self, query: &RecordQuery) -> Stored<Vec<Record>> {
        self.below.records(query)
    }

    fn record_with_unique(
        &mut self,
        org: OrgId,
        module: Number,
        field: Number,
        value: &str,
    ) -> Stored<Option<RecordId>> {
        self.below.record_with_unique(org, module, field, value)
    }

    fn insert_record(&mut self, permit: Permit<CreateRecord>, record: &NewRecord) -> Stored<()> {
        self.below.insert_record(permit, record)
    }

    fn update_record(&mut self, permit: Permit<UpdateRecord>, change: &RecordChange) -> Stored<()> {
        self.below.update_record(permit, change)
    }

    fn delete_record(&mut self, permit: Permit<DeleteRecord>, stamp: Stamp) -> Stored<()> {
        self.below.delete_record(permit, stamp)
    }

    fn timeline(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Vec<(String, Stamp)>> {
        self.below.timeline(org, module, id)
    }

    fn photo(&mut self, head: &RecordHead) -> Stored<Option<Photo>> {
        self.below.photo(head)
    }
}
