//! The comparison of an organisation with a snapshot of it, which is the same statement in both stores.

/// The columns of one side that are read, in this order, from its first on.
macro_rules! state_columns {
    ($side:literal) => {
        concat!(
            $side,
            ".id, ",
            $side,
            ".name, ",
            $side,
            ".owner, ",
            $side,
            ".image, ",
            $side,
            ".deleted_at, ",
            $side,
            ".reason, ",
            $side,
            ".fields"
        )
    };
}

/// One side: records with what is said of their locks.
macro_rules! state {
    ($org:literal) => {
        concat!(
            "SELECT r.module, r.id, r.name, r.owner, r.created_at, r.created_by, r.modified_at, r.modified_by,
                 r.image, r.deleted_at, r.deleted_by, r.timeline, f.fields,
                 l.id AS lock, l.reason, l.automatic, l.created_at AS locked_at, l.created_by AS locked_by,
                 l.modified_at AS relocked_at, l.modified_by AS relocked_by
             FROM records r LEFT JOIN locks l ON l.org = r.org AND l.record = r.id ",
            crate::head::with_fields!(),
            "WHERE r.org = ",
            $org
        )
    };
}

/// All that must be the same.
macro_rules! compared {
    ($side:literal) => {
        concat!("(", state_columns!($side), ", ", compared!(columns $side), ")")
    };
    (columns $side:literal) => {
        concat!(
            $side, ".created_at, ", $side, ".created_by, ", $side, ".modified_at, ", $side, ".modified_by, ",
            $side, ".deleted_by, ", $side, ".timeline, ", $side, ".lock, ", $side, ".automatic, ",
            $side, ".locked_at, ", $side, ".locked_by, ", $side, ".relocked_at, ", $side, ".relocked_by"
        )
    };
}

/// `$1` is the organisation, `$2` that of the snapshot's rows; after module `$3` and id `$4`, at most `$5`. Module, id, the
/// columns of how it was, and of how it is.
pub(crate) const DIFFERENCES: &str = concat!(
    "WITH now AS (",
    state!("$1"),
    "), before AS (",
    state!("$2"),
    ")
     SELECT coalesce(now.module, before.module) AS module, coalesce(now.id, before.id) AS record, ",
    state_columns!("before"),
    ", ",
    state_columns!("now"),
    " FROM now FULL JOIN before ON before.module = now.module AND before.id = now.id
     WHERE (coalesce(now.module, before.module), coalesce(now.id, before.id)) > ($3, $4)
     AND ",
    compared!("now"),
    " IS DISTINCT FROM ",
    compared!("before"),
    " ORDER BY 1, 2 LIMIT $5"
);

/// Where the columns of how it was begin.
pub(crate) const BEFORE: usize = 2;
/// Where those of how it is begin.
pub(crate) const NOW: usize = 9;
