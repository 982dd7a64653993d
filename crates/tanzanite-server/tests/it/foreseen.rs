//! Compares the prediction of `/_tanzanite/explain` for a request with the answer that it then gets.

use crate::world::{Actor, Exchange, World};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl World {
    /// The answer of `/_tanzanite/explain`.
    pub(crate) fn explain(&self, question: &Value) -> Value {
        let body = question.to_string();
        let exchange = self.anyone().post("/_tanzanite/explain", &body);
        assert_eq!(exchange.status, 200, "{question}: {exchange}");
        exchange.json()
    }
}

impl Actor<'_> {
    /// The answer of `/_tanzanite/explain` to a request with the actor's token.
    pub(crate) fn explain(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Value {
        let authorization = self.authorization().map(|value| ("Authorization", value));
        let headers = headers.iter().copied().chain(authorization);
        let headers: BTreeMap<_, _> = headers.collect();
        let question = json!({ "request": {
            "method": method,
            "path": path,
            "headers": headers,
            "body_base64": STANDARD.encode(body),
        } });
        self.world.explain(&question)
    }

    /// Explains a request and then sends it; the answer must be the predicted one.
    pub(crate) fn send_foreseen(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> (Value, Exchange) {
        let explained = self.explain(method, path, headers, body);
        let exchange = self.send(method, path, headers, body);
        let answer = &explained["answer"];
        assert_eq!(
            answer["status"], exchange.status,
            "{explained:#}: {exchange}"
        );
        let refusals = explained["refusals"].as_array().expect("refusals");
        let answers: Vec<_> = refusals
            .iter()
            .map(|refusal| refusal["answer"].clone())
            .collect();
        assert_eq!(answers, exchange.refusals(), "{explained:#}: {exchange}");
        assert_eq!(explained["passes"], answers.is_empty());
        (explained, exchange)
    }
}

impl Exchange {
    /// The refusals in an answer: the whole answer, or some items of a batch.
    pub(crate) fn refusals(&self) -> Vec<Value> {
        if self.status < 300 && self.status != 207 || self.body.is_empty() {
            return Vec::new();
        }
        let json = self.json();
        // The key is the resource's: `data`, `tags`. A resource of one thing has an answer there, and no list.
        let of_batch = json["code"].is_null();
        let items = json.as_object().into_iter().flat_map(|body| body.values());
        let items = items.flat_map(|answers| match answers {
            Value::Array(answers) => answers.clone(),
            answer => vec![answer.clone()],
        });
        let items: Vec<Value> = if of_batch {
            items.collect()
        } else {
            vec![json]
        };
        items
            .into_iter()
            .filter(|item| item["status"] == "error")
            .collect()
    }
}
