//! Texts in rows that requests parse. The database cannot check them, so a store may seem sound although requests fail
//! on it. `verify` therefore parses all of them, including those of snapshots, as a request would.

use crate::snapshots::its_snapshot;
use serde_json::{Map, Value};
use tanzanite_crm::metadata::SettingsItem;
use tanzanite_crm::stored::DocumentKind;
use tanzanite_protocol::Scope;
use tanzanite_protocol::media::FileKind;

/// A column of texts to parse.
pub(crate) struct Texts {
    /// Selects a description of the row, and its text.
    pub(crate) sql: &'static str,
    /// The reason why a text cannot be parsed.
    fault: fn(&str) -> Option<String>,
}

impl Texts {
    /// The problem of a row, in words.
    pub(crate) fn trouble(&self, row: &str, text: &[u8]) -> Option<String> {
        let fault = match std::str::from_utf8(text) {
            Ok(text) => (self.fault)(text),
            Err(error) => Some(error.to_string()),
        };
        fault.map(|why| format!("{row} cannot be read: {why}"))
    }
}

pub(crate) const TEXTS: [Texts; 6] = [
    Texts {
        sql: concat!(
            "SELECT 'document ' || r.id || ' of kind ' || r.kind || ' of organisation ' || coalesce(s.org, r.org),
                 r.kind || ' ' || r.body FROM documents r ",
            its_snapshot!(),
            "ORDER BY r.org, r.kind, r.id"
        ),
        fault: document,
    },
    Texts {
        sql: "SELECT 'record ' || id, fields FROM record_fields ORDER BY org, module, id",
        fault: |text| fault(serde_json::from_str::<Map<String, Value>>(text)),
    },
    Texts {
        sql: "SELECT 'photo of ' || record, kind FROM photos ORDER BY org, record, kept",
        fault: |text| fault(FileKind::parse(text).ok_or("no kind of file")),
    },
    Texts {
        sql: "SELECT 'a code of client ' || client, scopes FROM grant_codes ORDER BY org, digest",
        fault: scopes,
    },
    Texts {
        sql: "SELECT 'a refresh token of client ' || client, scopes FROM refresh_tokens ORDER BY sequence",
        fault: scopes,
    },
    Texts {
        sql: "SELECT 'an access token of client ' || client, scopes FROM access_tokens ORDER BY sequence",
        fault: scopes,
    },
];

/// Finds rows that requests refuse although all of their texts can be parsed.
pub(crate) const ROWS_OF_NO_USE: [&str; 5] = [
    "SELECT DISTINCT 'organisation ' || org || ' has no document that says who it is' FROM documents
     WHERE org > 0 AND org NOT IN (SELECT org FROM documents WHERE kind = 1)",
    "SELECT 'client ' || id || ' has no digest of a secret' FROM clients WHERE length(secret) <> 32 ORDER BY org, id",
    "SELECT 'record ' || id || ' names nobody' FROM records
     WHERE id < 1 OR owner < 1 OR created_by < 1 OR modified_by < 1 ORDER BY org, module, id",
    "SELECT 'record ' || id || ' has no fields' FROM (
         SELECT org, module, id FROM records EXCEPT SELECT org, module, id FROM record_fields
     ) AS r ORDER BY org, module, id",
    "SELECT 'fields of ' || id || ' have no record' FROM (
         SELECT org, module, id FROM record_fields EXCEPT SELECT org, module, id FROM records
     ) AS f ORDER BY org, module, id",
];

/// Parses the kind's number and the body of a document.
fn document(text: &str) -> Option<String> {
    let (kind, body) = text.split_once(' ')?;
    let kind = kind.parse().ok().and_then(DocumentKind::of);
    let body = serde_json::from_str::<Value>(body).map_err(|error| error.to_string());
    match (kind, body) {
        (None, _) => Some("there is no such kind of document".to_owned()),
        (_, Err(error)) => Some(error),
        (Some(kind), Ok(body)) => fault(SettingsItem::read(kind, 1, body)),
    }
}

fn scopes(text: &str) -> Option<String> {
    fault(Scope::parse_list(text).map_err(|scope| format!("{scope:?} is no scope")))
}

fn fault<T, E: ToString>(read: Result<T, E>) -> Option<String> {
    read.err().map(|error| error.to_string())
}
