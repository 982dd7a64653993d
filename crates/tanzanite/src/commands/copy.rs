//! `tanzanite copy`: everything of one store into another, and proof that it is the same.

use crate::arguments::CopyArguments;
use crate::databases::{database, describe};
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Progress, answer, answer_json, columns};
use crate::settings::environment;
use serde_json::{Value, json};
use std::ops::ControlFlow;
use tanzanite_store::{
    Copied, CopyError, CopyPage, CopyPhase, CopyProgress, Database, copy as copy_store,
};

/// Copies, or goes on with a copy that was broken off.
pub(crate) fn copy(arguments: &CopyArguments) -> Outcome {
    let from = named("--from", &arguments.from, arguments.from_blobs.as_deref())?;
    let to = named("--to", &arguments.to, arguments.blobs.as_deref())?;
    let progress = Progress::of_this_process();
    let copied = copy_store(&from, &to, CopyPage::default(), &mut |step| {
        progress.show(&line(step));
        ControlFlow::Continue(())
    });
    progress.end();
    let copied = copied.map_err(|error| {
        let exit = match error {
            CopyError::From(_) | CopyError::To(_) | CopyError::Missing(_) => Exit::CannotStart,
            CopyError::Memory => Exit::Usage,
            _ => Exit::Failed,
        };
        Failure::new(exit, error)
    })?;
    if arguments.json {
        answer_json(&as_json(&copied))?;
    } else {
        answer(&listing(&copied, &from, &to))?;
    }
    Ok(Exit::Ok)
}

fn named(flag: &str, url: &str, blobs: Option<&str>) -> Outcome<Database> {
    database(url, blobs, environment())
        .map_err(|what| Failure::new(Exit::Usage, format!("{flag}: {what}")))
}

fn line(step: &CopyProgress) -> String {
    let verb = match step.phase {
        CopyPhase::Checking => "checking what is there",
        CopyPhase::Copying => "copying",
        CopyPhase::Verifying => "verifying",
    };
    format!(
        "{verb}: {} {} of {}, {} MB",
        step.table,
        step.rows,
        step.rows_total,
        step.bytes / 1_000_000
    )
}

fn listing(copied: &Copied, from: &Database, to: &Database) -> String {
    let head = ["TABLE", "ROWS", "SHA-256 ON BOTH SIDES"].map(str::to_owned);
    let rows = copied.tables.iter().map(|table| {
        [
            table.name.to_owned(),
            table.rows.to_string(),
            table.checksum.clone(),
        ]
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    format!(
        "{}\n{} is now also in {}: {} photos with {} bytes among it.\n",
        columns(&rows),
        describe(from),
        describe(to),
        copied.photos,
        copied.photo_bytes
    )
}

fn as_json(copied: &Copied) -> Value {
    let tables = copied
        .tables
        .iter()
        .map(|table| json!({ "name": table.name, "rows": table.rows, "checksum": table.checksum }));
    json!({
        "tables": tables.collect::<Vec<_>>(),
        "photos": copied.photos,
        "photo_bytes": copied.photo_bytes,
    })
}
