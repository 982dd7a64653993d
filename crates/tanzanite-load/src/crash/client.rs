//! A small blocking HTTP client over one kept connection.

use std::io::{BufRead as _, BufReader, Error, Read as _, Result, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use tanzanite_seed::Seed;

/// The longest that one answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// One connection with a token.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    token: String,
}

/// The demo administrator's token.
pub(crate) fn administrator() -> Result<String> {
    let credentials = Seed::demo().map_err(Error::other)?.credentials();
    let token = credentials.token("admin");
    Ok(token
        .ok_or_else(|| Error::other("the demo has no admin"))?
        .to_owned())
}

impl Client {
    pub(crate) fn connect(address: SocketAddr, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            token: token.to_owned(),
        })
    }

    /// Sends a request and reads its answer: the status and the body.
    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> Result<(u16, Vec<u8>)> {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Zoho-oauthtoken {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            self.token,
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.stream.get_mut().write_all(&request)?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| Error::other("no status"))?;
        let mut length = 0;
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(Error::other("cut off"));
            }
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().map_err(Error::other)?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, body))
    }
}
