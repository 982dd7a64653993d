//! The words that the module tables are written in: one function for each kind of field.
//!
//! A field's label is its API name with blanks for underscores, unless the row says otherwise. The
//! first argument is its index within the module: it is part of the field's id in every
//! organisation, and so it is never changed and never given twice.

use super::composed::{ADDRESS, COORDINATES, FLAT, LATITUDE, LONGITUDE};
use crate::schema::{ANY_MODULE, Field, Kind, Module, NUMBERS_EACH, Number, Support, Text};
use std::borrow::Cow;

/// A standard module. Its fields' indices become their numbers.
pub(super) fn module(
    number: Number,
    api_name: &'static str,
    (singular, plural): (&'static str, &'static str),
    display_field: &'static str,
    own: Vec<Field>,
) -> Module {
    let photo = super::WITH_PHOTO.contains(&api_name);
    let mut fields = super::system_fields(number * NUMBERS_EACH + super::FIRST_SYSTEM_FIELD, photo);
    fields.extend(own.into_iter().map(|field| Field {
        number: number * NUMBERS_EACH + field.number,
        ..field
    }));
    Module {
        number,
        api_name: Cow::Borrowed(api_name),
        module_name: Cow::Owned(api_name.replace('_', "")),
        singular_label: Cow::Borrowed(singular),
        plural_label: Cow::Borrowed(plural),
        custom: false,
        support: Support::Served,
        display_field: Cow::Borrowed(display_field),
        fields,
    }
}

impl Module {
    /// The record API does this with it, and not what it does with others.
    pub(super) fn with_support(self, support: Support) -> Self {
        Self { support, ..self }
    }
}

impl Field {
    /// A record cannot do without it.
    pub(super) fn mandatory(mut self) -> Self {
        self.mandatory = true;
        self
    }

    /// The system keeps it.
    pub(super) fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Its label is not its API name.
    pub(super) fn labelled(mut self, label: &'static str) -> Self {
        self.label = Cow::Borrowed(label);
        self
    }
}

/// Any field.
pub(super) fn field(index: Number, api_name: &'static str, kind: Kind, length: u32) -> Field {
    Field {
        number: index,
        api_name: Cow::Borrowed(api_name),
        label: Cow::Owned(api_name.trim_end_matches("__s").replace('_', " ")),
        kind,
        length,
        mandatory: false,
        read_only: false,
        unique: false,
        custom: false,
    }
}

/// A line of text.
pub(super) fn text(index: Number, api_name: &'static str, length: u32) -> Field {
    field(index, api_name, Kind::Text, length)
}

/// Lines of text.
pub(super) fn textarea(index: Number, api_name: &'static str, length: u32) -> Field {
    field(index, api_name, Kind::Textarea, length)
}

/// `Description`, which most modules have.
pub(super) fn description(index: Number) -> Field {
    textarea(index, "Description", 32_000)
}

/// An e-mail address.
pub(super) fn email(index: Number, api_name: &'static str) -> Field {
    field(index, api_name, Kind::Email, 100)
}

/// A telephone number.
pub(super) fn phone(index: Number, api_name: &'static str) -> Field {
    field(index, api_name, Kind::Phone, 30)
}

/// A web address.
pub(super) fn website(index: Number, api_name: &'static str) -> Field {
    field(index, api_name, Kind::Website, 255)
}

/// A whole number of at most nine digits.
pub(super) fn integer(index: Number, api_name: &'static str) -> Field {
    field(index, api_name, Kind::Integer, 9)
}

/// A whole number of at most 18 digits.
pub(super) fn bigint(index: Number, api_name: &'static str) -> Field {
    field(index, api_name, Kind::Bigint, 18)
}

/// A number.
pub(super) fn double(index: Number, api_name: &'static str) -> Field {
    field(index, api_name, Kind::Double, 16)
}

/// An amount of money.
pub(super) fn currency(index: Number, api_name: &'static str) -> Field {
    field(index, api_name, Kind::Currency, 16)
}

/// Yes or no.
pub(super) fn boolean(index: Number, api_name: &'static str) -> Field {
    field(index, api_name, Kind::Boolean, 5)
}

/// A day.
pub(super) fn date(index: Number, api_name: &'static str) -> Field {
    field(index, api_name, Kind::Date, 20)
}

/// An instant.
pub(super) fn datetime(index: Number, api_name: &'static str) -> Field {
    field(index, api_name, Kind::Datetime, 120)
}

/// One value of a list. `-None-` is of every list and not written down.
pub(super) fn picklist(index: Number, api_name: &'static str, values: &[&'static str]) -> Field {
    let values = values.iter().map(|value| Text::Borrowed(value)).collect();
    field(index, api_name, Kind::Picklist(values), 120)
}

/// Another record of one module.
pub(super) fn lookup(index: Number, api_name: &'static str, module: &'static str) -> Field {
    field(index, api_name, Kind::Lookup(Cow::Borrowed(module)), 120)
}

/// Another record of a module that the record names.
pub(super) fn lookup_any(index: Number, api_name: &'static str) -> Field {
    lookup(index, api_name, ANY_MODULE)
}

/// A user.
pub(super) fn owner(index: Number, api_name: &'static str) -> Field {
    field(index, api_name, Kind::OwnerLookup, 120)
}

/// A number that the system gives.
pub(super) fn auto_number(index: Number, api_name: &'static str) -> Field {
    field(index, api_name, Kind::AutoNumber, 120).read_only()
}

/// An address: street, city, state, code and country in five numbers that follow each other, and from another number on
/// what the vendor added to addresses later. `prefix` begins the names of those: `Billing_`.
pub(super) fn address(
    first: Number,
    later: Number,
    prefix: &'static str,
    code: &'static str,
) -> Vec<Field> {
    let named = |name: &str, field: Field| Field {
        api_name: Cow::Owned(format!("{prefix}{name}")),
        label: Cow::Owned(format!("{prefix}{name}").replace('_', " ")),
        ..field
    };
    vec![
        named("Street", text(first, "", 250)),
        named("City", text(first + 1, "", 100)),
        named("State", text(first + 2, "", 100)),
        named(code, text(first + 3, "", 30)),
        named("Country", text(first + 4, "", 100)),
        named(FLAT, text(later, "", 255)),
        named(LATITUDE, field(later + 1, "", Kind::Double, 50)),
        named(LONGITUDE, field(later + 2, "", Kind::Double, 50)),
        named(COORDINATES, textarea(later + 3, "", 255).read_only()),
        named(ADDRESS, textarea(later + 4, "", 2000).read_only()),
    ]
}
