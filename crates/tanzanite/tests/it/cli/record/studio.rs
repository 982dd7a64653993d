//! The real service, played by another Tanzanite, and the recorder in front of it.

use crate::cli::support::{Folder, Run, Server};
use serde_json::Value;
use tanzanite_seed::{Credentials, Seed, demo_picture};
use ureq::http::{Request, Response};

const BOUNDARY: &str = "----tanzanite-test-7c1e";

/// The real service, the recorder in front of it, and the folder with the recording.
pub(super) struct Studio {
    pub(super) real: Server,
    pub(super) recorder: Server,
    pub(super) folder: Folder,
    /// Holds the files of the real service.
    _home: Folder,
    pub(super) credentials: Credentials,
}

/// An answer.
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) headers: ureq::http::HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Studio {
    pub(super) fn open() -> Self {
        let (home, folder) = (Folder::new(), Folder::new());
        let real = home.serve("--memory --seed demo");
        let recorder = folder.start(&format!(
            "record --to {} --listen 127.0.0.1:0 --out run.jsonl --ready-file ready",
            real.url
        ));
        Self {
            real,
            recorder,
            folder,
            _home: home,
            credentials: Seed::demo().expect("the demo").credentials(),
        }
    }

    pub(super) fn token(&self, name: &str) -> String {
        self.credentials.token(name).expect("a token").to_owned()
    }

    pub(super) fn id(&self, key: &str) -> String {
        let (_, id) = self.credentials.record(key).expect("a record");
        id.to_string()
    }

    /// Sends a request to the recorder.
    pub(super) fn ask(&self, line: &str, token: &str, body: &Value) -> Said {
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let token = self.token(token);
        ask(&self.recorder.url, line, Some(&token), &[], body)
    }

    pub(super) fn get(&self, path: &str, token: &str) -> Said {
        self.ask(&format!("GET {path}"), token, &Value::Null)
    }

    /// Ends the recording, and replays it.
    pub(super) fn replay(self) -> (Run, Folder) {
        assert!(self.recorder.stop().success());
        let run = self.folder.run("record report run.jsonl");
        (run, self.folder)
    }
}

impl Said {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// Sends a request, given as `METHOD PATH`.
pub(super) fn ask(
    base: &str,
    line: &str,
    token: Option<&str>,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Said {
    let (method, path) = line.split_once(' ').expect("a method and a path");
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{base}{path}"));
    if let Some(token) = token {
        request = request.header("Authorization", format!("Zoho-oauthtoken {token}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .proxy(None)
        .build();
    let agent: ureq::Agent = config.into();
    let answer: Response<ureq::Body> = if body.is_empty() {
        agent.run(request.body(()).expect("a request"))
    } else {
        agent.run(request.body(body).expect("a request"))
    }
    .expect("an answer");
    let (head, mut body) = answer.into_parts();
    Said {
        status: head.status.as_u16(),
        headers: head.headers,
        body: body
            .with_config()
            .limit(20_000_000)
            .read_to_vec()
            .expect("a body"),
    }
}

pub(super) fn form(base: &str, path: &str, pairs: &[(&str, &str)]) -> Said {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(pairs);
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let line = format!("POST {path}");
    ask(base, &line, None, &[kind], text.finish().into_bytes())
}

/// Uploads a picture as the official SDKs do.
pub(super) fn upload(base: &str, path: &str, token: &str, picture: &str) -> Said {
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{picture}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(&demo_picture(picture).expect("a picture"));
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let line = format!("POST {path}");
    ask(base, &line, Some(token), &[("Content-Type", &kind)], body)
}
