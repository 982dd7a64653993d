//! The columns of a record's head with its lock, which are the same in both stores. Macros, so that the statements are
//! constants.

/// The columns that each store's `read_head` reads, in this order.
macro_rules! head_columns {
    () => {
        "r.module, r.id, r.name, r.owner, r.created_at, r.created_by, r.modified_at, r.modified_by, r.image,
         l.id, l.reason, l.automatic, l.created_at, l.created_by, l.modified_at, l.modified_by"
    };
}

/// Where they come from.
macro_rules! from_records {
    () => {
        " FROM records r LEFT JOIN locks l ON l.org = r.org AND l.record = r.id "
    };
}

/// A record's fields, as `f`. Every record has them.
macro_rules! with_fields {
    () => {
        "JOIN record_fields f ON f.org = r.org AND f.module = r.module AND f.id = r.id "
    };
}

pub(crate) use {from_records, head_columns, with_fields};

/// The column after the head's.
pub(crate) const AFTER_HEAD: usize = 16;
