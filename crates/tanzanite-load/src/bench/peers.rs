//! Other mock servers, from npm: what a team would use instead, answering the same request with the
//! same reply.

use super::bare::DELETED;
use super::child::Server;
use serde_json::{Value, json};
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use xtask::output::{Outcome, Progress};

/// What is installed: exactly this, so that two runs compare the same.
const PACKAGES: &[&str] = &["@stoplight/prism-cli@5.14.2", "@mockoon/cli@9.9.0"];
/// The peers' names in the report.
pub(super) const PRISM: &str = "Prism";
/// The peers' names in the report.
pub(super) const MOCKOON: &str = "Mockoon";

/// Installs both, unless they are installed already.
pub(super) fn install(folder: &Path, progress: &Progress) -> Outcome {
    fs::create_dir_all(folder)?;
    let (done, wanted) = (folder.join("installed"), PACKAGES.join(" "));
    if fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    progress.show("installing Prism and Mockoon from npm");
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"])
        .arg(folder)
        .args(PACKAGES);
    npm.stdin(Stdio::null()).stdout(Stdio::null());
    let status = npm
        .status()
        .map_err(|error| format!("cannot start npm, which --peers needs: {error}"))?;
    if !status.success() {
        return Err(format!("{npm:?} failed: {status}").into());
    }
    Ok(fs::write(done, wanted)?)
}

/// Starts one of them. Their logs are off: ours is on.
pub(super) fn start(name: &str, folder: &Path) -> Outcome<Server> {
    let address = free_address()?;
    let port = address.port().to_string();
    let program = |name: &str| Command::new(folder.join("node_modules/.bin").join(name));
    let command = if name == PRISM {
        let document = write(folder, "openapi.json", &openapi())?;
        let mut prism = program("prism");
        prism.args([
            "mock",
            "--verboseLevel",
            "silent",
            "--host",
            "127.0.0.1",
            "--port",
            &port,
        ]);
        prism.arg(document);
        prism
    } else {
        let data = write(folder, "mockoon.json", &mockoon())?;
        let mut mockoon = program("mockoon-cli");
        mockoon.args(["start", "--disable-log-to-file", "--disable-admin-api"]);
        mockoon
            .args(["--hostname", "127.0.0.1", "--port", &port, "--data"])
            .arg(data);
        mockoon
    };
    Server::start_listening(command, address)
}

/// An address that nobody listens at now.
fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn write(folder: &Path, name: &str, content: &Value) -> Outcome<PathBuf> {
    let path = folder.join(name);
    fs::write(&path, serde_json::to_vec_pretty(content)?)?;
    Ok(path)
}

fn reply() -> Value {
    json!({"code": "SUCCESS", "details": {}, "message": "Photo deleted", "status": "success"})
}

fn openapi() -> Value {
    let parameter =
        json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    let content = json!({"application/json": {"schema": {"type": "object"}, "example": reply()}});
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Photos", "version": "1"},
        "paths": {"/crm/v8/Leads/{id}/photo": {"delete": {
            "parameters": [parameter],
            "responses": {"200": {"description": "deleted", "content": content}},
        }}},
    })
}

fn mockoon() -> Value {
    let (route, response) = (
        "00000000-0000-4000-8000-000000000001",
        "00000000-0000-4000-8000-000000000002",
    );
    let header = json!({"key": "Content-Type", "value": "application/json;charset=UTF-8"});
    let answer = json!({
        "uuid": response, "body": DELETED, "latency": 0, "statusCode": 200, "label": "",
        "headers": [header], "bodyType": "INLINE", "filePath": "", "databucketID": "",
        "sendFileAsBody": false, "rules": [], "rulesOperator": "OR", "disableTemplating": true,
        "fallbackTo404": false, "default": true, "crudKey": "id", "callbacks": [],
    });
    json!({
        "uuid": "00000000-0000-4000-8000-000000000000", "lastMigration": 33, "name": "Photos",
        "endpointPrefix": "", "latency": 0, "port": 3000, "hostname": "127.0.0.1",
        "folders": [], "rootChildren": [{"type": "route", "uuid": route}],
        "routes": [{
            "uuid": route, "type": "http", "documentation": "", "method": "delete",
            "endpoint": "crm/v8/Leads/:id/photo", "responses": [answer], "responseMode": null,
            "streamingMode": null, "streamingInterval": 0,
        }],
        "proxyMode": false, "proxyHost": "", "proxyRemovePrefix": false, "cors": false,
        "tlsOptions": {
            "enabled": false, "type": "CERT", "pfxPath": "", "certPath": "", "keyPath": "",
            "caPath": "", "passphrase": "",
        },
        "headers": [], "proxyReqHeaders": [], "proxyResHeaders": [], "data": [], "callbacks": [],
    })
}
