//! The one-to-one correspondence between recorded values and this server's: ids of created records, tokens, page
//! tokens, names of pictures.

use std::collections::HashMap;
use url::form_urlencoded::byte_serialize;

/// Pairs of texts; each text is in at most one pair.
#[derive(Debug, Default)]
pub(super) struct Correspondence {
    ours: HashMap<String, String>,
    recorded: HashMap<String, String>,
    /// Recorded texts to translate that are no single word, or that have no pair; the longest prefix is taken first.
    phrases: Vec<(String, String)>,
}

impl Correspondence {
    /// Whether two texts correspond. If both are new, they correspond from now on.
    pub(super) fn same(&mut self, recorded: &str, ours: &str) -> bool {
        match (self.ours.get(recorded), self.recorded.get(ours)) {
            (Some(known), _) => known == ours,
            (None, Some(_)) => false,
            (None, None) => {
                self.ours.insert(recorded.to_owned(), ours.to_owned());
                self.recorded.insert(ours.to_owned(), recorded.to_owned());
                if !recorded.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    self.stands_for(recorded, ours);
                    let encoded: String = byte_serialize(recorded.as_bytes()).collect();
                    self.stands_for(&encoded, ours);
                }
                true
            }
        }
    }

    /// Translates `recorded` to `ours` from now on, without making a pair.
    pub(super) fn stands_for(&mut self, recorded: &str, ours: &str) {
        self.phrases.push((recorded.to_owned(), ours.to_owned()));
        // Longest first, because one origin may be a prefix of another.
        self.phrases
            .sort_by_key(|(phrase, _)| usize::MAX - phrase.len());
    }

    /// A recorded text with all known parts replaced by this server's.
    pub(super) fn translate(&self, recorded: &str) -> String {
        let mut out = String::with_capacity(recorded.len());
        let mut rest = recorded;
        while let Some(first) = rest.chars().next() {
            let phrase = self
                .phrases
                .iter()
                .find(|(phrase, _)| rest.starts_with(phrase.as_str()));
            if let Some((phrase, ours)) = phrase {
                out.push_str(ours);
                rest = &rest[phrase.len()..];
                continue;
            }
            let word = rest
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(rest.len());
            let (word, after) = rest.split_at(word.max(first.len_utf8()));
            out.push_str(self.ours.get(word).map_or(word, String::as_str));
            rest = after;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_corresponds_to_one_and_stays_so() {
        let mut pairs = Correspondence::default();
        assert!(pairs.same("100", "200"));
        assert!(pairs.same("100", "200"));
        assert!(!pairs.same("100", "201"), "another of ours");
        assert!(!pairs.same("101", "200"), "another that was recorded");
        assert!(pairs.same("200", "100"), "the two sides are apart");
    }

    #[test]
    fn words_and_phrases_are_translated_once() {
        let mut pairs = Correspondence::default();
        pairs.same("100", "200");
        pairs.same("200", "100");
        pairs.same("[redacted 1]", "1000.a.b");
        pairs.stands_for("https://api.example.com", "http://127.0.0.1:1");
        for (recorded, ours) in [
            (
                "/crm/v8/Leads/100/photo?ids=200,1000",
                "/crm/v8/Leads/200/photo?ids=100,1000",
            ),
            ("Zoho-oauthtoken [redacted 1]", "Zoho-oauthtoken 1000.a.b"),
            ("code=%5Bredacted+1%5D&x=ä", "code=1000.a.b&x=ä"),
            ("https://api.example.com/x100", "http://127.0.0.1:1/x100"),
            ("[redacted 11]", "[redacted 11]"),
            ("", ""),
        ] {
            assert_eq!(pairs.translate(recorded), ours);
        }
    }
}
