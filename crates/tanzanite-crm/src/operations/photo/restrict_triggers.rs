//! The query parameter `restrict_triggers`: which automations an edit shall not start.
//!
//! We run no automations yet, so a valid list changes nothing; an invalid one is refused so that a client's typing
//! mistake shows here and not in production. The five words and the length are the OpenAPI documents' (2026).

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
