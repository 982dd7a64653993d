//! The clients and tokens of a seed file. Texts that the file does not give are derived from its secret, so that the
//! same file yields the same ones on every machine.

use super::error::Problems;
use super::names::Names;
use super::reader::At;
use super::settings::Settings;
use super::shapes::{Lifetime, SeedFile, TokenKind, TokenShape};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tanzanite_crm::context::token_text;
use tanzanite_crm::schema::Module;
use tanzanite_crm::secret::derive_hex;
use tanzanite_crm::suggest::nearest;
use tanzanite_protocol::{RecordId, Scope, limits};

/// Letters and digits in a client's id, after `1000.`.
const CLIENT_ID_CHARS: usize = 30;
/// Hexadecimal digits in a client's secret, as many as the vendor's have.
const CLIENT_SECRET_CHARS: usize = 42;
/// Words at a module's place in a scope that name no module (vendor's pages "Scopes", and those of single operations).
const OTHER_SCOPE_WORDS: &[&str] = &[
    "all",
    "attachments",
    "custom",
    "emails",
    "lockinginformation",
    "notes",
];

/// A client to register, with its secret in plain text.
#[derive(Clone, Debug)]
pub(super) struct PlannedClient {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) redirect_uri: Option<String>,
}

/// A token to store, with its plain text.
#[derive(Clone, Debug)]
pub(super) struct PlannedToken {
    pub(super) name: String,
    pub(super) kind: TokenKind,
    pub(super) text: String,
    pub(super) client: String,
    pub(super) user: RecordId,
    pub(super) scopes: Arc<[Scope]>,
    pub(super) lifetime: Lifetime,
}

/// The clients of the file, in its order.
pub(super) fn clients(file: &SeedFile<'_>, problems: &mut Problems) -> Vec<PlannedClient> {
    let secret = file.secret.value.as_bytes();
    let mut names = Names::new("client");
    let mut planned: Vec<PlannedClient> = Vec::new();
    let mut taken = HashSet::new();
    for shape in &file.clients {
        names.add(&shape.name, (), problems);
        let name = &shape.name.value;
        let id = match &shape.client_id {
            Some(id) => id.value.clone(),
            None => client_id(secret, name),
        };
        let is_taken = !taken.insert(id.clone());
        if let (Some(id), true) = (&shape.client_id, is_taken) {
            problems.add(
                id.at,
                "another client has this client_id",
                "Give it one of its own.",
            );
        }
        for text in [&shape.client_id, &shape.client_secret]
            .into_iter()
            .flatten()
        {
            if text.value.is_empty() || text.value.contains(char::is_whitespace) {
                let message = "this is empty or has blanks in it";
                problems.add(
                    text.at,
                    message,
                    "Leave it out, and it is derived from the secret.",
                );
            }
        }
        let client_secret = shape.client_secret.as_ref().map(|text| text.value.clone());
        let derived = || {
            derive_hex(
                secret,
                &format!("client secret {name}"),
                CLIENT_SECRET_CHARS,
            )
        };
        planned.push(PlannedClient {
            id,
            secret: client_secret.unwrap_or_else(derived),
            redirect_uri: shape.redirect_uri.as_ref().map(|uri| uri.value.clone()),
        });
    }
    if file.clients.is_empty() {
        let message = "there is no client";
        problems.add(file.secret.at, message, "Add a [[client]] with a `name`.");
    }
    planned
}

/// The tokens of the file.
pub(super) fn tokens(
    file: &SeedFile<'_>,
    clients: &[PlannedClient],
    settings: &Settings<'_>,
    problems: &mut Problems,
) -> Vec<PlannedToken> {
    let mut names = Names::new("token");
    let mut client_names = Names::new("client");
    // A duplicate name of a client has been reported already.
    let mut noted = Problems::default();
    for (shape, client) in file.clients.iter().zip(clients) {
        client_names.add(&shape.name, client.id.as_str(), &mut noted);
    }
    let words = ScopeWords::of(settings);
    let mut planned: Vec<PlannedToken> = Vec::new();
    for shape in &file.tokens {
        names.add(&shape.name, (), problems);
        let user = settings.users.find(&shape.user, problems);
        let client = client(shape, &client_names, problems);
        let scopes = scopes(&shape.scopes, &words, problems);
        let lifetime = lifetime(shape, problems);
        let (Some(user), Some(client), Some(scopes)) = (user, client, scopes) else {
            continue;
        };
        let (name, kind) = (shape.name.value.clone(), shape.kind);
        let text = token_text(&derive_hex(
            file.secret.value.as_bytes(),
            &format!("{} {name}", kind.purpose()),
            64,
        ));
        let client = client.to_owned();
        planned.push(PlannedToken {
            name,
            kind,
            text,
            client,
            user,
            scopes,
            lifetime,
        });
    }
    planned
}

impl TokenKind {
    /// The purpose that the token's text is derived for.
    const fn purpose(self) -> &'static str {
        match self {
            Self::Access => "access token",
            Self::Refresh => "refresh token",
            Self::Code => "code",
        }
    }
}

