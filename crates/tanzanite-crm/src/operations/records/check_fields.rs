//! The fields by whose values an upsert finds the records that it changes.

use super::body;
use super::unserved_keys::DUPLICATE_CHECK_FIELDS;
use crate::call::ModuleCall;
use crate::metadata::FieldRight;
use crate::schema::{Field, Module};
use serde_json::{Map, Value};
use tanzanite_protocol::Fault;

/// The standard modules that an upsert takes, and custom ones too. The vendor leaves activities and notes out.
pub(super) const MODULES: &[&str] = &[
    "Leads",
    "Accounts",
    "Contacts",
    "Deals",
    "Campaigns",
    "Cases",
    "Solutions",
    "Products",
    "Vendors",
    "Price_Books",
    "Quotes",
    "Sales_Orders",
    "Purchase_Orders",
    "Invoices",
];

/// The field that the vendor looks at in every organisation: the one that names a record, but a person's address.
fn system_defined(module: &Module) -> &str {
    match module.display_field.as_ref() {
        "Full_Name" => "Email",
        name => name,
    }
}

/// The fields that a call looks at, in the order in which it does. Without `duplicate_check_fields` these are the
/// system-defined field and then the unique ones. With it they are the fields that it names, and then the unique ones
/// that it does not name.
///
/// A field that the caller may not write cannot be in an item, so it is none of them. The vendor's answer to another
/// name is not known.
pub(super) fn check_fields<'a>(
    call: &ModuleCall<'a>,
    body: &Map<String, Value>,
) -> Result<Vec<&'a Field>, Fault> {
    let (module, view) = (call.module(), call.view());
    let can_be = |field: &&Field| !field.read_only && view.right(field) == FieldRight::ReadWrite;
    let system = module.field(system_defined(module)).filter(can_be);
    let unique = module.fields.iter().filter(|field| field.unique);
    let unique: Vec<&Field> = unique.filter(can_be).collect();
    let default = without_repetition(system.into_iter().chain(unique.iter().copied()));

    let named = body::list(body, DUPLICATE_CHECK_FIELDS)?;
    if named.is_empty() {
        return Ok(default);
    }
    let names: Vec<&str> = default
        .iter()
        .map(|field| field.api_name.as_ref())
        .collect();
    let mut fields = Vec::new();
    for (index, name) in named.iter().enumerate() {
        let path = format!("$.{DUPLICATE_CHECK_FIELDS}[{index}]");
        body::check_word(name, DUPLICATE_CHECK_FIELDS, &path, &names)?;
        fields.extend(default.iter().filter(|field| name == &*field.api_name));
    }
    Ok(without_repetition(fields.into_iter().chain(unique)))
}

fn without_repetition<'a>(fields: impl Iterator<Item = &'a Field>) -> Vec<&'a Field> {
    let mut kept: Vec<&Field> = Vec::new();
    for field in fields {
        if !kept.iter().any(|known| known.number == field.number) {
            kept.push(field);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{custom_module, standard_modules};

    #[test]
    fn every_module_has_the_system_defined_field_of_the_vendor_s_table() {
        let found = standard_modules().iter();
        let found = found.filter(|module| MODULES.contains(&module.api_name.as_ref()));
        let mut found: Vec<_> = found
            .map(|module| {
                let name = system_defined(module);
                assert!(module.field(name).is_some(), "{name}");
                (module.api_name.as_ref(), name)
            })
            .collect();
        found.sort_unstable();
        let expected = [
            ("Accounts", "Account_Name"),
            ("Campaigns", "Campaign_Name"),
            ("Cases", "Subject"),
            ("Contacts", "Email"),
            ("Deals", "Deal_Name"),
            ("Invoices", "Subject"),
            ("Leads", "Email"),
            ("Price_Books", "Price_Book_Name"),
            ("Products", "Product_Name"),
            ("Purchase_Orders", "Subject"),
            ("Quotes", "Subject"),
            ("Sales_Orders", "Subject"),
            ("Solutions", "Solution_Title"),
            ("Vendors", "Vendor_Name"),
        ];
        assert_eq!(found, expected);
        let custom = custom_module(100, "Jobs", "Job", "Jobs", "CustomModule1", vec![]);
        assert_eq!(system_defined(&custom), "Name");
    }
}
