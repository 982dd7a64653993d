//! A server that ends with the program that started it. A small shell waits on a pipe that the program holds open. The
//! system closes the pipe however the program ends, and then the shell ends the server and removes its files.

use std::io::Read;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

/// The number of polls of a starting server.
const QUESTIONS_MAX: u32 = 1_200;
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub(crate) struct Supervised {
    shell: Child,
    /// The server runs for as long as this is open.
    pipe: Option<ChildStdin>,
    folder: PathBuf,
}

impl Supervised {
    /// Runs `prepare`, then `serve` for as long as this program runs. Both are shell commands; `$folder` is an empty
    /// folder for them and `$port` a free port. The shell variable `$signal` ends the server; its default is QUIT.
    pub(crate) fn start(prepare: &str, serve: &str) -> (Self, u16) {
        let port = free_port();
        (Self::start_on(port, prepare, serve), port)
    }

    /// The same on a port that the caller knows to be free.
    pub(crate) fn start_on(port: u16, prepare: &str, serve: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("tanzanite-test-")
            .tempdir()
            .expect("a folder")
            .keep();
        let script = format!(
            "trap '' INT TERM
             {{ {prepare}; }} >\"$folder/prepare.log\" 2>&1 || {{ cat \"$folder/prepare.log\" >&2; exit 1; }}
             {serve} >\"$folder/serve.log\" 2>&1 &
             server=$!
             read -r nothing
             # Nobody reads what we say any more.
             exec 2>/dev/null
             kill -${{signal:-QUIT}} $server
             ( sleep 5; kill -KILL $server ) &
             impatient=$!
             wait $server
             kill -KILL $impatient
             rm -rf \"$folder\""
        );
        let mut shell = Command::new("sh")
            .args(["-c", &script])
            .env("folder", &folder)
            .env("port", port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell");
        let pipe = shell.stdin.take();
        let mut supervised = Self {
            shell,
            pipe,
            folder,
        };
        supervised.wait_for(port);
        supervised
    }

    /// The folder with the server's files.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Ends the server, and returns when it has ended.
    pub(crate) fn stop(&mut self) {
        drop(self.pipe.take());
        let _ = self.shell.wait();
    }

    fn wait_for(&mut self, port: u16) {
        for _ in 0..QUESTIONS_MAX {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return;
            }
            if let Ok(Some(status)) = self.shell.try_wait() {
                let mut said = String::new();
                if let Some(mut stderr) = self.shell.stderr.take() {
                    let _ = stderr.read_to_string(&mut said);
                }
                panic!("a server for the tests could not be prepared, {status}: {said}");
            }
            std::thread::sleep(BETWEEN_QUESTIONS);
        }
        let log = self.folder.join("serve.log");
        let said = std::fs::read_to_string(log).unwrap_or_default();
        panic!("a server for the tests did not start: {said}");
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}
