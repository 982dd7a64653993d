//! A receiver of notifications: a real listener that keeps what it is sent and answers as it is told.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver as Queue, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The way in which a receiver treats the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It answers with this status.
    Answers(u16),
    /// It answers that another address is to be asked: its own, at another path.
    Redirects,
    /// It reads, and never answers.
    IsSilent,
    /// It reads, and closes the connection.
    HangsUp,
    /// It answers with 200 and a head of a megabyte.
    HasManyHeaders,
    /// It answers with 200 and a body of a megabyte.
    TellsMuch,
}

/// A request that came.
#[derive(Debug)]
pub(crate) struct Came {
    pub(crate) line: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: Value,
}

pub(crate) struct Receiver {
    address: SocketAddr,
    manners: Arc<Mutex<Vec<Manner>>>,
    came: Queue<Came>,
}

impl Receiver {
    /// One that answers with 200.
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let manners: Arc<Mutex<Vec<Manner>>> = Arc::default();
        let (tell, came) = channel();
        let next = Arc::clone(&manners);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (next, tell) = (Arc::clone(&next), tell.clone());
                std::thread::spawn(move || serve(stream, address, &next, &tell));
            }
        });
        Self {
            address,
            manners,
            came,
        }
    }

    /// Behaves so at the next requests, and answers with 200 after that.
    pub(crate) fn then(&self, manners: &[Manner]) {
        let mut next = self.manners.lock().expect("manners");
        next.splice(.., manners.iter().rev().copied());
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The requests that came and were not looked at yet.
    pub(crate) fn came(&self) -> Vec<Came> {
        self.came.try_iter().collect()
    }

    /// The request that comes next, soon.
    pub(crate) fn next(&self) -> Came {
        let wait = Duration::from_secs(20);
        self.came.recv_timeout(wait).expect("a notification")
    }
}

fn serve(
    mut stream: TcpStream,
    address: SocketAddr,
    next: &Mutex<Vec<Manner>>,
    tell: &Sender<Came>,
) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let length = lines.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().expect("a length"))
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).expect("a body");
    let manner = next.lock().expect("manners").pop();
    let line = lines.remove(0);
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let _ = tell.send(Came {
        line,
        headers: lines,
        body,
    });
    let reply = match manner.unwrap_or(Manner::Answers(200)) {
        Manner::Answers(status) => format!("HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nOK"),
        Manner::Redirects => format!(
            "HTTP/1.1 307 X\r\nLocation: http://{address}/elsewhere\r\nContent-Length: 0\r\n\r\n"
        ),
        Manner::HangsUp => return,
        Manner::HasManyHeaders => {
            let much = "x".repeat(1 << 20);
            format!("HTTP/1.1 200 X\r\nX: {much}\r\nContent-Length: 0\r\n\r\n")
        }
        Manner::TellsMuch => {
            let much = "x".repeat(1 << 20);
            format!(
                "HTTP/1.1 200 X\r\nContent-Length: {}\r\n\r\n{much}",
                much.len()
            )
        }
        Manner::IsSilent => {
            std::thread::sleep(Duration::from_secs(30));
            return;
        }
    };
    let _ = stream.write_all(reply.as_bytes());
}
