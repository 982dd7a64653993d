//! The final report of an import: what was imported, what could not be read, what was assumed. It has names and counts,
//! never a value.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Names that a line lists at most.
const NAMES_SHOWN_MAX: usize = 12;

/// The notes so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    modules: Vec<ModuleCount>,
    not_read: BTreeSet<String>,
    assumed: BTreeSet<String>,
    /// Reasons for leaving out fields, with the fields.
    fields: BTreeMap<String, BTreeSet<String>>,
    /// Reasons for leaving out values, with the field and their number.
    values: BTreeMap<(String, String), u64>,
    pub(super) requests: u64,
}

#[derive(Debug)]
struct ModuleCount {
    api_name: String,
    records: u64,
    photos: u64,
    locks: u64,
}

impl Report {
    /// Notes something that the account refuses to reveal.
    pub(super) fn not_read(&mut self, what: &str, why: impl std::fmt::Display) {
        self.not_read.insert(format!("{what}: {why}"));
    }

    /// Notes an assumption.
    pub(super) fn assumed(&mut self, what: impl Into<String>) {
        self.assumed.insert(what.into());
    }

    /// Notes a field that the seed lacks.
    pub(super) fn field(&mut self, module: &str, api_name: &str, why: impl Into<String>) {
        let fields = self.fields.entry(why.into()).or_default();
        fields.insert(format!("{module}.{api_name}"));
    }

    /// Notes a value that the seed lacks.
    pub(super) fn value(&mut self, module: &str, api_name: &str, why: &str) {
        let key = (why.to_owned(), format!("{module}.{api_name}"));
        *self.values.entry(key).or_default() += 1;
    }

    /// Notes the numbers of a module that was read.
    pub(super) fn module(&mut self, api_name: &str, records: u64, photos: u64, locks: u64) {
        self.modules.push(ModuleCount {
            api_name: api_name.to_owned(),
            records,
            photos,
            locks,
        });
    }

    /// The report as JSON.
    pub(super) fn json(&self, seed: &Path, anonymised: bool) -> Value {
        let modules = self.modules.iter().map(|module| {
            json!({
                "api_name": module.api_name,
                "records": module.records,
                "photos": module.photos,
                "locks": module.locks,
            })
        });
        let fields = self.fields.iter();
        let fields = fields.map(|(why, fields)| json!({ "why": why, "fields": fields }));
        let values = self
            .values
            .iter()
            .map(|((why, field), count)| json!({ "why": why, "field": field, "count": count }));
        json!({
            "seed": seed.display().to_string(),
            "anonymised": anonymised,
            "requests": self.requests,
            "modules": modules.collect::<Vec<_>>(),
            "not_read": self.not_read,
            "assumed": self.assumed,
            "fields_left_out": fields.collect::<Vec<_>>(),
            "values_left_out": values.collect::<Vec<_>>(),
        })
    }

    /// The report for people.
    pub(super) fn text(&self, seed: &Path, anonymised: bool) -> String {
        let kind = if anonymised {
            "made-up values"
        } else {
            "REAL values"
        };
        let mut text = format!(
            "Written: {} ({kind}), with {} requests.\n",
            seed.display(),
            self.requests
        );
        let head = ["MODULE", "RECORDS", "PHOTOS", "LOCKS"].map(str::to_owned);
        let rows = self.modules.iter().map(|module| {
            let counts =
                [module.records, module.photos, module.locks].map(|count| count.to_string());
            let [records, photos, locks] = counts;
            [module.api_name.clone(), records, photos, locks]
        });
        let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
        text += &format!("\n{}", crate::output::columns(&rows));
        let fields = self
            .fields
            .iter()
            .map(|(why, fields)| format!("{}: {why}", list(fields)));
        let values = self.values.iter();
        let values = values.map(|((why, field), count)| format!("{count} of {field}: {why}"));
        let parts = [
            ("Could not be read", self.not_read.iter().cloned().collect()),
            ("Assumed", self.assumed.iter().cloned().collect()),
            ("Fields left out", fields.collect()),
            ("Values left out", values.collect::<Vec<_>>()),
        ];
        for (title, lines) in parts.into_iter().filter(|(_, lines)| !lines.is_empty()) {
            text += &format!("\n{title}:\n");
            for line in lines {
                text += &format!("  {line}\n");
            }
        }
        text += &format!(
            "\nNext: tanzanite serve --memory --seed {}\n",
            seed.display()
        );
        text
    }
}

fn list(names: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = names
        .iter()
        .take(NAMES_SHOWN_MAX)
        .map(String::as_str)
        .collect();
    match names.len().saturating_sub(NAMES_SHOWN_MAX) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
