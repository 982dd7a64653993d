//! `tanzanite check SEED`: the problems of a seed, or the ids and tokens that it yields.

use crate::arguments::CheckArguments;
use crate::exit::{Exit, Outcome};
use crate::output::{answer, answer_json, columns};
use crate::seeding;
use crate::settings::SeedSource;
use std::path::Path;
use tanzanite_seed::Credentials;
use tanzanite_store::{Database, Place};

/// Reads a seed and plants it in memory, which finds every problem that `serve` would find.
pub(crate) fn check(arguments: &CheckArguments) -> Outcome {
    let source = if arguments.seed == Path::new("demo") {
        SeedSource::Demo
    } else {
        SeedSource::File(arguments.seed.clone())
    };
    let prepared = seeding::prepare(&Database::Sqlite(Place::Memory), Some(&source), |_| Ok(()))
        .map_err(|failure| failure.exiting(Exit::Failed))?;
    prepared.store.close();
    let credentials = seeding::load(&source)?.credentials();
    if arguments.json {
        answer_json(&credentials.described().into())?;
    } else {
        let verdict = format!("{} can be served.\n\n", arguments.seed.display());
        answer(&(verdict + &listing(&credentials)))?;
    }
    Ok(Exit::Ok)
}

/// Records and tokens as columns.
fn listing(credentials: &Credentials) -> String {
    let records = credentials
        .records
        .iter()
        .map(|(key, record)| [key.clone(), record.module.clone(), record.id.to_string()]);
    let tokens = credentials.tokens.iter().map(|(name, token)| {
        [
            name.clone(),
            format!("{:?}", token.kind).to_lowercase(),
            token.text.clone(),
        ]
    });
    let head = |words: [&str; 3]| std::iter::once(words.map(str::to_owned));
    let records: Vec<_> = head(["RECORD", "MODULE", "ID"]).chain(records).collect();
    let tokens: Vec<_> = head(["TOKEN", "KIND", "TEXT"]).chain(tokens).collect();
    format!("{}\n{}", columns(&records), columns(&tokens))
}
