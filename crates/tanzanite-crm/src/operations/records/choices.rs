//! Which records, and in which order: the parameters that lists and searches share.

use crate::call::Call;
use crate::faults::PARAMETER_INVALID;
use crate::parameters::{given, pattern};
use crate::schema::Module;
use crate::transaction::SortKey;
use tanzanite_protocol::Fault;

const SORT_KEYS: [(&str, SortKey); 3] = [
    ("id", SortKey::Id),
    ("Created_Time", SortKey::CreatedTime),
    ("Modified_Time", SortKey::ModifiedTime),
];

/// How records are sorted.
pub(super) struct Order {
    pub(super) key: SortKey,
    pub(super) name: &'static str,
    pub(super) descending: bool,
}

impl Order {
    /// As `sort_by` and `sort_order` say; otherwise the newest first.
    pub(super) fn read(call: &Call<'_>) -> Result<Self, Fault> {
        let wanted = given(call, "sort_by").unwrap_or("id");
        let (name, key) = SORT_KEYS
            .into_iter()
            .find(|(name, _)| *name == wanted)
            .ok_or_else(|| {
                Fault::new(&PARAMETER_INVALID)
                    .with("param_name", "sort_by")
                    .with("supported_values", SORT_KEYS.map(|(name, _)| name).to_vec())
            })?;
        let descending = match given(call, "sort_order") {
            None | Some("desc") => true,
            Some("asc") => false,
            Some(_) => return Err(pattern("sort_order")),
        };
        Ok(Self {
            key,
            name,
            descending,
        })
    }

    /// The value of `sort_order`.
    pub(super) fn direction(&self) -> &'static str {
        if self.descending { "desc" } else { "asc" }
    }
}

/// Whether such records are asked for as there are none of: converted leads, or records that are not approved.
pub(super) fn chooses_none(call: &Call<'_>, module: &Module) -> Result<bool, Fault> {
    const CHOICES: &[&str] = &["true", "false", "both"];
    let chosen = |name| match given(call, name) {
        Some(value) if !CHOICES.contains(&value) => Err(pattern(name)),
        value => Ok(value),
    };
    let converted = chosen("converted")? == Some("true") && module.api_name == "Leads";
    let unapproved = chosen("approved")? == Some("false");
    Ok(converted || unapproved)
}
