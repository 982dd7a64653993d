//! Infers the tokens: those that were valid when the recording began, their users, and their scopes.
//!
//! The recording has numbered placeholders for tokens. Each that was valid and not issued within the recording becomes
//! a token of the seed, named after its number.

use super::Notes;
use super::settings::Settings;
use crate::recording::step::{Step, id_in};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tanzanite_crm::operations::descriptor;
use tanzanite_crm::operator::EVERY_SCOPE;
use tanzanite_protocol::RecordId;
use tanzanite_protocol::scope::{ScopeNeed, module_word};
use tanzanite_seed::{DraftToken, TokenKind};

/// The inferred tokens and their users.
#[derive(Debug)]
pub(super) struct Access {
    pub(super) tokens: Vec<DraftToken>,
    /// The user of each placeholder.
    users: HashMap<String, RecordId>,
}

/// The facts about one token of the seed and about the tokens issued from it.
#[derive(Debug)]
struct Root {
    kind: TokenKind,
    user: Option<RecordId>,
    /// The scopes that the token endpoint stated.
    said: Option<String>,
    /// The narrowest scopes that its successful requests need.
    needed: BTreeSet<String>,
    /// Whether some request was refused for a missing scope.
    lacking: bool,
    /// Whether it was refused after having been valid.
    died: bool,
}

/// The seed's name for a token, from its placeholder such as `[redacted 3]`.
pub(in crate::recording) fn token_name(placeholder: &str) -> String {
    let number: String = placeholder.chars().filter(char::is_ascii_digit).collect();
    format!("recorded-{number}")
}

pub(super) fn of(steps: &[Step<'_>], settings: &Settings, notes: &mut Notes) -> Access {
    let mut made: HashMap<&str, String> = HashMap::new();
    let mut roots: BTreeMap<String, Root> = BTreeMap::new();
    // The token that last changed a record whose answer did not name the user.
    let mut changed: HashMap<RecordId, String> = HashMap::new();
    for step in steps {
        for (id, by) in modified(step) {
            let root = changed.remove(&id).and_then(|root| roots.get_mut(&root));
            if let Some(root) = root {
                root.user.get_or_insert(by);
            }
        }
        if step.operation == "oauth.issue_token" {
            make(step, &mut made, &mut roots);
        } else if let Some(token) = step.token {
            let root = made.get(token).map_or(token, String::as_str).to_owned();
            if let Some(id) = step.record.filter(|_| changes_a_part(step)) {
                changed.insert(id, root.clone());
            }
            use_token(step, root, &mut roots);
        }
    }
    let administrator = settings.administrator();
    let mut access = Access {
        tokens: Vec::new(),
        users: HashMap::new(),
    };
    for (placeholder, root) in roots {
        let name = token_name(&placeholder);
        if root.user.is_none() {
            notes.assume(format!("{name} is an administrator's"));
        }
        if root.died {
            notes.assume(format!("{name}, which was refused in the end, never dies"));
        }
        let Some(user) = root.user.or(administrator) else {
            continue;
        };
        access.tokens.push(DraftToken {
            name,
            kind: root.kind,
            user,
            scopes: root.scopes(),
        });
        let made = made.iter().filter(|(_, from)| **from == placeholder);
        let made: Vec<_> = made.map(|(token, _)| ((*token).to_owned(), user)).collect();
        access.users.extend(made);
        access.users.insert(placeholder, user);
    }
    access
}

impl Access {
    /// The user of a placeholder's token.
    pub(super) fn user(&self, placeholder: &str) -> Option<RecordId> {
        self.users.get(placeholder).copied()
    }
}

/// Notes an exchange of a code or refresh token: the issued tokens belong to the same root.
fn make<'a>(
    step: &'a Step<'_>,
    made: &mut HashMap<&'a str, String>,
    roots: &mut BTreeMap<String, Root>,
) {
    let (kind, name) = match step.form.get("grant_type").map(String::as_str) {
        Some("authorization_code") => (TokenKind::Code, "code"),
        Some("refresh_token") => (TokenKind::Refresh, "refresh_token"),
        _ => return,
    };
    let Some(given) = step.form.get(name).filter(|_| step.succeeded()) else {
        return;
    };
    let root = made.get(given.as_str()).unwrap_or(given).clone();
    let known = roots.entry(root.clone()).or_insert_with(|| Root::new(kind));
    known.said = step.answered["scope"].as_str().map(str::to_owned);
    for name in ["access_token", "refresh_token"] {
        if let Some(token) = step.answered[name].as_str() {
            made.insert(token, root.clone());
        }
    }
}

