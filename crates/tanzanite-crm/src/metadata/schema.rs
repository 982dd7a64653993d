//! The modules of an organisation with their fields, their locking configurations and processes.

use super::items::{LockingConfiguration, SettingsItem};
use super::lookup::places;
use super::modules::Held;
use crate::blueprint::Process;
use crate::schema::{locking_information, row_modules, standard_modules};
use std::collections::HashMap;

/// The part of the metadata that describes records.
#[derive(Clone, Debug)]
pub struct Schema {
    pub(super) modules: Vec<Held>,
    pub(super) locking: Vec<LockingConfiguration>,
    pub(super) processes: Vec<Process>,
    /// The indexes of custom modules by API name. The standard modules come before them, with the same indexes
    /// everywhere.
    pub(super) own: HashMap<String, usize>,
}

impl Schema {
    /// Builds the part from items; those of the core are ignored.
    pub fn new(items: Vec<SettingsItem>) -> Self {
        let mut schema = Self {
            modules: standard_modules().iter().map(Held::Shared).collect(),
            locking: Vec::new(),
            processes: Vec::new(),
            own: HashMap::new(),
        };
        let (mut fields, mut listed) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                SettingsItem::CustomModule(item) => {
                    schema.modules.push(Held::Own(Box::new(item)));
                }
                SettingsItem::CustomField { module, field } => fields.push((module, field)),
                SettingsItem::PicklistValues {
                    module,
                    field,
                    values,
                } => listed.push((module, field, values)),
                SettingsItem::Locking(item) => schema.locking.push(item),
                SettingsItem::Process(item) => schema.processes.push(item),
                _ => {}
            }
        }
        schema.processes.sort_by_key(|process| process.id);
        if !schema.locking.is_empty() {
            schema.modules.push(Held::Shared(locking_information()));
        }
        let rows = row_modules().iter();
        schema.modules.extend(rows.map(Held::Shared));
        let own = schema.modules.iter().skip(standard_modules().len());
        schema.own = places(own.map(|module| module.api_name.to_string()));
        for place in schema.own.values_mut() {
            *place += standard_modules().len();
        }
        for (module, field) in fields {
            schema.change(&module, |module| module.fields.push(field));
        }
        for (module, field, values) in listed {
            schema.list(&module, &field, values);
        }
        schema
    }
}
