//! Damaged and forged archives: each is an error, and nothing changes. The forged ones are built here by the
//! description of the format.

use super::archive::{archived, on};
use super::world::other;
use super::{folder, opened, populated};
use crate::support::{found, org};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use tanzanite_protocol::limits::{
    ARCHIVE_JSON_BYTES_MAX, ARCHIVE_PAGE_BYTES_MAX, ARCHIVE_PAGE_CONTENT_BYTES_MAX,
};
use tanzanite_store::{ArchiveError, CopyError, verify_archive};

const MAGIC: &[u8] = b"tanzanite archive 1\n";

/// The blocks of an archive: kind and content.
type Blocks = Vec<(u8, Vec<u8>)>;

fn blocks(mut archive: &[u8]) -> Blocks {
    let mut take = |count: usize| {
        let (taken, rest) = archive.split_at(count);
        archive = rest;
        taken.to_vec()
    };
    assert_eq!(take(MAGIC.len()), MAGIC);
    let mut blocks = Vec::new();
    loop {
        let kind = take(1)[0];
        let length = u32::from_be_bytes(take(4).try_into().expect("four bytes"));
        blocks.push((kind, take(length as usize)));
        take(32);
        if kind == b'E' {
            return blocks;
        }
    }
}

/// An archive of these blocks, with valid checksums.
fn forged(blocks: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut archive = MAGIC.to_vec();
    for (kind, content) in blocks {
        archive.push(*kind);
        let length = u32::try_from(content.len()).expect("a length");
        archive.extend(length.to_be_bytes());
        archive.extend(content);
        let checksum = Sha256::digest(&archive);
        archive.extend(checksum);
    }
    archive
}

fn page(table: u8, rows: &[u8]) -> (u8, Vec<u8>) {
    let mut content = vec![table];
    content.extend(u32::try_from(rows.len()).expect("a size").to_be_bytes());
    content.extend(zstd::bulk::compress(rows, 1).expect("compressed"));
    (b'P', content)
}

fn rows(page: &[u8]) -> Vec<u8> {
    zstd::bulk::decompress(&page[5..], ARCHIVE_PAGE_BYTES_MAX).expect("decompressed")
}

/// A row of `counters`.
fn counter(org: i64) -> Vec<u8> {
    let number = |number: i64| [&[1], number.to_be_bytes().as_slice()].concat();
    [number(org), number(7)].concat()
}

/// Indexes of tables in the list.
const SNAPSHOTS: u8 = 0;
const DOCUMENTS: u8 = 1;
const COUNTERS: u8 = 4;
const RECORDS: u8 = 9;

fn error_of(archive: &[u8]) -> ArchiveError {
    match verify_archive(archive, &mut on) {
        Err(CopyError::Archive(error)) => error,
        other => panic!("it is {other:?}"),
    }
}

#[track_caller]
fn says(blocks: &[(u8, Vec<u8>)], expected: &str) {
    let error = error_of(&forged(blocks)).to_string();
    assert!(error.contains(expected), "{error}");
}

fn small() -> (tempfile::TempDir, Vec<u8>) {
    let here = tempfile::tempdir().expect("a folder");
    let store = folder(here.path());
    found(&opened(&store));
    let archive = archived(&store, None);
    (here, archive)
}

#[test]
fn every_bit_counts() {
    let (_here, mut archive) = small();
    assert!(verify_archive(archive.as_slice(), &mut on).is_ok());
    for place in 0..archive.len() {
        for bit in 0..8 {
            archive[place] ^= 1 << bit;
            let result = verify_archive(archive.as_slice(), &mut on);
            assert!(
                matches!(result, Err(CopyError::Archive(_))),
                "byte {place}, bit {bit}: {result:?}"
            );
            archive[place] ^= 1 << bit;
        }
    }
}

#[test]
fn every_length_but_its_own_is_noticed() {
    let (_here, archive) = small();
    for length in 0..archive.len() {
        let error = error_of(&archive[..length]);
        let expected = if length < MAGIC.len() {
            matches!(error, ArchiveError::Foreign)
        } else {
            matches!(error, ArchiveError::BrokenOff { at } if at <= length as u64)
        };
        assert!(expected, "{length}: {error:?}");
    }
    for more in [b"\0".as_slice(), &archive] {
        let longer = [archive.as_slice(), more].concat();
        let error = error_of(&longer).to_string();
        assert!(error.contains("something after the end"), "{error}");
    }
}

