//! The custom modules and fields of a seed file, and the types of fields.

use super::error::Problems;
use super::reader::At;
use super::shapes::{FieldShape, SeedFile};
use std::collections::{HashMap, HashSet};
use tanzanite_crm::metadata::{Metadata, SettingsItem};
use tanzanite_crm::schema::validate::is_api_name;
use tanzanite_crm::schema::{
    FIRST_CUSTOM_FIELD, FIRST_CUSTOM_MODULE, Field, Kind, Module, NUMBERS_EACH, Number, Text,
    custom_module, standard_modules,
};

/// The highest number of a custom module, and of a custom field within its module; `schema` assigns the ranges.
const LAST_CUSTOM: Number = 999;

/// A type of field: the vendor's word, the default and the greatest length, and whether values can be unique. Types
/// that only the system creates (`ownerlookup`, `profileimage`) are left out.
pub(super) struct DataType {
    pub(super) word: &'static str,
    pub(super) length: u32,
    pub(super) length_max: u32,
    pub(super) unique: bool,
}

/// The type with this word of the vendor's.
pub(super) fn known_type(word: &str) -> Option<&'static DataType> {
    DATA_TYPES.iter().find(|known| known.word == word)
}

const fn data_type(word: &'static str, length: u32, length_max: u32, unique: bool) -> DataType {
    DataType {
        word,
        length,
        length_max,
        unique,
    }
}

const DATA_TYPES: &[DataType] = &[
    data_type("text", 255, 255, true),
    data_type("email", 100, 100, true),
    data_type("phone", 30, 30, true),
    data_type("website", 255, 450, false),
    data_type("textarea", 2000, 32_000, false),
    data_type("integer", 9, 9, true),
    data_type("bigint", 18, 18, true),
    data_type("double", 16, 16, false),
    data_type("currency", 16, 16, false),
    data_type("percent", 5, 5, false),
    data_type("boolean", 5, 5, false),
    data_type("date", 20, 20, false),
    data_type("datetime", 120, 120, false),
    data_type("picklist", 120, 120, false),
    data_type("multiselectpicklist", 120, 120, false),
    data_type("lookup", 120, 120, false),
    data_type("userlookup", 120, 120, false),
    data_type("autonumber", 120, 120, false),
];

/// The modules that fields of the file can belong to, or look up.
struct Modules<'a> {
    all: Vec<&'a Module>,
    by_name: HashMap<&'a str, &'a Module>,
}

impl<'a> Modules<'a> {
    fn new(own: &'a [Module]) -> Self {
        let all: Vec<&Module> = standard_modules().iter().chain(own).collect();
        let mut by_name = HashMap::new();
        for module in &all {
            by_name.entry(module.api_name.as_ref()).or_insert(*module);
        }
        Self { all, by_name }
    }

    /// The module with a name. An unknown name is reported.
    fn find(&self, name: &At<String>, problems: &mut Problems) -> Option<&'a Module> {
        let found = self.by_name.get(name.value.as_str()).copied();
        if found.is_none() {
            unknown_module(name, self.all.iter().copied(), problems);
        }
        found
    }
}

/// A module's fields so far: the lower-case names that are taken, and the number of fields that the file has added.
struct Taken {
    names: HashSet<String>,
    added: Number,
}

impl Taken {
    fn by_fields_of(module: &Module) -> Self {
        let fields = module.fields.iter();
        Self {
            names: fields
                .map(|field| field.api_name.to_ascii_lowercase())
                .collect(),
            added: 0,
        }
    }
}

/// The custom modules and then the custom fields, as settings.
pub(super) fn items(file: &SeedFile<'_>, problems: &mut Problems) -> Vec<SettingsItem> {
    let own = modules(file, problems);
    let modules = Modules::new(&own);
    let mut taken: HashMap<&str, Taken> = HashMap::new();
    let mut fields = Vec::new();
    for shape in &file.fields {
        let Some(module) = modules.find(&shape.module, problems) else {
            continue;
        };
        let taken = taken
            .entry(shape.module.value.as_str())
            .or_insert_with(|| Taken::by_fields_of(module));
        let name = shape.api_name.value.to_ascii_lowercase();
        if taken.names.contains(&name) {
            let message = format!(
                "{} has a field {:?} already",
                module.api_name, shape.api_name.value
            );
            problems.add(shape.api_name.at, message, "Choose another api_name.");
        }
        let index = FIRST_CUSTOM_FIELD + taken.added;
        if index > LAST_CUSTOM {
            let message = format!("{} has too many fields", module.api_name);
            problems.add(
                shape.api_name.at,
                message,
                "A module takes 500 of the organisation's own.",
            );
        }
        let number = module.number * NUMBERS_EACH + index;
        if let Some(field) = field(shape, number, &modules, problems) {
            taken.names.insert(name);
            taken.added += 1;
            let module = shape.module.value.clone();
            fields.push(SettingsItem::CustomField { module, field });
        }
    }
    let own = own.into_iter().map(SettingsItem::CustomModule);
    own.chain(fields).collect()
}