/// A client id in the vendor's format: `1000.` and 30 letters and digits.
fn client_id(secret: &[u8], name: &str) -> String {
    const ALPHABET: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let hex = derive_hex(secret, &format!("client {name}"), 2 * CLIENT_ID_CHARS);
    let bytes = hex.as_bytes().chunks(2).map(|pair| {
        std::str::from_utf8(pair)
            .ok()
            .and_then(|pair| usize::from_str_radix(pair, 16).ok())
            .unwrap_or(0)
    });
    let letters = bytes.map(|byte| char::from(ALPHABET[byte % ALPHABET.len()]));
    format!("1000.{}", letters.collect::<String>())
}

/// The client that a token names, or the only client.
fn client<'a>(
    shape: &TokenShape,
    clients: &Names<'a, &'a str>,
    problems: &mut Problems,
) -> Option<&'a str> {
    if let Some(name) = &shape.client {
        return clients.find(name, problems);
    }
    let mut all = clients.iter();
    match (all.next(), all.next()) {
        (Some((_, only)), None) => Some(only),
        (Some(_), Some(_)) => {
            let message = format!("the token {:?} does not say whose it is", shape.name.value);
            problems.add(
                shape.at,
                message,
                "Add `client = \"…\"`: the file has several.",
            );
            None
        }
        // The lack of a client has been reported already.
        (None, _) => None,
    }
}

fn scopes(
    texts: &At<Vec<At<String>>>,
    words: &ScopeWords,
    problems: &mut Problems,
) -> Option<Arc<[Scope]>> {
    let count = texts.value.len();
    if count == 0 || count > limits::SCOPES_PER_TOKEN_MAX {
        let hint = format!(
            "Write 1 to {}, such as \"ZohoCRM.modules.ALL\".",
            limits::SCOPES_PER_TOKEN_MAX
        );
        problems.add(
            texts.at,
            format!("a token cannot have {count} scopes"),
            hint,
        );
        return None;
    }
    let scopes: Vec<_> = texts
        .value
        .iter()
        .map(|text| scope(text, words, problems))
        .collect();
    scopes.into_iter().collect()
}

fn scope(text: &At<String>, known: &ScopeWords, problems: &mut Problems) -> Option<Scope> {
    let Some(scope) = Scope::parse(&text.value) else {
        let message = format!("{:?} is no scope", text.value);
        let hint = "Write ZohoCRM.{group}.{OPERATION} or ZohoCRM.{group}.{sub}.{OPERATION}, \
                    where the operation is ALL, READ, WRITE, CREATE, UPDATE, DELETE or CUSTOM.";
        problems.add(text.at, message, hint);
        return None;
    };
    let words: Vec<&str> = text.value.trim().split('.').collect();
    if let [service, ..] = words.as_slice()
        && !service.eq_ignore_ascii_case("ZohoCRM")
        && nearest(service, std::iter::once("ZohoCRM")).is_some()
    {
        let message = format!("{:?} is a scope of no service", text.value);
        problems.add(text.at, message, "Did you mean \"ZohoCRM\"?");
    }
    if let [_, group, sub, _] = words.as_slice()
        && group.eq_ignore_ascii_case("modules")
    {
        check_module_word(text, sub, known, problems);
    }
    Some(scope)
}

/// The words that stand for modules in scopes.
struct ScopeWords {
    /// The words, without duplicates.
    words: BTreeSet<&'static str>,
    /// The lower-case names of modules that share the word `custom`.
    custom: HashSet<String>,
}

impl ScopeWords {
    fn of(settings: &Settings<'_>) -> Self {
        let modules = settings.metadata.modules();
        let custom = modules.clone().filter(|module| module.custom);
        Self {
            words: modules
                .map(Module::scope_word)
                .filter(|word| !word.is_empty())
                .collect(),
            custom: custom
                .map(|module| module.api_name.to_ascii_lowercase())
                .collect(),
        }
    }
}

/// Reports a word that resembles a module's: a token with it would be refused everywhere without an obvious reason.
/// Other unknown words may be the vendor's.
fn check_module_word(text: &At<String>, sub: &str, known: &ScopeWords, problems: &mut Problems) {
    let sub = sub.to_ascii_lowercase();
    if OTHER_SCOPE_WORDS.contains(&sub.as_str()) {
        return;
    }
    if known.custom.contains(&sub) {
        let message = format!("the word {sub:?} is no module's in scopes");
        problems.add(
            text.at,
            message,
            "All custom modules share the word \"custom\".",
        );
        return;
    }
    if known.words.contains(sub.as_str()) {
        return;
    }
    if let Some(near) = nearest(&sub, known.words.iter().copied()) {
        let message = format!("the word {sub:?} is no module's in scopes");
        problems.add(text.at, message, format!("Did you mean {near:?}?"));
    }
}

fn lifetime(shape: &TokenShape, problems: &mut Problems) -> Lifetime {
    let usual = match shape.kind {
        TokenKind::Access => limits::ACCESS_TOKEN_LIFETIME,
        TokenKind::Code => limits::GRANT_LIFETIME,
        TokenKind::Refresh => {
            if let Some(lifetime) = &shape.lifetime {
                let hint =
                    "Remove `lifetime`: a seed's refresh tokens live until they are revoked.";
                problems.add(lifetime.at, "a refresh token has no lifetime", hint);
            }
            Duration::MAX
        }
    };
    shape
        .lifetime
        .as_ref()
        .map_or(Lifetime::Seconds(usual.as_secs()), |lifetime| {
            lifetime.value
        })
}
