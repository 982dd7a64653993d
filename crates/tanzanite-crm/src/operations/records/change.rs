//! The common part of insert and update: the checks of an item in their order, and how a success
//! is told.

use super::annexes;
use super::body;
use super::faults;
use super::known::Known;
use super::system_keys::APPROVED;
use super::unserved_keys;
use crate::blueprint;
use crate::call::ModuleCall;
use crate::criteria::{changed_keys, record_keys};
use crate::faults::{FIELD_DUPLICATE, STORE_FAILED, VALUE_IMPOSSIBLE};
use crate::metadata::{FieldRight, User};
use crate::operations::users::reference;
use crate::operations::{notes, tags};
use crate::policy::{self, authorize};
use crate::schema::validate::{self, Checked, LookupCheck, Mode, owner_fault, unique_values};
use crate::schema::{self, Field, MODULE_KEY, Module, Number, PARENT};
use crate::transaction::{NewRecord, RecordChange, RecordHead, Stamp, Transaction};
use crate::versions;
use serde_json::{Map, Value, json};
use tanzanite_protocol::{Fault, RecordId, Row, Stage, Timestamp};

/// The field that shows a record's photo. It is kept with the photo and not among the fields.
pub(super) const RECORD_IMAGE: &str = "Record_Image";

/// An item's fields, well formed, the layout the module's, and the users among them at work.
pub(crate) fn check(
    call: &ModuleCall<'_>,
    input: &Map<String, Value>,
    path: &str,
    mode: Mode,
) -> Result<Checked, Fault> {
    let module = call.module();
    let input = versions::item(call.version(), module, input);
    let input = &*annexes::with_module(call, module, input);
    unserved_keys::check_item(call.metadata(), module, input, path)?;
    let may_write = |field: &Field| call.view().right(field) == FieldRight::ReadWrite;
    let mut checked = validate::check_writable(module, may_write, input, path, mode)?;
    if mode == Mode::Create {
        notes::check_filled(module, &checked.fields, path, &notes::faults::EMPTY)?;
    }
    checked.tags = tags::check_given(module, input, path)?;
    let own_layout = call.metadata().layout_id_of(module);
    if let Some(layout) = &checked.layout
        && layout.id.get() != own_layout
    {
        return Err(layout.fault());
    }
    if checked.owner.is_some_and(|owner| !works_here(call, owner)) {
        return Err(owner_fault(path));
    }
    match checked
        .lookups
        .iter()
        .find(|lookup| lookup.is_user() && !works_here(call, lookup.id))
    {
        Some(lookup) => Err(lookup.fault()),
        None => Ok(checked),
    }
}

/// Whether lookups name records that there are and that the caller may see: a lookup shows its
/// target's name, and so must not become a way to read what is not shared.
pub(crate) fn check_lookups(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    known: &mut Known,
    lookups: &[LookupCheck],
) -> Result<(), Fault> {
    for lookup in lookups.iter().filter(|lookup| !lookup.is_user()) {
        let module = call.metadata().module(&lookup.module);
        let module = module.filter(|module| module.is_served());
        let module = module.ok_or_else(|| lookup.fault())?;
        let head = known.heads.get(tx, module.number, lookup.id)?;
        let head = head.ok_or_else(|| lookup.fault())?;
        authorize::<policy::ReadRecord>(call.caller, module, head).map_err(|_| {
            lookup
                .fault()
                .because("the target is not shared with the caller")
        })?;
    }
    Ok(())
}

/// Whether an item takes away the photo that its record has: `Record_Image` is `null`. The photo that there is may be
/// named again; another cannot be set this way, and is refused with `refusal`.
pub(super) fn removes_photo(
    call: &ModuleCall<'_>,
    input: &Map<String, Value>,
    path: &str,
    photo: Option<&str>,
    refusal: &'static Row,
) -> Result<bool, Fault> {
    // Deals have photos without having the field: see the upload.
    if photo.is_none() && call.module().field(RECORD_IMAGE).is_none() {
        return Ok(false);
    }
    match input.get(RECORD_IMAGE) {
        None => Ok(false),
        Some(Value::Null) => Ok(photo.is_some()),
        Some(Value::String(text)) if text == photo.unwrap_or_default() => Ok(false),
        Some(_) => Err(Fault::new(refusal)
            .with("api_name", RECORD_IMAGE)
            .with("json_path", format!("{path}.{RECORD_IMAGE}"))),
    }
}

/// Refuses values that those of other fields do not allow, and completes the record with what follows from its values.
/// `before` is empty and `created` the time of the call for a new record.
pub(crate) fn complete(
    call: &ModuleCall<'_>,
    before: &Map<String, Value>,
    after: &mut Map<String, Value>,
    created: Timestamp,
    path: &str,
) -> Result<(), Fault> {
    call.reach(Stage::State);
    let module = call.module();
    if module.is_annex() && !before.is_empty() {
        check_annex(module, before, after, path)?;
    }
    if let Some((field, by)) = schema::mapped(module, before, after) {
        return Err(Fault::new(&faults::VALUE_NOT_MAPPED)
            .with("mapped_field", by)
            .with("api_name", field)
            .with("json_path", format!("{path}.{field}")));
    }
    let times = schema::Times {
        created,
        now: call.context.now,
        zone: call.metadata().zone(),
    };
    schema::complete(module, before, after, &times);
    Ok(())
}

