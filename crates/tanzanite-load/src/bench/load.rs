//! The load generator: keep-alive connections, each with one request on its way at a time.
//!
//! It shares the two cores with the server that it measures, so it does as little as it can:
//! requests are rendered beforehand, a reply is one read and a short scan, and latencies are sorted
//! only when the run is over.

use super::clock::now;
use super::reply::{HEAD_BYTES_MAX, parse};
use super::request::{Request, Supply};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use xtask::output::Outcome;

/// Threads of the load generator. One core's worth of its work is more than any server here can
/// answer.
const THREADS: usize = 1;
/// How long a run may last after its time is up, waiting for replies.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest reply.
const REPLY_BYTES_MAX: usize = 64 * 1024;
/// Unexpected replies whose text is kept.
const COMPLAINT_BYTES_MAX: usize = 400;

/// Connections to one server, or to several that serve the same.
#[derive(Debug)]
pub(super) struct Fleet {
    squads: Vec<Squad>,
}

#[derive(Debug)]
struct Squad {
    runtime: Runtime,
    connections: Vec<Connection>,
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// What a run is made of.
#[derive(Debug)]
struct Order {
    request: Request,
    supply: Supply,
    /// Only exchanges that begin after this count.
    from: Instant,
    /// Nothing begins after this.
    until: Instant,
}

/// What came of a run.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// How long each expected reply took.
    pub(super) latencies: Vec<Duration>,
    /// From the end of the warm-up to the last reply.
    pub(super) elapsed: Duration,
    /// Unexpected replies and broken connections, those of the warm-up too.
    pub(super) errors: u64,
    /// The first of them.
    pub(super) complaint: Option<String>,
}

impl Fleet {
    /// Connects to the servers in turn.
    pub(super) fn connect(addresses: &[SocketAddr], connections: usize) -> Outcome<Self> {
        let mut squads = Vec::new();
        let mut addresses = addresses.iter().copied().cycle();
        for thread in 0..THREADS {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let share = (connections + thread) / THREADS;
            let connections = runtime.block_on(async {
                let mut opened = Vec::new();
                for address in addresses.by_ref().take(share) {
                    opened.push(Connection::open(address).await?);
                }
                io::Result::Ok(opened)
            })?;
            squads.push(Squad {
                runtime,
                connections,
            });
        }
        Ok(Self { squads })
    }

    /// Sends a request over all connections, for a time after a warm-up or until the supply is used
    /// up. `begun` is called when the warm-up is over.
    pub(super) fn run(
        &mut self,
        request: &Request,
        supply: Supply,
        warm_up: Duration,
        time: Duration,
        begun: impl FnOnce(),
    ) -> (Tally, Supply) {
        let from = now() + warm_up;
        let until = from + time;
        let order = Arc::new(Order {
            request: request.clone(),
            supply,
            from,
            until,
        });
        let parts: Vec<Tally> = thread::scope(|scope| {
            let threads: Vec<_> = self
                .squads
                .iter_mut()
                .map(|squad| {
                    let order = &order;
                    scope.spawn(move || squad.run(order))
                })
                .collect();
            thread::sleep(warm_up);
            begun();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| Tally::crashed()))
                .collect()
        });
        let mut tally = Tally::default();
        for part in parts {
            tally.add_beside(part);
        }
        // The tasks are over, so nobody else holds it.
        let supply = Arc::into_inner(order).map_or_else(Supply::constant, |order| order.supply);
        (tally, supply)
    }
}

impl Squad {
    fn run(&mut self, order: &Arc<Order>) -> Tally {
        let connections = std::mem::take(&mut self.connections);
        let (connections, tally) = self.runtime.block_on(async {
            let drive = |connection| tokio::spawn(drive(connection, Arc::clone(order)));
            let tasks: Vec<_> = connections.into_iter().map(drive).collect();
            let (mut connections, mut tally) = (Vec::new(), Tally::default());
            for task in tasks {
                match task.await {
                    Ok((connection, part)) => {
                        connections.extend(connection);
                        tally.add_beside(part);
                    }
                    Err(_) => tally.add_beside(Tally::crashed()),
                }
            }
            (connections, tally)
        });
        self.connections = connections;
        tally
    }
}

/// One connection's part of a run. The connection is lost if it breaks.
async fn drive(mut connection: Connection, order: Arc<Order>) -> (Option<Connection>, Tally) {
    let mut tally = Tally::default();
    let left = order.until.saturating_duration_since(now()) + PATIENCE;
    let whole = match timeout(left, converse(&mut connection, &order, &mut tally)).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tally.complain(format!("the connection broke: {error}"));
            false
        }
        Err(_) => {
            tally.complain("no reply came in time".to_owned());
            false
        }
    };
    (whole.then_some(connection), tally)
}

async fn converse(connection: &mut Connection, order: &Order, tally: &mut Tally) -> io::Result<()> {
    let mut request = order.request.clone();
    let mut begun = now();
    while begun < order.until {
        let Some(id) = order.supply.take() else { break };
        request.set_id(id);
        let complaint = connection.exchange(&request).await?;
        let ended = now();
        if let Some(complaint) = complaint {
            tally.complain(complaint);
        } else if begun >= order.from {
            tally.latencies.push(ended - begun);
            tally.elapsed = ended - order.from;
        }
        begun = ended;
    }
    Ok(())
}

impl Connection {
    async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; REPLY_BYTES_MAX],
            filled: 0,
        })
    }

    /// Sends a request and reads its reply; what is wrong with it.
    async fn exchange(&mut self, request: &Request) -> io::Result<Option<String>> {
        self.stream.write_all(request.bytes()).await?;
        loop {
            let read = self.stream.read(&mut self.buffer[self.filled..]).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.filled += read;
            let bytes = &self.buffer[..self.filled];
            let invalid = || io::Error::other(format!("no reply: {}", excerpt(bytes)));
            let Some(reply) = parse(bytes).map_err(|_| invalid())? else {
                if self.filled == self.buffer.len() {
                    return Err(io::Error::other("the reply is too long"));
                }
                continue;
            };
            if reply.end != self.filled {
                return Err(io::Error::other("more was answered than asked"));
            }
            self.filled = 0;
            let expected = request.is_answered_by(reply.status, &bytes[reply.body_at..reply.end]);
            return Ok((!expected).then(|| excerpt(bytes)));
        }
    }
}

fn excerpt(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(COMPLAINT_BYTES_MAX)]).into_owned()
}

impl Tally {
    fn crashed() -> Self {
        let mut tally = Self::default();
        tally.complain("the load generator panicked".to_owned());
        tally
    }

    fn complain(&mut self, complaint: String) {
        self.errors += 1;
        self.complaint.get_or_insert(complaint);
    }

    /// Adds what was counted during the same time.
    fn add_beside(&mut self, part: Self) {
        self.latencies.extend(part.latencies);
        self.elapsed = self.elapsed.max(part.elapsed);
        self.errors += part.errors;
        self.complaint = self.complaint.take().or(part.complaint);
    }

    /// Adds only what went wrong.
    pub(super) fn add_errors(&mut self, part: &Self) {
        self.errors += part.errors;
        self.complaint = self.complaint.take().or_else(|| part.complaint.clone());
    }

    /// Adds what was counted afterwards.
    pub(super) fn add_after(&mut self, part: Self) {
        let elapsed = self.elapsed + part.elapsed;
        self.add_beside(part);
        self.elapsed = elapsed;
    }
}

const _: () = assert!(HEAD_BYTES_MAX < REPLY_BYTES_MAX);
