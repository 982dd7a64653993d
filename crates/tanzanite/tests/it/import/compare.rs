//! All answers of a server to GETs, made comparable: only the parts that may differ between an account and its import
//! are removed.

use super::Account;
use serde_json::Value;
use std::collections::BTreeMap;

/// Removes the parts that may differ. Modules, fields, layouts and picklist values are numbered from the organisation's
/// highest id, and `GET /org` shows that number; photos get other opaque ids, which `Record_Image` shows; page tokens
/// contain the time.
fn without_what_may_differ(path: &str, value: &mut Value) {
    let schema = path.starts_with("settings/") || path == "org";
    match value {
        Value::Object(object) => {
            for key in [
                "next_page_token",
                "previous_page_token",
                "page_token_expiry",
                "$layout_id",
            ] {
                object.remove(key);
            }
            // Profiles keep their ids.
            if schema && !object.contains_key("permission_type") && !is_profile(object) {
                object.remove("id");
            }
            if let Some(image) = object
                .get_mut("Record_Image")
                .filter(|image| image.is_string())
            {
                *image = "an image".into();
            }
            for (key, inner) in object.iter_mut() {
                if key == "Locked_For__s" {
                    // The lock names its record's module by id.
                    inner["module"]["id"] = Value::Null;
                }
                without_what_may_differ(path, inner);
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| without_what_may_differ(path, item)),
        _ => {}
    }
}

/// Whether an object is `{"name","id"}`, the form of listed profiles.
fn is_profile(object: &serde_json::Map<String, Value>) -> bool {
    object.len() == 2 && object.contains_key("name")
}

/// The answers by path, and the bytes of photos.
pub(super) fn everything(account: &Account) -> BTreeMap<String, Value> {
    let mut answers = BTreeMap::new();
    let mut ask = |path: String| {
        let answer = account.json(&path);
        let mut comparable = answer.clone();
        without_what_may_differ(&path, &mut comparable);
        answers.insert(path, comparable);
        answer
    };
    ask("org".to_owned());
    for kind in [
        "AllUsers",
        "DeletedUsers",
        "AdminUsers",
        "NotConfirmedUsers",
    ] {
        ask(format!("users?type={kind}"));
    }
    let modules = ask("settings/modules".to_owned());
    let mut photos = Vec::new();
    for module in modules["modules"].as_array().expect("modules") {
        let name = module["api_name"].as_str().expect("a name");
        if module["api_supported"] != true {
            continue;
        }
        ask(format!("settings/modules/{name}"));
        ask(format!("settings/fields?module={name}"));
        // Attachments are listed with the record on which they hang, and an import leaves them out.
        if module["viewable"] != true || name == "Attachments" {
            continue;
        }
        let mut page = 1;
        loop {
            let list = ask(format!("{name}?fields=Owner&page={page}"));
            for record in list["data"].as_array().into_iter().flatten() {
                let id = record["id"].as_str().expect("an id").to_owned();
                let whole = ask(format!("{name}/{id}"));
                let whole = &whole["data"][0];
                if whole["Locked__s"] == true {
                    ask(format!(
                        "{name}/{id}/Locking_Information__s?fields=Locked_Reason__s,Locked_By__s,Locked_For__s,Locked_Time__s,Lock_Source__s"
                    ));
                }
                if whole["Record_Image"].is_string() {
                    photos.push(format!("{name}/{id}/photo"));
                }
            }
            if list["info"]["more_records"] != true {
                break;
            }
            page += 1;
        }
    }
    for path in photos {
        let (status, bytes) = account.get(&path);
        answers.insert(path, serde_json::json!([status, bytes]));
    }
    answers
}
