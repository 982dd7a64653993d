//! The shapes that the vendor wraps answers in.

use crate::reply::Reply;
use serde_json::{Map, Value};

/// One success: `{"code":"SUCCESS","details":…,"message":…,"status":"success"}`.
pub fn success(message: &str, details: Map<String, Value>) -> Value {
    let mut body = Map::new();
    body.insert("code".to_owned(), Value::from("SUCCESS"));
    body.insert("details".to_owned(), Value::Object(details));
    body.insert("message".to_owned(), Value::from(message));
    body.insert("status".to_owned(), Value::from("success"));
    Value::Object(body)
}

/// One answer an input, in the inputs' order, under a root key.
#[derive(Debug)]
pub struct Batch {
    root: &'static str,
    success_status: u16,
    items: Vec<Value>,
    failures: usize,
}

impl Batch {
    /// An empty batch. `success_status` is sent if no item fails.
    pub fn new(root: &'static str, success_status: u16) -> Self {
        Self {
            root,
            success_status,
            items: Vec::new(),
            failures: 0,
        }
    }

    /// Adds one item's answer.
    pub fn push(&mut self, item: Result<Value, crate::Fault>) {
        match item {
            Ok(value) => self.items.push(value),
            Err(fault) => {
                self.failures += 1;
                self.items.push(fault.to_json());
            }
        }
    }

    /// The reply: the success status, 207 if some failed, 400 if all did (OpenAPI, record examples).
    pub fn into_reply(self) -> Reply {
        let status = match self.failures {
            0 => self.success_status,
            failures if failures == self.items.len() => 400,
            _ => 207,
        };
        let mut body = Map::new();
        body.insert(self.root.to_owned(), Value::Array(self.items));
        Reply::json(status, &Value::Object(body))
    }
}
