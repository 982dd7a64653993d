//! Turns changes into advice: words, and steps to make them.

use super::change::{Change, Token};
use super::rehearsal::Run;
use crate::transaction::RecordHead;
use serde_json::json;
use tanzanite_protocol::{Method, Scope};

/// A change in words, with the steps to make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The change in words.
    pub what: String,
    /// The steps, if there are any.
    pub steps: Vec<Step>,
}

/// A step towards a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send the request with this method, path and query instead.
    Ask(Method, String),
    /// Issue a token of this user with these scopes.
    Token(String, Vec<String>),
    /// Send this request first.
    Send(Method, String, Option<String>),
    /// Change the seed as described.
    Seed(String),
}

impl Change {
    /// The advice for a change. `before` are the changes made earlier; `last` is the run with all of them.
    pub(super) fn advice(&self, before: &[Self], last: &Run) -> Advice {
        let request = &last.question.request;
        let version = request.path.split('/').nth(2).unwrap_or_default();
        let record = |head: &RecordHead| format!("/crm/{version}/{}/{}", last.module, head.id);
        let ask = || Step::Ask(request.method, last.question.target());
        let (what, steps) = match self {
            Self::Path(path) => (format!("ask for {path}"), vec![ask()]),
            Self::Method(method) => {
                let name = last.descriptor.map_or("", |descriptor| descriptor.name);
                let method = method.as_str();
                (format!("use {method} ({name})"), vec![ask()])
            }
            Self::Query(_) => {
                let target = last.question.target();
                (format!("ask for {target}"), vec![ask()])
            }
            Self::Body(body, None) => {
                let body = String::from_utf8_lossy(body);
                (format!("send a body such as {body}"), vec![])
            }
            Self::Body(_, Some(_)) => {
                let what = "send a multipart/form-data body with one part named file that is a PNG, JPEG, GIF or BMP";
                (what.to_owned(), vec![])
            }
            Self::Unconditional => ("leave If-Unmodified-Since out".to_owned(), vec![]),
            Self::Token(Token {
                email,
                missing,
                made,
            }) => {
                let scopes = &made.authorization.scopes;
                let what = if missing.is_empty() {
                    format!("use a token of {email} with {}", join(scopes))
                } else {
                    format!("use a token of {email} that has {} too", join(missing))
                };
                let scopes = scopes.iter().map(ToString::to_string).collect();
                (what, vec![Step::Token(email.clone(), scopes)])
            }
            Self::Permit {
                profile: (_, profile),
                module,
                permission,
            } => {
                let word = permission.as_str().to_lowercase();
                let seed = format!(
                    "[[profile]] name = {profile:?}: {word:?} among its rights in {module}"
                );
                let what = format!("let the profile {profile:?} {word} in {module}");
                (what, vec![Step::Seed(seed)])
            }
            Self::Exclude {
                profile: (_, profile),
                module,
            } => {
                let seed =
                    format!("[[locking]] module = {module:?}: {profile:?} in excluded_profiles");
                let what = format!("let locks on {module} not stop the profile {profile:?}");
                (what, vec![Step::Seed(seed)])
            }
            Self::Owned(owner, heads) => {
                let body = json!({ "data": [{ "Owner": { "id": owner.id.to_string() } }] });
                let put = |head: &RecordHead| {
                    Step::Send(Method::Put, record(head), Some(body.to_string()))
                };
                let what = format!("make {} the owner", owner.email);
                unless_locked(what, heads, put, before)
            }
            Self::Unlocked(heads) => {
                let unlock = |head: &RecordHead| {
                    let lock = head.lock.as_ref()?.id;
                    let path = format!("{}/Locking_Information__s/{lock}", record(head));
                    Some(Step::Send(Method::Delete, path, None))
                };
                let steps = heads.iter().filter_map(unlock).collect();
                ("unlock it".to_owned(), steps)
            }
            Self::Pictured(heads) => {
                let post =
                    |head: &RecordHead| Step::Send(Method::Post, record(head) + "/photo", None);
                unless_locked("give it a photo".to_owned(), heads, post, before)
            }
        };
        Advice { what, steps }
    }
}

/// A change of records, which is possible only if no lock prevents it or they are unlocked first.
fn unless_locked(
    what: String,
    heads: &[RecordHead],
    step: impl Fn(&RecordHead) -> Step,
    before: &[Change],
) -> (String, Vec<Step>) {
    let is_unlocked = before
        .iter()
        .any(|change| matches!(change, Change::Unlocked(_)));
    if is_unlocked || heads.iter().all(|head| head.lock.is_none()) {
        (what, heads.iter().map(step).collect())
    } else {
        (format!("{what}, which the lock must not stop"), vec![])
    }
}

pub(super) fn join(scopes: &[Scope]) -> String {
    Scope::join_list(scopes).replace(',', ", ")
}
