//! Comments can be read with the code covered: no line is over 120 columns wide, and no sentence begins with What, Who,
//! Whose or Of, because such a sentence names no noun. `comments.txt` is the ledger of files that do not comply yet.

use crate::tidy::sources::{repository, rust_sources};
use std::collections::BTreeMap;

const COLUMNS_MAX: usize = 120;
const BEGINNINGS: [&str; 4] = ["What", "Who", "Whose", "Of"];
const LEDGER: &str = "crates/tanzanite/tests/it/tidy/comments.txt";

/// The ledger has a line `COUNT PATH` for each file with offences. Counts may only fall, so a count that is too high is
/// a failure as well.
#[test]
fn comments_name_their_nouns_within_120_columns() {
    let ledger = std::fs::read_to_string(repository().join(LEDGER)).expect("the ledger");
    let lines = ledger.lines().map(|line| {
        let (count, path) = line.split_once(' ').expect("a count and a path");
        (path, count.parse::<usize>().expect("a count"))
    });
    let mut allowed: BTreeMap<&str, usize> = lines.collect();
    let mut wrong = Vec::new();
    for (path, text) in rust_sources() {
        let found = offences(&text);
        let count = allowed.remove(path.as_str()).unwrap_or_default();
        if found.len() != count {
            let found_count = found.len();
            wrong.push(format!(
                "{path} has {found_count}, and the ledger says {count}:"
            ));
            wrong.extend(found);
        }
    }
    wrong.extend(
        allowed
            .keys()
            .map(|path| format!("{path} is in the ledger and not there")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn offences_are_told_from_what_is_allowed() {
    let found = |text: &str| offences(text).len();
    assert_eq!(
        found("/// What is kept.\n//! Who asks.\n// Whose it is."),
        3
    );
    assert_eq!(
        found("/// The sum. Of two\n/// equal ones (the first.) Of three"),
        2
    );
    assert_eq!(
        found("/// A list:\n///\n/// - Of items\n/// Office hours, and\n/// What follows"),
        1
    );
    assert_eq!(found("/// ```\n/// What\n/// ```\nlet text = \"What\";"), 0);
    assert_eq!(found(&format!("    // {}", "x".repeat(COLUMNS_MAX - 7))), 0);
    assert_eq!(found(&format!("    // {}", "x".repeat(COLUMNS_MAX - 6))), 1);
}

/// The offences of a file, each with its line.
fn offences(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = None;
    let mut is_fenced = false;
    let mut begins = true;
    for (number, line) in (1..).zip(text.lines()) {
        let comment = comment(line);
        let marker = comment.map(|(marker, _)| marker);
        if marker != before {
            (is_fenced, begins) = (false, true);
        }
        before = marker;
        let Some((_, words)) = comment else {
            continue;
        };
        if line.chars().count() > COLUMNS_MAX {
            found.push(format!("{number}: {line}"));
        }
        is_fenced ^= words.starts_with("```");
        if is_fenced || words.is_empty() {
            begins = true;
            continue;
        }
        for word in words.split_whitespace() {
            let letters = word.split(|c: char| !c.is_alphabetic()).next();
            if begins && letters.is_some_and(|letters| BEGINNINGS.contains(&letters)) {
                found.push(format!("{number}: {}", line.trim()));
            }
            begins = matches!(word, "-" | "*" | "#" | "|")
                || word.trim_end_matches([')', '"']).ends_with(['.', '?', '!']);
        }
    }
    found
}

/// The marker of a line that is a comment, and its words.
fn comment(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let markers = ["///", "//!", "//"];
    let marker = markers
        .into_iter()
        .find(|marker| line.starts_with(marker))?;
    Some((marker, line[marker.len()..].trim()))
}
