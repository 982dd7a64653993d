//! Applies fault injection rules to a request: finds the rule that fires and carries it out.

use super::{Asker, Effect, Moment, Rule, Suspect};
use crate::Shared;
use crate::body::{Aborted, Arriving, Incoming};
use crate::exchange::{Answered, Line, crm, request};
use crate::journal;
use crate::way::Way;
use http::StatusCode;
use http::request::Parts;
use std::sync::Arc;
use tanzanite_crm::operations::oauth;
use tanzanite_crm::policy::bearer;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_protocol::limits;

/// Answers a request to the vendor's API, subject to the rules.
pub(crate) async fn under_rules(
    shared: &Arc<Shared>,
    way: &Way,
    head: &Parts,
    incoming: impl Incoming,
    random: [u8; 32],
    line: &mut Line,
) -> Result<Answered, Aborted> {
    let mut body = Arriving::Coming(incoming);
    if let Some(suspect) = shared.faults.suspect(line.method, head, line.at) {
        if suspect.is_public() {
            // The body names the client.
            body = Arriving::Read(body.read(&shared.bodies, limits::FORM_BYTES_MAX).await?);
        }
        match asker(shared, way, head, line.token, &suspect, &body).await {
            Ok(asker) => {
                line.org = Some(asker.org);
                line.rule = shared.faults.fire(&suspect, &asker, line.at);
            }
            Err(error) => return failed(shared, body, error).await,
        }
    }
    match line.rule.clone() {
        Some(rule) => obey(shared, &rule, way, head, body, random, line).await,
        None => crm(shared, way, head, body, random, line)
            .await
            .map(Answered::Crm),
    }
}

/// Carries out a rule that has fired.
async fn obey(
    shared: &Arc<Shared>,
    rule: &Rule,
    way: &Way,
    head: &Parts,
    body: Arriving<'_, impl Incoming>,
    random: [u8; 32],
    line: &mut Line,
) -> Result<Answered, Aborted> {
    let effect = rule.effect();
    if rule.moment() == Moment::Before
        && let Err(error) = pause_and_kill(shared, line.token, rule).await
    {
        return failed(shared, body, error).await;
    }
    let carried_out = match (rule.moment(), &effect) {
        (Moment::After, _) | (_, Effect::Nothing) => {
            Some(crm(shared, way, head, body, random, line).await?)
        }
        _ => {
            body.discard(&shared.bodies).await?;
            None
        }
    };
    if rule.moment() == Moment::After
        && let Err(error) = pause_and_kill(shared, line.token, rule).await
    {
        return Ok(Answered::Crm(Err(error.into())));
    }
    let answered = match (effect, carried_out) {
        (Effect::Nothing, Some(result)) => Answered::Crm(result),
        (Effect::Fault(fault), _) => Answered::Crm(Err(fault)),
        (Effect::Reply(reply, body), _) => Answered::Raw(reply, body),
        (Effect::Reset, _) => Answered::Reset,
        (Effect::Close | Effect::Nothing, _) => Answered::Closed,
    };
    let breaks_off = rule.spoiling().is_some_and(|it| it.truncated.is_some());
    if breaks_off && !has_body(head, &answered) {
        // A connection that is ended cannot send the answer.
        return Ok(Answered::Closed);
    }
    Ok(answered)
}

/// The answer when the store failed before the request ran.
async fn failed(
    shared: &Shared,
    body: Arriving<'_, impl Incoming>,
    error: StoreError,
) -> Result<Answered, Aborted> {
    body.discard(&shared.bodies).await?;
    Ok(Answered::Crm(Err(error.into())))
}

/// The sender of the request. An unknown sender belongs to the organisation that the server was started for.
async fn asker<B>(
    shared: &Shared,
    way: &Way,
    head: &Parts,
    token: Option<Digest>,
    suspect: &Suspect<'_>,
    body: &Arriving<'_, B>,
) -> Result<Asker, StoreError> {
    let request = request(head);
    let form = match body {
        Arriving::Read(held) if suspect.is_public() => Some(held.body.clone()),
        _ => None,
    };
    let bears_token = form.is_none();
    let find = move |tx: &mut dyn Transaction| match &form {
        Some(body) => oauth::client_of(&request, body, tx),
        None => Ok(bearer(token.as_ref(), tx)?
            .map(|authorization| (authorization.org, authorization.client))),
    };
    Ok(match shared.store.read(find).await? {
        Some((org, client)) => Asker {
            org,
            client,
            bears_token,
        },
        None => Asker {
            org: way.service(shared).default_org,
            client: String::new(),
            bears_token: false,
        },
    })
}

/// The delay and the end of the token that a rule prescribes.
async fn pause_and_kill(
    shared: &Shared,
    token: Option<Digest>,
    rule: &Rule,
) -> Result<(), StoreError> {
    if let Some(delay) = rule.delay() {
        shared.pauses.wait(delay).await;
    }
    if let Some(token) = token.filter(|_| rule.kills_token()) {
        let kill = move |tx: &mut dyn Transaction| tx.remove_access_token(&token);
        shared.store.write(kill).await?;
    }
    Ok(())
}

/// Whether the response has a body on the wire.
fn has_body(head: &Parts, answered: &Answered) -> bool {
    let (status, bytes) = match answered {
        Answered::Crm(Ok(reply)) => (reply.status, journal::bytes_of(reply).len()),
        Answered::Crm(Err(_)) | Answered::Refused(_) => return head.method != http::Method::HEAD,
        Answered::Raw(reply, body) => (reply.status().as_u16(), body.len()),
        Answered::Closed | Answered::Reset => return false,
    };
    let may = status != StatusCode::NO_CONTENT && status != StatusCode::NOT_MODIFIED;
    may && bytes > 0 && head.method != http::Method::HEAD
}
