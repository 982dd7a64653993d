//! Tokens: which of them worked when the recording began, whose they were, and what for.
//!
//! The file has numbers for tokens. Each that worked and was not made within the recording becomes a token of the seed with a name
//! that has its number.

use super::Notes;
use super::settings::Settings;
use crate::recording::step::{Step, id_in};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tanzanite_crm::operations::descriptor;
use tanzanite_crm::operator::EVERY_SCOPE;
use tanzanite_protocol::RecordId;
use tanzanite_protocol::scope::{ScopeNeed, module_word};
use tanzanite_seed::{DraftToken, TokenKind};

/// Tokens, and whose they are.
#[derive(Debug)]
pub(super) struct Access {
    pub(super) tokens: Vec<DraftToken>,
    /// The user of each placeholder.
    users: HashMap<String, RecordId>,
}

/// What is known of a token of the seed, and of those that were made from it.
#[derive(Debug)]
struct Root {
    kind: TokenKind,
    user: Option<RecordId>,
    /// As the token endpoint said them.
    said: Option<String>,
    /// The narrowest scopes that what was done needs.
    needed: BTreeSet<String>,
    /// A scope was missing for something.
    lacking: bool,
    /// It was refused after it had worked.
    died: bool,
}

/// The name of a token in the seed, by what stands for it in the recording: `[redacted 3]`.
pub(in crate::recording) fn token_name(placeholder: &str) -> String {
    let number: String = placeholder.chars().filter(char::is_ascii_digit).collect();
    format!("recorded-{number}")
}

pub(super) fn of(steps: &[Step<'_>], settings: &Settings, notes: &mut Notes) -> Access {
    let mut made: HashMap<&str, String> = HashMap::new();
    let mut roots: BTreeMap<String, Root> = BTreeMap::new();
    // Whose change of a record was the last, where the answer did not say so.
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
    /// Whose token stands behind a placeholder.
    pub(super) fn user(&self, placeholder: &str) -> Option<RecordId> {
        self.users.get(placeholder).copied()
    }
}

/// A code or a refresh token was exchanged: what was made of it is its own.
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

/// A token was used: whether it worked, whose it seems to be, and for what it is good.
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

/// The caller, if the answer says who it is.
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

/// Whether a record's photo was changed, which stamps the record.
fn changes_a_part(step: &Step<'_>) -> bool {
    step.succeeded()
        && matches!(
            step.operation,
            "record_photo.upload" | "record_photo.delete"
        )
}

/// The records of an answer, and who changed each last.
fn modified(step: &Step<'_>) -> impl Iterator<Item = (RecordId, RecordId)> {
    let records = step.items("data").iter();
    records.filter_map(|record| Some((id_in(record)?, id_in(&record["Modified_By"])?)))
}

/// One scope for each part of a need.
fn narrowest(need: &ScopeNeed, step: &Step<'_>) -> Vec<String> {
    use tanzanite_protocol::scope::Sub;
    let parts = need.parts().filter(|part| !part.is_public());
    let scopes = parts.filter_map(|part| {
        let operation = part.operations.first()?.as_str();
        let group = part.group;
        Some(match part.sub {
            Sub::Fixed(sub) => format!("ZohoCRM.{group}.{sub}.{operation}"),
            Sub::Module => {
                let is_custom = tanzanite_crm::schema::standard_modules()
                    .iter()
                    .all(|module| module.api_name != step.module);
                let word = module_word(&step.module, is_custom);
                format!("ZohoCRM.{group}.{word}.{operation}")
            }
            Sub::None | Sub::FixedAndModule(_) => format!("ZohoCRM.{group}.{operation}"),
        })
    });
    scopes.collect()
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
            // It was refused everything: its scopes are another service's.
            scopes.push("AaaServer.profile.READ".to_owned());
        } else if scopes.is_empty() {
            scopes.extend(every());
        }
        scopes
    }
}
