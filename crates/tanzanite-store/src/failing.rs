//! A transaction that fails at its n-th call: how the tests prove that a failing store changes nothing.

use tanzanite_crm::StoreError;
use tanzanite_crm::delegation::prelude::*;

/// Hands every call on to the transaction below, but for one.
pub struct FailNth<'a> {
    below: &'a mut dyn Transaction,
    remaining: u32,
    failed: bool,
    calls: Vec<&'static str>,
}

impl<'a> FailNth<'a> {
    /// Fails at the `nth` call, counted from 1; with 0 never.
    pub fn new(below: &'a mut dyn Transaction, nth: u32) -> Self {
        Self {
            below,
            remaining: nth,
            failed: false,
            calls: Vec::new(),
        }
    }

    /// Whether it has failed: if not, there were fewer calls.
    pub fn failed(&self) -> bool {
        self.failed
    }

    /// The methods that were called, one after the other.
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
