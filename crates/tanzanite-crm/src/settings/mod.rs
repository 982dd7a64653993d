//! Settings: what modules there are and what fields they have. `/crm/{version}/settings/…`.

mod get_fields;
mod get_module;
mod get_modules;

pub use get_fields::GetFields;
pub use get_module::GetModule;
pub use get_modules::GetModules;

use crate::endpoint::Call;
use tanzanite_protocol::{Condition, Fault};

/// A parameter that has one of a few values. `None` without it, or with an empty one.
fn one_of(
    call: &Call<'_>,
    name: &'static str,
    values: &'static [&'static str],
) -> Result<Option<&'static str>, Fault> {
    let value = call.request.query.get(name).unwrap_or_default().trim();
    if value.is_empty() {
        return Ok(None);
    }
    let known = values.iter().find(|known| **known == value);
    known.copied().map(Some).ok_or_else(|| {
        Fault::new(Condition::ParameterInvalid)
            .with("param_name", name)
            .with("supported_values", values.to_vec())
    })
}
