//! Authentication: from the `Authorization` header to a [`Caller`], or to one of two faults. A token that is missing
//! and a token that is bad are different outcomes.

use super::Errand;
use crate::context::{AuthMode, Context, token_digest};
use crate::faults;
use crate::metadata::{Metadata, Profile, User};
use crate::notifications::Watch;
use crate::secret::Digest;
use crate::transaction::{AccessToken, Authorization, Stored, Transaction};
use std::sync::{Arc, OnceLock};
use tanzanite_protocol::{Fault, OrgId, RecordId, Scope, ScopeNeed};

/// The user of a live token, with the token's scopes. Made by [`authenticate`] alone, but for
/// those who are [`absent`].
#[derive(Debug)]
pub struct Caller {
    org: OrgId,
    metadata: Arc<Metadata>,
    user: usize,
    profile: usize,
    /// The access token. `None` for the stand-in of a server that was started with `--auth any` or `off`.
    token: Option<Arc<AccessToken>>,
}

impl Caller {
    /// The organisation's key.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The client id of the application that the token was issued to. Empty without a token, and for one that the
    /// operator issued.
    pub fn client(&self) -> &str {
        let token = self.token.as_ref();
        token.map_or("", |token| &token.authorization.client)
    }

    /// The organisation's settings as this transaction sees them.
    pub fn metadata(&self) -> &Arc<Metadata> {
        &self.metadata
    }

    /// The user.
    pub fn user(&self) -> &User {
        &self.metadata.users()[self.user]
    }

    /// The user's id, in the type of a record's owner.
    pub fn user_id(&self) -> Option<RecordId> {
        RecordId::new(self.user().id)
    }

    /// The user's profile.
    pub fn profile(&self) -> &Profile {
        &self.metadata.profiles()[self.profile]
    }

    /// The token's scopes; `None` for a caller without a token, whose scopes are not limited.
    pub fn scopes(&self) -> Option<&[Scope]> {
        let token = self.token.as_ref();
        token.map(|token| &*token.authorization.scopes)
    }

    /// Whether the caller's scopes cover a need within a module.
    pub fn may(&self, need: &ScopeNeed, module: Option<&str>) -> bool {
        self.scopes().is_none_or(|scopes| {
            need.parts()
                .all(|part| scopes.iter().any(|scope| scope.covers(&part, module)))
        })
    }
}

/// Finds the caller of a request by the digest of the [`bearer_token`], and sets `org` to the caller's organisation as
/// soon as it is known.
///
/// Faults: `AuthenticationMissing` without a token, `TokenInvalid` with one that is not alive.
pub fn authenticate(
    token: Option<&Digest>,
    context: &Context,
    org: &OnceLock<OrgId>,
    tx: &mut dyn Transaction,
) -> Result<Caller, Fault> {
    let mode = context.service.auth;
    let Some(token) = token else {
        return match mode {
            AuthMode::Off => stand_in(context, tx),
            AuthMode::Strict | AuthMode::Any => Err(Fault::new(&faults::AUTHENTICATION_MISSING)
                .because("no Authorization header of the form `Zoho-oauthtoken TOKEN`")),
        };
    };
    match live_caller(token, context, org, tx) {
        Err(fault) if mode != AuthMode::Strict && fault.is(&faults::TOKEN_INVALID) => {
            stand_in(context, tx)
        }
        result => result,
    }
}

/// The token in an `Authorization` header. `Zoho-oauthtoken` is the scheme on the vendor's pages. `Bearer` is taken
/// too: it is the `token_type` of token replies, and gateways send it. No page says whether the vendor takes it.
pub fn bearer_token(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    let known = ["zoho-oauthtoken", "bearer"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let token = token.trim();
    (known && !token.is_empty()).then_some(token)
}

/// The digest of the token in an `Authorization` header. It is taken once for all that ask about the token.
pub fn bearer_digest(authorization: Option<&str>) -> Option<Digest> {
    authorization.and_then(bearer_token).map(token_digest)
}

/// The authorisation behind an access token, even if the token has expired. `None` if the store has no such token.
pub fn bearer(token: Option<&Digest>, tx: &mut dyn Transaction) -> Stored<Option<Authorization>> {
    let Some(token) = token else {
        return Ok(None);
    };
    let found = tx.access_token(token)?;
    Ok(found.map(|token| token.authorization.clone()))
}

fn live_caller(
    token: &Digest,
    context: &Context,
    org: &OnceLock<OrgId>,
    tx: &mut dyn Transaction,
) -> Result<Caller, Fault> {
    let invalid = |cause: &str| Fault::new(&faults::TOKEN_INVALID).because(cause);
    let token = tx
        .access_token(token)?
        .ok_or_else(|| invalid("the token is unknown or revoked"))?;
    let authorization = &token.authorization;
    let metadata = tx
        .metadata(authorization.org)?
        .ok_or_else(|| invalid("the token's organisation is gone"))?;
    let _ = org.set(authorization.org);
    if token.expires <= metadata.clock().at(context.now) {
        return Err(invalid("the token has expired"));
    }
    let user = metadata
        .users()
        .iter()
        .position(|user| user.id == authorization.user.get() && user.is_active())
        .ok_or_else(|| invalid("the token's user is not active"))?;
    caller(authorization.org, metadata, user, Some(token))
}

/// The first active administrator of the default organisation: the caller of requests without a live token, if the
/// server was started with `--auth any` or `off`.
fn stand_in(context: &Context, tx: &mut dyn Transaction) -> Result<Caller, Fault> {
    let nobody = || {
        Fault::new(&faults::TOKEN_INVALID).because("the organisation has no active administrator")
    };
    let org = context.service.default_org;
    let metadata = tx.metadata(org)?.ok_or_else(nobody)?;
    let mut users = metadata.users().iter();
    let user = users.position(|user| metadata.is_run_by(user));
    let user = user.ok_or_else(nobody)?;
    caller(org, metadata, user, None)
}

/// The user who asked for a job, without a token: what its scopes cover was checked when the job was scheduled. `None`
/// if the user is not active any more.
pub(crate) fn caller_of(
    errand: &Errand,
    user: RecordId,
    tx: &mut dyn Transaction,
) -> Stored<Option<Caller>> {
    let Some(metadata) = tx.metadata(errand.org())? else {
        return Ok(None);
    };
    Ok(absent(errand.org(), metadata, user.get()))
}

/// The user of a channel, to whom changes are told as that user may see them. `None` if the user is not active any
/// more.
pub(crate) fn onlooker(org: OrgId, metadata: &Arc<Metadata>, watch: &Watch) -> Option<Caller> {
    absent(org, Arc::clone(metadata), watch.user)
}

/// An active user who has sent no request.
fn absent(org: OrgId, metadata: Arc<Metadata>, id: i64) -> Option<Caller> {
    let mut users = metadata.users().iter();
    let user = users.position(|found| found.id == id && found.is_active())?;
    caller(org, metadata, user, None).ok()
}

fn caller(
    org: OrgId,
    metadata: Arc<Metadata>,
    user: usize,
    token: Option<Arc<AccessToken>>,
) -> Result<Caller, Fault> {
    let profile = metadata
        .profiles()
        .iter()
        .position(|profile| profile.id == metadata.users()[user].profile);
    let profile = profile.ok_or_else(|| {
        Fault::new(&faults::TOKEN_INVALID).because("the token's user has no profile")
    })?;
    Ok(Caller {
        org,
        metadata,
        user,
        profile,
        token,
    })
}
