//! `tanzanite record seed FILE FOLDER`: writes a seed that is inferred from a recording, with its pictures and
//! assumptions.

use crate::arguments::RecordSeedArguments;
use crate::exit::{Exit, Failure, Outcome};
use crate::files::create;
use crate::output::{answer, answer_json};
use crate::recording::{SEED_FILE, infer, load};
use crate::seeding::not_usable;
use crate::surroundings;
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use tanzanite_seed::Seed;

/// Writes a seed that can be served, or nothing.
pub(crate) fn record_seed(arguments: &RecordSeedArguments) -> Outcome {
    let inferred = infer(&load(&arguments.file)?, &surroundings::entropy()?)?;
    Seed::parse(SEED_FILE, &inferred.seed).map_err(|error| not_usable(&error))?;
    let folder = &arguments.folder;
    let seed = folder.join(SEED_FILE);
    fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    // The seed is written first: if there is one already, nothing is written.
    write(&seed, with_assumptions(&inferred).as_bytes())?;
    for (name, bytes) in &inferred.pictures {
        write(&folder.join(name), bytes)?;
    }
    if arguments.json {
        answer_json(&json!({
            "seed": seed.display().to_string(),
            "records": inferred.records,
            "photos": inferred.pictures.len(),
            "assumed": inferred.assumed,
        }))?;
        return Ok(Exit::Ok);
    }
    let mut text = format!(
        "Written: {} with {} records and {} photos. Its secret is new.\n",
        seed.display(),
        inferred.records,
        inferred.pictures.len()
    );
    for assumed in &inferred.assumed {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "assumed: {assumed}");
    }
    answer(&text)?;
    Ok(Exit::Ok)
}

/// The seed's text, below a list of the assumptions in it.
fn with_assumptions(inferred: &crate::recording::Inferred) -> String {
    let assumed = inferred.assumed.iter();
    let lines = assumed.map(|assumed| format!("# Assumed: {assumed}.\n"));
    lines.collect::<String>() + "\n" + &inferred.seed
}

fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    create(path)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|error| cannot_write(path, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    if error.kind() == ErrorKind::AlreadyExists {
        let message = format!("{} is there already and is left as it is", path.display());
        return Failure::new(Exit::Failed, message).hint("name another folder");
    }
    Failure::caused(
        Exit::Failed,
        format!("cannot write {}", path.display()),
        error,
    )
}
