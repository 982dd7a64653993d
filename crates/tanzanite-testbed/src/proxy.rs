//! A way to a server on this machine that can be cut: at once, or at the COMMIT of a client of PostgreSQL's.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Hands everything on, until it is told otherwise.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

/// A COMMIT that is held until its connection is cut, at the latest when this is dropped. The server never gets it.
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

/// What becomes of the next COMMIT.
#[derive(Debug)]
enum Armed {
    Cut(Cut),
    Hold(Arc<Hold>),
}

/// What becomes of the COMMIT at which a connection is cut.
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
    /// Both ends of those that are open.
    open: Mutex<HashMap<u64, [TcpStream; 2]>>,
    count: AtomicU64,
    commits_cut: AtomicU64,
}

impl Proxy {
    /// A way to the server on a port, which need not be there yet: until it is, connections are closed at once.
    ///
    /// # Panics
    /// If there is no free port.
    pub fn start(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared::default());
        let ours = Arc::clone(&shared);
        // It ends with the program.
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) {
                    // What cannot be handed on is closed.
                    let _ = ours.carry(client, server);
                }
            }
        });
        Self { port, shared }
    }

    /// Where clients connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts all connections; how many there were.
    pub fn cut(&self) -> usize {
        let cut: Vec<_> = self.shared.open().drain().collect();
        for ends in cut.iter().flat_map(|(_, ends)| ends) {
            let _ = ends.shutdown(Shutdown::Both);
        }
        cut.len()
    }

    /// Cuts the connection of the next COMMIT.
    pub fn cut_at_commit(&self, cut: Cut) {
        self.shared.arm(Armed::Cut(cut));
    }

    /// Holds the next COMMIT.
    pub fn hold_commit(&self) -> Held {
        let hold = Arc::new(Hold::default());
        self.shared.arm(Armed::Hold(Arc::clone(&hold)));
        Held(hold)
    }

    /// How many COMMITs it has cut a connection at.
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

    /// Whether a message is the COMMIT at which to cut.
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
    /// Waits until the COMMIT has come; whether it has.
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
        // It may come when nobody waits for it any more.
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

/// Hands on what comes, until either end is closed or the verdict on a message is to cut.
fn hand_on(mut from: TcpStream, mut to: &TcpStream, verdict: impl Fn(&[u8]) -> Option<Cut>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let cut = verdict(&buffer[..length]);
        if cut.is_some() {
            // First its sender loses it, so that no answer can reach him.
            let _ = from.shutdown(Shutdown::Both);
        }
        if cut == Some(Cut::Before) || to.write_all(&buffer[..length]).is_err() || cut.is_some() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
