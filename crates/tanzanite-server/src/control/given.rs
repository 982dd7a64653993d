//! The credentials that the control API has given out, so that a repeated call gets the same and uses nothing up.

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

/// The latest credential given in each organisation. In memory, for as long as the server runs: the store has only
/// digests.
#[derive(Default)]
pub(crate) struct Given(Mutex<HashMap<OrgId, Credential>>);

/// A client and its tokens, in plain text. Any of them may have expired or been revoked since.
#[derive(Clone)]
pub(super) struct Credential {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) refresh_token: Option<String>,
    pub(super) access_token: Option<String>,
}

/// The credentials that can be given again in one organisation. Holds a lock, so that concurrent callers get the same
/// ones.
pub(super) struct Known<'a> {
    given: MutexGuard<'a, HashMap<OrgId, Credential>>,
    org: OrgId,
    /// The seed's credentials, if this start knows the seed that the organisation was made from.
    seed: Option<Credentials>,
}

impl Given {
    /// Locks the credentials of the organisation that a call concerns.
    pub(super) async fn known(&self, call: &Call<'_>) -> Result<Known<'_>, Refusal> {
        Ok(Known {
            given: self.0.lock().await,
            org: call.org,
            seed: seed_of(call).await?,
        })
    }

    /// Forgets an organisation that was removed or made anew.
    pub(super) async fn forget(&self, org: OrgId) {
        self.0.lock().await.remove(&org);
    }
}

impl Known<'_> {
    /// All candidates, the latest given first.
    pub(super) fn candidates(&self) -> Vec<Credential> {
        let last = self.given.get(&self.org).cloned();
        last.into_iter()
            .chain(self.seed.iter().flat_map(of_seed))
            .collect()
    }

    /// Remembers a given credential.
    pub(super) fn remember(&mut self, credential: Credential) {
        self.given.insert(self.org, credential);
    }
}

/// The seed's first client, once with each of the seed's refresh tokens and once without.
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

/// The first candidate whose client is still registered with the same data, or a new client.
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

/// Prints no content: it holds secrets.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(…)")
    }
}
