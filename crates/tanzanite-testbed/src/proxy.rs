//! A TCP proxy to a server on this machine, whose connections can be cut: at once, or at a PostgreSQL client's COMMIT.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Forwards everything until it is told otherwise.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

/// A COMMIT that is held back until its connection is cut, at the latest when this is dropped. The server never gets
/// it.
#[derive(Debug)]
pub struct Held(Arc<Hold>);

#[derive(Debug, Default)]
struct Hold {
    stage: Mutex<Stage>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Awaited,
    Here,
    Over,
}

/// The action at the next COMMIT.
#[derive(Debug)]
enum Armed {
    Cut(Cut),
    Hold(Arc<Hold>),
}

/// The fate of the COMMIT at which a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The server never gets it.
    Before,
    /// The server gets it, and its answer is lost.
    After,
}

#[derive(Debug, Default)]
struct Shared {
    armed: Mutex<Option<Armed>>,
    /// Both ends of the open connections.
    open: Mutex<HashMap<u64, [TcpStream; 2]>>,
    count: AtomicU64,
    commits_cut: AtomicU64,
}

impl Proxy {
    /// A proxy to the server on a port. Until the server is there, connections are closed at once.
    ///
    /// # Panics
    /// If there is no free port.
    pub fn start(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared::default());
        let ours = Arc::clone(&shared);
        // The thread ends with the program.
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) {
                    // A connection that cannot be forwarded is closed.
                    let _ = ours.carry(client, server);
                }
            }
        });
        Self { port, shared }
    }

    /// The port to connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts all connections and returns their number.
    pub fn cut(&self) -> usize {
        let cut: Vec<_> = self.shared.open().drain().collect();
        for ends in cut.iter().flat_map(|(_, ends)| ends) {
            let _ = ends.shutdown(Shutdown::Both);
        }
        cut.len()
    }

    /// Cuts the connection that sends the next COMMIT.
    pub fn cut_at_commit(&self, cut: Cut) {
        self.shared.arm(Armed::Cut(cut));
    }

    /// Holds back the next COMMIT.
    pub fn hold_commit(&self) -> Held {
        let hold = Arc::new(Hold::default());
        self.shared.arm(Armed::Hold(Arc::clone(&hold)));
        Held(hold)
    }

    /// The number of COMMITs at which a connection was cut.
    pub fn commits_cut(&self) -> u64 {
        self.shared.commits_cut.load(Ordering::Relaxed)
    }
}

impl Shared {
    fn carry(self: &Arc<Self>, client: TcpStream, server: TcpStream) -> std::io::Result<()> {
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let (from_server, to_client) = (server.try_clone()?, client.try_clone()?);
        let ends = [client.try_clone()?, server.try_clone()?];
        self.open().insert(number, ends);
        std::thread::spawn(move || hand_on(from_server, &to_client, |_| None));
        let ours = Arc::clone(self);
        std::thread::spawn(move || {
            hand_on(client, &server, |message| ours.verdict(message));
            ours.open().remove(&number);
        });
        Ok(())
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, [TcpStream; 2]>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn arm(&self, armed: Armed) {
        let mut next = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        *next = Some(armed);
    }

    /// Whether to cut at this message, which may be a COMMIT.
    fn verdict(&self, message: &[u8]) -> Option<Cut> {
        if !message.windows(7).any(|word| word == b"COMMIT\0") {
            return None;
        }
        let armed = self
            .armed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()?;
        self.commits_cut.fetch_add(1, Ordering::Relaxed);
        Some(match armed {
            Armed::Cut(cut) => cut,
            Armed::Hold(hold) => {
                hold.proceed(Stage::Here);
                hold.wait_for(Stage::Over, Duration::MAX);
                Cut::Before
            }
        })
    }
}

impl Held {
    /// Waits for the COMMIT; returns whether it has come.
    pub fn wait(&self, patience: Duration) -> bool {
        self.0.wait_for(Stage::Here, patience)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.proceed(Stage::Over);
    }
}

impl Hold {
    fn proceed(&self, stage: Stage) {
        let mut here = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        // It may come after the test has stopped waiting.
        if *here != Stage::Over {
            *here = stage;
        }
        self.changed.notify_all();
    }

    fn wait_for(&self, stage: Stage, patience: Duration) -> bool {
        let here = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_timeout_while(here, patience, |here| *here != stage);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

/// Forwards messages until either end is closed or the verdict on a message is to cut.
fn hand_on(mut from: TcpStream, mut to: &TcpStream, verdict: impl Fn(&[u8]) -> Option<Cut>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let cut = verdict(&buffer[..length]);
        if cut.is_some() {
            // The sender is cut off first, so that no answer can reach it.
            let _ = from.shutdown(Shutdown::Both);
        }
        if cut == Some(Cut::Before) || to.write_all(&buffer[..length]).is_err() || cut.is_some() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
