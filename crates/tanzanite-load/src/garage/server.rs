//! A Garage of one node with one bucket, on this machine and for this run only.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use xtask::output::Outcome;

const BUCKET: &str = "photos";
const KEY: &str = "tanzanite";

/// The most questions to a starting node, and the pause between two.
const QUESTIONS_MAX: u32 = 200;
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(50);

/// A shell script that runs Garage until its standard input is closed, even by a crash of this program, and then
/// removes Garage's folder.
const SUPERVISE: &str = r#"
trap '' INT TERM
"$0" --config "$1/garage.toml" server >"$1/log" 2>&1 &
read -r nothing
kill -KILL $!
wait $!
rm -rf "$1""#;

/// A running node. Dropping it ends the node.
pub(super) struct Garage {
    shell: Child,
    program: PathBuf,
    folder: PathBuf,
    environment: Vec<(String, String)>,
}

/// A place in the bucket for the photos of one store.
pub(super) fn photos(store: &str) -> String {
    format!("s3://{BUCKET}/store-{store}")
}

impl Garage {
    /// Starts a node, gives it a layout, and makes a bucket and a key.
    pub(super) fn start(program: &Path) -> Outcome<Self> {
        let folder = tempfile::Builder::new()
            .prefix("tanzanite-garage-")
            .tempdir()?;
        let [rpc, api] = free_ports()?;
        fs::write(
            folder.path().join("garage.toml"),
            configuration(folder.path(), rpc, api),
        )?;
        let shell = Command::new("sh")
            .args(["-c", SUPERVISE])
            .args([program, folder.path()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut garage = Self {
            shell,
            program: program.to_owned(),
            folder: folder.keep(),
            environment: Vec::new(),
        };
        garage.wait()?;
        garage.environment = garage.prepare(api)?;
        Ok(garage)
    }

    /// The variables with the node's address and key.
    pub(super) fn environment(&self) -> Vec<(String, String)> {
        self.environment.clone()
    }

    /// The node's folder, which is removed when the node ends.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn wait(&self) -> Outcome {
        for _ in 0..QUESTIONS_MAX {
            if self.ask("status").is_ok() {
                return Ok(());
            }
            std::thread::sleep(BETWEEN_QUESTIONS);
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(format!("Garage does not start: {log}").into())
    }

    fn prepare(&self, api: u16) -> Outcome<Vec<(String, String)>> {
        let node = self.ask("node id --quiet")?;
        let node = node.split('@').next().unwrap_or_default();
        self.ask(&format!("layout assign --zone here --capacity 1G {node}"))?;
        self.ask("layout apply --version 1")?;
        self.ask(&format!("bucket create {BUCKET}"))?;
        let key = self.ask(&format!("key create {KEY}"))?;
        self.ask(&format!(
            "bucket allow --read --write --owner {BUCKET} --key {KEY}"
        ))?;
        let of_key = |name| value(&key, name).ok_or_else(|| format!("no {name} in: {key}"));
        Ok(vec![
            ("AWS_ACCESS_KEY_ID".to_owned(), of_key("Key ID:")?),
            ("AWS_SECRET_ACCESS_KEY".to_owned(), of_key("Secret key:")?),
            ("AWS_REGION".to_owned(), "garage".to_owned()),
            ("AWS_ENDPOINT".to_owned(), format!("http://127.0.0.1:{api}")),
            ("AWS_ALLOW_HTTP".to_owned(), "true".to_owned()),
        ])
    }

    /// Runs one of Garage's commands, whose words are separated by blanks. Gives its standard output.
    fn ask(&self, line: &str) -> Outcome<String> {
        let output = Command::new(&self.program)
            .arg("--config")
            .arg(self.folder.join("garage.toml"))
            .args(line.split(' '))
            .output()?;
        if output.status.success() {
            return Ok(String::from_utf8(output.stdout)?);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("`garage {line}` ended with {}: {said}", output.status).into())
    }
}

impl Drop for Garage {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // The result is ignored, because the shell's exit status says nothing about the test.
        let _ = self.shell.wait();
    }
}

/// Two free ports. Both are open at the same time, so that they differ.
fn free_ports() -> Outcome<[u16; 2]> {
    let listener = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let (one, two) = (listener()?, listener()?);
    Ok([one.local_addr()?.port(), two.local_addr()?.port()])
}

/// The text of Garage's configuration file. Nodes know each other by the secret; here a constant will do, because there
/// is only one node.
fn configuration(folder: &Path, rpc: u16, api: u16) -> String {
    let folder = folder.display();
    let secret = "0".repeat(64);
    format!(
        r#"metadata_dir = "{folder}/meta"
data_dir = "{folder}/data"
db_engine = "sqlite"
replication_factor = 1
rpc_bind_addr = "127.0.0.1:{rpc}"
rpc_public_addr = "127.0.0.1:{rpc}"
rpc_secret = "{secret}"

[s3_api]
s3_region = "garage"
api_bind_addr = "127.0.0.1:{api}"
root_domain = ".s3.garage.localhost"
"#
    )
}

/// The text behind a name in a table that Garage prints.
fn value(table: &str, name: &str) -> Option<String> {
    let rest = table.lines().find_map(|line| line.strip_prefix(name))?;
    Some(rest.trim().to_owned())
}