/// Notes a use of a token: whether it was valid, its likely user, and the scopes needed.
fn use_token(step: &Step<'_>, root: String, roots: &mut BTreeMap<String, Root>) {
    if step.status() == 401 && step.code() != "OAUTH_SCOPE_MISMATCH" {
        if let Some(root) = roots.get_mut(&root) {
            root.died |= root.kind == TokenKind::Access;
        }
        return;
    }
    let root = roots
        .entry(root)
        .or_insert_with(|| Root::new(TokenKind::Access));
    root.user = root.user.or_else(|| user_of(step));
    if step.code() == "OAUTH_SCOPE_MISMATCH" {
        root.lacking = true;
        return;
    }
    if let Some(asked) = descriptor(step.operation) {
        root.needed.extend(narrowest(&asked.scope, step));
    }
}

/// The caller, if the answer identifies the caller.
fn user_of(step: &Step<'_>) -> Option<RecordId> {
    let current = step
        .form
        .get("type")
        .is_some_and(|kind| kind == "CurrentUser");
    if step.operation == "users.list" && current {
        return step.items("users").first().and_then(id_in);
    }
    let mut written = step.carried_out();
    written.find_map(|(_, answered)| id_in(&answered["details"]["Modified_By"]))
}

/// Whether a record's photo was changed, which also updates `Modified_By`.
fn changes_a_part(step: &Step<'_>) -> bool {
    step.succeeded()
        && matches!(
            step.operation,
            "record_photo.upload" | "record_photo.delete"
        )
}

/// The records of an answer, and the user who last changed each.
fn modified(step: &Step<'_>) -> impl Iterator<Item = (RecordId, RecordId)> {
    let records = step.items("data").iter();
    records.filter_map(|record| Some((id_in(record)?, id_in(&record["Modified_By"])?)))
}

/// One scope for each part of a need.
fn narrowest(need: &ScopeNeed, step: &Step<'_>) -> Vec<String> {
    if need.is_public() {
        return Vec::new();
    }
    let is_custom = tanzanite_crm::schema::standard_modules()
        .iter()
        .all(|module| module.api_name != step.module);
    let scopes = need.narrowest(Some(&module_word(&step.module, is_custom)));
    scopes.iter().map(ToString::to_string).collect()
}

impl Root {
    fn new(kind: TokenKind) -> Self {
        Self {
            kind,
            user: None,
            said: None,
            needed: BTreeSet::new(),
            lacking: false,
            died: false,
        }
    }

    fn scopes(&self) -> Vec<String> {
        let every = || EVERY_SCOPE.iter().map(|scope| (*scope).to_owned());
        let said = self.said.as_deref().unwrap_or_default();
        let said = said.split([' ', ',']).filter(|scope| !scope.is_empty());
        let mut scopes: Vec<String> = said.map(str::to_owned).collect();
        if scopes.is_empty() && self.lacking {
            scopes = self.needed.iter().cloned().collect();
        }
        if scopes.is_empty() && self.lacking {
            // Every request lacked a scope, so it gets one of another service.
            scopes.push("AaaServer.profile.READ".to_owned());
        } else if scopes.is_empty() {
            scopes.extend(every());
        }
        scopes
    }
}
