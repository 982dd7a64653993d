//! What the control API has given clients, so that whoever asks again is given the same: asking uses nothing up.

use super::{Call, Refusal};
use std::collections::HashMap;
use std::fmt;
use tanzanite_crm::metadata::Origin;
use tanzanite_crm::operator::register_client;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::{Context, Transaction};
use tanzanite_protocol::OrgId;
use tanzanite_seed::{Credentials, TokenKind};
use tokio::sync::{Mutex, MutexGuard};

/// The credential that was given last in each organisation. In memory, as long as the server runs: the store has digests alone.
#[derive(Default)]
pub(crate) struct Given(Mutex<HashMap<OrgId, Credential>>);

/// A client and its tokens, in plain text. Any of them may have ended since.
#[derive(Clone)]
pub(super) struct Credential {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) refresh_token: Option<String>,
    pub(super) access_token: Option<String>,
}

/// What can be given again in one organisation. Nobody else is given anything while this is held, so that those who come at once
/// are given the same too.
pub(super) struct Known<'a> {
    given: MutexGuard<'a, HashMap<OrgId, Credential>>,
    org: OrgId,
    /// What the seed gives, if this start knows the seed that the organisation was made from.
    seed: Option<Credentials>,
}

impl Given {
    /// What can be given again in the organisation that a call is about.
    pub(super) async fn known(&self, call: &Call<'_>) -> Result<Known<'_>, Refusal> {
        Ok(Known {
            given: self.0.lock().await,
            org: call.org,
            seed: seed_of(call).await?,
        })
    }

    /// Nothing: the organisation is gone, or is made anew.
    pub(super) async fn forget(&self, org: OrgId) {
        self.0.lock().await.remove(&org);
    }
}

impl Known<'_> {
    /// All of it, what was given last first.
    pub(super) fn candidates(&self) -> Vec<Credential> {
        let last = self.given.get(&self.org).cloned();
        last.into_iter()
            .chain(self.seed.iter().flat_map(of_seed))
            .collect()
    }

    /// Remembers what was given.
    pub(super) fn remember(&mut self, credential: Credential) {
        self.given.insert(self.org, credential);
    }
}

/// The seed's first client, with each of the seed's refresh tokens and without one.
fn of_seed(seed: &Credentials) -> impl Iterator<Item = Credential> {
    let tokens = seed.tokens.values();
    let refresh = tokens.filter(|token| token.kind == TokenKind::Refresh);
    let refresh = refresh.map(|token| Some(token.text.clone()));
    refresh.chain([None]).map(|refresh_token| Credential {
        client_id: seed.client_id.clone(),
        client_secret: seed.client_secret.clone(),
        refresh_token,
        access_token: None,
    })
}

/// The first of the candidates whose client is registered as it is known here, or a new client.
pub(super) fn client(
    candidates: &[Credential],
    org: OrgId,
    context: &Context,
    tx: &mut dyn Transaction,
) -> Result<Credential, Refusal> {
    for known in candidates {
        let client = tx.client(&known.client_id)?;
        let secret = Digest::of(known.client_secret.as_bytes());
        if client.is_some_and(|client| client.org == org && client.secret == secret) {
            return Ok(known.clone());
        }
    }
    let (client_id, client_secret) = register_client(org, context, tx)?;
    Ok(Credential {
        client_id,
        client_secret,
        refresh_token: None,
        access_token: None,
    })
}

async fn seed_of(call: &Call<'_>) -> Result<Option<Credentials>, Refusal> {
    let Some(package) = &call.shared.launch.seed else {
        return Ok(None);
    };
    let org = call.org;
    let origin = move |tx: &mut dyn Transaction| {
        let metadata = tx.metadata(org)?;
        Ok::<_, Refusal>(metadata.and_then(|metadata| metadata.origin().cloned()))
    };
    let origin = call.shared.store.read(origin).await?;
    let seed = package.seed();
    Ok(match origin {
        Some(Origin {
            fingerprint, name, ..
        }) if fingerprint == seed.fingerprint() => match name {
            None => Some(seed.credentials()),
            Some(name) => {
                let name = name.parse().ok();
                let named = name.and_then(|name| seed.named(&name).ok());
                named.map(|seed| seed.credentials())
            }
        },
        _ => None,
    })
}

/// Says nothing: it holds secrets.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(…)")
    }
}
