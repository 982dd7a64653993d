//! Cases and Solutions. A table.
//!
//! Their comments are structures of their own that are not served yet.

use super::picklists::{
    CASE_ORIGIN, CASE_PRIORITY, CASE_REASON, CASE_STATUS, CASE_TYPE, SOLUTION_STATUS,
};
use super::table::{
    auto_number, boolean, datetime, description, email, lookup, module, phone, picklist, text,
    textarea,
};
use crate::schema::Module;

pub(super) fn cases() -> Module {
    let fields = vec![
        text(11, "Subject", 300).mandatory(),
        picklist(12, "Case_Origin", CASE_ORIGIN).mandatory(),
        picklist(13, "Status", CASE_STATUS).mandatory(),
        picklist(14, "Priority", CASE_PRIORITY),
        picklist(15, "Type", CASE_TYPE),
        picklist(16, "Case_Reason", CASE_REASON),
        auto_number(17, "Case_Number"),
        text(18, "Reported_By", 50),
        email(19, "Email"),
        phone(20, "Phone"),
        lookup(21, "Account_Name", "Accounts"),
        lookup(22, "Deal_Name", "Deals"),
        lookup(23, "Product_Name", "Products"),
        lookup(24, "Related_To", "Contacts"),
        textarea(25, "Internal_Comments", 32_000),
        textarea(26, "Solution", 32_000),
        description(27),
        datetime(28, "Last_Activity_Time").read_only(),
    ];
    module(11, "Cases", ("Case", "Cases"), "Subject", fields)
}

pub(super) fn solutions() -> Module {
    let fields = vec![
        text(11, "Solution_Title", 300).mandatory(),
        auto_number(12, "Solution_Number"),
        lookup(13, "Product_Name", "Products"),
        picklist(14, "Status", SOLUTION_STATUS),
        boolean(15, "Published"),
        textarea(16, "Question", 3000),
        textarea(17, "Answer", 32_000),
        datetime(18, "Last_Activity_Time").read_only(),
    ];
    let labels = ("Solution", "Solutions");
    module(12, "Solutions", labels, "Solution_Title", fields)
}
