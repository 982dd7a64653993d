//! Parses one table of the file strictly: an unknown key, a value of the wrong type and a missing key are problems with
//! their own line and column. It knows TOML and nothing of the CRM.

use super::error::Problems;
use tanzanite_protocol::Timestamp;
use toml::de::{DeTable, DeValue};

/// A value and its byte offset in the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct At<T> {
    pub(super) at: usize,
    pub(super) value: T,
}

/// Parses a table. A value that cannot be parsed is reported and becomes `None`.
pub(super) struct Reader<'a, 'p> {
    /// The table's name in messages: `[[user]]`.
    what: &'static str,
    /// The table's position.
    pub(super) at: usize,
    table: &'a DeTable<'a>,
    pub(super) problems: &'p mut Problems,
}

/// A type of value.
pub(super) trait FromToml: Sized {
    /// The type's name in messages: `a text`.
    const EXPECTED: &'static str;
    fn read(value: &DeValue<'_>) -> Option<Self>;
}

impl<'a, 'p> Reader<'a, 'p> {
    /// Parses a table that may have the `known` keys. All others are reported.
    pub(super) fn new(
        what: &'static str,
        known: &[&str],
        at: usize,
        table: &'a DeTable<'a>,
        problems: &'p mut Problems,
    ) -> Self {
        for (key, _) in table {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let message = format!("{what} has no key {name:?}");
                problems.add_unknown(key.span().start, message, name, known.iter().copied());
            }
        }
        Self {
            what,
            at,
            table,
            problems,
        }
    }

    /// An optional value. A value of the wrong type is reported.
    pub(super) fn optional<T: FromToml>(&mut self, key: &str) -> Option<At<T>> {
        let (at, value) = self.raw(key)?;
        let read = T::read(value);
        if read.is_none() {
            let message = format!("`{key}` is {}", describe(value));
            self.problems
                .add(at, message, format!("Write {} here.", T::EXPECTED));
        }
        read.map(|value| At { at, value })
    }

    /// A mandatory value.
    pub(super) fn required<T: FromToml>(&mut self, key: &str) -> Option<At<T>> {
        self.must_have(key);
        self.optional(key)
    }

    /// A mandatory text that is not empty.
    pub(super) fn name(&mut self, key: &str) -> Option<At<String>> {
        let text = self.required::<String>(key)?;
        if text.value.trim().is_empty() {
            self.problems
                .add(text.at, format!("`{key}` is empty"), "Write a name here.");
            return None;
        }
        Some(text)
    }

    /// An optional value that is one of some words.
    pub(super) fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<At<T>> {
        let At { at, value } = self.optional::<String>(key)?;
        word(
            At { at, value: &value },
            &format!("`{key}`"),
            words,
            self.problems,
        )
    }

    /// Whether a key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Reports the lack of a mandatory key.
    pub(super) fn must_have(&mut self, key: &str) {
        if !self.has(key) {
            let message = format!("{} lacks `{key}`", self.what);
            self.problems
                .add(self.at, message, format!("Add `{key} = …` to it."));
        }
    }

    /// A value, unparsed.
    pub(super) fn raw(&self, key: &str) -> Option<(usize, &'a DeValue<'a>)> {
        self.table
            .get(key)
            .map(|value| (value.span().start, value.get_ref()))
    }

    /// The members of a table, in the order of the file; none if the key is missing.
    pub(super) fn members(&mut self, key: &str) -> Vec<(At<String>, usize, &'a DeValue<'a>)> {
        let Some((at, value)) = self.raw(key) else {
            return Vec::new();
        };
        let DeValue::Table(table) = value else {
            let message = format!("`{key}` is {}", describe(value));
            self.problems
                .add(at, message, "Write a table here: { name = value, … }.");
            return Vec::new();
        };
        members(table)
    }

    /// The tables of a list such as `[[user]]`, in the order of the file.
    pub(super) fn tables(&mut self, key: &str) -> Vec<(usize, &'a DeTable<'a>)> {
        let Some((at, value)) = self.raw(key) else {
            return Vec::new();
        };
        let list: Option<Vec<_>> = match value {
            DeValue::Array(items) => items
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::Table(table) => Some((item.span().start, table)),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        list.unwrap_or_else(|| {
            let message = format!("`{key}` is {}", describe(value));
            self.problems
                .add(at, message, format!("Write [[{key}]], once for each."));
            Vec::new()
        })
    }
}

/// The members of a table in the order of the file, since the parser sorts them by name.
pub(super) fn members<'a>(table: &'a DeTable<'a>) -> Vec<(At<String>, usize, &'a DeValue<'a>)> {
    let member = |(key, value): (&'a toml::Spanned<_>, &'a toml::Spanned<DeValue<'a>>)| {
        let name: &std::borrow::Cow<'_, str> = key.get_ref();
        let name = At {
            at: key.span().start,
            value: name.clone().into_owned(),
        };
        (name, value.span().start, value.get_ref())
    };
    let mut members: Vec<_> = table.iter().map(member).collect();
    members.sort_by_key(|(name, ..)| name.at);
    members
}

/// The value of one of some words; any other text is reported.
pub(super) fn word<T: Copy>(
    text: At<&str>,
    what: &str,
    words: &[(&str, T)],
    problems: &mut Problems,
) -> Option<At<T>> {
    let found = words.iter().find(|(word, _)| *word == text.value);
    if found.is_none() {
        let message = format!("{what} cannot be {:?}", text.value);
        problems.add_unknown(
            text.at,
            message,
            text.value,
            words.iter().map(|(word, _)| *word),
        );
    }
    found.map(|(_, value)| At {
        at: text.at,
        value: *value,
    })
}

/// The type of a value, in words for messages.
pub(super) fn describe(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

impl FromToml for String {
    const EXPECTED: &'static str = "a text in quotes";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        value.as_str().map(ToOwned::to_owned)
    }
}

impl FromToml for bool {
    const EXPECTED: &'static str = "true or false";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        value.as_bool()
    }
}

impl FromToml for i64 {
    const EXPECTED: &'static str = "a whole number of at most 63 bits";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        let integer = value.as_integer()?;
        Self::from_str_radix(integer.as_str(), integer.radix()).ok()
    }
}

impl FromToml for Timestamp {
    const EXPECTED: &'static str = "a time with an offset, such as 2026-03-01T09:00:00+01:00,";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        let DeValue::Datetime(time) = value else {
            return None;
        };
        Self::parse(&time.to_string())
    }
}

impl FromToml for Vec<At<String>> {
    const EXPECTED: &'static str = "a list of texts";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        let DeValue::Array(items) = value else {
            return None;
        };
        let text = |item: &toml::Spanned<DeValue<'_>>| {
            let value = item.get_ref().as_str()?.to_owned();
            Some(At {
                at: item.span().start,
                value,
            })
        };
        items.iter().map(text).collect()
    }
}
