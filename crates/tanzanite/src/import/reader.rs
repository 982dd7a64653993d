//! The requests of an import and their order. Answers in the work folder are not requested again. Refusals are not
//! stored, so that a run with a better token gets further.

use super::account::{Account, Answer, Refusal};
use super::fakes::Fakes;
use super::report::Report;
use super::work::Work;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::Progress;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use tanzanite_protocol::media::inspect;
use tanzanite_protocol::{RecordId, limits};

/// Pages of one list of users that are read at most.
const USER_PAGES_MAX: u32 = 100;
/// Bytes of all photos: planting a seed holds them in memory.
const PHOTOS_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// The fields of a lock that a seed can represent.
const LOCK_FIELDS: &str = "Locked_By__s,Locked_Reason__s,Lock_Source__s,Locked_Time__s,Record_Locking_Configuration_Id__s";

/// Reads an account through the work folder.
pub(super) struct Reader<'w, 'r> {
    pub(super) account: Account,
    pub(super) work: &'w Work,
    pub(super) report: &'r mut Report,
    pub(super) progress: Progress,
}

/// A module whose records are read.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) api_name: String,
    /// The fields to request, in chunks of as many names as one call accepts.
    pub(super) chunks: Vec<Vec<String>>,
    /// Whether its records can have photos.
    pub(super) photos: bool,
}

impl Reader<'_, '_> {
    /// The members of a list; `None` if it cannot be read, which the report mentions.
    pub(super) fn list(
        &mut self,
        name: &str,
        path: &str,
        key: &str,
    ) -> Outcome<Option<Vec<Value>>> {
        match self.value(name, path)? {
            Ok(mut value) => Ok(Some(match value.get_mut(key).map(Value::take) {
                Some(Value::Array(items)) => items,
                _ => Vec::new(),
            })),
            Err(refusal) => {
                self.report.not_read(path, refusal);
                Ok(None)
            }
        }
    }

    /// Like [`Self::list`], page by page.
    pub(super) fn users(&mut self, kind: &str) -> Outcome<Option<Vec<Value>>> {
        let mut users = Vec::new();
        for page in 1..=USER_PAGES_MAX {
            let path = format!(
                "users?type={kind}&per_page={}&page={page}",
                limits::USERS_PER_PAGE_MAX
            );
            let mut value = match self.value(&format!("users/{kind}-{page:03}.json"), &path)? {
                Ok(value) => value,
                Err(refusal) => {
                    self.report.not_read(&format!("users?type={kind}"), refusal);
                    return Ok(None);
                }
            };
            if let Some(Value::Array(items)) = value.get_mut("users").map(Value::take) {
                users.extend(items);
            }
            if !has_more(&value) {
                break;
            }
        }
        Ok(Some(users))
    }

    /// Reads up to `records_max` records of a module, newest first, for all chunks of fields. Returns whether the
    /// module can be read.
    pub(super) fn records(&mut self, plan: &Plan, records_max: u32) -> Outcome<bool> {
        for (chunk, fields) in plan.chunks.iter().enumerate() {
            if let Err(refusal) = self.pages(&plan.api_name, chunk, fields, records_max)? {
                let started_over = ["EXPIRED_VALUE", "TOKEN_BOUND_DATA_MISMATCH"];
                let again = if started_over.contains(&refusal.code.as_str()) {
                    // Page tokens are valid for a day; this chunk starts again from its first page.
                    self.work.forget(&folder_of(&plan.api_name, chunk))?;
                    self.pages(&plan.api_name, chunk, fields, records_max)?
                } else {
                    Err(refusal)
                };
                if let Err(refusal) = again {
                    self.report.not_read(&plan.api_name, refusal);
                    return Ok(chunk > 0);
                }
            }
        }
        Ok(true)
    }

