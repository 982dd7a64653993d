//! `tanzanite jobs`: the jobs of a running server's organisation, listed and run.

use crate::arguments::JobsArguments;
use crate::control::Control;
use crate::exit::{Exit, Outcome};
use crate::output::{answer, answer_json};
use serde_json::{Value, json};

/// Lists the jobs, after running all due ones if asked to.
pub(crate) fn jobs(arguments: &JobsArguments) -> Outcome {
    let control = Control::of(&arguments.settings)?;
    if arguments.run {
        control.post("jobs/run", &json!({}))?;
    }
    let shown = control.get("jobs")?;
    if arguments.json {
        answer_json(&shown)?;
        return Ok(Exit::Ok);
    }
    let jobs = shown.get("jobs").and_then(Value::as_array);
    for job in jobs.into_iter().flatten() {
        let text = |key: &str| job.get(key).and_then(Value::as_str).unwrap_or_default();
        answer(&format!(
            "{} {} {}\n",
            text("id"),
            text("state").to_lowercase(),
            text("work")
        ))?;
    }
    Ok(Exit::Ok)
}
