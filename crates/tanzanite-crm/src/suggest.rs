//! "Did you mean …?": finds the known name nearest to a mistyped one.

use strsim::levenshtein;

/// Names that a hint lists if none is near.
const NAMES_LISTED_MAX: usize = 24;
/// Names that are compared, and bytes of the longest one: a hint must stay cheap, and a seed may have many thousands of
/// names, or a very long one.
const NAMES_COMPARED_MAX: usize = 1000;
const NAME_BYTES_MAX: usize = 100;

/// Advice for an unknown name: the nearest known one, or else a list of all.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known
        .into_iter()
        .take(NAMES_COMPARED_MAX)
        .filter(|known| known.len() <= NAME_BYTES_MAX)
        .collect();
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

/// The first known name that is near enough to be meant.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > NAME_BYTES_MAX {
        return None;
    }
    let lower = name.to_lowercase();
    let distance_max = (name.chars().count() / 3).clamp(1, 4);
    known
        .take(NAMES_COMPARED_MAX)
        .filter(|candidate| candidate.len() <= NAME_BYTES_MAX)
        .map(|candidate| (levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= distance_max)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_name_as_long_as_a_file_is_compared_with_none() {
        let long = "x".repeat(8 * 1024 * 1024);
        assert_eq!(nearest(&long, std::iter::once(long.as_str())), None);
        assert_eq!(
            did_you_mean("Leads", [long.as_str(), "Lead"]),
            r#"Did you mean "Lead"?"#
        );
        let many = std::iter::repeat_n("Contacts", NAMES_COMPARED_MAX).chain(["Leads"]);
        assert_eq!(nearest("leads", many), None, "it comes too late");
    }
}
