//! The acknowledgements that one client got, record by record, and their comparison with the server.

use super::client::Client;
use super::picture::{MULTIPART, multipart, picture};
use std::io::{Error, Result};

/// The most records of one client, which are written to over and over.
const RECORDS_MAX: usize = 12;

/// The records of one client.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    records: Vec<Note>,
    acknowledged: usize,
    /// The number of inserts that the client has sent; it makes the records' names.
    asked: usize,
}

/// One record and its acknowledged photo.
#[derive(Clone, Debug)]
struct Note {
    id: String,
    /// The acknowledged photo; `None` if the record has none.
    photo: Option<Vec<u8>>,
    /// The other state that the photo may have, if the last request was cut off.
    perhaps: Perhaps,
}

/// The photo that a request that was cut off would have left.
#[derive(Clone, Debug, PartialEq)]
enum Perhaps {
    /// No request was cut off.
    Nothing,
    /// The request would have left this photo, or none.
    Photo(Option<Vec<u8>>),
}

impl Notes {
    pub(super) fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    /// Performs one write, chosen at random. An error means that no acknowledgement came.
    pub(super) fn write(&mut self, client: &mut Client, random: u64) -> Result<()> {
        if self.records.len() < RECORDS_MAX && random.is_multiple_of(5) || self.records.is_empty() {
            return self.insert(client);
        }
        let position = usize::try_from(random >> 32).unwrap_or(0) % self.records.len();
        let note = &mut self.records[position];
        let path = format!("/crm/v8/Leads/{}/photo", note.id);
        let next = note.photo.is_none().then(|| picture(random));
        note.perhaps = Perhaps::Photo(next.clone());
        let (status, body) = match &next {
            Some(picture) => client.send("POST", &path, MULTIPART, &multipart(picture))?,
            None => client.send("DELETE", &path, "text/plain", b"")?,
        };
        if status != 200 {
            return Err(Error::other(String::from_utf8_lossy(&body).into_owned()));
        }
        note.photo = next;
        note.perhaps = Perhaps::Nothing;
        self.acknowledged += 1;
        Ok(())
    }

    fn insert(&mut self, client: &mut Client) -> Result<()> {
        self.asked += 1;
        let body = format!(r#"{{"data":[{{"Last_Name":"Crash {}"}}]}}"#, self.asked);
        let (status, reply) =
            client.send("POST", "/crm/v8/Leads", "application/json", body.as_bytes())?;
        let reply: serde_json::Value = serde_json::from_slice(&reply)?;
        let id = reply["data"][0]["details"]["id"]
            .as_str()
            .filter(|_| status == 201);
        let id = id
            .ok_or_else(|| Error::other(reply.to_string()))?
            .to_owned();
        self.records.push(Note {
            id,
            photo: None,
            perhaps: Perhaps::Nothing,
        });
        self.acknowledged += 1;
        Ok(())
    }

    /// Compares every note with the server's answer, and then notes the photo that the server has. The error names the
    /// loss.
    pub(super) fn check(&mut self, client: &mut Client) -> std::result::Result<(), String> {
        for note in &mut self.records {
            let path = format!("/crm/v8/Leads/{}/photo", note.id);
            let (status, body) = client
                .send("GET", &path, "text/plain", b"")
                .map_err(|error| error.to_string())?;
            let found = match status {
                200 => Some(body),
                204 => None,
                _ => {
                    return Err(format!(
                        "record {} is lost: {}",
                        note.id,
                        String::from_utf8_lossy(&body)
                    ));
                }
            };
            let foreseen = found == note.photo || note.perhaps == Perhaps::Photo(found.clone());
            if !foreseen {
                return Err(format!(
                    "the photo of {} is not what was acknowledged: {:?} bytes instead of {:?}",
                    note.id,
                    found.map(|found| found.len()),
                    note.photo.as_ref().map(Vec::len)
                ));
            }
            note.photo = found;
            note.perhaps = Perhaps::Nothing;
        }
        Ok(())
    }
}
