//! A transaction whose n-th call fails, by which tests prove that a failing store changes nothing.

use tanzanite_crm::StoreError;
use tanzanite_crm::delegation::prelude::*;

/// Delegates every call but one to the transaction below.
pub struct FailNth<'a> {
    below: &'a mut dyn Transaction,
    remaining: u32,
    failed: bool,
    calls: Vec<&'static str>,
}

impl<'a> FailNth<'a> {
    /// Fails at the `nth` call, counted from 1; never if it is 0.
    pub fn new(below: &'a mut dyn Transaction, nth: u32) -> Self {
        Self {
            below,
            remaining: nth,
            failed: false,
            calls: Vec::new(),
        }
    }

    /// Whether it has failed; if not, there were fewer calls.
    pub fn failed(&self) -> bool {
        self.failed
    }

    /// The names of the called methods, in order.
    pub fn calls(&self) -> &[&'static str] {
        &self.calls
    }

    fn count(&mut self, method: &'static str) -> Stored<()> {
        self.calls.push(method);
        if self.remaining > 0 {
            self.remaining -= 1;
            if self.remaining == 0 {
                self.failed = true;
                return Err(StoreError::new("made to fail by a test"));
            }
        }
        Ok(())
    }
}

macro_rules! counted {
    (fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty;) => {
        fn $name(&mut self, $($argument: $type),*) -> Stored<$result> {
            self.count(stringify!($name))?;
            self.below.$name($($argument),*)
        }
    };
}

impl Transaction for FailNth<'_> {
    tanzanite_crm::transaction_methods!(counted);
}
