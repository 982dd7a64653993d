//! Three nodes: processes of the real program, each with its own ways to the servers of the database, which can be cut.

use crate::crash::server::Server;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{PoisonError, RwLock};
use tanzanite_testbed::{Cut, Held, Proxy, S3};

/// How many there are.
pub(super) const NODES: usize = 3;

/// Connections of each to the database: fewer than there are clients, so that some wait.
const CONNECTIONS: usize = 8;
const SCHEMA: &str = "cluster";

/// All of them, and what they are started with.
pub(super) struct Nodes {
    program: PathBuf,
    folder: PathBuf,
    bucket: String,
    /// Where the object store is, and its keys.
    environment: Vec<(String, String)>,
    objects: Proxy,
    /// From each node to each server of the database.
    ways: Vec<Vec<Proxy>>,
    running: Vec<RwLock<Option<Server>>>,
}

impl Nodes {
    /// Starts none yet. Their logs are in the folder.
    pub(super) fn new(program: &Path, folder: &Path, servers: &[u16], objects: &S3) -> Self {
        let bucket = objects.fresh_bucket();
        let objects_proxy = Proxy::start(objects.port());
        let mut environment = objects.environment();
        for (name, value) in &mut environment {
            if name == "AWS_ENDPOINT" {
                *value = format!("http://127.0.0.1:{}", objects_proxy.port());
            }
        }
        let ways = || servers.iter().map(|port| Proxy::start(*port)).collect();
        Self {
            program: program.to_owned(),
            folder: folder.to_owned(),
            bucket,
            environment,
            objects: objects_proxy,
            ways: (0..NODES).map(|_| ways()).collect(),
            running: (0..NODES).map(|_| RwLock::new(None)).collect(),
        }
    }

    /// Starts one, and waits until it serves.
    pub(super) fn start(&self, node: usize) -> Result<(), String> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log(node))
            .map_err(|error| error.to_string())?;
        let ports = self.ways[node].iter().map(Proxy::port);
        let url = database_url(&ports.collect::<Vec<_>>());
        let ready = self.folder.join(format!("ready-{node}"));
        let server = Server::start(&self.program, &ready, |command| {
            command.stderr(Stdio::from(log));
            self.place(command, &url);
        });
        let server = server.map_err(|error| format!("node {node}: {error}"))?;
        let mut running = self.running[node]
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *running = Some(server);
        Ok(())
    }

    /// Kills one, and returns when it is gone.
    pub(super) fn kill(&self, node: usize) -> Result<(), String> {
        let mut running = self.running[node]
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        running.take().map_or(Ok(()), |server| server.kill())
    }

    /// Where one listens; none while it does not run.
    pub(super) fn address(&self, node: usize) -> Option<SocketAddr> {
        let running = self.running[node]
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        running.as_ref().map(Server::address)
    }

    /// Cuts what one has of connections to the database; how many.
    pub(super) fn cut(&self, node: usize) -> usize {
        self.ways[node].iter().map(Proxy::cut).sum()
    }

    /// Cuts one's connection to the database at its next COMMIT.
    pub(super) fn cut_at_commit(&self, node: usize, cut: Cut) {
        for way in &self.ways[node] {
            way.cut_at_commit(cut);
        }
    }

    /// Holds one's next COMMIT on the way to the first server of the database.
    pub(super) fn hold_commit(&self, node: usize) -> Option<Held> {
        self.ways[node].first().map(Proxy::hold_commit)
    }

    /// Cuts what all have of connections to the object store; how many.
    pub(super) fn cut_objects(&self) -> usize {
        self.objects.cut()
    }

    /// COMMITs at which a connection was cut.
    pub(super) fn commits_cut(&self) -> u64 {
        self.ways.iter().flatten().map(Proxy::commits_cut).sum()
    }

    /// Runs `tanzanite verify`, on servers of the database and not through a proxy.
    pub(super) fn verify(&self, servers: &[u16]) -> Result<Output, String> {
        let mut command = Command::new(&self.program);
        command.arg("verify");
        self.place(&mut command, &database_url(servers));
        command.output().map_err(|error| error.to_string())
    }

    /// What one has said on standard error in all its lives.
    pub(super) fn log(&self, node: usize) -> PathBuf {
        self.folder.join(format!("node-{node}.log"))
    }

    fn place(&self, command: &mut Command, url: &str) {
        command
            .args(["--database", url, "--blobs"])
            .arg(format!("s3://{}/photos", self.bucket))
            .envs(self.environment.iter().cloned());
    }
}

/// One URL for all servers: whichever takes writes is the one.
fn database_url(ports: &[u16]) -> String {
    let hosts: Vec<_> = ports
        .iter()
        .map(|port| format!("127.0.0.1:{port}"))
        .collect();
    let hosts = hosts.join(",");
    format!(
        "postgres://postgres@{hosts}/postgres?target_session_attrs=read-write&schema={SCHEMA}&connections={CONNECTIONS}"
    )
}

/// The schema that they share.
pub(super) const fn schema() -> &'static str {
    SCHEMA
}
