//! The stage that the checks of a call have reached, which lets tests prove the order of [`Stage`] for every endpoint.

use std::cell::Cell;
use tanzanite_protocol::{Fault, Stage};

/// The latest stage that a call has reached.
#[derive(Clone, Debug)]
pub(crate) struct Stages(Cell<Stage>);

impl Stages {
    /// Starts at a stage.
    pub(crate) fn from(stage: Stage) -> Self {
        Self(Cell::new(stage))
    }

    /// Notes that the checks have reached a stage, and will not return to an earlier one.
    pub(crate) fn reach(&self, stage: Stage) {
        self.0.set(self.0.get().max(stage));
    }

    /// With debug assertions on, panics at a fault of an earlier stage.
    pub(crate) fn check(&self, id: &str, fault: &Fault) {
        let row = fault.row();
        debug_assert!(
            row.stage >= self.0.get(),
            "{id} answers {row:?} of the stage {:?} after the checks had come to {:?}",
            row.stage,
            self.0.get()
        );
    }

    /// Runs the checks of one item of a batch, which start again at [`Stage::Body`].
    pub(crate) fn item<T>(
        &self,
        id: &str,
        check: impl FnOnce() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let before = self.0.replace(Stage::Body);
        let result = check();
        if let Err(fault) = &result {
            self.check(id, fault);
        }
        self.0.set(before);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::{BODY_INVALID, FIELD_DUPLICATE, PARAMETER_MISSING};

    fn refused(row: &'static tanzanite_protocol::Row) -> Result<(), Fault> {
        Err(Fault::new(row))
    }

    #[test]
    fn each_item_begins_anew() {
        let stages = Stages::from(Stage::Parameters);
        let late = stages.item("a.b", || {
            stages.reach(Stage::State);
            refused(&FIELD_DUPLICATE)
        });
        assert!(late.is_err() && stages.item("a.b", || refused(&BODY_INVALID)).is_err());
        stages.check("a.b", &Fault::new(&PARAMETER_MISSING));
    }

    #[test]
    #[should_panic(
        expected = "a.b answers body_invalid of the stage Body after the checks had come to State"
    )]
    fn an_earlier_stage_is_a_panic() {
        let stages = Stages::from(Stage::Parameters);
        stages.reach(Stage::State);
        stages.reach(Stage::Record);
        stages.check("a.b", &Fault::new(&BODY_INVALID));
    }

    #[test]
    #[should_panic(expected = "a.b answers body_invalid")]
    fn an_earlier_stage_is_a_panic_within_an_item_too() {
        let stages = Stages::from(Stage::Parameters);
        let _ = stages.item("a.b", || {
            stages.reach(Stage::Lock);
            refused(&BODY_INVALID)
        });
    }
}
