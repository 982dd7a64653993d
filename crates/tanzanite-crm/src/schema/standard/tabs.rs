//! `Home` and `Feeds`: tabs, no modules of records. The vendor's API does not take them either.

use super::table::module;
use crate::schema::{Module, Support};

pub(super) fn home() -> Module {
    tab(20, "Home")
}

pub(super) fn feeds() -> Module {
    tab(21, "Feeds")
}

fn tab(number: i64, name: &'static str) -> Module {
    let mut tab = module(number, name, (name, name), "", Vec::new()).with_support(Support::Tab);
    tab.fields.clear();
    tab
}
