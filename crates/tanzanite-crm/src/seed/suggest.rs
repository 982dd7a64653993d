//! "Did you mean …?": the known name that is nearest to a mistyped one.

/// Names that a hint lists when none of them is near.
const NAMES_LISTED_MAX: usize = 24;

/// Advice for a name that is not known: the nearest known one, or else all of them.
pub(super) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = nearest(name, known.iter().copied()) {
        return format!("Did you mean {near:?}?");
    }
    match known.as_slice() {
        [] => "There is nothing that could stand here.".to_owned(),
        [one] => format!("Use {one:?}."),
        many if many.len() > NAMES_LISTED_MAX => {
            format!("Use one of {}, ….", many[..NAMES_LISTED_MAX].join(", "))
        }
        many => format!("Use one of {}.", many.join(", ")),
    }
}

/// The known name that is near enough to be meant; the first of several.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let distance_max = (name.chars().count() / 3).clamp(1, 4);
    known
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= distance_max)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's: insertions, removals and replacements of characters from one text to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (done, removed) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = done + 1;
        for (index, added) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(removed != *added);
            diagonal = row[index + 1];
            row[index + 1] = replaced.min(diagonal + 1).min(row[index] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (from, to, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("lead", "leads", 1),
            ("ab", "ba", 2),
        ] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn a_near_name_is_meant_and_a_far_one_is_not() {
        let known = ["Leads", "Contacts", "Accounts"];
        assert_eq!(did_you_mean("leads", known), r#"Did you mean "Leads"?"#);
        assert_eq!(
            did_you_mean("Contact", known),
            r#"Did you mean "Contacts"?"#
        );
        assert_eq!(
            did_you_mean("Unicorns", known),
            "Use one of Leads, Contacts, Accounts."
        );
        assert_eq!(did_you_mean("x", ["only"]), r#"Use "only"."#);
    }
}
