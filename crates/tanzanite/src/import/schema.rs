//! The modules and fields of an account that a seed can hold, and the fields to request.

use super::reader::Plan;
use super::report::Report;
use crate::exit::{Exit, Failure, Outcome};
use serde_json::Value;
use std::collections::HashMap;
use tanzanite_crm::metadata::SettingsItem;
use tanzanite_crm::operations::photo;
use tanzanite_crm::schema::validate::is_api_name;
use tanzanite_crm::schema::{ANY_MODULE, Kind, Module, custom_module, standard_modules};
use tanzanite_protocol::limits;
use tanzanite_seed::custom_field;

/// Requested of every record, beside its module's own fields.
const HEAD: [&str; 6] = [
    "Owner",
    "Created_By",
    "Modified_By",
    "Created_Time",
    "Modified_Time",
    "Locked__s",
];

/// A module that can be imported.
pub(super) struct Known {
    pub(super) api_name: String,
    /// The module with its standard fields.
    module: Module,
}

/// The modules that a seed can hold.
pub(super) fn modules(json: &[Value], report: &mut Report) -> Vec<Known> {
    let mut known = Vec::new();
    for module in json {
        let text = |key: &str| module.get(key).and_then(Value::as_str).unwrap_or_default();
        let api_name = text("api_name");
        let is = |key: &str, truth: bool| module.get(key) == Some(&Value::Bool(truth));
        // The name becomes part of URLs and file names. A module that nobody can view has no records of its own.
        if !is_api_name(api_name) || !is("api_supported", true) || is("viewable", false) {
            continue;
        }
        let standard = standard_modules()
            .iter()
            .find(|standard| standard.api_name == api_name);
        let module = match standard {
            Some(module) if module.is_seeded() => module.clone(),
            None if text("generated_type") == "custom" => custom_module(
                0,
                api_name.to_owned(),
                text("singular_label").to_owned(),
                text("plural_label").to_owned(),
                String::new(),
                Vec::new(),
            ),
            _ => {
                report.not_read(
                    &format!("module {api_name}"),
                    "Tanzanite takes no records of it",
                );
                continue;
            }
        };
        known.push(Known {
            api_name: api_name.to_owned(),
            module,
        });
    }
    known
}

/// The modules that the arguments name, or all.
pub(super) fn chosen<'a>(known: &'a [Known], names: &[String]) -> Outcome<Vec<&'a Known>> {
    if let Some(name) = names
        .iter()
        .find(|name| known.iter().all(|known| known.api_name != **name))
    {
        let all: Vec<&str> = known.iter().map(|known| known.api_name.as_str()).collect();
        let failure = Failure::new(Exit::Usage, format!("--modules: there is no module {name}"));
        return Err(failure.hint(format!("these can be imported: {}", all.join(", "))));
    }
    let is_chosen = |known: &&Known| names.is_empty() || names.contains(&known.api_name);
    Ok(known.iter().filter(is_chosen).collect())
}

/// The custom modules, as settings.
pub(super) fn custom_modules(known: &[Known]) -> impl Iterator<Item = SettingsItem> {
    let custom = known.iter().filter(|known| known.module.custom);
    custom.map(|known| SettingsItem::CustomModule(known.module.clone()))
}

/// The fields to request of a module's records, and the custom fields among them.
pub(super) fn plan(
    known: &Known,
    fields: &[Value],
    all: &[Known],
    report: &mut Report,
) -> (Plan, Vec<SettingsItem>) {
    let module = &known.module;
    let photos = photo::UPLOAD
        .descriptor
        .module
        .takes(&module.api_name, module.custom)
        && module.field("Record_Image").is_some();
    let mut names: Vec<String> = HEAD.map(str::to_owned).to_vec();
    if photos {
        names.push("Record_Image".to_owned());
    }
    if module
        .fields
        .iter()
        .any(|field| field.kind == Kind::Lookup(ANY_MODULE.into()))
    {
        names.push("$se_module".to_owned());
    }
    let mut added = Vec::new();
    for json in fields {
        let name = json
            .get("api_name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if let Some(field) = module.field(name) {
            if !field.read_only && name != "Owner" {
                names.push(name.to_owned());
            }
        } else if let Some(field) = addition(json, module, all, report) {
            if !field.read_only {
                names.push(name.to_owned());
            }
            added.push(SettingsItem::CustomField {
                module: known.api_name.clone(),
                field,
            });
        }
    }
    let chunks = names.chunks(limits::FIELDS_PER_CALL_MAX);
    let plan = Plan {
        api_name: known.api_name.clone(),
        chunks: chunks.map(<[String]>::to_vec).collect(),
        photos,
    };
    (plan, added)
}

/// A field that the seed adds to the module: a custom field, and in a custom module also the vendor's standard fields
/// that clients can write.
fn addition(
    json: &Value,
    module: &Module,
    all: &[Known],
    report: &mut Report,
) -> Option<tanzanite_crm::schema::Field> {
    let is_true = |path: &str| json.pointer(path) == Some(&Value::Bool(true));
    let name = json
        .get("api_name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let wanted =
        is_true("/custom_field") || (module.custom && is_true("/operation_type/api_create"));
    let field = if wanted {
        custom_field(json)
    } else {
        Err("fields of the vendor's that Tanzanite does not have".to_owned())
    };
    let field = field.and_then(|field| match &field.kind {
        Kind::Lookup(to) if all.iter().all(|known| known.api_name != *to) => {
            Err(format!("lookups of {to}, which no seed can hold"))
        }
        _ => Ok(field),
    });
    field
        .map_err(|why| report.field(&module.api_name, name, why))
        .ok()
}

/// The module of each known record, by id, for lookups.
pub(super) type Ids = HashMap<i64, String>;
