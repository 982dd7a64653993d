//! A client: sends an operation to a node over HTTP, and translates the reply into an [`Answer`].

use super::history::{Answer, Ask, Clock, Operation};
use super::nodes::{NODES, Nodes};
use crate::crash::client::Client;
use crate::crash::picture::{MULTIPART, multipart, number, picture};
use serde_json::Value;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

/// The ids of locks by their numbers, for all locks whose id some reply gave.
#[derive(Debug, Default)]
pub(super) struct Locks(Mutex<HashMap<u64, String>>);

impl Locks {
    fn note(&self, number: u64, id: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(number, id.to_owned());
    }

    fn id(&self, number: u64) -> Option<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&number).cloned()
    }
}

/// One client with a kept connection to each node.
pub(super) struct Caller<'a> {
    number: usize,
    nodes: &'a Nodes,
    clock: &'a Clock,
    locks: &'a Locks,
    token: &'a str,
    connections: [Option<(SocketAddr, Client)>; NODES],
}

impl<'a> Caller<'a> {
    pub(super) fn new(
        number: usize,
        nodes: &'a Nodes,
        clock: &'a Clock,
        locks: &'a Locks,
        token: &'a str,
    ) -> Self {
        Self {
            number,
            nodes,
            clock,
            locks,
            token,
            connections: [const { None }; NODES],
        }
    }

    /// Performs one operation on a record. `None` if it was not sent, because the node does not run or the lock's id is
    /// unknown. An error is a reply that no node may ever give.
    pub(super) fn perform(
        &mut self,
        node: usize,
        record: &str,
        ask: Ask,
    ) -> Result<Option<Operation>, String> {
        let Some((method, path, kind, body)) = self.request(record, ask) else {
            return Ok(None);
        };
        let Some((address, mut client)) = self.connection(node) else {
            return Ok(None);
        };
        let invoked = self.clock.now();
        let sent = client.send(method, &path, kind, &body);
        let ended = self.clock.now();
        let answer = match sent {
            Ok((status, body)) => {
                self.connections[node] = Some((address, client));
                self.answer(ask, status, &body).map_err(|what| {
                    format!("node {node} answers {method} {path} with {status}, {what}")
                })?
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Err(format!("node {node} never answers {method} {path}"));
            }
            // The broken connection is dropped here.
            Err(_) => None,
        };
        Ok(Some(Operation {
            client: self.number,
            node,
            ask,
            invoked,
            answer,
            ended,
        }))
    }

    /// Takes out the kept connection to a node, or makes one. `None` if the node does not run.
    fn connection(&mut self, node: usize) -> Option<(SocketAddr, Client)> {
        let address = self.nodes.address(node)?;
        let kept = self.connections[node].take();
        if let Some(kept) = kept.filter(|(kept, _)| *kept == address) {
            return Some(kept);
        }
        let client = Client::connect(address, self.token).ok()?;
        Some((address, client))
    }

    fn request(
        &self,
        record: &str,
        ask: Ask,
    ) -> Option<(&'static str, String, &'static str, Vec<u8>)> {
        const JSON: &str = "application/json";
        let path = format!("/crm/v8/Leads/{record}");
        let photo = format!("{path}/photo");
        let locks = format!("{path}/Locking_Information__s");
        let json = |text: String| text.into_bytes();
        Some(match ask {
            Ask::Upload(number) => ("POST", photo, MULTIPART, multipart(&picture(number))),
            Ask::DeletePhoto => ("DELETE", photo, JSON, Vec::new()),
            Ask::Download => ("GET", photo, JSON, Vec::new()),
            Ask::Update(value) => {
                let body = format!(r#"{{"data":[{{"Description":"{value}"}}]}}"#);
                ("PUT", path, JSON, json(body))
            }
            Ask::Read => {
                let path = format!("{path}?fields=Description,Record_Image,Locked__s");
                ("GET", path, JSON, Vec::new())
            }
            Ask::Lock(number) => {
                let body = format!(r#"{{"data":[{{"Locked_Reason__s":"{number}"}}]}}"#);
                ("POST", locks, JSON, json(body))
            }
            Ask::Unlock(number) => {
                let path = format!("{locks}/{}", self.locks.id(number)?);
                ("DELETE", path, JSON, Vec::new())
            }
            Ask::ReadLock => {
                let path = format!("{locks}?fields=Locked_Reason__s");
                ("GET", path, JSON, Vec::new())
            }
        })
    }

    /// The answer that a reply means; `None` if the reply leaves open whether the operation has happened.
    fn answer(&self, ask: Ask, status: u16, body: &[u8]) -> Result<Option<Answer>, String> {
        let unforeseen = || String::from_utf8_lossy(&body[..body.len().min(400)]).into_owned();
        let item = || {
            let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
            Ok::<_, String>(body["data"][0].clone())
        };
        Ok(Some(match (ask, status) {
            (_, 500) => return Ok(None),
            (Ask::Download, 200) => {
                let number = number(body).ok_or("a photo that nobody ever uploaded")?;
                Answer::Photo(Some(number))
            }
            (Ask::Download, 204) => Answer::Photo(None),
            (Ask::ReadLock, 204) => Answer::Lock(None),
            (Ask::ReadLock, 200) => {
                let item = item()?;
                let id = item["id"].as_str().ok_or_else(unforeseen)?;
                let number = text_number(&item["Locked_Reason__s"]).ok_or_else(unforeseen)?;
                self.locks.note(number, id);
                Answer::Lock(Some(number))
            }
            (Ask::Read, 200) => {
                let item = item()?;
                Answer::Record {
                    value: text_number(&item["Description"]).ok_or_else(unforeseen)?,
                    photo: item["Record_Image"].is_string(),
                    locked: item["Locked__s"].as_bool().ok_or_else(unforeseen)?,
                }
            }
            (Ask::Lock(number), 201) => {
                let item = item()?;
                let id = item["details"]["id"].as_str().ok_or_else(unforeseen)?;
                self.locks.note(number, id);
                Answer::Done
            }
            (Ask::Upload(_) | Ask::DeletePhoto | Ask::Update(_) | Ask::Unlock(_), 200) => {
                Answer::Done
            }
            (_, 400 | 403) => refusal(ask, body).ok_or_else(unforeseen)?,
            _ => return Err(unforeseen()),
        }))
    }
}

/// The answer for a refusal; `None` if the operation may not be refused so.
fn refusal(ask: Ask, body: &[u8]) -> Option<Answer> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let body = if body["data"][0].is_object() {
        &body["data"][0]
    } else {
        &body
    };
    match (ask, body["code"].as_str()?, body["message"].as_str()?) {
        (Ask::Upload(_) | Ask::DeletePhoto | Ask::Update(_), "RECORD_LOCKED", _) => {
            Some(Answer::Locked)
        }
        (Ask::DeletePhoto, "INVALID_DATA", "No such photo exists")
        | (Ask::Unlock(_), "INVALID_DATA", "relation not found") => Some(Answer::Missing),
        (Ask::Lock(_), "NOT_ALLOWED", "record is already locked")
        | (Ask::Unlock(_), "INVALID_DATA", "the related id given seems to be invalid") => {
            Some(Answer::Other)
        }
        _ => None,
    }
}

/// The number in a text.
fn text_number(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok()
}
