//! Which records, and in which order: the parameters that lists and searches share.

use crate::call::{Call, ModuleCall};
use crate::criteria::{Criteria, FieldTest, HeadKey, Test};
use crate::faults::{PARAMETER_INVALID, PARAMETER_UNKNOWN};
use crate::parameters::{given, pattern};
use crate::schema::conversion::{conversion_mark, is_converted};
use crate::schema::{Field, Module, View, views};
use crate::transaction::{Record, SortKey, Stored};
use serde_json::{Map, Value};
use tanzanite_protocol::Fault;

const SORT_KEYS: [(&str, SortKey); 3] = [
    ("id", SortKey::Id),
    ("Created_Time", SortKey::CreatedTime),
    ("Modified_Time", SortKey::ModifiedTime),
];

/// How records are sorted.
pub(super) struct Order {
    pub(super) key: SortKey,
    pub(super) name: &'static str,
    pub(super) descending: bool,
}

impl Order {
    /// As `sort_by` and `sort_order` say; otherwise the newest first.
    pub(super) fn read(call: &Call<'_>) -> Result<Self, Fault> {
        let wanted = given(call, "sort_by").unwrap_or("id");
        let (name, key) = SORT_KEYS
            .into_iter()
            .find(|(name, _)| *name == wanted)
            .ok_or_else(|| {
                Fault::new(&PARAMETER_INVALID)
                    .with("param_name", "sort_by")
                    .with("supported_values", SORT_KEYS.map(|(name, _)| name).to_vec())
            })?;
        let descending = match given(call, "sort_order") {
            None | Some("desc") => true,
            Some("asc") => false,
            Some(_) => return Err(pattern("sort_order")),
        };
        Ok(Self {
            key,
            name,
            descending,
        })
    }

    /// The value of `sort_order`.
    pub(super) fn direction(&self) -> &'static str {
        if self.descending { "desc" } else { "asc" }
    }
}

/// The records that a call asks for: `None` for all. Leads that were converted are left out unless it asks for them,
/// and every record is approved.
pub(super) fn chosen(call: &Call<'_>, module: &Module) -> Result<Option<Criteria>, Fault> {
    let converted = converted(call)?;
    let approved = word(call, "approved")?;
    let never = (approved == Some("false")).then_some(Criteria::NEVER);
    let converted = match (conversion_mark(module), converted) {
        (None, _) | (_, Some("both")) => None,
        (Some(mark), Some("true")) => Some(is_marked(mark)),
        (Some(_), _) => unconverted(module),
    };
    Ok(Criteria::both(never, converted))
}

/// The records of the view that `cvid` names; `None` for all. A view shows no converted lead, which [`chosen`] sees to.
pub(super) fn of_view(call: &ModuleCall<'_>) -> Result<Option<Criteria>, Fault> {
    let Some(id) = given(call, "cvid") else {
        return Ok(None);
    };
    let view = view_called(call, call.module(), id);
    let view = view.ok_or_else(|| Fault::new(&PARAMETER_UNKNOWN).with("param_name", "cvid"))?;
    Ok(in_view(call, &view))
}

/// A module's view by its id.
pub(crate) fn view_called<'a>(call: &Call<'_>, module: &'a Module, id: &str) -> Option<View<'a>> {
    let metadata = call.metadata();
    let mut views = views(module).into_iter();
    views.find(|view| metadata.schema_id_of(view.number).to_string() == id)
}

/// The records in a view; `None` for all.
pub(crate) fn in_view(call: &Call<'_>, view: &View<'_>) -> Option<Criteria> {
    let owner = Test::OneOf(vec![call.caller.user().id]);
    view.own.then_some(Criteria::Head(HeadKey::Owner, owner))
}

/// The word that says whether a call asks for leads that were converted.
pub(super) fn converted<'a>(call: &Call<'a>) -> Result<Option<&'a str>, Fault> {
    word(call, "converted")
}

/// Whether a call with that word asks for a record with these values.
pub(super) fn is_chosen(
    converted: Option<&str>,
    module: &Module,
    fields: &Map<String, Value>,
) -> bool {
    match converted {
        _ if conversion_mark(module).is_none() => true,
        Some("both") => true,
        Some("true") => is_converted(module, fields),
        _ => !is_converted(module, fields),
    }
}

/// The records that were not converted; `None` for all.
pub(crate) fn unconverted(module: &Module) -> Option<Criteria> {
    let marked = conversion_mark(module).map(is_marked);
    marked.map(|marked| Criteria::Not(Box::new(marked)))
}

fn is_marked(mark: &Field) -> Criteria {
    Criteria::field(
        mark.number,
        FieldTest::Is(Test::OneOf(vec![true.to_string()])),
    )
}

fn word<'a>(call: &Call<'a>, name: &str) -> Result<Option<&'a str>, Fault> {
    const WORDS: &[&str] = &["true", "false", "both"];
    match given(call, name) {
        Some(value) if !WORDS.contains(&value) => Err(pattern(name)),
        value => Ok(value),
    }
}

/// A record that the store found, unless it is a lead that was converted: nobody can change it any more. That such a
/// lead is unknown to every change of its values is assumed of its being unknown when it is read.
pub(crate) fn if_unconverted(
    module: &Module,
    found: Stored<Option<Record>>,
) -> Stored<Option<Record>> {
    Ok(found?.filter(|record| !is_converted(module, &record.fields)))
}
