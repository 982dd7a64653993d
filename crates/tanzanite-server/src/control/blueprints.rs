//! `/_tanzanite/blueprints`: the processes that records go through, listed, set and removed.

use super::{Call, Refusal, parse};
use serde::Deserialize;
use serde_json::{Value, json};
use tanzanite_crm::Transaction;
use tanzanite_crm::blueprint::{Flaw, Process, Transition};
use tanzanite_crm::operator::{ProcessError, remove_process, set_process};

const HINT: &str = r#"send such as {"module": "Leads", "name": "Nurturing", "field": "Lead_Status", "transitions": [{"name": "Reach", "from": "Not Contacted", "to": "Contacted", "mandatory": ["Phone"]}]}; criteria, continuous, optional and message may stand there too"#;
const LIST: &str = "GET /_tanzanite/blueprints lists them";

/// A process without ids.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    module: String,
    name: String,
    field: String,
    #[serde(default)]
    continuous: bool,
    criteria: Option<String>,
    transitions: Vec<WantedTransition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedTransition {
    name: String,
    from: String,
    to: String,
    #[serde(default)]
    mandatory: Vec<String>,
    #[serde(default)]
    optional: Vec<String>,
    criteria: Option<String>,
    message: Option<String>,
}

impl From<Wanted> for Process {
    fn from(wanted: Wanted) -> Self {
        Self {
            id: 0,
            name: wanted.name,
            module: wanted.module,
            field: wanted.field,
            continuous: wanted.continuous,
            criteria: wanted.criteria,
            transitions: wanted.transitions.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<WantedTransition> for Transition {
    fn from(wanted: WantedTransition) -> Self {
        Self {
            id: 0,
            name: wanted.name,
            from: wanted.from,
            to: wanted.to,
            mandatory: wanted.mandatory,
            optional: wanted.optional,
            criteria: wanted.criteria,
            message: wanted.message,
        }
    }
}

/// `GET /blueprints`.
pub(super) async fn list(call: Call<'_>) -> Result<Value, Refusal> {
    let org = call.org;
    let job = move |tx: &mut dyn Transaction| {
        let metadata = tx.metadata(org)?;
        let processes = metadata
            .iter()
            .flat_map(|metadata| metadata.all_processes());
        let told = processes.map(describe).collect::<Vec<_>>();
        Ok::<_, Refusal>(json!({ "blueprints": told }))
    };
    call.shared.store.read(job).await
}

/// `POST /blueprints`: sets a process, in the place of the one of its module with its name.
pub(super) async fn set(call: Call<'_>) -> Result<Value, Refusal> {
    let wanted: Wanted = parse(call.body, HINT)?;
    let process = Process::from(wanted);
    let org = call.org;
    let job = move |tx: &mut dyn Transaction| {
        let set = set_process(org, process.clone(), tx);
        let set = set.map_err(|error| match error {
            ProcessError::Flaws(flaws) => flawed(&process, &flaws),
            ProcessError::TooMany => {
                let error = "there are as many blueprints as can be".to_owned();
                Refusal(409, error, "remove one: DELETE /_tanzanite/blueprints/ID")
            }
            ProcessError::Store(error) => error.into(),
        })?;
        Ok::<_, Refusal>(describe(&set))
    };
    call.shared.store.write(job).await
}

/// `DELETE /blueprints/ID`.
pub(super) async fn remove(call: Call<'_>, id: &str) -> Result<Value, Refusal> {
    let unknown = || Refusal(404, format!("there is no blueprint {id}"), LIST);
    let number: i64 = id.parse().map_err(|_| unknown())?;
    let org = call.org;
    let job = move |tx: &mut dyn Transaction| Ok::<_, Refusal>(remove_process(org, number, tx)?);
    if call.shared.store.write(job).await? {
        Ok(json!({ "removed": id }))
    } else {
        Err(unknown())
    }
}

/// The flaws of a process, one after the other, with their advice.
fn flawed(process: &Process, flaws: &[Flaw]) -> Refusal {
    let told = flaws.iter().map(|flaw| {
        let transition = flaw
            .transition
            .and_then(|index| process.transitions.get(index));
        let Flaw { message, hint, .. } = flaw;
        match transition {
            Some(transition) => format!("transition {:?}: {message}. {hint}", transition.name),
            None => format!("{message}. {hint}"),
        }
    });
    Refusal(400, told.collect::<Vec<_>>().join(" "), HINT)
}

fn describe(process: &Process) -> Value {
    let transitions = process.transitions.iter().map(|transition| {
        json!({
            "id": transition.id.to_string(),
            "name": transition.name,
            "from": transition.from,
            "to": transition.to,
            "mandatory": transition.mandatory,
            "optional": transition.optional,
            "criteria": transition.criteria,
            "message": transition.message,
        })
    });
    json!({
        "id": process.id.to_string(),
        "module": process.module,
        "name": process.name,
        "field": process.field,
        "continuous": process.continuous,
        "criteria": process.criteria,
        "transitions": transitions.collect::<Vec<_>>(),
    })
}
