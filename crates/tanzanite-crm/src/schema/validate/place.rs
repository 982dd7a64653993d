//! Where a value stands in a request, and the faults that name the place.

use super::LookupCheck;
use crate::faults;
use crate::schema::Text;
use serde_json::Value;
use tanzanite_protocol::{Fault, RecordId, Row};

/// A field of an item, or a member of another thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// The item: `$.data[0]`.
    pub(crate) path: &'a str,
    /// The field's name.
    pub(crate) api_name: &'a str,
    /// The place in the field's list.
    index: Option<usize>,
}

impl<'a> Place<'a> {
    pub(crate) const fn new(path: &'a str, api_name: &'a str) -> Self {
        Self {
            path,
            api_name,
            index: None,
        }
    }

    /// A value of the field's list.
    pub(crate) const fn element(mut self, index: usize) -> Self {
        self.index = Some(index);
        self
    }

    /// `$.data[0].Last_Name`, or `$.data[0].Colours[1]`.
    pub(crate) fn json_path(&self) -> String {
        let field = format!("{}.{}", self.path, self.api_name);
        match self.index {
            Some(index) => format!("{field}[{index}]"),
            None => field,
        }
    }

    /// The field is mandatory and has no value.
    pub(crate) fn missing(&self) -> Fault {
        self.fault(&faults::FIELD_MANDATORY_MISSING)
    }

    /// The value is of another type or has another format; `expected` is the vendor's word for it.
    pub(crate) fn wrong_type(&self, expected: &'static str) -> Fault {
        Fault::new(&faults::FIELD_TYPE_WRONG)
            .with("expected_data_type", expected)
            .with("api_name", self.api_name)
            .with("json_path", self.json_path())
    }

    /// The value has more characters or digits than the field takes.
    pub(crate) fn too_long(&self, length_max: u32) -> Fault {
        Fault::new(&faults::FIELD_TOO_LONG)
            .with("maximum_length", length_max)
            .with("api_name", self.api_name)
            .with("json_path", self.json_path())
    }

    /// The list has fewer values than it must.
    pub(crate) fn too_few(&self, least: usize) -> Fault {
        self.fault(&faults::BODY_NO_ITEMS)
            .with("minimum_length", least)
    }

    /// The value is of the right type and can yet not be.
    pub(crate) fn invalid(&self, cause: &str) -> Fault {
        self.fault(&faults::FIELD_VALUE_INVALID).because(cause)
    }

    /// The id in a lookup: `{"id": "…"}` or the id alone, as text or number.
    ///
    /// The documents know objects only, and say ids are strings; scripts send all of these, and no
    /// source says that they are refused.
    pub(crate) fn id(&self, value: &Value) -> Result<RecordId, Fault> {
        let id = match value {
            Value::Object(object) => match object.get("id") {
                None | Some(Value::Null) => {
                    return Err(Fault::new(&faults::FIELD_MANDATORY_MISSING)
                        .with("api_name", "id")
                        .with("json_path", format!("{}.id", self.json_path())));
                }
                Some(id) => id,
            },
            other => other,
        };
        if !id.is_string() && !id.is_number() {
            return Err(self.wrong_type("jsonobject"));
        }
        id_of(id).ok_or_else(|| self.invalid("no id"))
    }

    /// The note that something with this id must be there.
    pub(crate) fn refer(&self, module: Text, id: RecordId) -> LookupCheck {
        LookupCheck {
            api_name: self.api_name.to_owned(),
            json_path: self.json_path(),
            module,
            id,
        }
    }

    pub(crate) fn fault(&self, row: &'static Row) -> Fault {
        Fault::new(row)
            .with("api_name", self.api_name)
            .with("json_path", self.json_path())
    }
}

/// An id as requests write it: a text or a number.
pub(crate) fn id_of(value: &Value) -> Option<RecordId> {
    match value {
        Value::String(text) => RecordId::parse(text),
        Value::Number(number) => number.as_i64().and_then(RecordId::new),
        _ => None,
    }
}
