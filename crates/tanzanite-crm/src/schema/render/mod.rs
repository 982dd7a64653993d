//! Modules and fields as the settings operations answer them.
//!
//! All keys of the vendor's examples are there, since SDKs and tools read some of them without
//! checking that they exist. Keys of parts that Tanzanite does not have (e-mail parsers, portals) have the values of an
//! organisation that never used those parts.

mod field;
mod layout;
mod module;
mod pipeline;
mod related_list;
#[cfg(test)]
mod tests;
mod view;

pub use field::field_json;
pub(crate) use field::is_mass_updated;
pub use layout::layout_json;
pub use module::module_json;
pub use pipeline::pipelines_json;
pub use related_list::related_list_json;
pub use view::view_json;

use serde_json::{Map, Value};

/// One object with the keys of several, in their order.
fn joined(parts: impl IntoIterator<Item = Value>) -> Value {
    let objects = parts.into_iter().filter_map(|part| match part {
        Value::Object(object) => Some(object),
        _ => None,
    });
    Value::Object(objects.flatten().collect::<Map<_, _>>())
}
