//! Compares an organisation with one of its snapshots, by the same statement in both stores.

/// The columns of one side, in this order.
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

/// One side: records with columns of their locks.
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

/// The columns that are compared.
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

/// The parameters: `$1` is the organisation, `$2` the number of the snapshot's rows; after module `$3` and id `$4`, at
/// most `$5` rows. The columns are module, id, the snapshot's state, and the present one.
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

/// The index of the first column of the snapshot's state.
pub(crate) const BEFORE: usize = 2;
/// The index of the first column of the present state.
pub(crate) const NOW: usize = 9;
