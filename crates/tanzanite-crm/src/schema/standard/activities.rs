//! Tasks, Events and Calls: what users do with records. A table.
//!
//! Reminders, recurrences and participants are structures of their own that are not served yet: a
//! client that sends them is refused by name.

use super::picklists::{
    CALL_PURPOSE, CALL_RESULT, CALL_STATUS, CALL_TYPE, TASK_PRIORITY, TASK_STATUS,
};
use super::table::{
    boolean, date, datetime, description, integer, lookup, lookup_any, module, picklist, text,
    website,
};
use crate::schema::Module;

pub(super) fn tasks() -> Module {
    let fields = vec![
        text(11, "Subject", 300).mandatory(),
        date(12, "Due_Date"),
        lookup(13, "Who_Id", "Contacts").labelled("Contact Name"),
        lookup_any(14, "What_Id").labelled("Related To"),
        picklist(15, "Status", TASK_STATUS),
        picklist(16, "Priority", TASK_PRIORITY),
        boolean(17, "Send_Notification_Email"),
        datetime(18, "Closed_Time").read_only(),
        description(19),
        datetime(20, "Last_Activity_Time").read_only(),
    ];
    module(5, "Tasks", ("Task", "Tasks"), "Subject", fields)
}

pub(super) fn events() -> Module {
    let fields = vec![
        text(11, "Event_Title", 255).mandatory().labelled("Title"),
        datetime(12, "Start_DateTime").mandatory().labelled("From"),
        datetime(13, "End_DateTime").mandatory().labelled("To"),
        boolean(14, "All_day"),
        text(15, "Venue", 255).labelled("Location"),
        lookup(16, "Who_Id", "Contacts").labelled("Contact Name"),
        lookup_any(17, "What_Id").labelled("Related To"),
        description(18),
        datetime(19, "Last_Activity_Time").read_only(),
    ];
    module(6, "Events", ("Meeting", "Meetings"), "Event_Title", fields)
}

pub(super) fn calls() -> Module {
    let fields = vec![
        text(11, "Subject", 255).mandatory(),
        picklist(12, "Call_Type", CALL_TYPE).mandatory(),
        datetime(13, "Call_Start_Time").mandatory(),
        text(14, "Call_Duration", 120).mandatory(),
        integer(15, "Call_Duration_in_seconds"),
        picklist(16, "Call_Purpose", CALL_PURPOSE),
        picklist(17, "Call_Result", CALL_RESULT),
        picklist(18, "Outgoing_Call_Status", CALL_STATUS),
        text(19, "Call_Agenda", 255),
        text(20, "Dialled_Number", 255),
        text(21, "Caller_ID", 255),
        boolean(22, "CTI_Entry"),
        website(23, "Voice_Recording__s"),
        lookup(24, "Who_Id", "Contacts").labelled("Contact Name"),
        lookup_any(25, "What_Id").labelled("Related To"),
        description(26),
        datetime(27, "Last_Activity_Time").read_only(),
    ];
    module(7, "Calls", ("Call", "Calls"), "Subject", fields)
}
