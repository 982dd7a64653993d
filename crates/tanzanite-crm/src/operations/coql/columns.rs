//! Columns: a path found in the modules as the caller may see them, and its values.

use super::faults;
use super::parse::{Path, too_much};
use crate::call::Call;
use crate::metadata::User;
use crate::operations::records::Renderer;
use crate::policy::{self, ModuleView, authorize};
use crate::schema::{ANY_MODULE, Field, Kind, Number};
use crate::transaction::{Record, Transaction};
use crate::versions;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use tanzanite_protocol::{Fault, RecordId, limits};

/// A column of a module.
#[derive(Debug)]
pub(crate) enum Column<'a> {
    Id,
    Field(&'a Field),
    /// A part of the user that a field refers to.
    OfUser(&'a Field, UserPart),
    /// A column of the record that a field refers to.
    Through(&'a Field, ModuleView<'a>, Box<Self>),
}

/// A part of a user.
#[derive(Clone, Copy, Debug)]
pub(crate) enum UserPart {
    Id,
    Email,
    FirstName,
    LastName,
    FullName,
}

impl UserPart {
    fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "id" => Self::Id,
            "email" => Self::Email,
            "first_name" => Self::FirstName,
            "last_name" => Self::LastName,
            "full_name" => Self::FullName,
            _ => return None,
        })
    }

    /// The part of a user, if the user has it.
    pub(super) fn of(self, user: &User) -> Option<String> {
        let text = match self {
            Self::Id => user.id.to_string(),
            Self::Email => user.email.clone(),
            Self::FirstName => user.first_name.clone(),
            Self::LastName => user.last_name.clone(),
            Self::FullName => user.full_name(),
        };
        (!text.is_empty()).then_some(text)
    }
}

impl Column<'_> {
    /// The field whose values it has.
    pub(super) fn field(&self) -> Option<&Field> {
        match self {
            Self::Field(field) => Some(field),
            Self::Through(_, _, inner) => inner.field(),
            Self::Id | Self::OfUser(..) => None,
        }
    }
}

/// Finds a path from a module.
pub(crate) fn find<'a>(view: ModuleView<'a>, path: &Path) -> Result<Column<'a>, Fault> {
    if path.len() > limits::COQL_JOINS_MAX + 1 {
        return Err(too_much("join", limits::COQL_JOINS_MAX));
    }
    found(view, path)?
        .ok_or_else(|| Fault::new(&faults::COLUMN_INVALID).with("column_name", path.join(".")))
}

fn found<'a>(view: ModuleView<'a>, path: &[String]) -> Result<Option<Column<'a>>, Fault> {
    let Some((name, rest)) = path.split_first() else {
        return Ok(None);
    };
    if name == "id" && rest.is_empty() {
        return Ok(Some(Column::Id));
    }
    if let Some((name, module)) = name.split_once("->") {
        return through_any(view, name, module, rest);
    }
    let Some(field) = view.field(name) else {
        return Ok(None);
    };
    if matches!(field.kind, Kind::Subform(_)) {
        return Err(Fault::new(&faults::COLUMN_UNSUPPORTED)
            .with("column_name", name.as_str())
            .with("data_type", field.kind.data_type()));
    }
    let Some(part) = rest.first() else {
        return Ok(Some(Column::Field(field)));
    };
    Ok(match &field.kind {
        Kind::OwnerLookup | Kind::UserLookup if rest.len() == 1 => {
            UserPart::parse(part).map(|part| Column::OfUser(field, part))
        }
        // Such a path names the module: `What_Id->Leads`.
        Kind::Lookup(module) if module == ANY_MODULE => None,
        Kind::Lookup(module) => match view.of_lookup(module) {
            Some(target) => {
                let inner = found(target, rest)?;
                inner.map(|inner| Column::Through(field, target, Box::new(inner)))
            }
            None => None,
        },
        _ => None,
    })
}

/// A column of a module to which a lookup of any module refers: `What_Id->Leads.Last_Name`.
fn through_any<'a>(
    view: ModuleView<'a>,
    name: &str,
    module: &str,
    rest: &[String],
) -> Result<Option<Column<'a>>, Fault> {
    let field = view.field(name);
    let field = field.filter(|field| matches!(&field.kind, Kind::Lookup(any) if any == ANY_MODULE));
    let Some((field, target)) = field.zip(view.of_lookup(module)) else {
        return Ok(None);
    };
    let inner = found(target, rest)?;
    Ok(inner.map(|inner| Column::Through(field, target, Box::new(inner))))
}

