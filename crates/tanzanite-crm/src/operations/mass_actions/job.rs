//! A mass action: at once on records that are named, or as a job on those in a custom view, a hundred a step in the
//! order of their ids.

use super::faults;
use super::given::{CVID, Meant};
use crate::call::{Call, ModuleCall};
use crate::criteria::{Criteria, HeadKey, Test};
use crate::endpoint::Answer;
use crate::faults::STORE_FAILED;
use crate::jobs::{self, Job, Progress, Task, Work};
use crate::operations::records::faults::ID_OF_NONE;
use crate::operations::records::{
    Answers, Known, if_unconverted, in_view, unconverted, view_called,
};
use crate::parameters::given;
use crate::policy::ModuleView;
use crate::schema::Number;
use crate::schema::validate::Checked;
use crate::transaction::{Record, RecordQuery, Start, Stored, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tanzanite_protocol::{Fault, RecordId, Reply, Row, Stage, limits};

/// The parameter that names a job.
pub(super) const JOB_ID: &str = "job_id";

/// Records that one step changes.
const RECORDS_A_STEP: u32 = 100;

/// The faults of scheduling a job, beside that of too many records.
pub(super) const FAULTS: &[&Row] = &[&faults::NO_RECORDS, &faults::UNDER_WAY];

/// The change of one record, by values that are the same for all. Gives the record's answer; a refusal comes before
/// anything is changed.
pub(super) type Act =
    fn(&ModuleCall<'_>, &mut Known, Record, &Value, &mut dyn Transaction) -> Result<Value, Fault>;

/// The state of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Mass {
    /// The module's number.
    pub(super) module: Number,
    /// The custom view.
    cvid: String,
    /// The values for the change.
    values: Value,
    /// Records made after this instant are not meant.
    made_until: i64,
    /// How many records were meant when the job was scheduled.
    total: u64,
    /// How many were changed.
    changed: u64,
    /// How many refused the change.
    failed: u64,
    /// The last record that was looked at.
    last: Option<i64>,
}

impl Mass {
    fn from_body(body: &Map<String, Value>) -> Option<Self> {
        serde_json::from_value(Value::Object(body.clone())).ok()
    }

    fn into_body(self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(body)) => body,
            _ => Map::new(),
        }
    }

    /// The records that are meant and that the caller sees. `None` if the custom view is gone.
    fn query(&self, call: &Call<'_>, view: ModuleView<'_>) -> Option<RecordQuery> {
        let of_view = view_called(call, view.module(), &self.cvid)?;
        let known = Criteria::Head(HeadKey::CreatedTime, Test::UpTo(self.made_until));
        let more = [unconverted(view.module()), in_view(call, &of_view)];
        let criteria = more.into_iter().fold(Some(known), Criteria::both);
        Some(RecordQuery {
            criteria,
            ..RecordQuery::all(view.seen(), RECORDS_A_STEP + 1)
        })
    }
}

/// Does a mass action: at once, or by a job. `message` tells that the job is scheduled.
pub(super) fn perform(
    call: &ModuleCall<'_>,
    meant: Meant,
    (work, act, message): (&Work, Act, &str),
    values: Value,
    tx: &mut dyn Transaction,
) -> Answer {
    match meant {
        Meant::Ids(ids) => at_once(call, ids, act, &values, tx),
        Meant::View(cvid) => {
            let too_many = &faults::TOO_MANY_RECORDS;
            let job = schedule(work, call, (cvid, values), too_many, tx)?;
            Ok(Reply::json(200, &scheduled(&job, "SUCCESS", message)))
        }
    }
}

fn at_once(
    call: &ModuleCall<'_>,
    ids: Vec<RecordId>,
    act: Act,
    values: &Value,
    tx: &mut dyn Transaction,
) -> Answer {
    let module = call.module();
    let mut known = Known::nothing(call);
    let unchanged = Checked::default();
    known.learn(call, tx, ids.iter().map(|id| (Some(*id), &unchanged)))?;
    let mut answers = Answers::new(200);
    for id in ids {
        answers.push(call.item(|| {
            let record = if_unconverted(module, known.take_record(call, tx, module.number, id))?;
            let unknown = || Fault::new(&ID_OF_NONE).with("id", id.to_string());
            act(call, &mut known, record.ok_or_else(unknown)?, values, tx)
        }))?;
    }
    Ok(answers.into_reply())
}

/// Schedules a change of the records in a custom view. `too_many` is the fault for more than a job takes.
pub(super) fn schedule(
    work: &Work,
    call: &ModuleCall<'_>,
    (cvid, values): (String, Value),
    too_many: &'static Row,
    tx: &mut dyn Transaction,
) -> Result<Job, Fault> {
    let mut mass = Mass {
        module: call.module().number,
        cvid,
        values,
        made_until: call.context.now.millis(),
        total: 0,
        changed: 0,
        failed: 0,
        last: None,
    };
    call.reach(Stage::Record);
    mass.total = match mass.query(call, call.view()) {
        Some(query) => tx.count_records(&query)?,
        None => 0,
    };
    check_total(mass.total, too_many)?;
    let alone = format!("{} {}", mass.module, mass.cvid);
    let job = jobs::schedule_alone(work, mass.into_body(), &alone, call, tx)?;
    job.ok_or_else(|| Fault::new(&faults::UNDER_WAY).with("api_name", CVID))
}

