//! The modules of an organisation: their storage, changes and lookup.

use super::{Metadata, Schema};
use crate::schema::{Kind, Module, Text};
use std::ops::Deref;
use std::sync::Arc;

/// A module of an organisation. Standard modules are shared by all organisations; one with custom fields or values is a
/// copy of its own.
#[derive(Clone, Debug)]
pub(super) enum Held {
    Shared(&'static Module),
    Own(Box<Module>),
}

impl Deref for Held {
    type Target = Module;

    fn deref(&self) -> &Module {
        match self {
            Self::Shared(module) => module,
            Self::Own(module) => module,
        }
    }
}

impl Held {
    /// Changes the organisation's copy, made first if necessary; other organisations are not affected.
    fn change(&mut self, change: impl FnOnce(&mut Module)) {
        match self {
            Self::Own(module) => change(module),
            Self::Shared(module) => {
                let mut own = Box::new(module.clone());
                change(&mut own);
                *self = Self::Own(own);
            }
        }
    }
}

impl Metadata {
    /// All modules: the standard ones, the custom ones, and the one of locks if records can be locked.
    pub fn modules(&self) -> impl ExactSizeIterator<Item = &Module> + Clone {
        self.schema.modules.iter().map(Held::deref)
    }

    /// A module by its name in any letter case, as the vendor accepts it.
    pub fn module_called(&self, name: &str) -> Option<&Module> {
        self.module(name).or_else(|| {
            let mut modules = self.modules();
            modules.find(|module| module.api_name.eq_ignore_ascii_case(name))
        })
    }

    /// A module by its id at the wire.
    pub fn module_with_id(&self, id: i64) -> Option<&Module> {
        let mut modules = self.modules();
        modules.find(|module| self.schema_id_of(module.number) == id)
    }
}

impl Metadata {
    /// Adds values to a picklist.
    pub fn list(&mut self, module: &str, field: &str, values: Vec<String>) {
        Arc::make_mut(&mut self.schema).list(module, field, values);
    }
}

impl Schema {
    pub(super) fn change(&mut self, module: &str, change: impl FnOnce(&mut Module)) {
        let place = self.place(module);
        if let Some(held) = place.and_then(|place| self.modules.get_mut(place)) {
            held.change(change);
        }
    }

    /// Adds values to a picklist.
    pub(super) fn list(&mut self, module: &str, field: &str, values: Vec<String>) {
        self.change(module, |module| {
            let mut fields = module.fields.iter_mut();
            let field = fields.find(|found| found.api_name == field);
            if let Some(Kind::Picklist(listed) | Kind::MultiSelectPicklist(listed)) =
                field.map(|field| &mut field.kind)
            {
                listed.extend(values.into_iter().map(Text::Owned));
            }
        });
    }
}