/// Refuses to hang a record on another than it hangs on, and a note without title and content.
fn check_annex(
    module: &Module,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    path: &str,
) -> Result<(), Fault> {
    let moved = [PARENT, MODULE_KEY]
        .iter()
        .any(|name| before.get(*name) != after.get(*name));
    if moved {
        return Err(validate::Place::new(path, PARENT).fault(&VALUE_IMPOSSIBLE));
    }
    notes::check_filled(module, after, path, &notes::faults::EMPTIED)
}

/// Notes the process that a record with these values enters, unless the call starts no blueprints. `head` gives its
/// head after the change.
pub(super) fn enter_blueprint(
    call: &ModuleCall<'_>,
    head: impl FnOnce() -> RecordHead,
    fields: &mut Map<String, Value>,
) {
    let (metadata, module) = (call.metadata(), call.module());
    if metadata.processes(module).next().is_some() {
        let enters = body::starts_blueprints(call);
        blueprint::settle(metadata, module, &head(), fields, enters);
    }
}

/// The change of a record's values from those `before` to those `after`.
pub(crate) fn of(
    call: &ModuleCall<'_>,
    before: &Map<String, Value>,
    after: Map<String, Value>,
    unique: Vec<(Number, String)>,
    owner: RecordId,
    stamp: Stamp,
) -> RecordChange {
    let had = record_keys(call.module(), call.metadata().zone(), before);
    let change = whole(call, after, unique, owner, stamp);
    let (keys_gone, keys) = changed_keys(&had, change.keys);
    RecordChange {
        keys,
        keys_gone,
        ..change
    }
}

/// A new record, as it is to be written.
pub(crate) fn whole(
    call: &ModuleCall<'_>,
    fields: Map<String, Value>,
    unique: Vec<(Number, String)>,
    owner: RecordId,
    stamp: Stamp,
) -> NewRecord {
    let (module, zone) = (call.module(), call.metadata().zone());
    NewRecord {
        name: schema::display_name(module, &fields),
        owner,
        keys: record_keys(module, zone, &fields),
        keys_gone: Vec::new(),
        fields,
        unique,
        stamp,
    }
}

/// The keys of a record's unique values, none of which another record has.
pub(crate) fn unique(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    known: &mut Known,
    fields: &Map<String, Value>,
    path: &str,
    own: Option<RecordId>,
) -> Result<Vec<(Number, String)>, Fault> {
    let module = call.module();
    call.reach(Stage::State);
    let mut unique = Vec::new();
    for (field, key) in unique_values(module, |name| fields.get(name)) {
        let value = (field.number, key);
        let other = known.holder(call, tx, module.number, &value)?;
        if let Some(other) = other.filter(|other| Some(*other) != own) {
            return Err(duplicate(call, tx, &field.api_name, path, other)?);
        }
        unique.push(value);
    }
    Ok(unique)
}

/// The details of a success (OpenAPI examples of insert and update).
pub(super) fn details(
    call: &ModuleCall<'_>,
    id: RecordId,
    created: Stamp,
    modified: Stamp,
) -> Map<String, Value> {
    let mut details = stamps(call, id, created, modified);
    if versions::details_have_approval(call.version()) && !call.module().is_annex() {
        details.insert("$approval_state".to_owned(), APPROVED.into());
    }
    details
}

/// When and by whom a record was made and last changed.
pub(crate) fn stamps(
    call: &ModuleCall<'_>,
    id: RecordId,
    created: Stamp,
    modified: Stamp,
) -> Map<String, Value> {
    let metadata = call.metadata();
    Map::from_iter([
        (
            "Modified_Time".to_owned(),
            modified.at.render(metadata.zone()).into(),
        ),
        ("Modified_By".to_owned(), reference(metadata, modified.by)),
        (
            "Created_Time".to_owned(),
            created.at.render(metadata.zone()).into(),
        ),
        ("id".to_owned(), id.to_string().into()),
        ("Created_By".to_owned(), reference(metadata, created.by)),
    ])
}

fn works_here(call: &ModuleCall<'_>, id: RecordId) -> bool {
    call.metadata().user(id).is_some_and(User::is_active)
}

/// The refusal of a value that another record has, with who owns that record.
fn duplicate(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    api_name: &str,
    path: &str,
    other: RecordId,
) -> Result<Fault, Fault> {
    let (metadata, module) = (call.metadata(), call.module());
    let head = tx
        .record_head(call.caller.org(), module.number, other)?
        .ok_or_else(|| {
            Fault::new(&STORE_FAILED)
                .because(format!("the missing record {other} has a unique value"))
        })?;
    let mut owner = reference(metadata, head.owner);
    owner["zuid"] = metadata
        .user(head.owner)
        .map(|user| user.zuid.to_string())
        .into();
    let record = json!({
        "Owner": owner,
        "id": other.to_string(),
        "module": {
            "api_name": module.api_name,
            "id": metadata.schema_id_of(module.number).to_string(),
        },
    });
    Ok(Fault::new(&FIELD_DUPLICATE)
        .with("api_name", api_name)
        .with("duplicate_record", record)
        .with("json_path", format!("{path}.{api_name}"))
        .with("id", other.to_string())
        .with("more_records", false))
}
