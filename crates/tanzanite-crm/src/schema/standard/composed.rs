//! Values that a record shows and does not store, because they are made of others: an address in one text, and its
//! coordinates.
//!
//! Recorded records have a text there even if the address is empty. How the vendor joins the parts is not known: ours
//! are separated by a comma and a blank.

use crate::schema::{Field, Kind};
use serde_json::{Map, Value};

pub(super) const FLAT: &str = "Flat_House_No_Building_Apartment_Name";
pub(super) const LATITUDE: &str = "Latitude";
pub(super) const LONGITUDE: &str = "Longitude";
pub(super) const COORDINATES: &str = "Coordinates";
pub(super) const ADDRESS: &str = "Address";

/// The parts of an address in their order. `Code` and `Zip` are what some modules call the code.
const PARTS: [&str; 8] = [
    FLAT, "Street", "City", "State", "Zip_Code", "Code", "Zip", "Country",
];

impl Field {
    /// Whether its value is made of those of others and not stored.
    pub fn is_composed(&self) -> bool {
        let ends = [ADDRESS, COORDINATES];
        let is_named = ends.iter().any(|end| self.api_name.ends_with(end));
        self.read_only && self.kind == Kind::Textarea && is_named
    }
}

/// The value of a field that is made of others; `None` if it is not such a field.
pub fn composed(field: &Field, fields: &Map<String, Value>) -> Option<String> {
    if !field.is_composed() {
        return None;
    }
    let name = field.api_name.as_ref();
    let joined = |prefix: &str, parts: &[&str], separator: &str| {
        let parts = parts.iter();
        let parts = parts.map(|part| super::plain(fields.get(&format!("{prefix}{part}"))));
        let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
        parts.join(separator)
    };
    if let Some(prefix) = name.strip_suffix(COORDINATES) {
        return Some(joined(prefix, &[LATITUDE, LONGITUDE], ","));
    }
    let prefix = name.strip_suffix(ADDRESS)?;
    Some(joined(prefix, &PARTS, ", "))
}