#[test]
fn the_last_32_bytes_are_the_checksum_of_the_others() {
    let (_here, archive) = small();
    let (others, last) = archive.split_at(archive.len() - 32);
    assert_eq!(last, Sha256::digest(others).as_slice());
    assert_eq!(forged(&blocks(&archive)), archive);
}

#[test]
fn blocks_that_are_missing_doubled_or_elsewhere_are_noticed() {
    let here = tempfile::tempdir().expect("a folder");
    let whole = blocks(&archived(&populated(here.path()), None));
    for place in 0..whole.len() {
        let mut blocks = whole.clone();
        blocks.remove(place);
        error_of(&forged(&blocks));
        let mut blocks = whole.clone();
        blocks.insert(place, whole[place].clone());
        error_of(&forged(&blocks));
        let mut blocks = whole.clone();
        blocks.swap(place, (place + 1) % whole.len());
        error_of(&forged(&blocks));
    }
}

#[test]
fn lengths_are_not_believed() {
    let (_here, archive) = small();
    let bounds = [
        (b'H', ARCHIVE_JSON_BYTES_MAX),
        (b'P', ARCHIVE_PAGE_CONTENT_BYTES_MAX),
        (b'E', ARCHIVE_JSON_BYTES_MAX),
    ];
    let header = forged(&blocks(&archive)[..1]);
    for (kind, bound) in bounds {
        let before: &[u8] = if kind == b'H' { MAGIC } else { &header };
        for length in [bound + 1, u32::MAX as usize] {
            let length = u32::try_from(length).expect("a length");
            let hostile = [before, &[kind], &length.to_be_bytes(), &[0; 1_000]].concat();
            let error = error_of(&hostile).to_string();
            assert!(error.contains("more than any may have"), "{error}");
        }
        let length = u32::try_from(bound).expect("a length");
        let hostile = [before, &[kind], &length.to_be_bytes(), &[0; 1_000]].concat();
        let error = error_of(&hostile);
        assert!(matches!(error, ArchiveError::BrokenOff { .. }), "{error:?}");
    }
}

#[test]
fn a_page_that_nobody_has_written_is_refused() {
    let (_here, archive) = small();
    let header = blocks(&archive).remove(0);
    let of = |page| [header.clone(), page];
    let sized = |size: usize, rows: &[u8]| {
        let (kind, mut content) = page(COUNTERS, rows);
        let size = u32::try_from(size).expect("a size");
        content[1..5].copy_from_slice(&size.to_be_bytes());
        (kind, content)
    };
    let bomb = vec![0; ARCHIVE_PAGE_BYTES_MAX + 1];
    says(&of(sized(bomb.len(), &bomb)), "the size is more than any");
    says(&of(sized(18, &bomb)), "cannot be decompressed");
    says(&of(sized(19, &counter(1))), "the size is another");
    says(&of(sized(17, &counter(1))), "cannot be decompressed");
    says(&of((b'P', vec![COUNTERS, 0, 0])), "the page is cut off");
    says(&of((b'P', Vec::new())), "the page is cut off");
    says(&of((b'X', Vec::new())), "the kind is unknown");
    says(&of(header.clone()), "there is another header");
    says(&of(page(200, &counter(1))), "the table is unknown");
    says(&of(page(COUNTERS, &[])), "there is no row");
    says(&of(page(COUNTERS, &counter(1)[..10])), "a value is cut off");
    says(&of(page(COUNTERS, &[9; 9])), "not of its column's kind");
    says(
        &of(page(COUNTERS, &[0, 0, 0, 0, 0, 0, 0, 0, 1])),
        "not of its column's kind",
    );
    let many: Vec<u8> = (1..=1_001).flat_map(counter).collect();
    says(&of(page(COUNTERS, &many)), "more rows than a page may have");
    let twice = [counter(5), counter(5)].concat();
    says(&of(page(COUNTERS, &twice)), "not in their order");
    let back = [
        header.clone(),
        page(COUNTERS, &counter(5)),
        page(COUNTERS, &counter(4)),
    ];
    says(&back, "not in their order");
    let table_back = [
        header.clone(),
        page(COUNTERS + 1, &[0; 4 * 9]),
        page(COUNTERS, &counter(4)),
    ];
    says(&table_back, "the table is one that was before");
    // A document's body that claims the greatest possible length, and one that is not UTF-8.
    let text = |length: u64, text: &[u8]| {
        let number = |number: i64| [&[1], number.to_be_bytes().as_slice()].concat();
        [
            [number(1), number(1), number(1), number(0)].concat(),
            [&[2], length.to_be_bytes().as_slice(), text].concat(),
        ]
        .concat()
    };
    says(
        &of(page(DOCUMENTS, &text(u64::MAX, b"x"))),
        "a value is cut off",
    );
    says(&of(page(DOCUMENTS, &text(2, b"x"))), "a value is cut off");
    says(&of(page(DOCUMENTS, &text(1, b"\xff"))), "not UTF-8");
}

