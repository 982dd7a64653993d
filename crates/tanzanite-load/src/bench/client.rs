//! A keep-alive connection on which one request after another is asked, each timed from its first byte to the last of
//! its answer.

use super::child::Server;
use super::clock::now;
use super::reply::parse;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use xtask::output::Outcome;

/// The connection.
pub(super) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// How long an answer took, its status and its body.
pub(super) struct Answered<'a> {
    pub(super) time: Duration,
    pub(super) status: u16,
    pub(super) body: &'a [u8],
}

impl Client {
    pub(super) fn to(server: &Server) -> Outcome<Self> {
        let stream = TcpStream::connect(server.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        let buffer = Vec::new();
        Ok(Self { stream, buffer })
    }

    /// A control call.
    pub(super) fn control(
        &mut self,
        method: &str,
        what: &str,
        body: &str,
    ) -> Outcome<(Duration, u16, Value)> {
        self.request(method, &format!("/_tanzanite/{what}"), body, "")
    }

    /// How long it took, the status, and the body if it is JSON.
    pub(super) fn request(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
        token: &str,
    ) -> Outcome<(Duration, u16, Value)> {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Zoho-oauthtoken {token}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let Answered { time, status, body } = self.exchange(request.as_bytes())?;
        Ok((
            time,
            status,
            serde_json::from_slice(body).unwrap_or_default(),
        ))
    }

    /// Asks a request as it is written.
    pub(super) fn exchange(&mut self, request: &[u8]) -> Outcome<Answered<'_>> {
        let begun = now();
        self.stream.write_all(request)?;
        self.buffer.clear();
        let mut chunk = [0; 16 * 1024];
        loop {
            let read = self.stream.read(&mut chunk)?;
            if read == 0 {
                return Err("the server hung up instead of answering".into());
            }
            self.buffer.extend_from_slice(&chunk[..read]);
            let reply = parse(&self.buffer).map_err(|_| "what was answered is no reply")?;
            if let Some(reply) = reply {
                return Ok(Answered {
                    time: begun.elapsed(),
                    status: reply.status,
                    body: &self.buffer[reply.body_at..reply.end],
                });
            }
        }
    }
}
