//! Where the rows of snapshots are: under organisations that nobody can have. Later ones come after earlier ones, so that pages
//! are filled one after another.

/// Before the first of them.
const BEFORE_FIRST: i64 = i64::MIN / 2;

/// The organisation that a snapshot's rows are those of.
pub(crate) const fn rows_of(snapshot: i64) -> i64 {
    BEFORE_FIRST.saturating_add(snapshot)
}

/// [`rows_of`] in a statement.
macro_rules! rows_org {
    ($snapshot:literal) => {
        concat!("(", $snapshot, " - 4611686018427387904)")
    };
}

/// What the snapshots of organisation `$1` name: records and images.
macro_rules! named_by_snapshots {
    () => {
        concat!(
            "SELECT r.id, r.image FROM snapshots s JOIN records r ON r.org = ",
            rows_org!("s.id"),
            " WHERE s.org = $1 AND r.image IS NOT NULL"
        )
    };
}

/// Photos of organisation `$1` that were kept, and that neither a record nor a snapshot names any more.
///
/// Sets are subtracted, for both databases do that in one pass: PostgreSQL asks a `NOT IN` that does not fit its memory again for
/// each row, and SQLite a `NOT EXISTS` that no index serves.
macro_rules! photos_of_nobody {
    () => {
        concat!(
            "photos WHERE org = $1 AND kept > 0 AND (record, image) IN (
                 SELECT record, image FROM photos WHERE org = $1 AND kept > 0
                 EXCEPT SELECT id, image FROM records WHERE org = $1 AND image IS NOT NULL
                 EXCEPT ",
            named_by_snapshots!(),
            ")"
        )
    };
}

/// Photos of organisation `$1` that were no snapshot's are kept for one: each gets the next number of its record.
pub(crate) const KEEP_PHOTOS: &str = "UPDATE photos SET kept = (
         SELECT max(p.kept) + 1 FROM photos p WHERE p.org = photos.org AND p.record = photos.record)
     WHERE org = $1 AND kept = 0";

/// The snapshot `s` whose row a record `r` is, if it is one.
macro_rules! its_snapshot {
    () => {
        "LEFT JOIN snapshots s ON r.org < 0 AND s.id = r.org + 4611686018427387904 "
    };
}

pub(crate) use {its_snapshot, named_by_snapshots, photos_of_nobody, rows_org};

/// Records, of snapshots too, and photos that do not agree. A kept photo may have lost its last name since the last snapshot was
/// removed or restored; the next time it goes.
pub(crate) const PHOTOS_THAT_DISAGREE: [&str; 3] = [
    concat!(
        "SELECT 'record ' || r.id || ' names a missing photo' FROM records r ",
        its_snapshot!(),
        "LEFT JOIN photos p ON p.org = coalesce(s.org, r.org) AND p.record = r.id AND p.image = r.image
         WHERE r.image IS NOT NULL AND p.record IS NULL ORDER BY r.org, r.id"
    ),
    concat!(
        "SELECT 'photo of ' || record || ' has no record' FROM (
             SELECT org, record, image FROM photos WHERE kept = 0
             EXCEPT SELECT coalesce(s.org, r.org), r.id, r.image FROM records r ",
        its_snapshot!(),
        "WHERE r.image IS NOT NULL) AS p ORDER BY org, record"
    ),
    concat!(
        "SELECT 'photo of ' || p.record || ' is not kept for its snapshot' FROM photos p
         WHERE p.kept = 0 AND (p.org, p.record, p.image) IN (
             SELECT s.org, r.id, r.image FROM snapshots s JOIN records r ON r.org = ",
        rows_org!("s.id"),
        " WHERE r.image IS NOT NULL)
         ORDER BY p.org, p.record"
    ),
];

#[cfg(test)]
mod tests {
    use super::rows_of;

    #[test]
    fn the_statements_say_the_same() {
        assert_eq!(rows_of(0).to_string(), "-4611686018427387904");
        assert_eq!(rows_org!("s.id"), "(s.id - 4611686018427387904)");
        assert!(rows_of(1) < rows_of(2) && rows_of(i64::MAX / 2) < 0);
    }
}