/// The columns that go through one lookup, and their places among all.
struct Join<'a> {
    field: &'a Field,
    view: ModuleView<'a>,
    places: Vec<usize>,
    inner: Vec<&'a Column<'a>>,
}

/// The values of the columns of each record, with one question for each lookup that columns go through.
pub(crate) fn values(
    call: &Call<'_>,
    tx: &mut dyn Transaction,
    view: ModuleView<'_>,
    records: &[Record],
    columns: &[&Column<'_>],
) -> Result<Vec<Vec<Value>>, Fault> {
    let names = columns.iter().filter_map(|column| match column {
        Column::Field(field) => Some(field.api_name.as_ref()),
        _ => None,
    });
    let shown = Renderer::new(call, view, Some(names.collect())).records(records, tx)?;
    let mut rows = Vec::with_capacity(records.len());
    for (record, shown) in records.iter().zip(shown) {
        let values = columns.iter().map(|column| match column {
            Column::Id => record.head.id.to_string().into(),
            // Two columns may be of one field.
            Column::Field(field) => in_query(call, field, shown[field.api_name.as_ref()].clone()),
            Column::OfUser(field, part) => {
                let user = referred(record, field).and_then(|id| call.metadata().user(id));
                user.and_then(|user| part.of(user)).into()
            }
            Column::Through(..) => Value::Null,
        });
        rows.push(values.collect::<Vec<_>>());
    }
    let mut joins: BTreeMap<(Number, Number), Join<'_>> = BTreeMap::new();
    for (place, column) in columns.iter().enumerate() {
        if let Column::Through(field, view, inner) = column {
            let key = (field.number, view.module().number);
            let join = joins.entry(key).or_insert_with(|| Join {
                field,
                view: *view,
                places: Vec::new(),
                inner: Vec::new(),
            });
            join.places.push(place);
            join.inner.push(inner);
        }
    }
    for Join {
        field,
        view,
        places,
        inner,
    } in joins.into_values()
    {
        let targets = targets(call, tx, view, records, field)?;
        let of_targets = values(call, tx, view, &targets, &inner)?;
        let ids = targets.iter().map(|target| target.head.id);
        let of_targets: HashMap<RecordId, Vec<Value>> = ids.zip(of_targets).collect();
        for (row, record) in rows.iter_mut().zip(records) {
            let target = referred(record, field).and_then(|id| of_targets.get(&id));
            for (place, value) in places.iter().zip(target.into_iter().flatten()) {
                if let Some(cell) = row.get_mut(*place) {
                    *cell = value.clone();
                }
            }
        }
    }
    Ok(rows)
}

/// The records that a lookup of these refers to and that the caller may see.
fn targets(
    call: &Call<'_>,
    tx: &mut dyn Transaction,
    view: ModuleView<'_>,
    records: &[Record],
    field: &Field,
) -> Result<Vec<Record>, Fault> {
    let ids = records.iter().filter_map(|record| referred(record, field));
    let mut ids: Vec<RecordId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let module = view.module();
    let targets = tx.records_by_id(call.caller.org(), module.number, &ids)?;
    let seen = targets.into_iter().flatten().filter(|target| {
        authorize::<policy::ReadRecord>(call.caller, module, &target.head).is_ok()
    });
    Ok(seen.collect())
}

/// The id in a lookup of a record.
fn referred(record: &Record, field: &Field) -> Option<RecordId> {
    match field.api_name.as_ref() {
        "Owner" => Some(record.head.owner),
        "Created_By" => Some(record.head.created.by),
        "Modified_By" => Some(record.head.modified.by),
        name => RecordId::parse(record.fields.get(name)?.get("id")?.as_str()?),
    }
}

/// A value as queries give it: a lookup without the e-mail address that records show, and before v7 its id alone.
fn in_query(call: &Call<'_>, field: &Field, value: Value) -> Value {
    match (&field.kind, &value) {
        (Kind::Lookup(_) | Kind::OwnerLookup | Kind::UserLookup, Value::Object(object)) => {
            let id = object.get("id").cloned().unwrap_or_default();
            let is_of_any = matches!(&field.kind, Kind::Lookup(module) if module == ANY_MODULE);
            if is_of_any || !versions::coql_lookups_have_names(call.version()) {
                return json!({ "id": id });
            }
            json!({ "name": object.get("name"), "id": id })
        }
        _ => value,
    }
}