    fn pages(
        &mut self,
        module: &str,
        chunk: usize,
        fields: &[String],
        records_max: u32,
    ) -> Outcome<Result<(), Refusal>> {
        let size = limits::RECORDS_PER_PAGE_MAX;
        let fields = fields.join(",").replace('$', "%24");
        let mut token: Option<String> = None;
        for page in 1..=records_max.div_ceil(size) {
            let way = match &token {
                Some(token) => format!("page_token={}", encoded(token)),
                None => format!("page={page}"),
            };
            let read = (page - 1) * size;
            self.progress.show(&format!(
                "{module}: {read} records read, {} requests made",
                self.account.requests
            ));
            let path = format!("{module}?fields={fields}&per_page={size}&sort_by=id&{way}");
            let name = format!("{}/{page:05}.json", folder_of(module, chunk));
            let value = match self.value(&name, &path)? {
                Ok(value) => value,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if !has_more(&value) {
                break;
            }
            let next = value.pointer("/info/next_page_token");
            token = next.and_then(Value::as_str).map(ToOwned::to_owned);
        }
        Ok(Ok(()))
    }

    /// Reads a record's lock.
    pub(super) fn lock(&mut self, module: &str, id: &str) -> Outcome<()> {
        let path = format!("{module}/{id}/Locking_Information__s?fields={LOCK_FIELDS}");
        if let Err(refusal) = self.value(&lock_name(id), &path)? {
            self.report.not_read(&format!("locks of {module}"), refusal);
        }
        Ok(())
    }

    /// Reads a record's photo and stores it, or a made-up picture of the same format, as `ID.FORMAT`.
    pub(super) fn photo(&mut self, module: &str, id: &str, fakes: Option<&Fakes>) -> Outcome<u64> {
        let (bytes, left_out) = match self.account.photo(&format!("{module}/{id}/photo"))? {
            Answer::Body(bytes) => (bytes, "no picture that can be kept"),
            Answer::Nothing => (Vec::new(), "no picture that can be kept"),
            Answer::Refused(refusal) => {
                self.report
                    .not_read(&format!("photos of {module}"), refusal);
                return Ok(0);
            }
        };
        let image = inspect(&bytes).filter(|image| image.pixels <= limits::PHOTO_PIXELS_MAX);
        let Some(image) = image else {
            self.report.value(module, "Record_Image", left_out);
            return Ok(0);
        };
        let bytes = fakes
            .and_then(|fakes| fakes.picture(image.kind, id))
            .map_or(bytes, |fake| fake.to_vec());
        let name = format!("photos/{id}.{}", image.kind.extension());
        self.work.keep(&name, &bytes)?;
        Ok(bytes.len() as u64)
    }

    /// Reads the photos and locks of those records of a module that have them.
    pub(super) fn hangers_on(
        &mut self,
        plan: &Plan,
        records: &[Value],
        fakes: Option<&Fakes>,
    ) -> Outcome<()> {
        let kept: HashSet<String> = self
            .work
            .names("photos")?
            .iter()
            .map(|name| stem(name))
            .collect();
        let mut bytes = self.work.bytes("photos")?;
        for (done, record) in records.iter().enumerate() {
            let Some(id) = id_of(record) else {
                continue;
            };
            let has_image = record.get("Record_Image").is_some_and(Value::is_string);
            if plan.photos && has_image && !kept.contains(id) {
                self.progress.show(&format!(
                    "{}: photos and locks of {done} of {} records",
                    plan.api_name,
                    records.len()
                ));
                if bytes > PHOTOS_BYTES_MAX {
                    self.report
                        .value(&plan.api_name, "Record_Image", "too many bytes of photos");
                } else {
                    bytes += self.photo(&plan.api_name, id, fakes)?;
                }
            }
            if record.get("Locked__s") == Some(&Value::Bool(true)) {
                self.lock(&plan.api_name, id)?;
            }
        }
        Ok(())
    }

    /// An answer as JSON, from the work folder if it is there.
    pub(super) fn value(&mut self, name: &str, path: &str) -> Outcome<Result<Value, Refusal>> {
        let bytes = if let Some(bytes) = self.work.kept(name)? {
            bytes
        } else {
            match self.account.json(path)? {
                Ok(bytes) => {
                    self.work.keep(name, &bytes)?;
                    bytes
                }
                Err(refusal) => return Ok(Err(refusal)),
            }
        };
        serde_json::from_slice(&bytes).map(Ok).map_err(|error| {
            let failure = Failure::caused(Exit::Failed, format!("{name} is broken"), &error);
            failure.hint("remove the work folder .import to begin anew")
        })
    }
}

/// The stored records of a module, at most `records_max`, with the fields of all chunks merged.
pub(super) fn records_read(work: &Work, plan: &Plan, records_max: u32) -> Outcome<Vec<Value>> {
    let mut records: Vec<Value> = Vec::new();
    let mut places = HashMap::new();
    for chunk in 0..plan.chunks.len() {
        let folder = folder_of(&plan.api_name, chunk);
        for name in work.names(&folder)? {
            let bytes = work.kept(&format!("{folder}/{name}"))?.unwrap_or_default();
            let page: Value = serde_json::from_slice(&bytes).unwrap_or_default();
            let page = page.get("data").and_then(Value::as_array).cloned();
            for record in page.unwrap_or_default() {
                let Some(id) = id_of(&record).map(ToOwned::to_owned) else {
                    continue;
                };
                match places.get(&id).copied() {
                    // A record seen before, on another page or in another chunk.
                    Some(place) => merge(&mut records, place, record),
                    // A record that was created during the import lacks the fields of the first chunk.
                    None if chunk > 0 || records.len() >= records_max as usize => {}
                    None => {
                        places.insert(id, records.len());
                        records.push(record);
                    }
                }
            }
        }
    }
    Ok(records)
}

fn merge(records: &mut [Value], place: usize, more: Value) {
    if let (Some(Value::Object(record)), Value::Object(more)) = (records.get_mut(place), more) {
        record.extend(more);
    }
}

/// The record's id, if it is valid: it becomes part of URLs and file names.
pub(super) fn id_of(record: &Value) -> Option<&str> {
    let id = record.get("id")?.as_str()?;
    RecordId::parse(id).map(|_| id)
}

/// A file name without its extension.
pub(super) fn stem(name: &str) -> String {
    name.split('.').next().unwrap_or_default().to_owned()
}

/// The file name under which a lock is stored.
pub(super) fn lock_name(id: &str) -> String {
    format!("locks/{id}.json")
}

fn folder_of(module: &str, chunk: usize) -> String {
    format!("records/{module}/{chunk}")
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn has_more(value: &Value) -> bool {
    value.pointer("/info/more_records") == Some(&Value::Bool(true))
}
