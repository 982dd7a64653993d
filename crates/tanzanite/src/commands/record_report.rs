//! `tanzanite record report FILE`: the differences between recorded answers and this server's.

use crate::arguments::ReportArguments;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json, remark};
use crate::own_server::OwnServer;
use crate::recording::{Planted, infer, load, replay};
use crate::seeding::{load_package, not_usable, prepare_in_memory};
use crate::settings::SeedSource;
use crate::surroundings;
use bytes::Bytes;
use std::collections::BTreeSet;
use tanzanite_protocol::Timestamp;
use tanzanite_seed::{Seed, SeedPackage};
use tanzanite_server::recorder::recording::Recording;
use toml::{Table, Value};

/// Sends the recorded requests to this server and compares the answers. The exit code is 1 if some differ.
pub(crate) fn record_report(arguments: &ReportArguments) -> Outcome {
    let recording = load(&arguments.file)?;
    let began = Timestamp::parse(&recording.opening.at).unwrap_or(tanzanite_server::now());
    let (package, assumed) = match &arguments.seed {
        Some(path) => (load_package(&SeedSource::File(path.clone()))?, 0),
        None => inferred(&recording)?,
    };
    let seed = package.seed().clone();
    let server = OwnServer::start(prepare_in_memory(package, began)?)?;
    let planted = Planted {
        server: &server,
        credentials: &seed.credentials(),
        ids: ids(seed.text())?,
    };
    let report = replay(&recording, &planted)?;
    if arguments.json {
        answer_json(&report.to_json())?;
    } else {
        answer(&report.to_text())?;
        if assumed > 0 {
            let file = arguments.file.display();
            remark(&format!(
                "Assumed: {assumed}; `tanzanite record seed {file} FOLDER` says what.\n"
            ));
        }
    }
    Ok(match report.differing() {
        0 => Exit::Ok,
        _ => Exit::Failed,
    })
}

/// The seed inferred from the recording, and the number of assumptions in it.
fn inferred(recording: &Recording) -> Outcome<(SeedPackage, usize)> {
    let inferred = infer(recording, &surroundings::entropy()?)?;
    let seed = Seed::parse("the recording", &inferred.seed).map_err(|error| not_usable(&error))?;
    let package = SeedPackage::new(seed, |name| {
        let picture = inferred.pictures.get(name).cloned();
        picture
            .map(Bytes::from)
            .ok_or_else(|| "the recording has no such picture".to_owned())
    });
    Ok((package, inferred.assumed.len()))
}

/// All ids in a seed.
fn ids(seed: &str) -> Outcome<BTreeSet<i64>> {
    fn collect(value: &Value, ids: &mut BTreeSet<i64>) {
        match value {
            Value::Table(table) => {
                ids.extend(table.get("id").and_then(Value::as_integer));
                table.values().for_each(|value| collect(value, ids));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
            _ => {}
        }
    }
    let table: Table = toml::from_str(seed)
        .map_err(|error| Failure::caused(Exit::Failed, "the seed cannot be read", &error))?;
    let mut ids = BTreeSet::new();
    collect(&Value::Table(table), &mut ids);
    Ok(ids)
}
