//! The modules that every organisation has, and what the modules that it makes have in common with
//! them.
//!
//! Modules and fields have numbers that never change, since their ids are made from them: those of
//! removed ones are not given again.

mod activities;
mod inventory;
mod locks;
mod people;
mod picklists;
mod sales;
mod support;
mod table;
mod unserved;

pub use locks::locking_information;

use super::{Field, Kind, Module, NUMBERS_EACH, Number, Support, Text};
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// The standard modules that have `Record_Image` ("Delete a photo" page).
const WITH_PHOTO: &[&str] = &["Leads", "Contacts", "Accounts", "Products", "Vendors"];
/// The index of `Owner`; the other system fields follow it.
const FIRST_SYSTEM_FIELD: Number = 1;
/// The index of `Name` in a custom module.
const NAME_FIELD: Number = 11;

/// The modules that every organisation has, in the order of their tabs.
pub fn standard_modules() -> &'static [Module] {
    static MODULES: LazyLock<Vec<Module>> = LazyLock::new(|| {
        let mut modules = vec![
            unserved::home(),
            people::leads(),
            people::contacts(),
            sales::accounts(),
            sales::deals(),
            activities::tasks(),
            activities::events(),
            activities::calls(),
            inventory::products(),
        ];
        modules.extend(unserved::documents());
        modules.extend([
            sales::campaigns(),
            inventory::vendors(),
            inventory::price_books(),
            support::cases(),
            support::solutions(),
            unserved::feeds(),
        ]);
        modules.extend(unserved::annexes());
        modules
    });
    &MODULES
}

/// The fields that all modules of records have. They take five numbers from the first on, six with
/// the photo. Their values are in a record's head and not among its fields.
pub fn system_fields(first_number: Number, photo: bool) -> Vec<Field> {
    let mut fields = vec![
        table::owner(first_number, "Owner"),
        table::owner(first_number + 1, "Created_By").read_only(),
        table::owner(first_number + 2, "Modified_By").read_only(),
        table::datetime(first_number + 3, "Created_Time").read_only(),
        table::datetime(first_number + 4, "Modified_Time").read_only(),
    ];
    if photo {
        let image = table::field(first_number + 5, "Record_Image", Kind::ProfileImage, 255);
        // The photo operations write it, and an update with `null` empties it: bulk write documents it as unsupported, and no
        // page describes setting it through a record.
        fields.push(image.read_only());
    }
    fields
}

/// A module that an organisation makes: the system fields, `Name`, and its own.
pub fn custom_module(
    number: Number,
    api_name: impl Into<Text>,
    singular: impl Into<Text>,
    plural: impl Into<Text>,
    module_name: impl Into<Text>,
    fields: Vec<Field>,
) -> Module {
    let singular_label = singular.into();
    let first = number.saturating_mul(NUMBERS_EACH);
    let mut all = system_fields(first.saturating_add(FIRST_SYSTEM_FIELD), true);
    let mut name = table::text(first.saturating_add(NAME_FIELD), "Name", 120).mandatory();
    name.label = Text::Owned(format!("{singular_label} Name"));
    all.push(name);
    all.extend(fields.into_iter().map(|field| Field {
        custom: true,
        ..field
    }));
    Module {
        number,
        api_name: api_name.into(),
        module_name: module_name.into(),
        singular_label,
        plural_label: plural.into(),
        custom: true,
        support: Support::Served,
        display_field: Text::Borrowed("Name"),
        fields: all,
    }
}

/// What a record is called where others refer to it: the value of its display field. `Full_Name` is
/// made of the first and the last name. Empty if the record has none of it.
pub fn display_name(module: &Module, fields: &Map<String, Value>) -> String {
    if module.display_field == "Full_Name" {
        let names = ["First_Name", "Last_Name"].map(|name| plain(fields.get(name)));
        return names.join(" ").trim().to_owned();
    }
    plain(fields.get(module.display_field.as_ref()))
}

/// A text, or a number's digits.
fn plain(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
