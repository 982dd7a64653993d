//! Converts a field from the format of `GET /settings/fields` to one that a seed can add to a module.

use crate::custom::{kind_of, known_type};
use serde_json::Value;
use tanzanite_crm::schema::validate::is_api_name;
use tanzanite_crm::schema::{Field, NO_VALUE, Text};

/// The field that a seed can add, or the reason why it cannot. Its number is 0, because the reader assigns one. A
/// length beyond the type's greatest is reduced to that.
pub fn custom_field(json: &Value) -> Result<Field, String> {
    let text = |key: &str| json.get(key).and_then(Value::as_str);
    let api_name = text("api_name").ok_or("it has no api_name")?;
    if !is_api_name(api_name) {
        return Err(format!("{api_name:?} is no API name"));
    }
    let word = text("data_type").ok_or("it has no data_type")?;
    let unknown = || format!("fields of type {word} are not served");
    let data_type = known_type(word).ok_or_else(unknown)?;
    let is_list = word == "multiselectpicklist";
    if (text("json_type") == Some("jsonarray")) != is_list {
        return Err(format!("its values are not those of the type {word}"));
    }
    let lookup = json.pointer("/lookup/module/api_name");
    let lookup = lookup.and_then(Value::as_str);
    let lookup = lookup.map(|module| Text::Owned(module.to_owned()));
    let kind = kind_of(word, || values(json), lookup).ok_or("it does not say what it looks up")?;
    let is_true = |key: &str| json.get(key).and_then(Value::as_bool) == Some(true);
    let length = json.get("length").and_then(Value::as_u64);
    let length = length.filter(|length| *length > 0);
    let length = length.map_or(data_type.length, |length| {
        u32::try_from(length).map_or(data_type.length_max, |length| {
            length.min(data_type.length_max)
        })
    });
    let unique = json.get("unique").and_then(Value::as_object);
    Ok(Field {
        number: 0,
        api_name: Text::Owned(api_name.to_owned()),
        label: Text::Owned(text("field_label").unwrap_or(api_name).to_owned()),
        kind,
        length,
        mandatory: is_true("system_mandatory"),
        read_only: data_type.word == "autonumber",
        unique: data_type.unique && unique.is_some_and(|unique| !unique.is_empty()),
        custom: true,
    })
}

/// The values of a picklist, without the one that stands for no value.
fn values(json: &Value) -> Vec<Text> {
    let values = json.get("pick_list_values").and_then(Value::as_array);
    let values = values.into_iter().flatten();
    let actual = values.filter_map(|value| value.get("actual_value")?.as_str());
    actual
        .filter(|value| *value != NO_VALUE)
        .map(|value| Text::Owned(value.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seed;
    use serde_json::json;
    use tanzanite_crm::metadata::Metadata;
    use tanzanite_crm::schema::field_json;
    use tanzanite_protocol::ApiVersion;

    #[test]
    fn what_an_organisation_added_is_read_from_what_it_answers() {
        let demo = Seed::demo().unwrap_or_else(|error| panic!("{error}"));
        let metadata = Metadata::new(demo.items).expect("an organisation");
        let mut found = 0;
        for module in metadata.modules() {
            for field in module.fields.iter().filter(|field| field.custom) {
                let read = custom_field(&field_json(
                    &metadata,
                    module,
                    field,
                    tanzanite_crm::metadata::FieldRight::ReadWrite,
                    ApiVersion::NEWEST,
                ));
                let number = 0;
                assert_eq!(
                    read,
                    Ok(Field {
                        number,
                        ..field.clone()
                    })
                );
                found += 1;
            }
        }
        assert_eq!(found, 5, "the demo's own fields");
    }

    #[test]
    fn what_no_seed_can_hold_says_why() {
        let refusal = |json: Value| custom_field(&json).unwrap_err();
        let field = |data_type: &str, json_type: &str| json!({ "api_name": "A", "data_type": data_type, "json_type": json_type });
        assert_eq!(
            refusal(field("formula", "double")),
            "fields of type formula are not served"
        );
        assert_eq!(
            refusal(field("text", "jsonarray")),
            "its values are not those of the type text"
        );
        assert_eq!(
            refusal(field("lookup", "jsonobject")),
            "it does not say what it looks up"
        );
        assert_eq!(
            refusal(json!({ "api_name": "A b" })),
            "\"A b\" is no API name"
        );
        assert_eq!(refusal(json!({})), "it has no api_name");
        let long = json!({ "api_name": "A", "data_type": "text", "length": 1u64 << 40 });
        assert_eq!(custom_field(&long).map(|field| field.length), Ok(255));
    }
}
