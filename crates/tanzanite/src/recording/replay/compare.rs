//! Compares an answer with the recorded one: status, `code`, relevant headers, and the body, path by path.
//!
//! Values that differ in every run are compared by kind: a time after the beginning of the recording equals any other
//! such time, and ids and tokens are compared by a one-to-one correspondence.

use super::client::{Ours, line};
use super::correspondence::Correspondence;
use serde_json::Value;
use std::collections::BTreeSet;
use tanzanite_protocol::Timestamp;
use tanzanite_server::recorder::recording::Answered;

/// The headers that matter to clients.
const HEADERS: [&str; 5] = [
    "content-type",
    "content-disposition",
    "etag",
    "location",
    "retry-after",
];
/// Keys of values that are only compared by correspondence.
const OPAQUE: [&str; 6] = [
    "id",
    "Record_Image",
    "next_page_token",
    "previous_page_token",
    "page_token",
    "photo_id",
];
/// A number with this many digits is taken for an id, wherever it stands.
const ID_DIGITS_MIN: usize = 15;

/// A difference from the recording.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference {
    /// The place: a JSON path, or the name of a header.
    pub(super) place: String,
    pub(super) ours: Option<Value>,
    pub(super) recorded: Option<Value>,
}

/// Compares one answer.
#[derive(Debug)]
pub(super) struct Comparer<'a> {
    began: Option<Timestamp>,
    pairs: &'a mut Correspondence,
    found: Vec<Difference>,
}

impl<'a> Comparer<'a> {
    /// For a recording that began at this time.
    pub(super) fn new(began: &str, pairs: &'a mut Correspondence) -> Self {
        // The vendor's times have no fractions of a second.
        let began = Timestamp::parse(began).map(|began| {
            let millis = began.millis();
            Timestamp::from_millis(millis - millis.rem_euclid(1000))
        });
        Self {
            began,
            pairs,
            found: Vec::new(),
        }
    }

    pub(super) fn differences(self) -> Vec<Difference> {
        self.found
    }

    pub(super) fn compare(&mut self, recorded: &Answered, ours: &Ours) {
        let (body, our_body) = (recorded.body.text().and_then(json), ours.json());
        let recorded_line = line(recorded.status, body.as_ref());
        if recorded_line != ours.line() {
            // With different results, the bodies need not be compared.
            self.note(
                "status",
                Some(ours.line().into()),
                Some(recorded_line.into()),
            );
            return;
        }
        for name in HEADERS {
            let (recorded, ours) = (recorded.header(name), ours.header(name));
            if !self.same_header(name, recorded, ours) {
                self.note(name, ours.map(Value::from), recorded.map(Value::from));
            }
        }
        match (body, our_body) {
            (Some(body), Some(ours)) => self.values("$", "", &body, &ours),
            _ => self.bytes(&recorded.body.bytes(), &ours.body),
        }
    }

    fn note(&mut self, place: &str, ours: Option<Value>, recorded: Option<Value>) {
        self.found.push(Difference {
            place: place.to_owned(),
            ours,
            recorded,
        });
    }

    fn same_header(&mut self, name: &str, recorded: Option<&str>, ours: Option<&str>) -> bool {
        let (Some(recorded), Some(ours)) = (recorded, ours) else {
            return recorded.is_none() && ours.is_none();
        };
        match name {
            "content-type" => {
                let plain = |text: &str| text.replace(' ', "").to_ascii_lowercase();
                plain(recorded) == plain(ours)
            }
            "etag" => {
                let text = |tag: &'_ str| tag.trim_matches('"').to_owned();
                self.pairs.same(&text(recorded), &text(ours))
            }
            _ => self.pairs.translate(recorded) == ours,
        }
    }

    fn bytes(&mut self, recorded: &[u8], ours: &[u8]) {
        let told = |bytes: &[u8]| match std::str::from_utf8(bytes) {
            Ok(text) => Value::from(text),
            Err(_) => Value::from(format!("{} bytes", bytes.len())),
        };
        if recorded != ours {
            self.note("body", Some(told(ours)), Some(told(recorded)));
        }
    }

    /// Compares two values of the member with this name.
    fn values(&mut self, place: &str, name: &str, recorded: &Value, ours: &Value) {
        match (recorded, ours) {
            (Value::Object(recorded), Value::Object(ours)) => {
                let names: BTreeSet<&String> = recorded.keys().chain(ours.keys()).collect();
                for name in names {
                    let place = format!("{place}.{name}");
                    self.both(&place, name, recorded.get(name), ours.get(name));
                }
            }
            (Value::Array(recorded), Value::Array(ours)) => {
                self.lists(place, name, recorded, ours);
            }
            (Value::String(recorded), Value::String(ours)) => {
                if !self.same_text(name, recorded, ours) {
                    self.note(
                        place,
                        Some(ours.as_str().into()),
                        Some(recorded.as_str().into()),
                    );
                }
            }
            _ if recorded == ours => {}
            _ => self.note(place, Some(ours.clone()), Some(recorded.clone())),
        }
    }

    fn both(&mut self, place: &str, name: &str, recorded: Option<&Value>, ours: Option<&Value>) {
        match (recorded, ours) {
            (Some(recorded), Some(ours)) => self.values(place, name, recorded, ours),
            _ => self.note(place, ours.cloned(), recorded.cloned()),
        }
    }

