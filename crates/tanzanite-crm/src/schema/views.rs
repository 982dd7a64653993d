//! The views of a module that every organisation has: all records, and the caller's own.
//!
//! The vendor has more of them, most by days that pass; they are not served yet.

use super::conversion::conversion_mark;
use super::{Field, Module, Number, Part};
use std::collections::HashSet;

/// A view that the system defines.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Its number.
    pub number: Number,
    /// The system's name for it, the same in all modules.
    pub system_name: &'static str,
    /// Its name.
    pub name: String,
    /// The name that is shown.
    pub display_value: String,
    /// Whether it holds the caller's records alone.
    pub own: bool,
    /// The field whose records it leaves out: leads that were converted.
    pub without: Option<&'a Field>,
    /// The fields that it shows. Their choice is assumed.
    pub fields: Vec<&'a Field>,
}

/// The views of a module. The first is the one that is shown if none is chosen.
pub fn views(module: &Module) -> [View<'_>; 2] {
    let plural = &module.plural_label;
    let without = conversion_mark(module);
    let all = if without.is_some() {
        format!("All Open {plural}")
    } else {
        format!("All {plural}")
    };
    let view = |place: Number, system_name, name: String, display_value: String| View {
        number: Part::View.number(module.number, place),
        system_name,
        name,
        display_value,
        own: place != 0,
        without,
        fields: shown(module),
    };
    let own = format!("My {plural}");
    [
        view(0, "ALLVIEWS", all, format!("All {plural}")),
        view(1, "MYVIEWS", own.clone(), own),
    ]
}

fn shown(module: &Module) -> Vec<&Field> {
    let display = module.field(&module.display_field).into_iter();
    let mandatory = module.fields.iter().filter(|field| field.mandatory);
    let usual = ["Email", "Phone", "Owner"];
    let usual = usual.into_iter().filter_map(|name| module.field(name));
    let mut seen = HashSet::new();
    let shown = display.chain(mandatory).chain(usual);
    shown.filter(|field| seen.insert(field.number)).collect()
}
