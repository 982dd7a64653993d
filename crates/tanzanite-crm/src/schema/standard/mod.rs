//! The standard modules, which every organisation has, and the fields that custom modules share with
//! them.
//!
//! The numbers of modules and fields never change, since ids are made from them. The number of a
//! removed module or field is not given again.

mod activities;
mod annexes;
mod composed;
mod dependent;
mod documents;
mod inventory;
mod locks;
mod people;
mod picklists;
mod sales;
mod support;
mod table;
mod tabs;

pub use composed::composed;
pub use dependent::{Times, complete, mapped};
pub(crate) use documents::discount;
pub use documents::{row_modules, total};
pub use locks::locking_information;

use super::{Field, Kind, Module, NUMBERS_EACH, Number, Support, Text};
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// The standard modules with the field `Record_Image` (the vendor's page "Delete a Photo").
const WITH_PHOTO: &[&str] = &["Leads", "Contacts", "Accounts", "Products", "Vendors"];
/// The number of `Owner` within a custom module; the other system fields follow it.
const FIRST_SYSTEM_FIELD: Number = 1;
/// The number of `Name` within a custom module.
const NAME_FIELD: Number = 11;

/// The modules that every organisation has, in the order of their tabs.
pub fn standard_modules() -> &'static [Module] {
    static MODULES: LazyLock<Vec<Module>> = LazyLock::new(|| {
        let mut modules = vec![
            tabs::home(),
            people::leads(),
            people::contacts(),
            sales::accounts(),
            sales::deals(),
            activities::tasks(),
            activities::events(),
            activities::calls(),
            inventory::products(),
        ];
        modules.extend(documents::documents());
        modules.extend([
            sales::campaigns(),
            inventory::vendors(),
            inventory::price_books(),
            support::cases(),
            support::solutions(),
            tabs::feeds(),
        ]);
        modules.extend(annexes::annexes());
        modules
    });
    &MODULES
}

/// The fields that all modules with records have. They take five numbers from the first on, six with
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
        // The photo operations write `Record_Image`, and an update with `null` empties it. Otherwise records cannot set
        // it: the vendor's pages on bulk write call it unsupported, and no page describes setting it through a record.
        fields.push(image.read_only());
    }
    fields
}

/// A custom module: it has the system fields, `Name`, and the given `fields`.
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

/// The name of a record in references to it: the value of its display field. `Full_Name` is made of
/// the first and the last name. Empty if the record has no such value.
pub fn display_name(module: &Module, fields: &Map<String, Value>) -> String {
    if module.display_field == "Full_Name" {
        let names = ["First_Name", "Last_Name"].map(|name| plain(fields.get(name)));
        return names.join(" ").trim().to_owned();
    }
    plain(fields.get(module.display_field.as_ref()))
}

/// A value as plain text: a text without blanks around it, or a number's digits; empty for other values.
fn plain(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
