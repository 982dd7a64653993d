//! Fills a folder through the real program, and copies it to PostgreSQL and Garage and back to another folder. All
//! three must be sound and have the same content.

use super::server::{Garage, photos};
use crate::crash::client::{Client, administrator};
use crate::crash::picture::{MULTIPART, multipart, picture};
use crate::crash::server::Server;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use tanzanite_protocol::limits::PHOTO_BYTES_MAX;
use tanzanite_testbed::Postgres;
use xtask::output::Outcome;

/// The number of photos beside the demo's: more than an S3 server lists at once. The first has the largest permitted
/// size, because Garage cuts large objects into blocks.
const PHOTOS: u64 = 1_100;

/// Copies there and back, and verifies all three. Gives a report of the copied photos.
pub(super) fn there_and_back(
    program: &Path,
    garage: &Garage,
    postgres: &Postgres,
) -> Outcome<String> {
    let folder = |name| garage.folder().join(name).display().to_string();
    let (first, last) = (folder("crm"), folder("back"));
    let database = format!("{}?schema=copied", postgres.url());
    let photos = photos("copied");
    fill(program, garage.folder(), &first)?;

    let tanzanite = |line: &[&str]| tanzanite(program, garage, line);
    let (from, to) = (format!("sqlite:{first}"), format!("sqlite:{last}"));
    let there = tanzanite(&[
        "copy", "--from", &from, "--to", &database, "--blobs", &photos,
    ])?;
    let back = tanzanite(&[
        "copy",
        "--from",
        &database,
        "--from-blobs",
        &photos,
        "--to",
        &to,
    ])?;
    if there != back {
        return Err(format!("what came back is not what went there: {there} {back}").into());
    }
    tanzanite(&["verify", "--data", &first])?;
    tanzanite(&["verify", "--database", &database, "--blobs", &photos])?;
    tanzanite(&["verify", "--data", &last])?;
    Ok(format!(
        "{} photos with {} bytes went there and came back; folder, database and copy are sound",
        there["photos"], there["photo_bytes"]
    ))
}

/// Makes a folder with the demo and more photos.
fn fill(program: &Path, folder: &Path, data: &str) -> Outcome {
    let server = Server::start(program, &folder.join("ready"), |command| {
        command.args(["--data", data]);
    })?;
    let mut client = Client::connect(server.address(), &administrator()?)?;
    for number in 0..PHOTOS {
        let body = format!(r#"{{"data":[{{"Last_Name":"Garage {number}"}}]}}"#);
        let (_, reply) =
            client.send("POST", "/crm/v8/Leads", "application/json", body.as_bytes())?;
        let reply: Value = serde_json::from_slice(&reply)?;
        let id = reply["data"][0]["details"]["id"].as_str();
        let id = id.ok_or_else(|| format!("no record: {reply}"))?;
        let mut picture = picture(1 + number * 499);
        if number == 0 {
            picture.resize(PHOTO_BYTES_MAX, 7);
        }
        let path = format!("/crm/v8/Leads/{id}/photo");
        let (status, reply) = client.send("POST", &path, MULTIPART, &multipart(&picture))?;
        if status != 200 {
            return Err(format!("no photo: {}", String::from_utf8_lossy(&reply)).into());
        }
    }
    Ok(server.kill()?)
}

/// Runs the program with the key to Garage. Gives its JSON output.
fn tanzanite(program: &Path, garage: &Garage, line: &[&str]) -> Outcome<Value> {
    let output = Command::new(program)
        .args(line)
        .arg("--json")
        .envs(garage.environment())
        .output()?;
    if output.status.success() {
        return Ok(serde_json::from_slice(&output.stdout)?);
    }
    let (said, complained) = (output.stdout, output.stderr);
    Err(format!(
        "`tanzanite {}` ended with {}: {}{}",
        line.join(" "),
        output.status,
        String::from_utf8_lossy(&said),
        String::from_utf8_lossy(&complained)
    )
    .into())
}
