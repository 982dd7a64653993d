//! A record as the vendor writes it: its fields in the order of the schema, `null` where it has no
//! value (`false` for a checkbox), and the system's own keys, most of which begin with `$`.

use super::annexes::{self, NOTES};
use super::faults;
use super::heads::Heads;
use super::system_keys::{Constant, PROCESS_FLOW, constants};
use super::{names, rows};
use crate::blueprint;
use crate::call::Call;
use crate::operations::org::currency;
use crate::operations::{attachments, locks, notes, tags};
use crate::policy::{self, ModuleView, authorize, authorize_annex};
use crate::schema::conversion::Target;
use crate::schema::validate::datetime_in;
use crate::schema::{Field, Kind, MODULE_KEY, Module, PARENT, composed};
use crate::transaction::{Record, Transaction};
use crate::versions;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use tanzanite_protocol::{Fault, RecordId, Timestamp};

/// The key of a record's tags.
const TAG: &str = "Tag";
/// The name of a module's layout.
const LAYOUT: &str = "Standard";

/// Writes the records of one reply.
#[derive(Debug)]
pub(crate) struct Renderer<'a> {
    call: &'a Call<'a>,
    view: ModuleView<'a>,
    module: &'a Module,
    /// The fields that are written.
    fields: Vec<&'a Field>,
    /// The names in the parameter `fields`; `None` if all fields and keys are wanted.
    wanted: Option<Vec<&'a str>>,
    /// The heads of the records that lookups refer to.
    heads: Heads,
    /// The tags by record id, for records that have some; empty unless `Tag` is wanted.
    tags: HashMap<i64, Vec<Value>>,
    /// The products of line items.
    products: HashMap<RecordId, Record>,
    /// The attachments of notes; empty unless they are wanted.
    attached: HashMap<RecordId, Vec<Record>>,
}

impl<'a> Renderer<'a> {
    /// A renderer of a module's records for a call; `wanted` has the names in the parameter `fields`.
    pub(crate) fn new(
        call: &'a Call<'a>,
        view: ModuleView<'a>,
        wanted: Option<Vec<&'a str>>,
    ) -> Self {
        Self::of_fields(call, view, wanted, false)
    }

    /// A renderer of one record, with the rows of its subform, which lists leave out.
    pub(crate) fn whole(
        call: &'a Call<'a>,
        view: ModuleView<'a>,
        wanted: Option<Vec<&'a str>>,
    ) -> Self {
        Self::of_fields(call, view, wanted, true)
    }

    fn of_fields(
        call: &'a Call<'a>,
        view: ModuleView<'a>,
        wanted: Option<Vec<&'a str>>,
        shows_rows: bool,
    ) -> Self {
        let module = view.module();
        let mut renderer = Self {
            call,
            view,
            module,
            fields: Vec::new(),
            wanted,
            heads: Heads::new(call.caller.org()),
            tags: HashMap::new(),
            products: HashMap::new(),
            attached: HashMap::new(),
        };
        let version = call.version();
        let fields = view.fields();
        renderer.fields = fields
            .filter(|field| shows_rows || !matches!(field.kind, Kind::Subform(_)))
            .filter(|field| versions::record_has(version, module, field))
            .filter(|field| renderer.wants(versions::name_of(version, module, field)))
            .collect();
        renderer
    }

    /// Records as JSON, in their order.
    pub(crate) fn records(
        mut self,
        records: &[Record],
        tx: &mut dyn Transaction,
    ) -> Result<Vec<Value>, Fault> {
        self.learn(records, tx)?;
        let shown = records.iter().map(|record| self.record(record, tx));
        shown.collect()
    }

