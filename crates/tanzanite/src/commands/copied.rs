//! The output of `copy`, `backup`, `restore` and `verify --archive`: their progress, and a summary of the copy.

use crate::exit::{Exit, Failure};
use crate::output::{Progress, columns};
use serde_json::{Value, json};
use std::ops::ControlFlow;
use tanzanite_store::{Copied, CopyError, CopyPhase, CopyProgress};

/// Runs a copy with a progress line on the terminal.
pub(crate) fn with_progress<T>(
    work: impl FnOnce(&mut dyn FnMut(&CopyProgress) -> ControlFlow<()>) -> T,
) -> T {
    let progress = Progress::of_this_process();
    let done = work(&mut |step| {
        progress.show(&line(step));
        ControlFlow::Continue(())
    });
    progress.end();
    done
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

/// The failure that an error of copying is.
pub(crate) fn failed(error: CopyError) -> Failure {
    let exit = match error {
        CopyError::From(_) | CopyError::To(_) | CopyError::Missing(_) => Exit::CannotStart,
        CopyError::Memory => Exit::Usage,
        _ => Exit::Failed,
    };
    Failure::new(exit, error)
}

/// The summary for people: tables, and a sentence below them.
pub(crate) fn listing(copied: &Copied, sums: &str, sentence: &str) -> String {
    let head = ["TABLE", "ROWS", sums].map(str::to_owned);
    let rows = copied.tables.iter().map(|table| {
        [
            table.name.to_owned(),
            table.rows.to_string(),
            table.checksum.clone(),
        ]
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    format!(
        "{}\n{sentence}: {} photos with {} bytes among it.\n",
        columns(&rows),
        copied.photos,
        copied.photo_bytes
    )
}

/// The summary as JSON.
pub(crate) fn as_json(copied: &Copied) -> Value {
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
