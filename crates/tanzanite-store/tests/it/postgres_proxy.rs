//! A proxy between a store and PostgreSQL that loses the answer to a COMMIT.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Hands everything on. Once it is armed, it cuts the connection of the next COMMIT.
pub(crate) struct Proxy {
    port: u16,
    cut: Arc<AtomicBool>,
}

/// When the connection is cut.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The server never gets the COMMIT.
    Before,
    /// The server has done it, and its answer is lost.
    After,
}

impl Proxy {
    pub(crate) fn start(server: &str, when: Cut) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let cut = Arc::new(AtomicBool::new(false));
        let (server, armed) = (server.to_owned(), Arc::clone(&cut));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.expect("a client");
                let server = TcpStream::connect(&server).expect("a server");
                let (from_server, to_client) = (
                    server.try_clone().expect("a stream"),
                    client.try_clone().expect("a stream"),
                );
                let armed = Arc::clone(&armed);
                std::thread::spawn(move || forward(from_server, to_client));
                std::thread::spawn(move || watch(client, server, &armed, when));
            }
        });
        Self { port, cut }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn arm(&self) {
        self.cut.store(true, Ordering::SeqCst);
    }

    /// Whether it has cut.
    pub(crate) fn has_cut(&self) -> bool {
        !self.cut.load(Ordering::SeqCst)
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

fn watch(mut client: TcpStream, mut server: TcpStream, armed: &AtomicBool, when: Cut) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = client.read(&mut buffer) {
        let message = &buffer[..length];
        if message.windows(7).any(|word| word == b"COMMIT\0") && armed.swap(false, Ordering::SeqCst)
        {
            // First the client loses its side, so that no answer reaches it.
            let _ = client.shutdown(Shutdown::Both);
            if when == Cut::After {
                let _ = server.write_all(message);
                std::thread::sleep(Duration::from_millis(300));
            }
            break;
        }
        if server.write_all(message).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
}
