//! `Locking_Information__s`: the virtual module whose records are the locks of other records. A table.
//!
//! It takes no records by itself. An organisation that has a locking configuration has it among its
//! modules, and the official SDKs ask for its fields before each call about a lock.

use super::picklists::LOCK_SOURCE;
use super::table::{bigint, datetime, lookup_any, module, owner, picklist, text, textarea};
use crate::schema::{Module, Support};
use std::sync::LazyLock;

/// The virtual module of locks.
pub fn locking_information() -> &'static Module {
    static MODULE: LazyLock<Module> = LazyLock::new(|| {
        let fields = vec![
            lookup_any(11, "Locked_For__s").read_only(),
            owner(12, "Locked_By__s").read_only(),
            datetime(13, "Locked_Time__s").read_only(),
            textarea(14, "Locked_Reason__s", 3000).mandatory(),
            picklist(15, "Lock_Source__s", LOCK_SOURCE).read_only(),
            bigint(16, "Record_Locking_Configuration_Id__s").read_only(),
            bigint(17, "Record_Locking_Rule_Id__s").read_only(),
            text(18, "Feature_Type__s", 120).read_only(),
        ];
        let labels = ("Locking Information", "Locking Information");
        let mut module =
            module(22, "Locking_Information__s", labels, "", fields).with_support(Support::Virtual);
        // A lock has none of the fields that all other records have.
        module
            .fields
            .retain(|field| field.api_name.ends_with("__s"));
        module
    });
    &MODULE
}
