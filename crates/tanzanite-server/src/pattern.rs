//! Patterns of paths and headers.

/// Whether a text matches a pattern, in which `*` stands for any characters. Takes time in proportion to the product of
/// their lengths at most.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    // The position behind the last star, and the end of the text that it has matched.
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(byte) if *byte == text[from] => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((place, reach)) = star else {
                    return false;
                };
                star = Some((place, reach + 1));
                at = place + 1;
                from = reach + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, expected) in [
            ("/crm/v8/Leads", "/crm/v8/Leads", true),
            ("/crm/v8/Leads", "/crm/v8/Leads/1", false),
            ("/crm/v8/*/photo", "/crm/v8/Leads/1/photo", true),
            ("/crm/*/Leads/*", "/crm/v8/Leads/", true),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("*a*b", "aab", true),
            ("*a*b", "aba", false),
            ("a**b", "ab", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern:?} {text:?}");
        }
        assert!(!matches(&"*a".repeat(500), &"a".repeat(499)));
    }
}
