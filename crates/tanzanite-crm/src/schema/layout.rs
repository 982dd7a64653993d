//! A module's layout, of which each has one: the sections that its fields are shown in.
//!
//! The names of sections are those of the vendor's documents for Leads, Contacts, Deals and purchase orders. That the
//! other modules follow the same rule, and which fields are in which section, is assumed.

use super::{Field, Kind, Module};
use std::collections::BTreeMap;

/// A section of a layout.
#[derive(Clone, Debug)]
pub struct Section<'a> {
    /// Its place among all sections that a layout can have.
    pub place: Place,
    /// Its name, which is its label too but for the one of the image.
    pub name: String,
    /// Its fields, in their order.
    pub fields: Vec<&'a Field>,
}

/// The sections that a layout can have, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words are those of the sections' names")]
pub enum Place {
    Image,
    Information,
    Price,
    Stock,
    Address,
    Items,
    Solution,
    Terms,
    Description,
}

/// The sections of a module's layout that have fields.
pub fn sections(module: &Module) -> Vec<Section<'_>> {
    let mut sections: BTreeMap<Place, Vec<&Field>> = BTreeMap::new();
    for field in &module.fields {
        sections
            .entry(place(module, field))
            .or_default()
            .push(field);
    }
    let named = sections.into_iter().map(|(place, fields)| Section {
        place,
        name: name(module, place, &fields),
        fields,
    });
    named.collect()
}

fn place(module: &Module, field: &Field) -> Place {
    const STOCK: &[&str] = &["Usage_Unit", "Handler"];
    const PRICE: &[&str] = &["Unit_Price", "Commission_Rate", "Tax", "Taxable"];
    const ADDRESS: &[&str] = &[
        "Flat_House_No_Building_Apartment_Name",
        "Street",
        "City",
        "State",
        "Code",
        "Zip",
        "Zip_Code",
        "Country",
        "Latitude",
        "Longitude",
        "Coordinates",
        "Address",
    ];
    const GROUPS: &[&str] = &["Mailing", "Other", "Billing", "Shipping"];
    let name = field.api_name.as_ref();
    let is_product = !module.custom && module.api_name == "Products";
    let part = match name.split_once('_') {
        Some((group, part)) if GROUPS.contains(&group) => part,
        _ => name,
    };
    match name {
        _ if field.kind == Kind::ProfileImage => Place::Image,
        _ if matches!(field.kind, Kind::Subform(_)) => Place::Items,
        _ if field.custom => Place::Information,
        "Solution" | "Add_Comment" => Place::Solution,
        "Terms_and_Conditions" => Place::Terms,
        "Description" => Place::Description,
        _ if is_product && PRICE.contains(&name) => Place::Price,
        _ if is_product && (STOCK.contains(&name) || field.counts()) => Place::Stock,
        _ if ADDRESS.contains(&part) => Place::Address,
        _ => Place::Information,
    }
}

fn name(module: &Module, place: Place, fields: &[&Field]) -> String {
    let of_module = |word: &str| format!("{} {word}", module.singular_label);
    match (place, fields) {
        (Place::Image, _) => of_module("Image"),
        (Place::Items, [field, ..]) => field.label.to_string(),
        (Place::Information | Place::Items, _) => of_module("Information"),
        (Place::Price, _) => "Price Information".to_owned(),
        (Place::Stock, _) => "Stock Information".to_owned(),
        (Place::Address, _) => "Address Information".to_owned(),
        (Place::Solution, _) => "Solution Information".to_owned(),
        (Place::Terms, _) => "Terms and Conditions".to_owned(),
        (Place::Description, _) => "Description Information".to_owned(),
    }
}
