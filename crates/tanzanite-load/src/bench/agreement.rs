//! Whether the bare server still gives our replies: a yardstick that answers something else
//! measures nothing.

use super::reply::{header, parse};
use super::request::Request;
use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use xtask::output::Outcome;

/// How long a server may take to answer one request.
const PATIENCE: Duration = Duration::from_secs(20);
/// How much of a body a complaint shows.
const EXCERPT_BYTES_MAX: usize = 300;

/// What both must say alike. All other headers are ours to give.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) status: u16,
    kind: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Asks Tanzanite and the bare server once each; fails, with both answers, if they differ.
pub(super) fn check(
    title: &str,
    (ours, request): (SocketAddr, &Request),
    (bare, yardstick): (SocketAddr, &Request),
) -> Outcome {
    let (ours, bare) = (ask(ours, request)?, ask(bare, yardstick)?);
    if ours == bare {
        return Ok(());
    }
    Err(format!(
        "the yardstick of \"{title}\" is stale; correct crates/tanzanite-load/src/bench/bare.rs\n\
         Tanzanite answers {ours}\nbare axum answers {bare}"
    )
    .into())
}

/// Asks once.
pub(super) fn ask(address: SocketAddr, request: &Request) -> Outcome<Answered> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request.bytes())?;
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            return Err("a server hung up instead of answering".into());
        }
        bytes.extend_from_slice(&buffer[..read]);
        if let Some(reply) = parse(&bytes).map_err(|_| "what was answered is no reply")? {
            let kind = header(&bytes[..reply.body_at], b"content-type:");
            return Ok(Answered {
                status: reply.status,
                kind: kind.map(|kind| String::from_utf8_lossy(kind).into_owned()),
                body: bytes[reply.body_at..reply.end].to_vec(),
            });
        }
    }
}

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.as_deref().unwrap_or("no type");
        let shown = &self.body[..self.body.len().min(EXCERPT_BYTES_MAX)];
        write!(
            f,
            "{}, {kind}, {} bytes: {}",
            self.status,
            self.body.len(),
            shown.escape_ascii()
        )
    }
}
