//! Infers custom modules and fields: from recorded settings, or else from records.

use super::Notes;
use crate::recording::step::Step;
use serde_json::{Value, json};
use tanzanite_crm::metadata::SettingsItem;
use tanzanite_crm::schema::{
    FIRST_CUSTOM_FIELD, FIRST_CUSTOM_MODULE, Field, Kind, Module, NUMBERS_EACH, custom_module,
    locking_information, row_modules, standard_modules,
};
use tanzanite_seed::custom_field;

/// Keys of a record that are no fields.
const NO_FIELDS: [&str; 4] = ["id", "Tag", "Locked__s", "$se_module"];

/// All modules, with custom fields added.
#[derive(Debug)]
pub(super) struct Schema {
    modules: Vec<Module>,
    /// The custom fields, with their modules.
    added: Vec<(String, Field)>,
}

pub(super) fn of(steps: &[Step<'_>], notes: &mut Notes) -> Schema {
    let mut schema = Schema {
        modules: standard_modules()
            .iter()
            .chain([locking_information()])
            .chain(row_modules())
            .cloned()
            .collect(),
        added: Vec::new(),
    };
    for step in steps.iter().filter(|step| step.succeeded()) {
        for module in step.items("modules") {
            if module["generated_type"] == "custom" {
                let text = |key: &str| module[key].as_str().unwrap_or_default().to_owned();
                schema.add_module(
                    &text("api_name"),
                    text("singular_label"),
                    text("plural_label"),
                );
            }
        }
    }
    for step in steps.iter().filter(|step| step.succeeded()) {
        if step.operation == "fields.list" {
            schema.add_unlisted(&step.module, notes);
            for field in step.items("fields") {
                schema.add_described(&step.module, field);
            }
        }
    }
    let reads = steps.iter().filter(|step| {
        step.succeeded()
            && matches!(
                step.operation,
                "record.list" | "module_search.search" | "record.get"
            )
    });
    // Fields that are always null come last, and are assumed to be texts.
    for is_null in [false, true] {
        for step in reads.clone() {
            schema.add_unlisted(&step.module, notes);
            for record in step.items("data") {
                schema.add_seen(&step.module, record, is_null, notes);
            }
        }
    }
    schema
}

impl Schema {
    pub(super) fn module(&self, api_name: &str) -> Option<&Module> {
        let mut modules = self.modules.iter();
        modules.find(|module| module.api_name == api_name)
    }

    /// Custom modules, then custom fields.
    pub(super) fn items(&self) -> Vec<SettingsItem> {
        let modules = self.modules.iter().filter(|module| module.custom);
        // Their fields are separate items.
        let modules = modules.map(|module| {
            let mut module = module.clone();
            module
                .fields
                .retain(|field| !self.has_added(&module.api_name, field));
            SettingsItem::CustomModule(module)
        });
        let fields = self.added.iter().map(|(module, field)| {
            let (module, field) = (module.clone(), field.clone());
            SettingsItem::CustomField { module, field }
        });
        modules.chain(fields).collect()
    }

    fn has_added(&self, module: &str, field: &Field) -> bool {
        self.added
            .iter()
            .any(|(of, added)| of == module && added.api_name == field.api_name)
    }

    fn add_module(&mut self, api_name: &str, singular: String, plural: String) {
        if api_name.is_empty() || self.module(api_name).is_some() {
            return;
        }
        let custom = self.modules.iter().filter(|module| module.custom).count();
        let number = FIRST_CUSTOM_MODULE + i64::try_from(custom).unwrap_or_default();
        let inner = format!("CustomModule{}", custom + 1);
        let module = custom_module(
            number,
            api_name.to_owned(),
            singular,
            plural,
            inner,
            Vec::new(),
        );
        self.modules.push(module);
    }

    /// Adds a field from recorded settings, if a seed can hold it.
    fn add_described(&mut self, module: &str, described: &Value) {
        let field = custom_field(described).ok();
        if let Some(field) = field.filter(|field| self.refers(&field.kind)) {
            self.add_field(module, field);
        }
    }

    /// Adds a module that the recorded settings lack.
    fn add_unlisted(&mut self, module: &str, notes: &mut Notes) {
        if self.module(module).is_none() {
            notes.assume(format!("{module} is a module of the organisation's own"));
            self.add_module(module, module.to_owned(), module.to_owned());
        }
    }

    /// Whether a lookup's target module is known.
    fn refers(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Lookup(module) => self.module(module).is_some(),
            _ => true,
        }
    }

    /// Adds fields of a record that the recorded settings lack: either those with a value, or those without.
    fn add_seen(&mut self, module: &str, record: &Value, is_null: bool, notes: &mut Notes) {
        for (name, value) in record.as_object().into_iter().flatten() {
            let is_field = !name.starts_with('$') && !NO_FIELDS.contains(&name.as_str());
            if !is_field || value.is_null() != is_null {
                continue;
            }
            let Some(data_type) = seen_type(value) else {
                continue;
            };
            let label = name.replace('_', " ");
            let described =
                json!({ "api_name": name, "field_label": label, "data_type": data_type });
            let field = custom_field(&described);
            if field.is_ok_and(|field| self.add_field(module, field)) {
                notes.assume(format!(
                    "{module}.{name} is a field of the type {data_type}"
                ));
            }
        }
    }

    /// Adds a field unless the module has it. Returns whether it was added.
    fn add_field(&mut self, module: &str, mut field: Field) -> bool {
        let mut modules = self.modules.iter_mut();
        let Some(found) = modules.find(|found| found.api_name == module) else {
            return false;
        };
        if !found.is_served() || found.field(&field.api_name).is_some() {
            return false;
        }
        let before = self.added.iter().filter(|(of, _)| of == module).count();
        field.number = found.number * NUMBERS_EACH
            + FIRST_CUSTOM_FIELD
            + i64::try_from(before).unwrap_or_default();
        found.fields.push(field.clone());
        self.added.push((module.to_owned(), field));
        true
    }
}

/// The type of field that a value suggests.
fn seen_type(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "double",
        Value::Number(_) => "bigint",
        Value::String(text) if text.len() > 255 => "textarea",
        Value::String(_) | Value::Null => "text",
        Value::Object(user) if user.contains_key("email") => "userlookup",
        _ => return None,
    })
}