    /// Reads the heads and tags that the records need, with one query for each kind.
    fn learn(&mut self, records: &[Record], tx: &mut dyn Transaction) -> Result<(), Fault> {
        let fields = &self.fields;
        let targets = records.iter().flat_map(|record| {
            fields.iter().filter_map(|field| {
                let value = record.fields.get(field.api_name.as_ref())?;
                self.target(field, value, record)
            })
        });
        let mut targets: Vec<_> = targets.map(|(module, id)| (module.number, id)).collect();
        if self.module.is_annex() {
            let parents = records.iter();
            let parents = parents.filter_map(|record| annexes::named_in(self.call, &record.fields));
            targets.extend(parents.map(|(module, id)| (module.number, id)));
        }
        self.heads.learn(tx, targets)?;
        let rows = records.iter().flat_map(|record| shown_rows(fields, record));
        self.products = rows::products(self.call, tx, rows)?;
        if self.module.is_annex() {
            if self.wants("$attachments") {
                self.attached = notes::attached(self.call, self.view, records, tx)?;
            }
        } else if self.wants(TAG) {
            let ids: Vec<i64> = records.iter().map(|record| record.head.id.get()).collect();
            self.tags = tags::shown_on(self.call, &ids, tx)?;
        }
        Ok(())
    }

    /// A record as JSON, always with its `id`.
    fn record(&mut self, record: &Record, tx: &mut dyn Transaction) -> Result<Value, Fault> {
        let mut json = Map::new();
        for index in 0..self.fields.len() {
            let field = self.fields[index];
            let value = self.field(field, record, tx)?;
            let name = versions::name_of(self.call.version(), self.module, field);
            json.insert(name.to_owned(), value);
        }
        json.insert("id".to_owned(), record.head.id.to_string().into());
        let keys = if self.module.is_annex() {
            self.annex_keys(record, tx)?
        } else {
            self.system_keys(record)
        };
        for (key, value) in keys {
            if self.wants(key) {
                json.insert(key.to_owned(), value);
            }
        }
        Ok(Value::Object(json))
    }

    fn wants(&self, name: &str) -> bool {
        self.wanted
            .as_ref()
            .is_none_or(|wanted| wanted.contains(&name))
    }

    /// A field's value, from the record's head if the head holds it, and else from the record's fields.
    fn field(
        &mut self,
        field: &Field,
        record: &Record,
        tx: &mut dyn Transaction,
    ) -> Result<Value, Fault> {
        let metadata = self.call.metadata();
        let head = &record.head;
        Ok(match field.api_name.as_ref() {
            PARENT if self.module.is_annex() => self.parent(field, record, tx)?,
            "Owner" => names::user_with_email(metadata, head.owner),
            "Created_By" => names::user_with_email(metadata, head.created.by),
            "Modified_By" => names::user_with_email(metadata, head.modified.by),
            "Created_Time" => self.time(head.created.at),
            "Modified_Time" => self.time(head.modified.at),
            "Record_Image" => head.image.clone().into(),
            name => match record.fields.get(name) {
                Some(value) if !value.is_null() => self.stored(field, value, record, tx)?,
                // `Full_Name` is made of two other fields, and is stored in the record's head alone.
                _ if field.read_only && self.module.display_field == name => {
                    head.name.clone().into()
                }
                // A checkbox has no third state.
                _ if field.kind == Kind::Boolean => false.into(),
                _ if field.counts() => 0.into(),
                _ => composed(field, &record.fields).into(),
            },
        })
    }

    /// The record on which a note or an attachment hangs. A note tells its module within.
    fn parent(
        &mut self,
        field: &Field,
        record: &Record,
        tx: &mut dyn Transaction,
    ) -> Result<Value, Fault> {
        let value = record.fields.get(PARENT).cloned().unwrap_or_default();
        let mut parent = self.stored(field, &value, record, tx)?;
        let is_within = versions::notes_name_module_within(self.call.version());
        if is_within
            && self.module.api_name == NOTES
            && let Some((module, _)) = self.target(field, &value, record)
            && let Some(members) = parent.as_object_mut()
        {
            let id = self.call.metadata().schema_id_of(module.number).to_string();
            let module = json!({ "api_name": module.api_name, "id": id });
            members.insert("module".to_owned(), module);
        }
        Ok(parent)
    }

