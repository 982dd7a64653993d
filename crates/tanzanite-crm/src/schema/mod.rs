//! Modules and their fields, which say what values a record can have.
//!
//! Their numbers are in ranges, so that no two things of an organisation get the same id. Modules
//! are below 1 000 (standard ones below [`FIRST_CUSTOM_MODULE`]). A module's layout has the module's
//! number times 1 000, and the module's fields follow the layout (custom ones from
//! [`FIRST_CUSTOM_FIELD`] on). A picklist's values follow the field's number times 1 000. The ids
//! made from these numbers are a series of their own:
//! [`Metadata::schema_id_of`](crate::Metadata::schema_id_of). Far above them are the numbers of what else a module has:
//! [`Part`].

pub mod connections;
pub mod conversion;
mod layout;
mod related;
mod render;
mod standard;
pub mod validate;
mod views;

pub use layout::{Place, Section, sections};
pub use related::{RelatedList, UNSERVED_LISTS, related_lists};
pub(crate) use render::is_mass_updated;
pub use render::{
    field_json, layout_json, module_json, pipelines_json, related_list_json, view_json,
};
pub use standard::{
    Times, complete, composed, custom_module, display_name, locking_information, mapped,
    row_modules, standard_modules, system_fields, total,
};
pub use views::{View, views};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;
use tanzanite_protocol::scope::{CUSTOM_WORD, module_word};

/// A text of the program's own tables or of a seed.
pub type Text = Cow<'static, str>;

/// A module's or field's number within its organisation. A standard module or field has the same
/// number in every organisation.
pub type Number = i64;

/// The lowest number of a custom module; the highest is 999.
pub const FIRST_CUSTOM_MODULE: Number = 100;
/// The lowest number of a custom field within its module; the highest is 999.
pub const FIRST_CUSTOM_FIELD: Number = 500;
/// The numbers that each module has for its fields, and each field for its values.
pub const NUMBERS_EACH: Number = 1000;

/// A kind of things that a module has beside its fields. Each kind's numbers are a range of their own, above those of
/// all picklist values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Related lists, by the number of the field that refers to the module.
    RelatedList,
    /// Sections of the layout, by their place.
    Section,
    /// Views, by their place.
    View,
    /// Permissions of profiles, by their place.
    Permission,
    /// Categories of forecasts, by their place.
    ForecastCategory,
    /// Parts that contacts play in deals, by their place.
    ContactRole,
}

impl Part {
    /// The number of one of a module's things of this kind. `within` is below a million.
    pub const fn number(self, module: Number, within: Number) -> Number {
        const FIRST: Number = 2_000_000_000;
        const MODULES_EACH: Number = 1_000;
        const NUMBERS: Number = 1_000_000;
        (self as Number * MODULES_EACH + module) * NUMBERS + FIRST + within
    }
}

/// The word for the module of a lookup that a record chooses by `$se_module`.
pub const ANY_MODULE: &str = "se_module";

/// The key that names the module of a lookup of [`ANY_MODULE`].
pub const MODULE_KEY: &str = "$se_module";
/// The field by which a note or an attachment hangs on a record.
pub const PARENT: &str = "Parent_Id";

/// The value of every picklist that stands for none.
pub const NO_VALUE: &str = "-None-";

/// A module: standard or custom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Module {
    /// The module's number, which is part of its records' keys in the store.
    pub number: Number,
    /// Its name in URLs: `Leads`.
    pub api_name: Text,
    /// Its inner name: `Leads`, `CustomModule1`.
    pub module_name: Text,
    /// The label for one record: `Lead`.
    pub singular_label: Text,
    /// The label for several records: `Leads`.
    pub plural_label: Text,
    /// Made by the organisation.
    pub custom: bool,
    /// The record API's support for it. It is not stored, since only custom modules are, and those are served.
    #[serde(skip)]
    pub support: Support,
    /// The API name of the field that names a record: `Full_Name`.
    pub display_field: Text,
    /// Its fields, in the order of its layout.
    pub fields: Vec<Field>,
}

/// The support of a module's records by the record API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Support {
    /// The module's records are served.
    #[default]
    Served,
    /// The module's settings say that the API supports it, and it has fields. The vendor's record API still refuses its
    /// records, because they belong to records of other modules.
    Virtual,
    /// The module's records hang on those of other modules, and are served where those are: notes and attachments.
    Annex,
    /// The rows of a subform, described as a module. The vendor lists them by themselves too, and Tanzanite does not
    /// yet.
    Subform,
    /// A tab without records, for the vendor too.
    Tab,
}

/// A field of a module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent switches are what the vendor has"
)]
pub struct Field {
    /// Its number.
    pub number: Number,
    /// Its name in JSON: `Last_Name`.
    pub api_name: Text,
    /// Its label: `Last Name`.
    pub label: Text,
    /// The kind of its values.
    pub kind: Kind,
    /// The longest text or the most digits; the vendor's `length`.
    pub length: u32,
    /// Every record must have a value.
    pub mandatory: bool,
    /// The system keeps the value; one that a client sends is ignored.
    pub read_only: bool,
    /// No two records have the same value.
    pub unique: bool,
    /// Made by the organisation.
    pub custom: bool,
}

