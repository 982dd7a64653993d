//! S3: the PyPI package `moto`, in the Python environment that `cargo xtask setup` has made in the user's cache.

use crate::parts::{MOTO, assert_chosen, cache};
use crate::supervised::Supervised;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The server requires a signature but does not verify it.
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/// An S3-compatible server in memory.
#[derive(Debug)]
pub struct S3 {
    server: Supervised,
    port: u16,
    buckets: AtomicU32,
}

impl S3 {
    /// The server that all tests of this program share, each with its own bucket.
    ///
    /// # Panics
    /// If it is not installed or cannot be started.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<S3> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// A separate server, for tests that stop it.
    ///
    /// # Panics
    /// If it is not installed or cannot be started.
    pub fn start() -> Self {
        assert_chosen("s3");
        let moto = cache().expect("a home").join(MOTO).join("bin/moto_server");
        assert!(
            moto.exists(),
            "there is no S3 server: run `cargo xtask setup`"
        );
        // Killed rather than stopped: it has nothing to save, and Python ignores QUIT.
        let serve = format!("exec '{}' -H 127.0.0.1 -p \"$port\"", moto.display());
        let (server, port) = Supervised::start("signal=KILL", &serve);
        Self {
            server,
            port,
            buckets: AtomicU32::new(0),
        }
    }

    /// Ends the server.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The environment variables that a client needs.
    pub fn environment(&self) -> Vec<(String, String)> {
        let endpoint = format!("http://127.0.0.1:{}", self.port);
        [
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT", &endpoint),
            ("AWS_ALLOW_HTTP", "true"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// Creates an empty bucket with a unique name.
    ///
    /// # Panics
    /// If the server does not answer.
    pub fn fresh_bucket(&self) -> String {
        let number = self.buckets.fetch_add(1, Ordering::Relaxed);
        let name = format!("bucket-{number}");
        self.request("PUT", &format!("/{name}"), b"");
        name
    }

    /// Writes an object, bypassing the store.
    ///
    /// # Panics
    /// If the server refuses it.
    pub fn put(&self, bucket: &str, name: &str, bytes: &[u8]) {
        self.request("PUT", &format!("/{bucket}/{name}"), bytes);
    }

    /// Removes an object, bypassing the store.
    ///
    /// # Panics
    /// If the server does not answer.
    pub fn delete(&self, bucket: &str, name: &str) {
        self.request("DELETE", &format!("/{bucket}/{name}"), b"");
    }

    /// The names of a bucket's objects, at most a thousand.
    ///
    /// # Panics
    /// If the server does not answer.
    pub fn names(&self, bucket: &str) -> Vec<String> {
        let list = self.request("GET", &format!("/{bucket}?list-type=2"), b"");
        let keys = list.split("<Key>").skip(1);
        keys.filter_map(|rest| rest.split("</Key>").next())
            .map(str::to_owned)
            .collect()
    }

    fn request(&self, method: &str, path: &str, body: &[u8]) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("a server");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {AUTHORIZATION}\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("a request");
        stream.write_all(body).expect("a body");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(status.starts_with('2'), "{method} {path}: {answer}");
        answer
    }
}
