//! The columns of a record's head with its lock, the same in both stores. Macros, so that statements are constants.

/// The columns that `read_head` of each store reads, in this order.
macro_rules! head_columns {
    () => {
        "r.module, r.id, r.name, r.owner, r.created_at, r.created_by, r.modified_at, r.modified_by, r.image,
         l.id, l.reason, l.automatic, l.created_at, l.created_by, l.modified_at, l.modified_by"
    };
}

/// The tables of these columns.
macro_rules! from_records {
    () => {
        " FROM records r LEFT JOIN locks l ON l.org = r.org AND l.record = r.id "
    };
}

/// Joins a record's fields, as `f`. Every record has a row there.
macro_rules! with_fields {
    () => {
        "JOIN record_fields f ON f.org = r.org AND f.module = r.module AND f.id = r.id "
    };
}

pub(crate) use {from_records, head_columns, with_fields};

/// The index of the first column after the head's.
pub(crate) const AFTER_HEAD: usize = 16;
