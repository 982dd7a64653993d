//! A real browser: what a page of another site can do to a server on the same machine, and what the browser's user can.

use crate::world::{World, text};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tanzanite_crm::AuthMode;
use tanzanite_server::Config;
use tanzanite_testbed::needs;
use tanzanite_testbed::parts::program;

/// Chromium starts in a second; a busy machine may take longer.
const PATIENCE: Duration = Duration::from_mins(2);

/// A page that sends all that a page can send without permission, to TARGET, with the demo's refresh token REFRESH, and
/// reports each outcome to the server that it came from.
const ATTACK: &str = r#"<!doctype html><title>evil</title><body><script>
const target = "TARGET", told = {};
const arrived = promise => promise.then(() => "answered", () => "failed");
const send = (path, body) => arrived(fetch(target + path, { method: body ? "POST" : "GET", mode: "no-cors", credentials: "include", body }));
const load = (tag, path) => new Promise(done => {
  const element = document.createElement(tag);
  element.onload = element.onerror = () => done("answered");
  element[tag === "link" ? "href" : "src"] = target + path;
  if (tag === "link") element.rel = "stylesheet";
  document.body.append(element);
});
const submit = (path, fields) => new Promise(done => {
  const frame = document.createElement("iframe"), form = document.createElement("form");
  frame.name = "frame" + Math.random();
  frame.srcdoc = "";
  document.body.append(frame, form);
  Object.assign(form, { method: "POST", action: target + path, target: frame.name });
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    Object.assign(input, { name, value });
    form.append(input);
  }
  frame.onload = () => { frame.onload = () => done("answered"); form.submit(); };
});
const lead = JSON.stringify({ data: [{ Last_Name: "Falk", Company: "Evil" }] });
const attacks = {
  img: () => load("img", "/_tanzanite/environment"),
  script: () => load("script", "/_tanzanite/journal"),
  link: () => load("link", "/_tanzanite/clock"),
  frame: () => load("iframe", "/_tanzanite/environment"),
  environment: () => send("/_tanzanite/environment", "{}"),
  reset: () => send("/_tanzanite/reset", "{}"),
  clock: () => send("/_tanzanite/clock", '{"action":"advance","by":"90m"}'),
  organisation: () => send("/_tanzanite/organisations", '{"name":"evil"}'),
  revoke: () => submit("/oauth/v2/token/revoke", { token: "REFRESH" }),
  revoke_by_query: () => send("/oauth/v2/token/revoke?token=REFRESH", "x"),
  insert: () => send("/crm/v8/Leads", lead),
  insert_by_form: () => submit("/crm/v8/Leads", { [lead.slice(0, -2) + '","x":"']: '"}]}' }),
};
(async () => {
  for (const [name, attack] of Object.entries(attacks)) told[name] = await attack();
  location = "/told?" + new URLSearchParams(told);
})();
</script>"#;

#[test]
fn a_page_of_another_site_changes_nothing() {
    needs!("browser");
    for auth in [AuthMode::Strict, AuthMode::Off] {
        let world = World::with(Config {
            auth,
            ..Config::default()
        });
        let (before, clock) = (world.written(), world.anyone().get("/_tanzanite/clock"));
        let refresh = world.credentials.token("refresh").expect("a token");
        let page = ATTACK
            .replace("TARGET", &format!("http://{}", world.address))
            .replace("REFRESH", refresh);
        let told = visit(page);
        let attacks = told.split('&').count();
        assert!(attacks >= 12, "{told}");
        assert_eq!(told.matches("=answered").count(), attacks, "{told}");
        assert!(world.written() == before, "{auth:?}: something was changed");
        let now = world.anyone().get("/_tanzanite/clock").json();
        assert_eq!(now["ahead_ms"], clock.json()["ahead_ms"]);
        let organisations = world.anyone().get("/_tanzanite/organisations").json();
        assert_eq!(
            organisations["organisations"].as_array().map(Vec::len),
            Some(1)
        );
        let given = world.anyone().post("/_tanzanite/environment", "").json();
        assert_eq!(text(&given["refresh_token"]), refresh, "it was revoked");
        assert_eq!(
            world.anyone().get("/_tanzanite/journal").json()["last"],
            serde_json::Value::Null
        );
    }
}

#[test]
fn a_user_sees_the_server_by_its_own_name_and_by_no_other() {
    needs!("browser");
    let world = World::with_auth(AuthMode::Off);
    let port = world.address.port();
    let see = |name: &str| {
        let url = format!("http://{name}:{port}/crm/v8/org");
        let mut browser = Browser::new(&["--dump-dom", &url]);
        let seen = browser.command.stdout(Stdio::piped()).output();
        let seen = seen.expect("a browser");
        String::from_utf8_lossy(&seen.stdout).into_owned()
    };
    for name in ["localhost", "127.0.0.1", "shop.localhost"] {
        let seen = see(name);
        assert!(seen.contains("Larkspur"), "{name}: {seen}");
    }
    let seen = see("evil.test");
    assert!(seen.contains("is not a name of this server"), "{seen}");
}

/// Serves a page under a foreign host name that resolves to this machine, opens it in a browser, and waits for its
/// report.
fn visit(page: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!(
        "http://evil.test:{}/",
        listener.local_addr().expect("an address").port()
    );
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut line = String::new();
            let read = BufReader::new(&stream).read_line(&mut line);
            let path = line.split(' ').nth(1).unwrap_or_default();
            if read.is_err() || path.is_empty() {
                continue;
            }
            let length = page.len();
            let reply = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{page}"
            );
            if let Some(query) = path.strip_prefix("/told?") {
                let _ = tell.send(query.to_owned());
                return;
            }
            let _ = stream.write_all(reply.as_bytes());
        }
    });
    let mut browser = Browser::new(&["--remote-debugging-port=0", &url]);
    let open = Open(browser.command.spawn().expect("a browser"));
    let told = told.recv_timeout(PATIENCE).expect("what the page tells");
    drop(open);
    told
}

/// Chromium without a window, with a profile folder of its own, that can reach this machine alone.
struct Browser {
    command: Command,
    _profile: tempfile::TempDir,
}

impl Browser {
    fn new(arguments: &[&str]) -> Self {
        let profile = tempfile::tempdir().expect("a folder");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut names = ["chromium", "chromium-browser", "google-chrome"].into_iter();
        let program = names.find_map(|name| program(&path, name));
        let mut command = Command::new(program.expect("a browser"));
        command
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
            ])
            .args(["--no-first-run", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-sync"])
            .arg("--host-resolver-rules=MAP evil.test 127.0.0.1")
            // Some newer browsers block such requests themselves; the test must not depend on that.
            .arg("--disable-features=LocalNetworkAccessChecks")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self {
            command,
            _profile: profile,
        }
    }
}

/// A running browser, killed on drop.
struct Open(Child);

impl Drop for Open {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
