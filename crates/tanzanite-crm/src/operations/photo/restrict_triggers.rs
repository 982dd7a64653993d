//! The query parameter `restrict_triggers`: the automations that an edit must not start.
//!
//! Tanzanite has no automations, so a valid list has no effect. An invalid one is refused, so that a mistake is noticed
//! here rather than in production. The five words and the maximal length are from the OpenAPI (2026).

use crate::call::Call;
use crate::faults::{PARAMETER_INVALID, PARAMETER_LIMIT};
use tanzanite_protocol::{Fault, limits};

const PARAMETER: &str = "restrict_triggers";
const WORDS: [&str; 5] = [
    "workflow",
    "approval",
    "blueprint",
    "pathfinder",
    "orchestration",
];

pub(super) fn check(call: &Call<'_>) -> Result<(), Fault> {
    let Some(list) = call.request.query.get(PARAMETER) else {
        return Ok(());
    };
    if list.chars().count() > limits::RESTRICT_TRIGGERS_CHARS_MAX {
        return Err(Fault::new(&PARAMETER_LIMIT)
            .with("limit", limits::RESTRICT_TRIGGERS_CHARS_MAX)
            .with("param_name", PARAMETER));
    }
    if list.split(',').all(|word| WORDS.contains(&word.trim())) {
        return Ok(());
    }
    Err(Fault::new(&PARAMETER_INVALID)
        .with("param_name", PARAMETER)
        .with("supported_values", WORDS.to_vec()))
}