/// The picklist values that the organisation has added.
pub(super) fn picklists(
    file: &SeedFile<'_>,
    metadata: &Metadata,
    problems: &mut Problems,
) -> Vec<SettingsItem> {
    let mut items = Vec::new();
    for shape in &file.picklists {
        let Some(module) = metadata.module(&shape.module.value) else {
            unknown_module(&shape.module, metadata.modules(), problems);
            continue;
        };
        let listed = module.field(&shape.field.value).map(|field| &field.kind);
        let Some(Kind::Picklist(listed) | Kind::MultiSelectPicklist(listed)) = listed else {
            let is_list = |field: &&Field| {
                matches!(field.kind, Kind::Picklist(_) | Kind::MultiSelectPicklist(_))
            };
            let known = module.fields.iter().filter(is_list);
            problems.add_unknown(
                shape.field.at,
                format!(
                    "{} has no picklist {:?}",
                    module.api_name, shape.field.value
                ),
                &shape.field.value,
                known.map(|field| field.api_name.as_ref()),
            );
            continue;
        };
        for value in &shape.values.value {
            if listed.iter().any(|listed| *listed == value.value) {
                let message = format!("{} lists {:?} already", shape.field.value, value.value);
                problems.add(value.at, message, "Leave it out.");
            }
        }
        let values = shape.values.value.iter();
        items.push(SettingsItem::PicklistValues {
            module: shape.module.value.clone(),
            field: shape.field.value.clone(),
            values: values.map(|value| value.value.clone()).collect(),
        });
    }
    items
}

/// Reports a name that is no module's.
pub(super) fn unknown_module<'a>(
    name: &At<String>,
    modules: impl Iterator<Item = &'a Module>,
    problems: &mut Problems,
) {
    let known = modules.map(|module| module.api_name.as_ref());
    problems.add_unknown(
        name.at,
        format!("there is no module {:?}", name.value),
        &name.value,
        known,
    );
}

fn modules(file: &SeedFile<'_>, problems: &mut Problems) -> Vec<Module> {
    let small = |module: &Module| module.api_name.to_ascii_lowercase();
    let mut taken: HashSet<String> = standard_modules().iter().map(small).collect();
    let mut own: Vec<Module> = Vec::new();
    for (shape, number) in file.modules.iter().zip(FIRST_CUSTOM_MODULE..) {
        let api_name = &shape.api_name;
        check_api_name(api_name, problems);
        if !taken.insert(api_name.value.to_ascii_lowercase()) {
            let message = format!("there is a module {:?} already", api_name.value);
            problems.add(api_name.at, message, "Choose another api_name.");
        }
        if number > LAST_CUSTOM {
            problems.add(
                api_name.at,
                "too many modules",
                "An organisation takes 900 of its own.",
            );
        }
        own.push(custom_module(
            number,
            api_name.value.clone(),
            shape.singular_label.value.clone(),
            shape.plural_label.value.clone(),
            format!("CustomModule{}", number - FIRST_CUSTOM_MODULE + 1),
            Vec::new(),
        ));
    }
    own
}

fn check_api_name(name: &At<String>, problems: &mut Problems) {
    if !is_api_name(&name.value) {
        let message = format!("{:?} is no API name", name.value);
        let hint = "A letter, then letters, digits and _; at most 50 characters.";
        problems.add(name.at, message, hint);
    }
}