    /// The keys of a note or an attachment that are no fields, with their values.
    fn annex_keys(
        &mut self,
        record: &Record,
        tx: &mut dyn Transaction,
    ) -> Result<Vec<(&'static str, Value)>, Fault> {
        let mut keys = vec![("$field_states", Value::Null), ("$state", "save".into())];
        if self.wants("$editable") {
            let parent = match annexes::named_in(self.call, &record.fields) {
                Some((module, id)) if !module.is_annex() => {
                    let head = self.heads.get(tx, module.number, id)?.cloned();
                    head.map(|head| (module, head))
                }
                _ => annexes::parent_in(self.call, &record.fields, tx)?,
            };
            let parent = parent.as_ref().map(|(module, head)| (*module, head));
            let update = authorize_annex::<policy::UpdateRecord>(
                self.call.caller,
                self.module,
                &record.head,
                parent,
            );
            keys.push(("$editable", update.is_ok().into()));
        }
        let value = |name: &str| record.fields.get(name).cloned().unwrap_or_default();
        keys.push((MODULE_KEY, value(MODULE_KEY)));
        if self.module.api_name == NOTES {
            let attached = self.attached.get(&record.head.id).map(Vec::as_slice);
            keys.extend(notes::keys(attached.unwrap_or_default()));
        } else {
            keys.extend(attachments::keys(record));
        }
        Ok(keys)
    }

