//! The tables of profiles: permissions in modules, and the fields that are not open.

use super::error::Problems;
use super::reader::{At, FromToml, Reader, word};
use super::shapes::{ClosedField, ProfileShape};
use tanzanite_crm::metadata::{FieldRight, ModulePermissions};
use toml::de::DeTable;

/// Parses a profile.
pub(super) fn profile<'a>(
    at: usize,
    table: &'a DeTable<'a>,
    problems: &mut Problems,
) -> Option<ProfileShape> {
    let known = &[
        "id",
        "name",
        "administrator",
        "permissions",
        "modules",
        "hidden",
        "read_only",
    ];
    let mut r = Reader::new("[[profile]]", known, at, table, problems);
    let (id, name) = (r.optional("id"), r.name("name"));
    let administrator = r.optional("administrator").is_some_and(|found| found.value);
    let permissions = r
        .required::<Vec<At<String>>>("permissions")
        .map(|list| permissions(&list.value, r.problems));
    let mut modules = Vec::new();
    for (module, at, value) in r.members("modules") {
        if let Some(list) = Vec::read(value) {
            modules.push((module, self::permissions(&list, r.problems)));
        } else {
            let message = format!("the permissions for {:?} are no list", module.value);
            let hint = "Write a list of texts here, such as [\"view\", \"edit\"].";
            r.problems.add(at, message, hint);
        }
    }
    let mut fields = closed_fields(&mut r, "hidden", FieldRight::Hidden);
    fields.extend(closed_fields(&mut r, "read_only", FieldRight::ReadOnly));
    Some(ProfileShape {
        at,
        id,
        name: name?,
        administrator,
        permissions: permissions?,
        modules,
        fields,
    })
}

/// The fields that a profile hides, or shows only: a list for each module.
fn closed_fields(r: &mut Reader<'_, '_>, key: &str, right: FieldRight) -> Vec<ClosedField> {
    let mut fields = Vec::new();
    for (module, at, value) in r.members(key) {
        let Some(list) = Vec::<At<String>>::read(value) else {
            let message = format!("the fields of {:?} are no list", module.value);
            let hint = "Write a list of fields here, such as [\"Rating\"].";
            r.problems.add(at, message, hint);
            continue;
        };
        fields.extend(list.into_iter().map(|field| ClosedField {
            module: module.clone(),
            field,
            right,
        }));
    }
    fields
}

fn permissions(words: &[At<String>], problems: &mut Problems) -> ModulePermissions {
    const WORDS: &[(&str, usize)] = &[("view", 0), ("create", 1), ("edit", 2), ("delete", 3)];
    let mut given = [false; WORDS.len()];
    for text in words {
        let text = At {
            at: text.at,
            value: text.value.as_str(),
        };
        if let Some(found) = word(text, "a permission", WORDS, problems) {
            given[found.value] = true;
        }
    }
    let [view, create, edit, delete] = given;
    ModulePermissions {
        view,
        create,
        edit,
        delete,
    }
}
