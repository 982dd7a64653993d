//! Modules and their fields: what a record can hold.
//!
//! Ranges of numbers, so that no two things of an organisation get the same id: modules are below
//! 1 000 (standard ones below [`FIRST_CUSTOM_MODULE`]); a module's layout has its number times
//! 1 000, and its fields follow the layout (custom ones from [`FIRST_CUSTOM_FIELD`] on); a
//! picklist's values follow its field's number times 1 000. Their ids are a series of their own:
//! [`Metadata::schema_id_of`](crate::Metadata::schema_id_of).

mod render;
mod standard;
pub mod validate;

pub use render::{field_json, module_json};
pub use standard::{
    custom_module, display_name, locking_information, standard_modules, system_fields,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;
use tanzanite_protocol::scope::{CUSTOM_WORD, module_word};

/// Text that is either the program's or a seed's.
pub type Text = Cow<'static, str>;

/// A module's or field's number within its organisation. Standard ones have the same number
/// everywhere.
pub type Number = i64;

/// Modules that an organisation makes are numbered from here to 999.
pub const FIRST_CUSTOM_MODULE: Number = 100;
/// Fields that an organisation makes are numbered from here to 999, within their module.
pub const FIRST_CUSTOM_FIELD: Number = 500;
/// How many numbers a module has for its fields, and a field for its values.
pub const NUMBERS_EACH: Number = 1000;

/// The word for the module of a lookup that a record chooses by `$se_module`.
pub const ANY_MODULE: &str = "se_module";

/// The value of every picklist that stands for none.
pub const NO_VALUE: &str = "-None-";

/// A module: standard or custom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Module {
    /// Its number; the key of its records in the store.
    pub number: Number,
    /// Its name in URLs: `Leads`.
    pub api_name: Text,
    /// Its inner name: `Leads`, `CustomModule1`.
    pub module_name: Text,
    /// One of it: `Lead`.
    pub singular_label: Text,
    /// Many of it: `Leads`.
    pub plural_label: Text,
    /// Made by the organisation.
    pub custom: bool,
    /// What the record API does with it. Not kept: a module that an organisation made is served.
    #[serde(skip)]
    pub support: Support,
    /// The API name of the field that names a record: `Full_Name`.
    pub display_field: Text,
    /// Its fields, in the order of its layout.
    pub fields: Vec<Field>,
}

/// What the record API does with a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Support {
    /// Its records are served.
    #[default]
    Served,
    /// The vendor takes its records, and we do not yet.
    Unserved,
    /// It is said to be supported and has fields, and the vendor refuses its records: they belong to those of other modules.
    Virtual,
    /// A tab that has no records, at the vendor's neither.
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
    /// What it holds.
    pub kind: Kind,
    /// The longest text or the most digits; the vendor's `length`.
    pub length: u32,
    /// A record cannot do without.
    pub mandatory: bool,
    /// Kept by the system: what a client sends is ignored.
    pub read_only: bool,
    /// No two records have the same value.
    pub unique: bool,
    /// Made by the organisation.
    pub custom: bool,
}

/// What a field holds: the vendor's `data_type`.
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
    /// Of a module, by its API name, or of [`ANY_MODULE`].
    Lookup(Text),
    OwnerLookup,
    UserLookup,
    ProfileImage,
    AutoNumber,
}

impl Field {
    /// The values that a picklist does not list, of those that a record has there.
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

    /// Whether its value is given among a record's others: neither the system's own, nor the owner, whom the record's head has.
    pub fn is_given(&self) -> bool {
        !self.read_only && self.api_name != "Owner"
    }
}

impl Module {
    /// A field by its API name.
    pub fn field(&self, api_name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.api_name == api_name)
    }

    /// Whether its records are served.
    pub fn is_served(&self) -> bool {
        self.support == Support::Served
    }

    /// Whether the settings say that the API supports it, and describe its fields.
    pub fn is_described(&self) -> bool {
        matches!(self.support, Support::Served | Support::Virtual)
    }

    /// The module's word in scopes: every request asks. A standard module that is none has an empty one, which no scope covers.
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
    /// The vendor's word.
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
        }
    }
}
