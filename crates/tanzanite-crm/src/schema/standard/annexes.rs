//! Notes and attachments: modules whose records hang on those of others. A table.
//!
//! Their owner is who made them (the vendor's page "Update Notes"). An attachment's content is its record's file, and
//! the address of one that is a link stands among its values.

use super::table::{bigint, lookup_any, module, text, textarea};
use crate::schema::{Field, Module, PARENT, Support};

pub(super) fn annexes() -> [Module; 2] {
    let notes = vec![
        text(11, "Note_Title", 120),
        textarea(12, "Note_Content", 65_535),
        lookup_any(13, PARENT).mandatory().labelled("Parent ID"),
    ];
    let attachments = vec![
        text(11, "File_Name", 255),
        bigint(12, "Size").read_only(),
        lookup_any(13, PARENT).mandatory().labelled("Parent ID"),
    ];
    let labels = ("Attachment", "Attachments");
    [
        module(18, "Notes", ("Note", "Notes"), "Note_Title", notes),
        module(19, "Attachments", labels, "File_Name", attachments),
    ]
    .map(|annex| {
        let mut annex = annex.with_support(Support::Annex);
        annex.fields.iter_mut().for_each(keep_owner);
        annex
    })
}

fn keep_owner(field: &mut Field) {
    field.read_only |= field.api_name == "Owner";
}
