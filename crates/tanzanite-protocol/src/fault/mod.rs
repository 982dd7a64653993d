//! Faults: what a refused request is told, and why it was refused.

mod catalogue;

pub use catalogue::{CATALOGUE, Condition, Envelope, Row, Stage};

use crate::reply::{Content, Reply};
use serde_json::{Map, Value, json};
use std::fmt;

/// A refusal: a row of the catalogue, its details, and a cause that only the log sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    condition: Condition,
    details: Map<String, Value>,
    cause: Cause,
}

/// Why a request was refused, in words for the operator. It has no way into a reply: it can be written only by
/// [`Cause::for_log`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause(Option<String>);

impl Cause {
    /// The text for the log.
    pub fn for_log(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl Fault {
    /// A fault without details.
    pub fn new(condition: Condition) -> Self {
        Self {
            condition,
            details: Map::new(),
            cause: Cause::default(),
        }
    }

    /// Adds a detail, one that the catalogue's row names.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        debug_assert!(
            self.condition.row().details.contains(&key),
            "{:?} has no detail {key} in the catalogue",
            self.condition
        );
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// Says why, for the log only.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Cause(Some(cause.to_string()));
        self
    }

    /// Which row of the catalogue.
    pub fn condition(&self) -> Condition {
        self.condition
    }

    /// Why, for the log.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// The body, or one item of a batch.
    pub fn to_json(&self) -> Value {
        let row = self.condition.row();
        match row.envelope {
            Envelope::Crm => json!({
                "code": row.code, "details": self.details, "message": row.message, "status": "error",
            }),
            Envelope::OAuth => json!({ "error": row.code }),
            Envelope::OAuthDenied => json!({
                "error_description": row.message, "error": row.code, "status": "failure",
            }),
        }
    }

    /// The reply that this fault is by itself.
    pub fn to_reply(&self) -> Reply {
        let row = self.condition.row();
        let body = bytes::Bytes::from(self.to_json().to_string());
        Reply {
            status: row.status,
            code: Some(row.code),
            content: Content::Json(body),
            refused: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_fault_is_written_in_the_vendor_s_order_of_keys_and_without_its_cause() {
        let fault = Fault::new(Condition::ModuleUnknown)
            .with("resource_path_index", 0)
            .because("secret");
        assert_eq!(
            fault.to_json().to_string(),
            r#"{"code":"INVALID_MODULE","details":{"resource_path_index":0},"message":"the module name given seems to be invalid","status":"error"}"#
        );
    }

    #[test]
    fn no_two_conditions_look_alike_on_the_wire_and_stand_at_the_same_stage() {
        let mut seen = HashSet::new();
        for row in CATALOGUE {
            let key = (row.status, row.code, row.message, row.details, row.stage);
            assert!(seen.insert(key), "{:?} repeats another row", row.condition);
        }
    }

    #[test]
    fn a_code_of_500_is_the_store_s_alone() {
        for row in CATALOGUE {
            assert_eq!(
                row.status >= 500,
                row.stage == Stage::Store,
                "{:?}",
                row.condition
            );
        }
    }
}
