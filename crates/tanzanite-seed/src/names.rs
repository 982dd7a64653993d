//! Names of one kind of thing and the ids they stand for: each name once, each reference to one
//! that there is.

use super::error::Problems;
use super::reader::At;
use std::collections::HashMap;

/// The names of profiles, of roles, of users, …
#[derive(Debug)]
pub(super) struct Names<'a, T> {
    /// As messages call one: `profile`.
    what: &'static str,
    entries: Vec<(&'a str, T)>,
    /// Where each stands, by its name in small letters: seeds can have many thousands.
    places: HashMap<String, usize>,
}

impl<'a, T: Copy> Names<'a, T> {
    /// None yet.
    pub(super) fn new(what: &'static str) -> Self {
        Self {
            what,
            entries: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Adds a name. One that is there already, in whichever case, is noted and not added.
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

    /// What a name stands for. An unknown one is noted.
    pub(super) fn find(&self, name: &At<String>, problems: &mut Problems) -> Option<T> {
        self.find_text(name.at, &name.value, problems)
    }

    /// What a name at a place stands for. An unknown one is noted.
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

    /// All of them, in the order they were added.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, T)> {
        self.entries.iter().copied()
    }
}

/// Whether a text can be somebody's address. The record API's own check is stricter; users'
/// addresses only name them.
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

/// Notes a text that is no address.
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
