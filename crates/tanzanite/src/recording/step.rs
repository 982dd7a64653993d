//! Interprets an exchange of a recording: its operation, its token and its outcome.

use serde_json::Value;
use std::collections::HashMap;
use tanzanite_crm::route;
use tanzanite_crm::schema::standard_modules;
use tanzanite_protocol::{Method, RecordId};
use tanzanite_server::recorder::recording::Exchange;
use url::form_urlencoded;

/// An interpreted exchange.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub(super) exchange: &'a Exchange,
    /// The operation's name in the endpoint table; empty if it is not served.
    pub(super) operation: &'static str,
    /// The module in the path or the query; empty if neither names one.
    pub(super) module: String,
    /// The record in the path.
    pub(super) record: Option<RecordId>,
    /// The placeholder of the token in `Authorization`.
    pub(super) token: Option<&'a str>,
    /// The request's body, if it is JSON.
    pub(super) asked: Value,
    /// The form of a request to the token endpoint, merged with the query.
    pub(super) form: HashMap<String, String>,
    /// The answer's body, if it is JSON.
    pub(super) answered: Value,
}

/// Interprets exchanges. Clients write a module's name in any case; here it is spelled as the vendor or the
/// organisation spells it, or else as it was first written.
pub(super) fn steps<'a>(exchanges: impl Iterator<Item = &'a Exchange>) -> Vec<Step<'a>> {
    let mut steps: Vec<Step<'a>> = exchanges.map(Step::of).collect();
    let standard = standard_modules().iter();
    let standard = standard.map(|module| module.api_name.as_ref());
    let succeeded = steps.iter().filter(|step| step.succeeded());
    let listed = succeeded.flat_map(|step| step.items("modules"));
    let listed = listed.filter_map(|module| module["api_name"].as_str());
    let written = steps.iter().map(|step| step.module.as_str());
    let mut spellings: HashMap<String, String> = HashMap::new();
    for name in standard.chain(listed).chain(written) {
        let spelling = spellings.entry(name.to_ascii_lowercase());
        spelling.or_insert_with(|| name.to_owned());
    }
    for step in &mut steps {
        if let Some(spelling) = spellings.get(&step.module.to_ascii_lowercase()) {
            step.module.clone_from(spelling);
        }
    }
    steps
}

impl<'a> Step<'a> {
    pub(super) fn of(exchange: &'a Exchange) -> Self {
        let request = &exchange.request;
        let json = |text: Option<&str>| {
            let parsed = text.and_then(|text| serde_json::from_str(text).ok());
            parsed.unwrap_or_default()
        };
        let form = form(request.query(), request.body.text().unwrap_or_default());
        let route = route(Method::parse(&request.method), request.path()).ok();
        let parameter = |name| {
            let found = route.as_ref().map(|route| route.parameter(name));
            found.unwrap_or_default().to_owned()
        };
        let operation = route.as_ref().map_or("", |route| route.id());
        let mut module = parameter("module");
        if module.is_empty() && operation == "fields.list" {
            module = form.get("module").cloned().unwrap_or_default();
        }
        let authorization = request.header("authorization");
        Self {
            exchange,
            operation,
            module,
            record: RecordId::parse(&parameter("record_id")),
            token: authorization.and_then(|value| Some(value.split_once(' ')?.1)),
            asked: json(request.body.text()),
            form,
            answered: json(exchange.reply.body.text()),
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.exchange.reply.status
    }

    /// Whether the request succeeded, at least for some items.
    pub(super) fn succeeded(&self) -> bool {
        (200..300).contains(&self.status()) && !self.answered["error"].is_string()
    }

    /// The vendor's `code` of the whole answer; empty if it has none.
    pub(super) fn code(&self) -> &str {
        self.answered["code"].as_str().unwrap_or_default()
    }

    /// The items of the answer under this key.
    pub(super) fn items(&self, name: &str) -> &[Value] {
        self.answered[name].as_array().map_or(&[], Vec::as_slice)
    }

    /// The items of a write that succeeded: the item sent, and its answer.
    pub(super) fn carried_out(&self) -> impl Iterator<Item = (&Value, &Value)> {
        let sent = self.asked["data"].as_array().map_or(&[][..], Vec::as_slice);
        // A deletion sends no items.
        let sent = sent.iter().chain(std::iter::repeat(&Value::Null));
        let pairs = sent.zip(self.items("data"));
        pairs.filter(|(_, answered)| answered["status"] == "success")
    }
}

/// The pairs of a query and of a body, which may be a form in either encoding.
fn form(query: &str, body: &str) -> HashMap<String, String> {
    let mut pairs: HashMap<String, String> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    if body.starts_with("--") {
        for part in body.split("name=\"").skip(1) {
            let name = part.split('"').next().unwrap_or_default();
            let value = part.split("\r\n\r\n").nth(1).unwrap_or_default();
            let value = value.split("\r\n").next().unwrap_or_default();
            pairs.insert(name.to_owned(), value.to_owned());
        }
    } else if !body.starts_with(['{', '[']) {
        pairs.extend(form_urlencoded::parse(body.as_bytes()).into_owned());
    }
    pairs
}

/// The id in a reference: `{"id": "…"}`.
pub(super) fn id_in(value: &Value) -> Option<RecordId> {
    value["id"].as_str().and_then(RecordId::parse)
}
