//! `POST /crm/{version}/Leads/{record_id}/actions/convert`: "Convert Lead".

use super::annexes::shift;
use super::faults::{ALREADY_CONVERTED, TARGET_NOT_PERMITTED};
use super::given::{Given, MOVE_ATTACHMENTS_TO};
use super::targets::{Became, Planned};
use crate::call::RecordCall;
use crate::collection::faults::UNKNOWN;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::VALUE_IMPOSSIBLE;
use crate::operations::records::annexes::{ATTACHMENTS, NOTES};
use crate::operations::records::faults::UPSERT_EDIT_NOT_PERMITTED;
use crate::operations::records::{Answers, Known, body, change, insert_records, update_records};
use crate::operations::tags;
use crate::policy;
use crate::schema::conversion::{LEADS, Target, is_converted, mark_converted};
use crate::schema::validate::Place;
use crate::transaction::{Record, Transaction};
use crate::versions;
use serde_json::{Map, Value, json};
use tanzanite_protocol::endpoint::{Cost, joined};
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{
    Body, Descriptor, Fault, Method, ModuleNeed, Row, ScopeNeed, ScopeOperation, Stage,
};

/// The place of the one item.
const PATH: &str = "$.data[0]";
const CONVERTED: &str = "The record has been converted successfully";

/// Those of the records that are made, and of the lead.
const FAULTS: &[&Row] = &joined::<{ insert_records::FAULTS.len() + 3 }>(&[
    insert_records::FAULTS,
    &[
        &TARGET_NOT_PERMITTED,
        &UPSERT_EDIT_NOT_PERMITTED,
        &ALREADY_CONVERTED,
    ],
]);

/// Converts a lead.
pub static CONVERT: Endpoint = Endpoint::on_record::<policy::ConvertLead>(
    Descriptor::new(
        "convert_lead.convert",
        "Convert Lead",
        Method::Post,
        "/crm/{version}/Leads/{record_id}/actions/convert",
    )
    // The page names those that create; a live account took those that update.
    .scope(ScopeNeed::module(&[
        ScopeOperation::Create,
        ScopeOperation::Update,
        ScopeOperation::Write,
    ]))
    .modules(ModuleNeed::Only(LEADS))
    .body(Body::Json)
    .cost(Cost::Call(5))
    .refuses(FAULTS),
    convert,
)
.unknown(&UNKNOWN);

fn convert(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    body::answer(call, 1, &[], |body| {
        let item = body.items.first().unwrap_or(&Value::Null);
        let converted = call.item(|| convert_one(call, body::object(item, PATH)?, tx));
        match converted {
            // Only faults of the item are told within `data`, and these are the path's.
            Err(fault) if fault.is(&UNKNOWN) || fault.is(&ALREADY_CONVERTED) => Err(fault),
            converted => {
                let mut answers = Answers::to_write(call, 200);
                answers.push(converted)?;
                Ok(answers.into_reply())
            }
        }
    })
}

fn convert_one(
    call: &RecordCall<'_>,
    item: &Map<String, Value>,
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    let mut given = Given::read(call, item, PATH)?;
    let mut known = Known::nothing(call);
    change::check_lookups(call, tx, &mut known, &given.lookups)?;
    let lead = call.find(|org, module, id| tx.record(org, module, id))?;
    call.reach(Stage::Sharing);
    let planned = Planned::all(call, &mut given, &lead, tx)?;
    let permit = call
        .authorize::<policy::ConvertLead>(&lead.head)
        .map_err(|fault| update_records::locked(fault, PATH))?;
    if is_converted(call.module(), &lead.fields) {
        return Err(Fault::new(&ALREADY_CONVERTED).with("resource_path_index", 1));
    }
    let attachments_to = given.attachments_to.unwrap_or(Target::Contact);
    if !planned
        .iter()
        .any(|planned| planned.target == attachments_to)
    {
        return Err(Place::new(PATH, MOVE_ATTACHMENTS_TO)
            .fault(&VALUE_IMPOSSIBLE)
            .because("the lead does not become such a record"));
    }
    let is_new = |target| planned.iter().any(|planned| planned.is_new(target));
    given.check_tags(is_new, PATH)?;
    let tags = tags_of(call, &given, &lead, tx)?;
    let mut settled = Vec::new();
    for planned in planned {
        let tags = given.tags_for(planned.target, &tags, PATH)?;
        settled.push(planned.check(tags, PATH, tx)?);
    }

    let mut became: Vec<Became> = Vec::new();
    for record in settled {
        let written = record.write(&became, tx)?;
        became.push(written);
    }
    for to in &became {
        if to.target == Target::Contact {
            shift(call, &permit, NOTES, to, tx)?;
        }
        if to.target == attachments_to {
            shift(call, &permit, ATTACHMENTS, to, tx)?;
        }
    }
    mark(call, &permit, &lead, &became, tx)?;
    told(call, &became, tx)
}

/// The lead's tags, if the call carries some over.
fn tags_of(
    call: &RecordCall<'_>,
    given: &Given,
    lead: &Record,
    tx: &mut dyn Transaction,
) -> Result<Vec<Value>, Fault> {
    if !given.has_tags() {
        return Ok(Vec::new());
    }
    let id = lead.head.id.get();
    let mut shown = tags::shown_on(call, &[id], tx)?;
    Ok(shown.remove(&id).unwrap_or_default())
}

/// Notes in the lead what became of it.
fn mark(
    call: &RecordCall<'_>,
    permit: &policy::Permit<policy::ConvertLead>,
    lead: &Record,
    became: &[Became],
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    let stamp = call.stamp()?;
    let mut after = lead.fields.clone();
    let ids: Vec<_> = became
        .iter()
        .map(|became| (became.target, became.id.to_string()))
        .collect();
    mark_converted(&mut after, &ids, stamp.at.render(call.metadata().zone()));
    let mut known = Known::nothing(call);
    let id = Some(lead.head.id);
    let unique = change::unique(call, tx, &mut known, &after, PATH, id)?;
    let owner = lead.head.owner;
    let change = change::of(call, &lead.fields, after, unique, owner, stamp);
    tx.update_record(permit.of_lead(), &change)?;
    Ok(())
}

/// The answer: the records with their names. Before v3 their ids stand alone (recorded traffic of v2).
fn told(
    call: &RecordCall<'_>,
    became: &[Became],
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    let has_names = versions::conversion_tells_names(call.version());
    let mut details = Map::new();
    for target in Target::ALL {
        let id = became.iter().find(|became| became.target == target);
        let module = call.metadata().module(target.module());
        let told = match id.zip(module) {
            None => Value::Null,
            Some((became, _)) if !has_names => became.id.to_string().into(),
            Some((became, module)) => {
                let head = tx.record_head(call.caller.org(), module.number, became.id)?;
                let name = head.map(|head| head.name);
                json!({ "name": name, "id": became.id.to_string() })
            }
        };
        details.insert(target.module().to_owned(), told);
    }
    Ok(if has_names {
        success(CONVERTED, details)
    } else {
        Value::Object(details)
    })
}