fn check_total(total: u64, too_many: &'static Row) -> Result<(), Fault> {
    let most = limits::MASS_ACTION_RECORDS_MAX;
    match total {
        0 => Err(Fault::new(&faults::NO_RECORDS)),
        total if total > most => Err(Fault::new(too_many).with("limit", most)),
        _ => Ok(()),
    }
}

/// Does one step of a job.
pub(super) fn step(
    act: Act,
    task: &Task<'_>,
    body: &mut Map<String, Value>,
    tx: &mut dyn Transaction,
) -> Result<Progress, Fault> {
    let Some(mut mass) = Mass::from_body(body) else {
        return Ok(Progress::Failed);
    };
    let progress = change(act, task, &mut mass, tx)?;
    *body = mass.into_body();
    Ok(progress)
}

fn change(
    act: Act,
    task: &Task<'_>,
    mass: &mut Mass,
    tx: &mut dyn Transaction,
) -> Result<Progress, Fault> {
    let Some(module) = task.call.metadata().module_numbered(mass.module) else {
        return Ok(Progress::Failed);
    };
    let call = ModuleCall {
        view: ModuleView::new(task.call.caller, module),
        call: task.call.clone(),
    };
    let Some(query) = mass.query(&call, call.view()) else {
        return Ok(Progress::Failed);
    };
    let mut records = tx.records(&RecordQuery {
        start: match mass.last.and_then(RecordId::new) {
            Some(id) => Start::After(id.get(), id),
            None => Start::Offset(0),
        },
        ..query
    })?;
    // One more than is changed tells whether there are more.
    let more = records.len() > RECORDS_A_STEP as usize;
    records.truncate(RECORDS_A_STEP as usize);
    let mut known = Known::nothing(&call);
    for record in records {
        mass.last = Some(record.head.id.get());
        let changed = call.item(|| act(&call, &mut known, record, &mass.values, tx));
        match changed {
            Ok(_) => mass.changed += 1,
            Err(fault) if fault.is(&STORE_FAILED) => return Err(fault),
            Err(_) => mass.failed += 1,
        }
    }
    Ok(if more { Progress::More } else { Progress::Done })
}

/// The answer to a job that was scheduled.
pub(super) fn scheduled(job: &Job, code: &str, message: &str) -> Value {
    json!({ "data": [{
        "code": code,
        "details": { "job_id": job.id.to_string() },
        "message": message,
        "status": "success",
    }] })
}

/// How far a job is. `left` and `changed` are the names of two of its counts.
pub(super) fn progress((job, mass): &(Job, Mass), left: Option<&str>, changed: &str) -> Value {
    let mut told = json!({ "Status": job.state.as_str(), "Failed_Count": mass.failed });
    if let Some(left) = left {
        told[left] = mass.total.saturating_sub(mass.changed + mass.failed).into();
    }
    told[changed] = mass.changed.into();
    told["Total_Count"] = mass.total.into();
    json!({ "data": [told] })
}

/// The job that an id names; `None` if it is that of no job of this work.
pub(super) fn found(
    work: &Work,
    id: &str,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Stored<Option<(Job, Mass)>> {
    let job = jobs::job_called(work, id, call, tx)?;
    Ok(job.and_then(|job| {
        let mass = Mass::from_body(&job.body)?;
        Some((job, mass))
    }))
}

/// Answers how far the job is that `job_id` names. A job about another module is none.
pub(super) fn answer_progress(
    work: &Work,
    call: &ModuleCall<'_>,
    (left, changed): (Option<&str>, &str),
    tx: &mut dyn Transaction,
) -> Answer {
    let of_id = |row| Fault::new(row).with("param_name", JOB_ID);
    let id = given(call, JOB_ID).ok_or_else(|| of_id(&faults::JOB_MISSING))?;
    call.reach(Stage::Record);
    let job = found(work, id, call, tx)?.filter(|(_, mass)| mass.module == call.module().number);
    let job = job.ok_or_else(|| of_id(&faults::JOB_UNKNOWN))?;
    Ok(Reply::json(200, &progress(&job, left, changed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_takes_fifty_thousand_records_and_one_at_least() {
        let row = |total| {
            let checked = check_total(total, &faults::TOO_MANY_RECORDS);
            checked.err().map(|fault| fault.row())
        };
        assert_eq!(row(0), Some(&faults::NO_RECORDS));
        assert_eq!((row(1), row(50_000)), (None, None));
        assert_eq!(row(50_001), Some(&faults::TOO_MANY_RECORDS));
    }
}
