//! The changes that may let a refused request pass: which ones a refusal suggests, and how each is simulated.

use super::paths::{nearest_methods, nearest_paths, with_segment};
use super::rehearsal::{Bearer, Question, Run};
use crate::faults;
use crate::metadata::{Metadata, User};
use crate::operations::blueprint::faults as blueprint;
use crate::operations::locks::faults as lock;
use crate::operations::photo::faults as photo;
use crate::operations::records::faults as record;
use crate::schema::Module;
use crate::suggest::nearest;
use crate::transaction::{AccessToken, Authorization, RecordHead};
use bytes::Bytes;
use serde_json::{Value, json};
use std::sync::Arc;
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::{
    Descriptor, Fault, Method, OrgId, Query, RecordId, RequestBody, Row, Scope, Stage, Timestamp,
    limits,
};

/// One change that is simulated.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Changes of the request, down to [`Self::Unconditional`].
    Path(String),
    Method(Method),
    Query(Query),
    Body(Bytes, Option<&'static str>),
    Unconditional,
    /// Another sender.
    Token(Token),
    /// Changes of the settings, down to [`Self::Exclude`].
    Permit {
        profile: (i64, String),
        module: String,
        permission: Permission,
    },
    Exclude {
        profile: (i64, String),
        module: String,
    },
    /// Changes of the records that the request concerns, down to [`Self::Pictured`].
    Owned(Owner, Vec<RecordHead>),
    Unlocked(Vec<RecordHead>),
    Pictured(Vec<RecordHead>),
}

/// A token that could be issued.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) email: String,
    /// The scopes that the shown token lacks, if it is otherwise valid.
    pub(super) missing: Vec<Scope>,
    pub(super) made: Arc<AccessToken>,
}

#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) id: i64,
    pub(super) email: String,
}

impl Token {
    /// A token of a user with these scopes; `None` if the user cannot have one.
    pub(super) fn of(org: OrgId, user: &User, scopes: Vec<Scope>) -> Option<Self> {
        let authorization = Authorization {
            org,
            client: String::new(),
            user: RecordId::new(user.id)?,
            scopes: scopes.into(),
        };
        Some(Self {
            email: user.email.clone(),
            missing: Vec::new(),
            made: made(authorization),
        })
    }
}

/// An access token with this authorization that never expires.
pub(super) fn made(authorization: Authorization) -> Arc<AccessToken> {
    Arc::new(AccessToken {
        authorization,
        refresh: None,
        created: Timestamp::from_millis(0),
        expires: Timestamp::from_millis(i64::MAX),
    })
}

impl Change {
    /// Applies the change to the question.
    pub(super) fn alter(&self, question: &mut Question) {
        match self {
            Self::Path(path) => question.request.path.clone_from(path),
            Self::Method(method) => question.request.method = *method,
            Self::Query(query) => question.request.query.clone_from(query),
            Self::Body(body, content_type) => {
                question.body = RequestBody::Whole(body.clone());
                question.request.headers.content_type = content_type.map(str::to_owned);
            }
            Self::Unconditional => question.request.headers.if_unmodified_since = None,
            Self::Token(token) => question.bearing(Bearer::Made(Arc::clone(&token.made))),
            _ => {}
        }
    }

    /// Applies the change to a record's head. `user` is the caller.
    pub(super) fn suppose(&self, mut head: RecordHead, user: Option<RecordId>) -> RecordHead {
        match self {
            Self::Owned(..) => head.owner = user.unwrap_or(head.owner),
            Self::Unlocked(_) => head.lock = None,
            Self::Pictured(_) => head.image = Some("supposed".to_owned()),
            _ => {}
        }
        head
    }

    /// Applies the change to settings.
    pub(super) fn suppose_settings(&self, metadata: Arc<Metadata>) -> Arc<Metadata> {
        match self {
            Self::Permit {
                profile: (profile, _),
                module,
                permission,
            } => Arc::new(
                (*metadata)
                    .clone()
                    .permitting(*profile, module, *permission),
            ),
            Self::Exclude {
                profile: (profile, _),
                module,
            } => Arc::new((*metadata).clone().excluding(*profile, module)),
            _ => metadata,
        }
    }

    pub(super) fn is_token(&self) -> bool {
        matches!(self, Self::Token(_))
    }

    /// Whether the change is unnecessary with another caller.
    pub(super) fn is_for_the_caller(&self) -> bool {
        matches!(
            self,
            Self::Token(_)
                | Self::Permit { .. }
                | Self::Exclude { .. }
                | Self::Owned(..)
                | Self::Unlocked(_)
        )
    }
}