    /// Lists of items with API names are compared by name, others by position.
    fn lists(&mut self, place: &str, name: &str, recorded: &[Value], ours: &[Value]) {
        if let (Some(recorded), Some(ours)) = (by_api_name(recorded), by_api_name(ours)) {
            let find = |list: &[(&str, &'_ Value)], name: &str| {
                let found = list.iter().find(|(found, _)| *found == name);
                found.map(|(_, value)| (*value).clone())
            };
            let names: BTreeSet<&str> = recorded
                .iter()
                .chain(&ours)
                .map(|(name, _)| *name)
                .collect();
            for api_name in names {
                let (recorded, ours) = (find(&recorded, api_name), find(&ours, api_name));
                let place = format!("{place}[{api_name}]");
                self.both(&place, name, recorded.as_ref(), ours.as_ref());
            }
            return;
        }
        for index in 0..recorded.len().max(ours.len()) {
            let place = format!("{place}[{index}]");
            self.both(&place, name, recorded.get(index), ours.get(index));
        }
    }

    fn same_text(&mut self, name: &str, recorded: &str, ours: &str) -> bool {
        if is_opaque(name, recorded) && is_opaque(name, ours) {
            return self.pairs.same(recorded, ours);
        }
        if recorded.starts_with("[redacted") {
            return self.pairs.same(recorded, ours);
        }
        recorded == ours
            || self.are_both_new(recorded, ours)
            || self.pairs.translate(recorded) == ours
    }

    /// Whether both are times since the recording began, in the same format.
    fn are_both_new(&self, recorded: &str, ours: &str) -> bool {
        let is_new = |text: &str| {
            let time = Timestamp::parse(text).zip(self.began);
            time.is_some_and(|(time, began)| time >= began)
        };
        let same_offset = recorded.get(19..) == ours.get(19..);
        same_offset && is_new(recorded) && is_new(ours)
    }
}

fn is_opaque(name: &str, text: &str) -> bool {
    let is_id = text.len() >= ID_DIGITS_MIN && text.bytes().all(|byte| byte.is_ascii_digit());
    is_id || OPAQUE.contains(&name)
}

/// The items by API name, if all have one and the names are unique.
fn by_api_name(items: &[Value]) -> Option<Vec<(&str, &Value)>> {
    let named: Option<Vec<_>> = items
        .iter()
        .map(|item| Some((item["api_name"].as_str()?, item)))
        .collect();
    let named = named.filter(|named| !named.is_empty())?;
    let names: BTreeSet<&str> = named.iter().map(|(name, _)| *name).collect();
    (names.len() == named.len()).then_some(named)
}

fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BEGAN: &str = "2026-03-01T09:00:00.500Z";

    /// The places at which two bodies differ.
    fn differing(pairs: &mut Correspondence, recorded: &Value, ours: &Value) -> Vec<String> {
        let mut comparer = Comparer::new(BEGAN, pairs);
        comparer.values("$", "", recorded, ours);
        let found = comparer.differences().into_iter();
        found.map(|difference| difference.place).collect()
    }

    #[test]
    fn what_is_made_anew_is_compared_by_what_it_is() {
        let (old, new, later) = (
            "2026-03-01T09:59:59+01:00",
            "2026-03-01T10:00:00+01:00",
            "2026-03-01T10:07:00+01:00",
        );
        for (name, recorded, ours, same) in [
            ("Modified_Time", new, later, true),
            ("Modified_Time", old, old, true),
            ("Modified_Time", old, later, false),
            ("Modified_Time", new, old, false),
            ("Modified_Time", new, "2026-03-01T09:07:00+00:00", false),
            ("id", "3652397000000190100", "17", true),
            ("Record_Image", "a1", "b2", true),
            ("Last_Name", "a1", "b2", false),
            ("access_token", "[redacted 1]", "1000.a", true),
        ] {
            let found = differing(
                &mut Correspondence::default(),
                &json!({ name: recorded }),
                &json!({ name: ours }),
            );
            assert_eq!(found.is_empty(), same, "{name} {recorded} {ours}");
        }
    }

    #[test]
    fn an_id_that_corresponds_once_does_so_everywhere() {
        let mut pairs = Correspondence::default();
        let id = |id: &str| json!({ "id": id });
        assert!(differing(&mut pairs, &id("100"), &id("200")).is_empty());
        assert!(differing(&mut pairs, &id("100"), &id("200")).is_empty());
        assert_eq!(differing(&mut pairs, &id("100"), &id("201")), ["$.id"]);
        assert_eq!(differing(&mut pairs, &id("101"), &id("200")), ["$.id"]);
        // Ids correspond within texts too.
        let said = |text: &str| json!({ "message": text });
        assert!(differing(&mut pairs, &said("no 100"), &said("no 200")).is_empty());
        assert_eq!(
            differing(&mut pairs, &said("no 100"), &said("no 100")).len(),
            0
        );
    }

    #[test]
    fn every_path_that_differs_is_named() {
        let recorded = json!({
            "data": [{ "a": 1, "b": null, "c": [1, 2] }],
            "fields": [{ "api_name": "X", "length": 1 }, { "api_name": "Y" }],
        });
        let ours = json!({
            "data": [{ "a": 1.0, "c": [1] }, {}],
            "fields": [{ "api_name": "Y" }, { "api_name": "X", "length": 2 }],
        });
        assert_eq!(
            differing(&mut Correspondence::default(), &recorded, &ours),
            [
                "$.data[0].a",
                "$.data[0].b",
                "$.data[0].c[1]",
                "$.data[1]",
                "$.fields[X].length"
            ]
        );
    }
}