    /// A stored value for a reply: references with their names, times in the organisation's zone.
    fn stored(
        &mut self,
        field: &Field,
        value: &Value,
        record: &Record,
        tx: &mut dyn Transaction,
    ) -> Result<Value, Fault> {
        let metadata = self.call.metadata();
        Ok(match &field.kind {
            Kind::Lookup(_) => match self.target(field, value, record) {
                Some((module, id)) => names::record(self.heads.get(tx, module.number, id)?),
                None => Value::Null,
            },
            Kind::OwnerLookup | Kind::UserLookup => names::referred_id(value)
                .map_or(Value::Null, |id| names::user_with_email(metadata, id)),
            Kind::Subform(fields) => {
                let mut rows = Vec::new();
                for row in value
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_object)
                {
                    rows.push(self.row(fields, row, record, tx)?);
                }
                rows.into()
            }
            Kind::Datetime => match value {
                Value::String(text) => datetime_in(text, metadata.zone()).into(),
                _ => value.clone(),
            },
            _ => value.clone(),
        })
    }

    /// A row of a subform. Before v3 its members have other names, and it tells more of its product.
    fn row(
        &mut self,
        fields: &[Field],
        row: &Map<String, Value>,
        record: &Record,
        tx: &mut dyn Transaction,
    ) -> Result<Value, Fault> {
        let is_early = !versions::has_subforms(self.call.version());
        let mut json = Map::new();
        for field in fields {
            let name = field.api_name.as_ref();
            let value = match row.get(name) {
                _ if name == "Parent_Id" && is_early => continue,
                _ if name == "Parent_Id" => names::record(Some(&record.head)),
                Some(_) if name == "Product_Name" => self.product(row),
                Some(value) => self.stored(field, value, record, tx)?,
                None => Value::Null,
            };
            let name = if is_early {
                versions::early_member(name)
            } else {
                name
            };
            json.insert(name.to_owned(), value);
        }
        let tax = if is_early { "line_tax" } else { "Line_Tax" };
        json.insert(tax.to_owned(), Value::Array(Vec::new()));
        json.insert("id".to_owned(), row.get("id").cloned().unwrap_or_default());
        if is_early {
            let product = rows::product(row).and_then(|id| self.products.get(&id));
            let of_product = |name| product.and_then(|product| product.fields.get(name).cloned());
            json.insert("unit_price".to_owned(), of_product("Unit_Price").into());
            let stock = of_product("Qty_in_Stock").unwrap_or_else(|| 0.into());
            json.insert("quantity_in_stock".to_owned(), stock);
            json.remove("Sequence_Number");
        }
        Ok(json.into())
    }

    /// The product of a line item, `null` if it is gone.
    fn product(&self, row: &Map<String, Value>) -> Value {
        let product = rows::product(row).and_then(|id| self.products.get(&id));
        product.map_or(Value::Null, |product| {
            json!({
                "Product_Code": product.fields.get("Product_Code"),
                "name": product.head.name,
                "id": product.head.id.to_string(),
            })
        })
    }

    /// The module and id of the record that a lookup refers to.
    fn target(
        &self,
        field: &Field,
        value: &Value,
        record: &Record,
    ) -> Option<(&'a Module, RecordId)> {
        names::target(self.call.metadata(), field, value, &record.fields)
    }

    fn time(&self, time: Timestamp) -> Value {
        time.render(self.call.metadata().zone()).into()
    }

    /// The keys of a record that are no fields, with their values.
    fn system_keys(&self, record: &Record) -> Vec<(&'static str, Value)> {
        let (module, metadata) = (self.module, self.call.metadata());
        let constants = constants(module).filter(|key| self.wants(key.name));
        let flows = || {
            blueprint::current(metadata, module, &record.fields)
                .is_some()
                .into()
        };
        let value = |key: &Constant| match key.name {
            PROCESS_FLOW => flows(),
            _ => (key.value)(),
        };
        let mut keys: Vec<_> = constants.map(|key| (key.name, value(key))).collect();

        let tags = self.tags.get(&record.head.id.get()).cloned();
        keys.push((TAG, tags.unwrap_or_default().into()));
        let update = authorize::<policy::UpdateRecord>(self.call.caller, module, &record.head);
        keys.push(("$editable", update.is_ok().into()));
        let symbol = currency(&metadata.organisation().iso_code).symbol;
        keys.push(("$currency_symbol", symbol.into()));
        if locks::MODULES.takes(&module.api_name, module.custom) {
            let locked = update.is_err_and(|fault| fault.is(&faults::UPDATE_LOCKED));
            keys.push(("$locked_for_me", locked.into()));
            keys.push(("Locked__s", record.head.lock.is_some().into()));
        }
        let value = |name: &str| record.fields.get(name).cloned();
        if module.has_field_of_any_module() {
            keys.push((MODULE_KEY, value(MODULE_KEY).unwrap_or_default()));
        } else {
            // Activities have one layout, and do not tell it.
            let layout = metadata.layout_id_of(module).to_string();
            let layout = json!({ "display_label": LAYOUT, "name": LAYOUT, "id": layout });
            keys.push(("$layout_id", layout));
        }
        match module.api_name.as_ref() {
            // A meeting's name in calendars.
            "Events" if !module.custom => keys.push(("$u_id", record.head.id.to_string().into())),
            "Leads" => {
                let converted = value("Converted__s").unwrap_or(false.into());
                keys.push(("$converted", converted));
                keys.push(("$converted_detail", converted_detail(record)));
            }
            "Products" => {
                let taxable = value("Taxable").unwrap_or(false.into());
                keys.push(("$taxable", taxable));
            }
            _ => {}
        }
        keys
    }
}

/// The records that a lead became. The keys are assumed: only leads that were not converted are published.
fn converted_detail(record: &Record) -> Value {
    let became = Target::ALL.into_iter().filter_map(|target| {
        let id = record.fields.get(target.field_of_lead())?.get("id")?;
        Some((target.word().to_owned(), id.clone()))
    });
    let mut detail: Map<String, Value> = became.collect();
    if let Some(time) = record.fields.get("Converted_Date_Time") {
        detail.insert("convert_date".to_owned(), time.clone());
    }
    Value::Object(detail)
}

/// The rows of a record that are shown.
fn shown_rows<'r>(
    fields: &'r [&'r Field],
    record: &'r Record,
) -> impl Iterator<Item = &'r Map<String, Value>> {
    let subforms = fields
        .iter()
        .filter(|field| matches!(field.kind, Kind::Subform(_)));
    let values = subforms.filter_map(|field| record.fields.get(field.api_name.as_ref()));
    let rows = values.filter_map(Value::as_array).flatten();
    rows.filter_map(Value::as_object)
}
