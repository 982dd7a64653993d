//! The JSON envelopes that the vendor puts around results.

use crate::fault::Fault;
use crate::reply::Reply;
use serde_json::{Map, Value};
use std::fmt::Display;

/// The envelope of one success: `{"code":"SUCCESS","details":…,"message":…,"status":"success"}`.
pub fn success(message: &str, details: Map<String, Value>) -> Value {
    let mut body = Map::new();
    body.insert("code".to_owned(), Value::from("SUCCESS"));
    body.insert("details".to_owned(), Value::Object(details));
    body.insert("message".to_owned(), Value::from(message));
    body.insert("status".to_owned(), Value::from("success"));
    Value::Object(body)
}

/// The envelope of one success of which nothing is told but an id.
pub fn success_of(message: &str, id: &impl Display) -> Value {
    let details = Map::from_iter([("id".to_owned(), id.to_string().into())]);
    success(message, details)
}

/// The results of a batch: one for each input, in the inputs' order, as a list under a root key.
#[derive(Debug)]
pub struct Batch {
    root: &'static str,
    success_status: u16,
    items: Vec<Value>,
    refused: Vec<Fault>,
    beside: Map<String, Value>,
    alone: bool,
}

impl Batch {
    /// An empty batch, to be listed under `root`. `success_status` is the HTTP status if no item fails.
    pub fn new(root: &'static str, success_status: u16) -> Self {
        Self {
            root,
            success_status,
            items: Vec::new(),
            refused: Vec::new(),
            beside: Map::new(),
            alone: false,
        }
    }

    /// Adds keys that stand beside the list.
    #[must_use]
    pub fn with(mut self, beside: Map<String, Value>) -> Self {
        self.beside = beside;
        self
    }

    /// The one answer stands under the root key by itself, and not in a list.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Adds one item's answer.
    pub fn push(&mut self, item: Result<Value, Fault>) {
        match item {
            Ok(value) => self.items.push(value),
            Err(fault) => {
                self.items.push(fault.to_json());
                self.refused.push(fault);
            }
        }
    }

    /// The reply: the success status, 207 if some failed, 400 if all did (OpenAPI, record examples).
    pub fn into_reply(mut self) -> Reply {
        let status = match self.refused.len() {
            0 => self.success_status,
            refused if refused == self.items.len() => 400,
            _ => 207,
        };
        let mut body = Map::new();
        let answers = if self.alone {
            self.items.pop().unwrap_or_default()
        } else {
            self.items.into()
        };
        body.insert(self.root.to_owned(), answers);
        body.extend(self.beside);
        Reply {
            refused: self.refused,
            ..Reply::json(status, &Value::Object(body))
        }
    }
}
