//! `tanzanite record`: a proxy in front of the real service that records what it forwards, until told to stop.

use super::record_report::record_report;
use super::record_seed::record_seed;
use super::serve::cannot_start;
use crate::arguments::{ProxyArguments, RecordArguments, RecordCommand};
use crate::exit::{Exit, Failure, Outcome};
use crate::files::create;
use crate::logging;
use crate::output::answer;
use crate::ready_file::ReadyFile;
use crate::running::{runtime, stop_signal};
use crate::settings::Log;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;
use tanzanite_server::recorder::{Recorder, RecorderConfig, RecorderError};

/// Runs a subcommand, or the proxy.
pub(crate) fn record(arguments: &RecordArguments) -> Outcome {
    match &arguments.command {
        Some(RecordCommand::Report(arguments)) => record_report(arguments),
        Some(RecordCommand::Seed(arguments)) => record_seed(arguments),
        None => proxy(&arguments.proxy),
    }
}

/// Forwards and records until SIGTERM or Ctrl-C.
fn proxy(arguments: &ProxyArguments) -> Outcome {
    let (Some(to), Some(out)) = (&arguments.to, &arguments.out) else {
        // The parser demands both, so this is unreachable.
        return Err(Failure::new(Exit::Usage, "--to and --out are missing"));
    };
    if let Some(path) = &arguments.ready_file {
        ReadyFile::clear(path)?;
    }
    let config = RecorderConfig {
        listen: arguments.listen,
        to: to.clone(),
        accounts: arguments.accounts.clone().unwrap_or(to.clone()),
        insecure: arguments.insecure,
    };
    let _log = logging::start(Log::Off, false)?;
    let runtime = runtime()?;
    let file = begin(out)?;
    let started = runtime.block_on(Recorder::start(config, file));
    let recorder = started.map_err(|error| {
        // The file is still empty, and the next attempt must be able to create it.
        let _ = fs::remove_file(out);
        not_started(error, out)
    })?;
    let stop = {
        let _inside = runtime.enter();
        stop_signal()?
    };
    let base_url = recorder.base_url().to_owned();
    answer(&format!(
        "What clients ask {base_url} is passed on to {to} and recorded in {}.\n",
        out.display()
    ))?;
    let ready = arguments.ready_file.as_deref();
    let ready = ready
        .map(|path| ReadyFile::write(path, &base_url))
        .transpose()?;
    let recorded = runtime.block_on(recorder.finished(async move {
        stop.await;
        drop(ready);
    }));
    answer(&format!("Recorded: {}.\n", recorded.kept))?;
    match recorded.lost {
        0 => Ok(Exit::Ok),
        lost => Err(Failure::new(
            Exit::Failed,
            format!("{lost} exchanges are not in {}", out.display()),
        )
        .hint("see the log above; what is in the file can be used")),
    }
}

/// Creates an empty file that nobody else may read.
fn begin(out: &Path) -> Outcome<File> {
    create(out).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            let message = format!("{} is there already and is left as it is", out.display());
            Failure::new(Exit::CannotStart, message).hint("name another file with --out")
        }
        _ => Failure::caused(
            Exit::CannotStart,
            format!("cannot write {}", out.display()),
            &error,
        ),
    })
}

fn not_started(error: RecorderError, out: &Path) -> Failure {
    match error {
        RecorderError::Start(error) => cannot_start(error),
        RecorderError::Trust(error) => {
            let message = "no certificate of the real service can be checked";
            Failure::caused(Exit::CannotStart, message, &error)
                .hint("install the system's certificates (Debian: ca-certificates)")
        }
        RecorderError::File(error) => {
            let message = format!("cannot write {}", out.display());
            Failure::caused(Exit::CannotStart, message, &error)
        }
    }
}
