//! The rows of snapshots: they are stored under negative organisation ids, which no organisation can have. Later
//! snapshots get greater numbers, so that their rows fill the database's pages in sequence.

/// One less than the first of these numbers.
const BEFORE_FIRST: i64 = i64::MIN / 2;

/// The organisation id under which a snapshot's rows are stored.
pub(crate) const fn rows_of(snapshot: i64) -> i64 {
    BEFORE_FIRST.saturating_add(snapshot)
}

/// [`rows_of`] as an SQL expression.
macro_rules! rows_org {
    ($snapshot:literal) => {
        concat!("(", $snapshot, " - 4611686018427387904)")
    };
}

/// The record and photo ids that the snapshots of organisation `$1` refer to.
macro_rules! named_by_snapshots {
    () => {
        concat!(
            "SELECT r.id, r.image FROM snapshots s JOIN records r ON r.org = ",
            rows_org!("s.id"),
            " WHERE s.org = $1 AND r.image IS NOT NULL"
        )
    };
}

/// Photos of organisation `$1` that were kept for snapshots, and that neither a record nor a snapshot refers to any
/// more.
///
/// Written with `EXCEPT`, which both databases evaluate in one pass. PostgreSQL repeats a `NOT IN` for each row if it
/// does not fit its memory, and SQLite a `NOT EXISTS` without an index.
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

/// Keeps the present photos of organisation `$1` for a snapshot: each gets the next `kept` number of its record.
pub(crate) const KEEP_PHOTOS: &str = "UPDATE photos SET kept = (
         SELECT max(p.kept) + 1 FROM photos p WHERE p.org = photos.org AND p.record = photos.record)
     WHERE org = $1 AND kept = 0";

/// Joins as `s` the snapshot that a row `r` belongs to, if any.
macro_rules! its_snapshot {
    () => {
        "LEFT JOIN snapshots s ON r.org < 0 AND s.id = r.org + 4611686018427387904 "
    };
}

pub(crate) use {its_snapshot, named_by_snapshots, photos_of_nobody, rows_org};

/// Records, including those of snapshots, and photos that contradict each other. A kept photo without references is no
/// contradiction: it is removed when the next snapshot is removed or restored.
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
