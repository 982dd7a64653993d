//! The names of one kind of item and the ids that they stand for. Duplicate names and unknown references are reported.

use super::error::Problems;
use super::reader::At;
use std::collections::HashMap;

/// The names of all profiles, or of all roles, and so on.
#[derive(Debug)]
pub(super) struct Names<'a, T> {
    /// The kind in messages, such as `profile`.
    what: &'static str,
    entries: Vec<(&'a str, T)>,
    /// The index by lower-case name; seeds can have many thousands of names.
    places: HashMap<String, usize>,
}

impl<'a, T: Copy> Names<'a, T> {
    /// An empty list of names.
    pub(super) fn new(what: &'static str) -> Self {
        Self {
            what,
            entries: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Adds a name. A duplicate, without regard to case, is reported and not added.
    pub(super) fn add(&mut self, name: &'a At<String>, value: T, problems: &mut Problems) {
        let place = name.value.to_ascii_lowercase();
        if self.places.contains_key(&place) {
            let message = format!("a second {} {:?}", self.what, name.value);
            problems.add(
                name.at,
                message,
                "Give it another name, or remove one of the two.",
            );
            return;
        }
        self.places.insert(place, self.entries.len());
        self.entries.push((&name.value, value));
    }

    /// The value of a name. An unknown name is reported.
    pub(super) fn find(&self, name: &At<String>, problems: &mut Problems) -> Option<T> {
        self.find_text(name.at, &name.value, problems)
    }

    /// The value of a name that stands at a position. An unknown name is reported.
    pub(super) fn find_text(&self, at: usize, name: &str, problems: &mut Problems) -> Option<T> {
        let place = self.places.get(&name.to_ascii_lowercase());
        let entry = place.and_then(|place| self.entries.get(*place));
        let found = entry.filter(|(known, _)| *known == name);
        if found.is_none() {
            let known = self.entries.iter().map(|(known, _)| *known);
            problems.add_unknown(
                at,
                format!("there is no {} {name:?}", self.what),
                name,
                known,
            );
        }
        found.map(|(_, value)| *value)
    }

    /// All names and values, in the order of adding.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, T)> {
        self.entries.iter().copied()
    }
}

/// Whether a text can be an email address. The check of record fields is stricter; a user's address only identifies the
/// user.
pub fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        let sound = |part: &str| {
            !part.is_empty() && !part.contains(|c: char| c == '@' || c.is_whitespace())
        };
        sound(local)
            && sound(domain)
            && domain.split('.').count() > 1
            && !domain.split('.').any(str::is_empty)
    })
}

/// Reports a text that is no email address.
pub(super) fn check_email(text: &At<String>, problems: &mut Problems) {
    if !is_email(&text.value) {
        let message = format!("{:?} is no e-mail address", text.value);
        problems.add(text.at, message, "Write one such as \"mara@example.com\".");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["a@example.com", "a.b+c@mail.example.com"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@",
            "@example.com",
            "a@example",
            "a@example.",
            "a b@example.com",
            "a@b@example.com",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
