//! Seeing: a module as one caller may see it, and the proof that a question of the store's keeps within that.

use super::reach::visible_owners;
use super::{Caller, Permit};
use crate::metadata::FieldRight;
use crate::schema::{Field, Module, Number};
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::{OrgId, RecordId};

/// A module as one caller may see it. Made by policy alone; a reply takes its fields from here and from nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct ModuleView<'a> {
    caller: &'a Caller,
    module: &'a Module,
}

impl<'a> ModuleView<'a> {
    /// The module as the caller's profile and the sharing settings show it.
    pub(crate) fn new(caller: &'a Caller, module: &'a Module) -> Self {
        Self { caller, module }
    }

    /// The module.
    pub fn module(&self) -> &'a Module {
        self.module
    }

    /// The fields that are not hidden from the caller, in the order of the layout.
    pub fn fields(self) -> impl Iterator<Item = &'a Field> {
        let fields = self.module.fields.iter();
        fields.filter(move |field| self.right(field) > FieldRight::Hidden)
    }

    /// A field by its API name, unless it is hidden from the caller.
    pub fn field(&self, api_name: &str) -> Option<&'a Field> {
        let field = self.module.field(api_name)?;
        (self.right(field) > FieldRight::Hidden).then_some(field)
    }

    /// How far a field is open to the caller.
    pub fn right(&self, field: &Field) -> FieldRight {
        self.caller.profile().field_right(self.module, field)
    }

    /// The module that a lookup refers to, as the caller may see it. `None` if the caller may not, if its records are
    /// not served, and for a lookup of any module.
    pub(crate) fn of_lookup(&self, module: &str) -> Option<Self> {
        let module = self.caller.metadata().module(module)?;
        let is_seen = self.caller.profile().permits(module, Permission::View);
        (module.is_served() && is_seen).then(|| Self::new(self.caller, module))
    }

    /// The module's records that the caller may see. Those that hang on others are seen with them.
    pub fn seen(&self) -> Seen {
        if self.module.is_annex() {
            return self.seen_with_parents();
        }
        Seen {
            owners: visible_owners(self.caller, self.module),
            ..self.for_all()
        }
    }

    fn seen_with_parents(&self) -> Seen {
        let modules = self.caller.metadata().modules();
        let modules = modules.filter(|module| {
            module.is_served() && self.caller.profile().permits(module, Permission::View)
        });
        let parents = modules.map(|module| ParentModule {
            module: module.number,
            owners: visible_owners(self.caller, module),
        });
        Seen {
            parents: Some(parents.collect()),
            ..self.for_all()
        }
    }

    /// The records of a module of annexes that hang on records of this one which are shown to the caller: who sees
    /// those sees these. Whoever asks limits the question to those records.
    pub(crate) fn seen_beneath_shown(&self, annex: &Module) -> Seen {
        ModuleView::new(self.caller, annex).for_all()
    }

    fn for_all(&self) -> Seen {
        Seen {
            org: self.caller.org(),
            module: self.module.number,
            owners: None,
            parents: None,
        }
    }

    /// All of the module's records, for the search for the one that an upsert means. The vendor finds it whoever owns
    /// it: a second record with its value would be a duplicate all the same. The search keeps nothing but ids, and the
    /// caller is authorised on a record before anything of it is answered.
    pub(crate) fn for_duplicates(&self) -> Seen {
        self.for_all()
    }
}

/// The records of one module that others hang on, as far as they are seen.
#[derive(Clone, Debug, PartialEq)]
pub struct ParentModule {
    /// The module's number.
    pub module: Number,
    /// The owners; `None` for everybody.
    pub owners: Option<Vec<RecordId>>,
}

/// The proof that a question asks for records of one module that somebody may see. Private fields; made by
/// [`ModuleView::seen`], [`ModuleView::for_duplicates`] and [`Seen::bypassing_policy_as_operator`] alone.
///
/// ```compile_fail
/// fn forged(org: tanzanite_protocol::OrgId) -> tanzanite_crm::policy::Seen {
///     tanzanite_crm::policy::Seen { org, module: 1, owners: None, parents: None }
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    org: OrgId,
    module: Number,
    owners: Option<Vec<RecordId>>,
    parents: Option<Vec<ParentModule>>,
}

impl Seen {
    /// The records of a module of annexes that hang on the record of a permit.
    pub(crate) fn beneath<O>(permit: &Permit<O>, annex: &Module) -> Self {
        Self {
            org: permit.org(),
            module: annex.number,
            owners: None,
            parents: None,
        }
    }

    /// The organisation.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The module's number.
    pub fn module(&self) -> Number {
        self.module
    }

    /// The owners whose records are seen; `None` for everybody's.
    pub fn owners(&self) -> Option<&[RecordId]> {
        self.owners.as_deref()
    }

    /// The records on which those of the module hang, and with which they are seen; `None` if each is seen by itself.
    pub fn parents(&self) -> Option<&[ParentModule]> {
        self.parents.as_deref()
    }

    /// All records of a module, for the operator's own tools and the tests of stores. A tidy test counts the uses.
    pub fn bypassing_policy_as_operator(org: OrgId, module: Number) -> Self {
        Self {
            org,
            module,
            owners: None,
            parents: None,
        }
    }

    /// The records that hang on some parents among these.
    #[must_use]
    pub fn with_parents(mut self, parents: Vec<ParentModule>) -> Self {
        // Several conditions on parents are never asked together.
        self.parents.get_or_insert(parents);
        self
    }

    /// The records of some owners among these.
    #[must_use]
    pub fn of_owners(mut self, mut owners: Vec<RecordId>) -> Self {
        if let Some(seen) = &self.owners {
            owners.retain(|owner| seen.contains(owner));
        }
        self.owners = Some(owners);
        self
    }
}
