//! Replays a recording to this server, in the same order, with the same identities and at the same times, and compares
//! the answers.

mod client;
mod compare;
mod correspondence;
mod report;

pub(crate) use report::Report;

use super::inference::token_name;
use super::step::Step;
use crate::control::Control;
use crate::exit::Outcome;
use crate::own_server::OwnServer;
use crate::tls;
use client::Client;
use compare::Comparer;
use correspondence::Correspondence;
use report::Answer;
use serde_json::json;
use std::collections::BTreeSet;
use tanzanite_seed::Credentials;
use tanzanite_server::recorder::recording::{Exchange, Recording};

/// The replaying server, and the parts of it that are from the recording.
pub(crate) struct Planted<'a> {
    pub(crate) server: &'a OwnServer,
    pub(crate) credentials: &'a Credentials,
    /// The ids in the seed, which are the recorded ones.
    pub(crate) ids: BTreeSet<i64>,
}

/// Sends all requests, and compares the answers.
pub(crate) fn replay(recording: &Recording, planted: &Planted<'_>) -> Outcome<Report> {
    let base = planted.server.base_url();
    let client = Client::new(base);
    let control = Control::new(base.to_owned(), tls::of_any());
    let mut correspondence = begin(recording, planted);
    let mut report = Report::default();
    for (number, exchange) in (1..).zip(&recording.exchanges) {
        let mut answer = Answer::of(number, exchange);
        if exchange.failed.is_none() {
            // Timestamps and expirations depend on the time of the request.
            control.post("clock", &json!({ "action": "freeze", "at": exchange.at }))?;
            let ours = client.ask(exchange, &correspondence)?;
            let mut comparer = Comparer::new(&recording.opening.at, &mut correspondence);
            comparer.compare(&exchange.reply, &ours);
            answer.differences = comparer.differences();
            answer.ours = ours.line();
        }
        report.answers.push(answer);
    }
    Ok(report)
}

/// The initial correspondence: the texts that the seed took from the recording.
fn begin(recording: &Recording, planted: &Planted<'_>) -> Correspondence {
    let mut correspondence = Correspondence::default();
    for id in &planted.ids {
        let id = id.to_string();
        correspondence.same(&id, &id);
    }
    let base = planted.server.base_url();
    for origin in [&recording.opening.to, &recording.opening.accounts] {
        correspondence.stands_for(origin, base);
    }
    for placeholder in placeholders(&recording.exchanges) {
        let known = planted.credentials.token(&token_name(&placeholder));
        if let Some(text) = known {
            correspondence.same(&placeholder, text);
        }
    }
    let exchanged = recording
        .exchanges
        .iter()
        .map(Step::of)
        .find(|step| step.succeeded() && step.answered["access_token"].is_string());
    if let Some(step) = exchanged {
        let credentials = planted.credentials;
        for (name, text) in [
            ("client_id", &credentials.client_id),
            ("client_secret", &credentials.client_secret),
        ] {
            if let Some(recorded) = step.form.get(name) {
                correspondence.same(recorded, text);
            }
        }
    }
    correspondence
}

/// The placeholders of the tokens that were sent.
fn placeholders(exchanges: &[Exchange]) -> BTreeSet<String> {
    let sent = exchanges.iter().map(Step::of).flat_map(|step| {
        let token = step.token.map(str::to_owned);
        let names = ["code", "refresh_token", "token"];
        let given = names.map(|name| step.form.get(name).cloned());
        token.into_iter().chain(given.into_iter().flatten())
    });
    sent.filter(|text| text.starts_with("[redacted ")).collect()
}