/// The changes that may cure one of a run's refusals, the smallest first.
pub(super) fn candidates(run: &Run, fault: &Fault) -> Vec<Change> {
    let request = &run.question.request;
    let row = fault.row();
    let find = CURES.iter().find(|(known, _)| known.contains(&row));
    if let Some((_, cure)) = find {
        return cure(run, fault);
    }
    match row.stage {
        Stage::Profile => permit(run, row).into_iter().collect(),
        Stage::Sharing if fault.is(&record::UPSERT_EDIT_NOT_PERMITTED) => {
            permitting(run, Permission::Edit).into_iter().collect()
        }
        Stage::Parameters => other_queries(&request.query, fault),
        Stage::Body => other_bodies(run, fault),
        Stage::Sharing => owned(run).into_iter().collect(),
        Stage::Lock => unlocked(run)
            .or_else(|| excluded(run))
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// Finds changes that may cure a refusal of a run.
type Cure = fn(&Run, &Fault) -> Vec<Change>;

/// Cures of refusals whose stage alone does not determine the cure.
static CURES: &[(&[&Row], Cure)] = &[
    (&[&faults::URL_UNKNOWN], |run, _| {
        let request = &run.question.request;
        let paths = nearest_paths(request.method, &request.path);
        paths.into_iter().map(Change::Path).collect()
    }),
    (&[&faults::METHOD_WRONG], |run, _| {
        let request = &run.question.request;
        let methods = nearest_methods(request.method, run.has_body(), &request.path);
        methods.into_iter().map(Change::Method).collect()
    }),
    (&[&faults::AUTHENTICATION_MISSING], |run, _| {
        token_of_administrator(run).into_iter().collect()
    }),
    (&[&faults::TOKEN_INVALID], |run, _| {
        let renewed = renewed(run).into_iter();
        renewed.chain(token_of_administrator(run)).collect()
    }),
    (&[&faults::MODULE_UNKNOWN], |run, _| {
        other_module(run).into_iter().collect()
    }),
    (&[&faults::SCOPE_MISMATCH], |run, _| {
        more_scopes(run).into_iter().collect()
    }),
    (&[&lock::UNKNOWN], |run, _| {
        other_lock(run).into_iter().collect()
    }),
    (&[&lock::ALREADY], |run, _| {
        unlocked(run).into_iter().collect()
    }),
    (&[&photo::MISSING], |run, _| {
        vec![Change::Pictured(run.heads().cloned().collect())]
    }),
    (&[&record::MODIFIED_SINCE], |_, _| {
        vec![Change::Unconditional]
    }),
    (
        &[
            &faults::FIELD_DUPLICATE,
            &record::IMAGE_NOT_SERVED,
            &blueprint::RECORD_IN_BLUEPRINT,
            &faults::VALUE_IMPOSSIBLE,
        ],
        other_bodies,
    ),
];

/// Tokens of other users, with only the scopes needed: first of the records' owners, then of all users.
pub(super) fn tokens_of_others(run: &Run) -> Vec<Change> {
    let Some(metadata) = &run.metadata else {
        return Vec::new();
    };
    let owners = run.heads().filter_map(|head| metadata.user(head.owner));
    let mut users: Vec<&User> = Vec::new();
    for user in owners.chain(metadata.users()) {
        if user.is_active() && !users.iter().any(|known| known.id == user.id) {
            users.push(user);
        }
    }
    let users = users.into_iter().take(limits::EXPLAIN_USERS_MAX);
    users.filter_map(|user| token(run, user)).collect()
}

/// A token of a user, with only the scopes needed.
fn token(run: &Run, user: &User) -> Option<Change> {
    let (need, metadata) = (run.descriptor?.scope, run.metadata.as_ref()?);
    let word = run.module().map(Module::scope_word);
    let org = metadata.org_id()?;
    Some(Change::Token(Token::of(org, user, need.narrowest(word))?))
}

fn token_of_administrator(run: &Run) -> Option<Change> {
    token(run, run.metadata.as_ref()?.administrator()?)
}

/// A valid token of the same user with the same scopes.
fn renewed(run: &Run) -> Option<Change> {
    let authorization = &run.seen.token.as_ref()?.authorization;
    let user = run.metadata.as_ref()?.user(authorization.user)?;
    let scopes = authorization.scopes.to_vec();
    Some(Change::Token(Token::of(authorization.org, user, scopes)?))
}

/// A token of the same user with the missing scopes added.
fn more_scopes(run: &Run) -> Option<Change> {
    let caller = run.caller.as_ref()?;
    let word = run.module().map(Module::scope_word);
    let mut scopes = caller.scopes().unwrap_or_default().to_vec();
    let missing = run.descriptor?.scope.narrowest(word);
    if scopes.len() + missing.len() > limits::SCOPES_PER_TOKEN_MAX {
        scopes.clear();
    }
    scopes.extend(missing.iter().cloned());
    let token = Token::of(caller.org(), caller.user(), scopes)?;
    Some(Change::Token(Token { missing, ..token }))
}

fn other_module(run: &Run) -> Option<Change> {
    let modules = run.metadata.as_ref()?.modules();
    let names = modules.filter(|module| module.is_served());
    let name = nearest(&run.module, names.map(|module| module.api_name.as_ref()))?;
    let path = with_segment(
        &run.question.request.path,
        run.descriptor?.path,
        "{module}",
        name,
    );
    Some(Change::Path(path))
}

fn other_lock(run: &Run) -> Option<Change> {
    let lock = run.heads().find_map(|head| head.lock.as_ref())?.id;
    let (path, template) = (&run.question.request.path, run.descriptor?.path);
    let path = with_segment(path, template, "{lock_id}", &lock.to_string());
    Some(Change::Path(path))
}

fn permit(run: &Run, row: &Row) -> Option<Change> {
    let need = run.descriptor?.permission?;
    (need.denied == row).then_some(())?;
    permitting(run, need.permission)
}

fn permitting(run: &Run, permission: Permission) -> Option<Change> {
    let profile = run.caller.as_ref()?.profile();
    Some(Change::Permit {
        profile: (profile.id, profile.name.clone()),
        module: run.module()?.api_name.to_string(),
        permission,
    })
}

fn owned(run: &Run) -> Option<Change> {
    let user = run.caller.as_ref()?.user();
    let owner = Owner {
        id: user.id,
        email: user.email.clone(),
    };
    let others = run.heads().filter(|head| head.owner.get() != user.id);
    Some(Change::Owned(owner, others.cloned().collect()))
}

/// Unlocks the records; `None` if one was locked by a rule, since no user can unlock that.
fn unlocked(run: &Run) -> Option<Change> {
    let locked = locked(run);
    let mut locks = locked.iter().filter_map(|head| head.lock.as_ref());
    let is_by_hand = locks.all(|lock| !lock.automatic);
    is_by_hand.then_some(Change::Unlocked(locked))
}

fn excluded(run: &Run) -> Option<Change> {
    let profile = run.caller.as_ref()?.profile();
    Some(Change::Exclude {
        profile: (profile.id, profile.name.clone()),
        module: run.module()?.api_name.to_string(),
    })
}

fn locked(run: &Run) -> Vec<RecordHead> {
    let heads = run.heads().filter(|head| head.lock.is_some());
    heads.cloned().collect()
}

/// Queries without the refused parameter, or with a missing one.
fn other_queries(query: &Query, fault: &Fault) -> Vec<Change> {
    let details = &fault.to_json()["details"];
    let mut names = Vec::new();
    strings_of("param_name", details, &mut names);
    if fault.is(&faults::PAGE_TOKEN_EXPIRED) {
        names.push("page_token".to_owned());
    }
    let other = |name: &String| match query.get(name) {
        Some(_) => Some(query.without(name)),
        None if name == "fields" => Some(query.with(name, "id")),
        None => None,
    };
    names.iter().filter_map(other).map(Change::Query).collect()
}

/// Bodies that may be accepted: a picture, a reason for a lock, or the same JSON without the refused values.
fn other_bodies(run: &Run, fault: &Fault) -> Vec<Change> {
    match run.descriptor.map_or("", Descriptor::group) {
        "record_photo" => Some(picture()).into_iter().collect(),
        "record_locking" => {
            let body = json!({ "data": [{ "Locked_Reason__s": "under audit" }] });
            vec![Change::Body(body.to_string().into(), None)]
        }
        _ => without_values(run, fault).into_iter().collect(),
    }
}

fn picture() -> Change {
    const TYPE: &str = "multipart/form-data; boundary=supposed";
    const PICTURE: &[u8] = include_bytes!("picture.png");
    let head =
        "--supposed\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n";
    let body = [head.as_bytes(), PICTURE, b"\r\n--supposed--\r\n"].concat();
    Change::Body(body.into(), Some(TYPE))
}

fn without_values(run: &Run, fault: &Fault) -> Option<Change> {
    let RequestBody::Whole(bytes) = &run.question.body else {
        return None;
    };
    let mut body: Value = serde_json::from_slice(bytes).ok()?;
    let mut paths = Vec::new();
    strings_of("json_path", &fault.to_json()["details"], &mut paths);
    // From the end, so that earlier list indexes stay valid.
    paths.sort();
    for path in paths.iter().rev() {
        // Converts `$.data[0].Email` to a JSON pointer.
        let pointer = path.trim_start_matches('$').replace(['.', '['], "/");
        let pointer = pointer.replace(']', "");
        let (parent, name) = pointer.rsplit_once('/')?;
        match body.pointer_mut(parent) {
            Some(Value::Object(object)) => drop(object.shift_remove(name)),
            Some(Value::Array(items)) => {
                let at = name.parse().ok().filter(|at| *at < items.len())?;
                items.remove(at);
            }
            _ => {}
        }
    }
    Some(Change::Body(body.to_string().into(), None))
}

/// Collects all texts under a key, at any depth.
fn strings_of(key: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                match value {
                    Value::String(text) if name == key => found.push(text.clone()),
                    other => strings_of(key, other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| strings_of(key, item, found)),
        _ => {}
    }
}
