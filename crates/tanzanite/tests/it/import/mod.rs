//! `tanzanite import` from one Tanzanite to another: the imported data is served again, made-up values reveal nothing,
//! and nothing is requested twice.

mod account;
mod compare;
mod faithful;
mod made_up;
mod resumed;
mod unlike;

use crate::cli::support::{Folder, Run, Server};
use account::rich_seed;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// A server with its own seed, and a user who may read all of it.
struct Account {
    server: Server,
    /// The server's folder, unshared because the ready file is in it.
    _folder: Folder,
    token: String,
}

impl Account {
    /// Serves the seed with this name in a folder.
    fn serve(folder: &Folder, seed: &str) -> Self {
        let check = folder.run(&format!("check {seed} --json"));
        assert_eq!(check.code, 0, "{}", check.stderr);
        let check: Value = serde_json::from_str(&check.stdout).expect("JSON");
        let token = check["tokens"]["admin"]["text"].as_str().expect("a token");
        let own = Folder::new();
        let seed = folder.path(seed);
        Self {
            server: own.serve(&format!("--memory --seed {}", seed.display())),
            _folder: own,
            token: token.to_owned(),
        }
    }

    /// Imports with further options. The token is passed in the environment alone.
    fn import(&self, folder: &Folder, options: &str) -> Run {
        let line = format!(
            "import --from {} --key test-key --json {options}",
            self.server.url
        );
        folder.run_with(&line, &[("TANZANITE_IMPORT_TOKEN", &self.token)])
    }

    /// Imports, and returns the report.
    fn imported(&self, folder: &Folder, options: &str) -> Value {
        let run = self.import(folder, options);
        assert_eq!(run.code, 0, "{}", run.stderr);
        serde_json::from_str(&run.stdout).expect("a report")
    }

    /// The methods and paths of the API requests that the server got, the oldest first.
    fn asked(&self, folder: &Folder) -> Vec<(String, String)> {
        let url = [("TANZANITE_URL", self.server.url.as_str())];
        let run = folder.run_with("journal --json", &url);
        let journal: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let entries = journal["entries"].as_array().expect("entries").iter();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        entries
            .map(|entry| {
                let request = &entry["request"];
                (text(&request["method"]), text(&request["path"]))
            })
            .collect()
    }

    /// Sends a GET; returns the status and the body.
    fn get(&self, path: &str) -> (u16, Vec<u8>) {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .build();
        let agent: ureq::Agent = config.into();
        let mut response = agent
            .get(format!("{}/crm/v8/{path}", self.server.url))
            .header("Authorization", format!("Zoho-oauthtoken {}", self.token))
            .call()
            .expect("an answer");
        let body = response.body_mut().read_to_vec().expect("a body");
        (response.status().as_u16(), body)
    }

    fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path);
        if status == 204 {
            return Value::Null;
        }
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).expect("JSON")
    }
}

/// A folder with the seed of an organisation that has every kind of data.
fn rich_folder() -> Folder {
    let folder = Folder::new();
    folder.write("rich.toml", &rich_seed());
    for picture in account::PICTURES {
        let bytes = tanzanite_seed::demo_picture(picture).expect(picture);
        std::fs::write(folder.path(picture), bytes).expect("written");
    }
    folder
}

/// All files in a folder, with their bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("UTF-8");
        if entry.path().is_dir() {
            let inner = self::files(&entry.path());
            files.extend(
                inner
                    .into_iter()
                    .map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)),
            );
        } else {
            files.insert(name, std::fs::read(entry.path()).expect("a file"));
        }
    }
    files
}
