//! What requests parse of rows. To the database it is text or bytes like any other, so a store looks sound that nobody can serve:
//! `verify` parses all of it, of snapshots too, as a request would.

use crate::snapshots::its_snapshot;
use serde_json::{Map, Value};
use tanzanite_crm::metadata::SettingsItem;
use tanzanite_protocol::Scope;
use tanzanite_protocol::media::ImageKind;

/// A column of texts that are parsed.
pub(crate) struct Texts {
    /// Gives what people call a row, and its text.
    pub(crate) sql: &'static str,
    /// Why a text cannot be read.
    fault: fn(&str) -> Option<String>,
}

impl Texts {
    /// What is wrong with a row.
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
            "SELECT 'settings row ' || r.position || ' of organisation ' || coalesce(s.org, r.org), r.item FROM settings r ",
            its_snapshot!(),
            "ORDER BY r.org, r.position"
        ),
        fault: |text| fault(serde_json::from_str::<SettingsItem>(text)),
    },
    Texts {
        sql: "SELECT 'record ' || id, fields FROM records ORDER BY org, module, id",
        fault: |text| fault(serde_json::from_str::<Map<String, Value>>(text)),
    },
    Texts {
        sql: "SELECT 'photo of ' || record, kind FROM photos ORDER BY org, record, kept",
        fault: |text| fault(ImageKind::from_extension(text).ok_or("no kind of picture")),
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

/// Rows that requests refuse though all of their texts can be read.
pub(crate) const ROWS_OF_NO_USE: [&str; 3] = [
    "SELECT DISTINCT 'organisation ' || org || ' has no settings row that says who it is' FROM settings
     WHERE org > 0 AND org NOT IN (SELECT org FROM settings WHERE item LIKE '{\"kind\":\"organisation\"%')",
    "SELECT 'client ' || id || ' has no digest of a secret' FROM clients WHERE length(secret) <> 32 ORDER BY org, id",
    "SELECT 'record ' || id || ' names nobody' FROM records
     WHERE id < 1 OR owner < 1 OR created_by < 1 OR modified_by < 1 ORDER BY org, module, id",
];

fn scopes(text: &str) -> Option<String> {
    fault(Scope::parse_list(text).map_err(|scope| format!("{scope:?} is no scope")))
}

fn fault<T, E: ToString>(read: Result<T, E>) -> Option<String> {
    read.err().map(|error| error.to_string())
}
