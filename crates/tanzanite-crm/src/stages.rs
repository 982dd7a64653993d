//! The stage that a call's checks have come to, so that the order of [`Stage`] is true of every endpoint by test.

use std::cell::Cell;
use tanzanite_protocol::{Fault, Stage};

/// The furthest stage that a call has come to.
#[derive(Debug)]
pub(crate) struct Stages(Cell<Stage>);

impl Stages {
    /// From a stage on.
    pub(crate) fn from(stage: Stage) -> Self {
        Self(Cell::new(stage))
    }

    /// The checks have come to a stage, and go back to none before it.
    pub(crate) fn reach(&self, stage: Stage) {
        self.0.set(self.0.get().max(stage));
    }

    /// Where debug assertions are on, a fault of an earlier stage is a panic.
    pub(crate) fn check(&self, id: &str, fault: &Fault) {
        let row = fault.row();
        debug_assert!(
            row.stage >= self.0.get(),
            "{id} answers {row:?} of the stage {:?} after the checks had come to {:?}",
            row.stage,
            self.0.get()
        );
    }

    /// Runs the checks of one item of a batch, which begin anew with the body.
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