/// The kind of a field's values: the vendor's `data_type`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub enum Kind {
    Text,
    Email,
    Phone,
    Website,
    Textarea,
    Integer,
    Bigint,
    Double,
    Currency,
    Percent,
    Boolean,
    Date,
    Datetime,
    Picklist(Vec<Text>),
    MultiSelectPicklist(Vec<Text>),
    /// A reference to a record of the module with this API name, or of [`ANY_MODULE`].
    Lookup(Text),
    OwnerLookup,
    UserLookup,
    ProfileImage,
    AutoNumber,
    /// Rows with these fields, which belong to one record.
    Subform(Vec<Field>),
}

impl Field {
    /// The values of a record in this picklist that the picklist does not list.
    pub fn unlisted<'v>(&self, value: &'v Value) -> impl Iterator<Item = &'v str> {
        let (listed, values) = match (&self.kind, value) {
            (Kind::Picklist(listed), value) => (listed.as_slice(), std::slice::from_ref(value)),
            (Kind::MultiSelectPicklist(listed), Value::Array(values)) => {
                (listed.as_slice(), values.as_slice())
            }
            _ => (&[][..], &[][..]),
        };
        let texts = values.iter().filter_map(Value::as_str);
        texts.filter(move |text| *text != NO_VALUE && listed.iter().all(|listed| listed != text))
    }

    /// Whether it counts something of the stock, and so reads 0 where nothing is counted: recorded products do.
    pub fn counts(&self) -> bool {
        const COUNTS: &[&str] = &[
            "Qty_Ordered",
            "Qty_in_Stock",
            "Qty_in_Demand",
            "Reorder_Level",
        ];
        !self.custom && COUNTS.contains(&self.api_name.as_ref())
    }

    /// Whether clients give its value and records store it among their fields. The system gives its own fields, and the
    /// owner is in the record's head.
    pub fn is_given(&self) -> bool {
        !self.read_only && self.api_name != "Owner"
    }
}

impl Module {
    /// A field by its API name.
    pub fn field(&self, api_name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.api_name == api_name)
    }

    /// Whether its records name the module of a record that they refer to: they are activities.
    pub fn has_field_of_any_module(&self) -> bool {
        let mut kinds = self.fields.iter().map(|field| &field.kind);
        kinds.any(|kind| matches!(kind, Kind::Lookup(module) if module == ANY_MODULE))
    }

    /// The field with rows of its own, and the fields of those. No module here has two.
    pub fn subform(&self) -> Option<(&Field, &[Field])> {
        self.fields.iter().find_map(|field| match &field.kind {
            Kind::Subform(rows) => Some((field, rows.as_slice())),
            _ => None,
        })
    }

    /// Whether a seed can have its records. Rows cannot be seeded yet.
    pub fn is_seeded(&self) -> bool {
        self.is_served() && self.subform().is_none()
    }

    /// Whether its records hang on those of other modules, by the field [`PARENT`].
    pub fn is_annex(&self) -> bool {
        self.support == Support::Annex
    }

    /// Whether its records are served by themselves.
    pub fn is_served(&self) -> bool {
        self.support == Support::Served
    }

    /// Whether the module's settings say that the API supports it, and describe its fields.
    pub fn is_described(&self) -> bool {
        matches!(
            self.support,
            Support::Served | Support::Annex | Support::Virtual | Support::Subform
        )
    }

    /// The module's word in scopes. It is made once, because every request needs it. It is empty for an unknown
    /// standard module, and no scope covers that.
    pub fn scope_word(&self) -> &'static str {
        static WORDS: LazyLock<HashMap<Number, String>> = LazyLock::new(|| {
            let modules = standard_modules().iter();
            let word = |module: &Module| module_word(&module.api_name, module.custom);
            modules
                .map(|module| (module.number, word(module)))
                .collect()
        });
        if self.custom {
            return CUSTOM_WORD;
        }
        WORDS.get(&self.number).map_or("", String::as_str)
    }
}

impl Kind {
    /// The vendor's word for the kind.
    pub const fn data_type(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Website => "website",
            Self::Textarea => "textarea",
            Self::Integer => "integer",
            Self::Bigint => "bigint",
            Self::Double => "double",
            Self::Currency => "currency",
            Self::Percent => "percent",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Picklist(_) => "picklist",
            Self::MultiSelectPicklist(_) => "multiselectpicklist",
            Self::Lookup(_) => "lookup",
            Self::OwnerLookup => "ownerlookup",
            Self::UserLookup => "userlookup",
            Self::ProfileImage => "profileimage",
            Self::AutoNumber => "autonumber",
            Self::Subform(_) => "subform",
        }
    }
}