fn field(
    shape: &FieldShape,
    number: Number,
    modules: &Modules<'_>,
    problems: &mut Problems,
) -> Option<Field> {
    check_api_name(&shape.api_name, problems);
    let word = shape.data_type.value.as_str();
    let Some(data_type) = known_type(word) else {
        let known = DATA_TYPES.iter().map(|known| known.word);
        problems.add_unknown(
            shape.data_type.at,
            format!("there is no data type {word:?}"),
            word,
            known,
        );
        return None;
    };
    let kind = kind(shape, modules, problems)?;
    let unique = shape.unique.as_ref().filter(|unique| unique.value);
    if let Some(unique) = unique
        && !data_type.unique
    {
        let able = DATA_TYPES
            .iter()
            .filter(|able| able.unique)
            .map(|able| able.word);
        let able: Vec<_> = able.collect();
        let message = format!("values of type {word} cannot be unique");
        problems.add(
            unique.at,
            message,
            format!("These can: {}.", able.join(", ")),
        );
    }
    let label = shape.label.as_ref().map(|label| label.value.clone());
    Some(Field {
        number,
        api_name: Text::Owned(shape.api_name.value.clone()),
        label: Text::Owned(label.unwrap_or_else(|| shape.api_name.value.replace('_', " "))),
        kind,
        length: length(shape, data_type, problems),
        mandatory: shape.mandatory,
        read_only: data_type.word == "autonumber",
        unique: unique.is_some(),
        custom: true,
    })
}

fn length(shape: &FieldShape, data_type: &DataType, problems: &mut Problems) -> u32 {
    let Some(length) = &shape.length else {
        return data_type.length;
    };
    let fits = u32::try_from(length.value)
        .ok()
        .filter(|length| (1..=data_type.length_max).contains(length));
    fits.unwrap_or_else(|| {
        let message = format!(
            "a field of type {} cannot have the length {}",
            data_type.word, length.value
        );
        problems.add(
            length.at,
            message,
            format!("It is at least 1, at most {}.", data_type.length_max),
        );
        data_type.length
    })
}

fn kind(shape: &FieldShape, modules: &Modules<'_>, problems: &mut Problems) -> Option<Kind> {
    let word = shape.data_type.value.as_str();
    let is_list = matches!(word, "picklist" | "multiselectpicklist");
    must_agree(
        shape,
        "values",
        is_list,
        shape.values.as_ref().map(|values| values.at),
        problems,
    )?;
    must_agree(
        shape,
        "lookup",
        word == "lookup",
        shape.lookup.as_ref().map(|to| to.at),
        problems,
    )?;
    let values = || {
        let values = shape.values.iter().flat_map(|values| &values.value);
        values
            .map(|value| Text::Owned(value.value.clone()))
            .collect()
    };
    let lookup = match &shape.lookup {
        Some(to) if word == "lookup" => Some(modules.find(to, problems)?.api_name.clone()),
        _ => None,
    };
    kind_of(word, values, lookup)
}

/// The kind of a field of this type. `None` if a seed has no such type, or if a lookup does not name its module.
pub(super) fn kind_of(
    word: &str,
    values: impl FnOnce() -> Vec<Text>,
    lookup: Option<Text>,
) -> Option<Kind> {
    Some(match word {
        "text" => Kind::Text,
        "email" => Kind::Email,
        "phone" => Kind::Phone,
        "website" => Kind::Website,
        "textarea" => Kind::Textarea,
        "integer" => Kind::Integer,
        "bigint" => Kind::Bigint,
        "double" => Kind::Double,
        "currency" => Kind::Currency,
        "percent" => Kind::Percent,
        "boolean" => Kind::Boolean,
        "date" => Kind::Date,
        "datetime" => Kind::Datetime,
        "picklist" => Kind::Picklist(values()),
        "multiselectpicklist" => Kind::MultiSelectPicklist(values()),
        "lookup" => Kind::Lookup(lookup?),
        "userlookup" => Kind::UserLookup,
        "autonumber" => Kind::AutoNumber,
        _ => return None,
    })
}

/// Reports a key that the field's type requires and lacks, or that it does not allow.
fn must_agree(
    shape: &FieldShape,
    key: &str,
    wanted: bool,
    found: Option<usize>,
    problems: &mut Problems,
) -> Option<()> {
    let word = &shape.data_type.value;
    match (wanted, found) {
        (true, None) => {
            let message = format!("a field of type {word} lacks `{key}`");
            problems.add(
                shape.data_type.at,
                message,
                format!("Add `{key} = …` to the field."),
            );
            None
        }
        (false, Some(at)) => {
            let message = format!("a field of type {word} has no `{key}`");
            problems.add(at, message, format!("Remove `{key}`."));
            None
        }
        _ => Some(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ranges are defined in `schema`; this fails if they change.
    #[test]
    fn fields_of_our_own_lie_in_their_module_s_range() {
        for module in standard_modules() {
            let range =
                module.number * NUMBERS_EACH..module.number * NUMBERS_EACH + FIRST_CUSTOM_FIELD;
            assert!(
                module
                    .fields
                    .iter()
                    .all(|field| range.contains(&field.number)),
                "{}",
                module.api_name
            );
        }
    }
}
