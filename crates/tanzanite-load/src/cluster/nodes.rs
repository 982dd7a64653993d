//! Three nodes: processes of the real program, each with its own proxies to the database's servers, which can be cut.

use crate::crash::server::Server;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{PoisonError, RwLock};
use tanzanite_testbed::{Cut, Held, Proxy, S3};

/// The number of nodes.
pub(super) const NODES: usize = 3;

/// The connections of each node to the database. They are fewer than the clients, so that some clients wait.
const CONNECTIONS: usize = 8;
const SCHEMA: &str = "cluster";

/// All nodes, and the program, folder, bucket and environment that they are started with.
pub(super) struct Nodes {
    program: PathBuf,
    folder: PathBuf,
    bucket: String,
    /// The variables with the address and the keys of the object store.
    environment: Vec<(String, String)>,
    objects: Proxy,
    /// The proxies from each node to each server of the database.
    ways: Vec<Vec<Proxy>>,
    running: Vec<RwLock<Option<Server>>>,
}

impl Nodes {
    /// Makes the proxies and a bucket, and starts no node. The nodes' logs will be in the folder.
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

    /// Starts a node, and waits until it serves.
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

    /// Kills a node, and returns when it is gone.
    pub(super) fn kill(&self, node: usize) -> Result<(), String> {
        let mut running = self.running[node]
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        running.take().map_or(Ok(()), |server| server.kill())
    }

    /// The address of a node; `None` while the node does not run.
    pub(super) fn address(&self, node: usize) -> Option<SocketAddr> {
        let running = self.running[node]
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        running.as_ref().map(Server::address)
    }

    /// Cuts a node's connections to the database. Gives how many were cut.
    pub(super) fn cut(&self, node: usize) -> usize {
        self.ways[node].iter().map(Proxy::cut).sum()
    }

    /// Cuts a node's connection to the database at its next COMMIT.
    pub(super) fn cut_at_commit(&self, node: usize, cut: Cut) {
        for way in &self.ways[node] {
            way.cut_at_commit(cut);
        }
    }

    /// Holds a node's next COMMIT on the way to the first server of the database.
    pub(super) fn hold_commit(&self, node: usize) -> Option<Held> {
        self.ways[node].first().map(Proxy::hold_commit)
    }

    /// Cuts all nodes' connections to the object store. Gives how many were cut.
    pub(super) fn cut_objects(&self) -> usize {
        self.objects.cut()
    }

    /// The number of COMMITs at which a connection was cut.
    pub(super) fn commits_cut(&self) -> u64 {
        self.ways.iter().flatten().map(Proxy::commits_cut).sum()
    }

    /// Runs `tanzanite verify`, which reaches the database's servers without a proxy.
    pub(super) fn verify(&self, servers: &[u16]) -> Result<Output, String> {
        let mut command = Command::new(&self.program);
        command.arg("verify");
        self.place(&mut command, &database_url(servers));
        command.output().map_err(|error| error.to_string())
    }

    /// The file with the standard error of a node, from all its starts.
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

/// One URL for all servers: a node connects to the one that takes writes.
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

/// The schema that all nodes share.
pub(super) const fn schema() -> &'static str {
    SCHEMA
}