#[test]
fn a_header_of_another_version_is_explained() {
    let (_here, archive) = small();
    let with = |from: &str, to: &str| {
        let mut blocks = blocks(&archive);
        let header = String::from_utf8(blocks[0].1.clone()).expect("UTF-8");
        assert!(header.contains(from), "{header}");
        blocks[0].1 = header.replacen(from, to, 1).into_bytes();
        blocks
    };
    says(
        &with("\"schema\":", "\"more\":1,\"schema\":9"),
        "use \"tanzanite",
    );
    says(
        &with("\"schema\":", "\"schema\":-"),
        "restore it with \"tanzanite",
    );
    says(
        &with("\"schema\":", "\"more\":1,\"schema\":"),
        "the header cannot be read",
    );
    says(&with("{", "["), "the header cannot be read");
    says(&with("locks", "lucks"), "not those of its schema");
    says(&with("\"key\":2", "\"key\":1"), "not those of its schema");
    // The last one has a snapshot, but no row of it.
    for numbers in [
        "[]",
        "[-1]",
        "[1,2]",
        "[2,-1]",
        "[1,1]",
        "[-4611686018427387903,1]",
    ] {
        let numbers = format!("\"numbers\":{numbers},\"tables\"");
        says(
            &with("\"tables\"", &numbers),
            "not those of one organisation",
        );
    }
    says(&with("\"rows\":1", "\"rows\":2"), "not those of the header");
    let mut later = archive.clone();
    later[MAGIC.len() - 2] = b'2';
    assert!(matches!(error_of(&later), ArchiveError::Form));
}

#[test]
fn an_organisation_s_archive_has_rows_of_nobody_else() {
    let here = tempfile::tempdir().expect("a folder");
    let whole = blocks(&archived(&populated(here.path()), Some(org())));
    let with = |table: u8, rows: &[u8]| {
        let mut blocks = whole.clone();
        let place = blocks
            .iter()
            .position(|(_, content)| content.first() == Some(&table));
        blocks[place.expect("a page")] = page(table, rows);
        blocks
    };
    let refused = "a row is another organisation's";
    says(&with(COUNTERS, &counter(other().get())), refused);
    // The archive has one snapshot, which itself has no snapshots.
    let snapshot = -(1 << 62) + 1;
    says(&with(COUNTERS, &counter(snapshot + 1)), refused);
    says(&with(COUNTERS, &counter(snapshot)), "not those of the rows");
    let number = |number: i64| [&[1], number.to_be_bytes().as_slice()].concat();
    let name = [&[2], 1_u64.to_be_bytes().as_slice(), b"x"].concat();
    let row = [number(1), number(snapshot), name, number(9)].concat();
    says(&with(SNAPSHOTS, &row), refused);
}

#[test]
fn rows_that_are_not_those_of_the_end_are_noticed() {
    let (_here, archive) = small();
    let mut blocks = blocks(&archive);
    let records = blocks
        .iter()
        .position(|(_, content)| content.first() == Some(&RECORDS));
    let records = records.expect("a page of the records");
    let mut changed = rows(&blocks[records].1);
    let name = changed.windows(5).position(|text| text == b"first");
    changed[name.expect("a name")] = b'F';
    blocks[records] = page(RECORDS, &changed);
    says(&blocks, "not those of the rows");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// The checksums are valid, so that reading gets as far as possible.
    #[test]
    fn nothing_that_is_done_to_the_rows_is_taken_or_panics(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (_here, archive) = small();
        let mut blocks = blocks(&archive);
        let pages = blocks.len() - 2;
        let (_, content) = &mut blocks[1 + which.index(pages)];
        let before = rows(content);
        let mut after = before.clone();
        for (place, byte) in changes {
            let place = place.index(after.len());
            after[place] = byte;
        }
        if let Some(cut) = cut {
            after.truncate(cut.index(after.len()));
        }
        prop_assume!(after != before);
        *content = page(content[0], &after).1;
        error_of(&forged(&blocks));
    }
}
