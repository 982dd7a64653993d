//! Modules that the vendor has and our record API does not take yet. A table.
//!
//! They stand here so that they are known by name, have their numbers, and are answered with "not
//! served yet", or "not supported" where the vendor says so, and not with "unknown".

use super::table::{module, text};
use crate::schema::{Module, Support};

/// Modules of what hangs on other records. The vendor's API takes them; they have a parent and, for
/// attachments, a file, and are operations of their own here.
pub(super) fn annexes() -> [Module; 2] {
    let notes = vec![text(11, "Note_Title", 120)];
    let attachments = vec![text(11, "File_Name", 120)];
    let labels = ("Attachment", "Attachments");
    [
        module(18, "Notes", ("Note", "Notes"), "Note_Title", notes),
        module(19, "Attachments", labels, "File_Name", attachments),
    ]
    .map(|annex| annex.with_support(Support::Unserved))
}

/// `Home`: a tab, no module of records. The vendor's API does not take it either.
pub(super) fn home() -> Module {
    tab(20, "Home")
}

/// `Feeds`: as [`home`].
pub(super) fn feeds() -> Module {
    tab(21, "Feeds")
}

fn tab(number: i64, name: &'static str) -> Module {
    let mut tab = module(number, name, (name, name), "", Vec::new()).with_support(Support::Tab);
    tab.fields.clear();
    tab
}
