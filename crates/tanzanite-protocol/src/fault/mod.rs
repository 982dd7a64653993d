//! Faults: the answer to a refused request, and the reason, which only the log shows.

mod row;

pub use row::{Envelope, Row, Stage, lower_case};

use crate::reply::{Content, Reply};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::fmt;

/// A refusal: its row in the catalogue, its details, and a cause that only the log shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    row: &'static Row,
    details: Map<String, Value>,
    cause: Cause,
}

/// Serialises a fault in [`Envelope::Crm`], with the keys in the vendor's order.
#[derive(Serialize)]
struct InCrm<'a> {
    code: &'a str,
    details: &'a Map<String, Value>,
    message: &'a str,
    status: &'a str,
}

/// The reason for a refusal, in words for the operator. It cannot get into a reply: only [`Cause::for_log`] reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause(Option<String>);

impl Cause {
    /// The text for the log.
    pub fn for_log(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl Fault {
    /// A fault of this row, without details.
    pub fn new(row: &'static Row) -> Self {
        Self {
            row,
            details: Map::new(),
            cause: Cause::default(),
        }
    }

    /// Adds a detail; the row must name its key.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        debug_assert!(
            self.row.details.contains(&key),
            "{:?} has no detail {key}",
            self.row
        );
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// The value of a detail, if the fault has it.
    pub fn detail(&self, key: &str) -> Option<&Value> {
        self.details.get(key)
    }

    /// Sets the cause, for the log only.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Cause(Some(cause.to_string()));
        self
    }

    /// The fault's row in the catalogue.
    pub fn row(&self) -> &'static Row {
        self.row
    }

    /// Whether the fault is of this row.
    pub fn is(&self, row: &Row) -> bool {
        self.row == row
    }

    /// Applies `more`, which adds details, if the fault is of this row.
    #[must_use]
    pub fn saying(self, row: &Row, more: impl FnOnce(Self) -> Self) -> Self {
        if self.is(row) { more(self) } else { self }
    }

    /// The cause, for the log.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// The JSON object: a whole body, or one item of a batch.
    pub fn to_json(&self) -> Value {
        let row = self.row;
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

    /// The reply that consists of this fault. Same JSON as [`Fault::to_json`], without building a [`Value`] first.
    pub fn to_reply(&self) -> Reply {
        let row = self.row;
        let direct = match row.envelope {
            Envelope::Crm => serde_json::to_string(&InCrm {
                code: row.code,
                details: &self.details,
                message: row.message,
                status: "error",
            })
            .ok(),
            Envelope::OAuth | Envelope::OAuthDenied => None,
        };
        let body = bytes::Bytes::from(direct.unwrap_or_else(|| self.to_json().to_string()));
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

    static UNKNOWN: Row = Row {
        key: "module.unknown",
        meaning: "The organisation has no module of this name.",
        stage: Stage::Module,
        status: 400,
        code: "INVALID_MODULE",
        message: "the module name given seems to be invalid",
        details: &["resource_path_index"],
        envelope: Envelope::Crm,
        evidence: crate::Evidence::Seed,
    };

    #[test]
    fn a_fault_is_written_in_the_vendor_s_order_of_keys_and_without_its_cause() {
        let fault = Fault::new(&UNKNOWN)
            .with("resource_path_index", 0)
            .because("secret");
        assert_eq!(
            fault.to_json().to_string(),
            r#"{"code":"INVALID_MODULE","details":{"resource_path_index":0},"message":"the module name given seems to be invalid","status":"error"}"#
        );
    }
}
