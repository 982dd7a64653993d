//! The body: `{"blueprint":[{"transition_id":…,"data":{…}}]}`.
//!
//! The page's example has `process_info` and `transitions` beside them, as the answer to `GET` gave them. They say
//! nothing that could be changed, and are ignored.

use super::faults::PARAMETER_MISSING;
use crate::blueprint::{Process, Transition};
use crate::call::ModuleCall;
use crate::data_body;
use crate::faults::KEY_NOT_SERVED;
use crate::operations::records::change;
use crate::schema::validate::{Checked, Mode, Place, id_of};
use crate::versions;
use serde_json::{Map, Value};
use tanzanite_protocol::{Fault, limits};

const ROOT: &str = "blueprint";
const ITEM: &str = "$.blueprint[0]";
const TRANSITION: &str = "transition_id";
const DATA: &str = "data";
/// The place of the transition's values.
pub(super) const PATH: &str = "$.blueprint[0].data";

/// The transition that a body names, if the module has it, and the values for its fields.
pub(super) struct Given<'a> {
    pub(super) transition: Option<(&'a Process, &'a Transition)>,
    pub(super) checked: Checked,
}

impl<'a> Given<'a> {
    /// Reads the body.
    pub(super) fn read(call: &ModuleCall<'a>) -> Result<Self, Fault> {
        if !data_body::whole(call)?.contains_key(ROOT) {
            return Err(Place::new("$", ROOT).fault(&PARAMETER_MISSING));
        }
        let items = data_body::items(call, ROOT, limits::TRANSITIONS_PER_CALL_MAX)?;
        let item = items.first().and_then(Value::as_object);
        let item = item.ok_or_else(|| data_body::wrong_type("jsonobject", ROOT, ITEM))?;
        let at = Place::new(ITEM, TRANSITION);
        let id = match item.get(TRANSITION) {
            None | Some(Value::Null) => return Err(at.fault(&PARAMETER_MISSING)),
            Some(id @ (Value::String(_) | Value::Number(_))) => id_of(id),
            Some(_) => return Err(at.wrong_type("bigint")),
        };
        let none = Map::new();
        let data = match item.get(DATA) {
            None | Some(Value::Null) => &none,
            Some(Value::Object(data)) => data,
            Some(_) => return Err(Place::new(ITEM, DATA).wrong_type("jsonobject")),
        };
        let mut known = call
            .metadata()
            .processes(call.module())
            .flat_map(|process| {
                process
                    .transitions
                    .iter()
                    .map(move |found| (process, found))
            });
        let transition = id.and_then(|id| known.find(|(_, found)| found.id == id.get()));
        let checked = match transition {
            Some((_, transition)) => check(call, transition, data)?,
            // Which values it would take is not known. It is refused once the record is found.
            None => Checked::default(),
        };
        Ok(Self {
            transition,
            checked,
        })
    }
}

/// Checks the values for a transition's fields. No source says what another key does: notes, attachments, check lists
/// and related lists are served by no transition here.
fn check(
    call: &ModuleCall<'_>,
    transition: &Transition,
    data: &Map<String, Value>,
) -> Result<Checked, Fault> {
    let data = versions::item(call.version(), call.module(), data);
    let asked = |name: &str| transition.fields().any(|asked| asked == name);
    let mut other = data.iter().filter(|(name, _)| !asked(name));
    if let Some((name, _)) = other.find(|(_, value)| !value.is_null()) {
        return Err(Place::new(PATH, name).fault(&KEY_NOT_SERVED));
    }
    let data = data.iter().filter(|(name, _)| asked(name));
    let data = data.map(|(name, value)| (name.clone(), value.clone()));
    change::check(call, &data.collect(), PATH, Mode::Update)
}
