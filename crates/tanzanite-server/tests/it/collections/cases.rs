//! Requests for `failing_store.rs`: those that prepare the store, and one for each operation of collections and tags.

use crate::failing_store::{Body, Case, case};
use Body::{Nothing, Picture, Text};
use tanzanite_protocol::Method::{Delete, Get, Post, Put};

/// Preparing requests. Each has a name and the place of an id in its answer, for which `{made:name}` stands in later
/// requests.
pub(crate) static PREPARED: [(&str, &str, Case); 23] = [
    (
        "connected",
        "/data/0/details/id",
        case(
            Put,
            "{with_photo}/Products/{id:product}",
            Text(r#"{"data":[{}]}"#),
        ),
    ),
    (
        "playing",
        "/data/0/details/id",
        case(
            Put,
            "{deal}/Contact_Roles/{id:private_of_other}",
            Text(r#"{"data":[{"Contact_Role":"Decision Maker"}]}"#),
        ),
    ),
    (
        "note",
        "/data/0/details/id",
        case(
            Post,
            "{with_photo}/Notes",
            Text(r#"{"data":[{"Note_Title":"one"}]}"#),
        ),
    ),
    (
        "attachment",
        "/data/0/details/id",
        case(Post, "{with_photo}/Attachments", Picture),
    ),
    (
        "group",
        "/variable_groups/0/id",
        case(Get, "/crm/v8/settings/variable_groups", Nothing),
    ),
    (
        "top",
        "/roles/0/id",
        case(Get, "/crm/v8/settings/roles", Nothing),
    ),
    (
        "variable",
        "/variables/0/details/id",
        case(
            Post,
            "/crm/v8/settings/variables",
            Text(
                r#"{"variables":[{"name":"a","api_name":"a","type":"text","variable_group":{"id":"{made:group}"}}]}"#,
            ),
        ),
    ),
    (
        "role",
        "/roles/0/details/id",
        case(
            Post,
            "/crm/v8/settings/roles",
            Text(r#"{"roles":[{"name":"R","reporting_to":{"id":"{made:top}"}}]}"#),
        ),
    ),
    (
        "below",
        "/roles/0/details/id",
        case(
            Post,
            "/crm/v8/settings/roles",
            Text(r#"{"roles":[{"name":"B","reporting_to":{"id":"{made:role}"}}]}"#),
        ),
    ),
    (
        "hours",
        "/business_hours/details/id",
        case(Post, "/crm/v8/settings/business_hours", HOURS),
    ),
    (
        "holiday",
        "/holidays/0/details/id",
        case(
            Post,
            "/crm/v8/settings/holidays",
            Text(r#"{"holidays":[{"name":"A","date":"{year}-12-25","type":"business_holiday"}]}"#),
        ),
    ),
    (
        "tag",
        "/data/0/details/tags/0/id",
        case(
            Post,
            "{with_photo}/actions/add_tags",
            Text(r#"{"tags":[{"name":"one"},{"name":"two"}]}"#),
        ),
    ),
    (
        "other",
        "/tags/1/id",
        case(Get, "/crm/v8/settings/tags?module=Leads", Nothing),
    ),
    (
        "job",
        "/details/job_id",
        case(
            Post,
            "/crm/v8/settings/tags/actions/mass_delete",
            Text(
                r#"{"mass_delete":[{"module":{"api_name":"Leads"},"tags":[{"id":"{made:other}"}]}]}"#,
            ),
        ),
    ),
    ("asked", "/data/0/details/id", BULK_READ),
    ("read", "/data/0/details/id", BULK_READ),
    (
        "all",
        "/custom_views/0/id",
        case(Get, "/crm/v8/settings/custom_views?module=Leads", Nothing),
    ),
    (
        "contacts",
        "/custom_views/0/id",
        case(
            Get,
            "/crm/v8/settings/custom_views?module=Contacts",
            Nothing,
        ),
    ),
    (
        "update",
        "/data/0/details/job_id",
        case(
            Post,
            "/crm/v8/Leads/actions/mass_update",
            Text(r#"{"data":[{"Rating":"Active"}],"cvid":"{made:all}"}"#),
        ),
    ),
    (
        "delete",
        "/data/0/details/job_id",
        case(
            Post,
            "/crm/v8/Leads/actions/mass_delete",
            Text(r#"{"cvid":"{made:all}"}"#),
        ),
    ),
    (
        "owners",
        "/data/0/details/job_id",
        case(
            Post,
            "/crm/v8/Leads/actions/mass_change_owner",
            Text(r#"{"cvid":"{made:all}","owner":{"id":"3652397000000190011"}}"#),
        ),
    ),
    (
        "channel",
        "/watch/0/details/events/0/channel_id",
        case(
            Post,
            "/crm/v8/actions/watch",
            Text(
                r#"{"watch":[{"channel_id":"7","events":["Accounts.all"],"notify_url":"http://127.0.0.1:9","notify_on_related_action":false}]}"#,
            ),
        ),
    ),
    (
        "told",
        "/data/0/details/id",
        case(
            Post,
            "/crm/v8/Accounts",
            Text(r#"{"data":[{"Account_Name":"Told"}]}"#),
        ),
    ),
];

/// Those of the preparing requests that schedule a job which is done before all others.
pub(crate) static DONE: [&str; 1] = ["read"];

const BULK_READ: Case = case(
    Post,
    "/crm/bulk/v8/read",
    Text(r#"{"query":{"module":{"api_name":"Leads"},"fields":["Last_Name","Owner.email"]}}"#),
);

/// Requests that succeed only where those before all others have not been.
pub(crate) static UNPREPARED: [Case; 1] = [case(Post, "/crm/v8/settings/business_hours", HOURS)];

const HOURS: Body = Text(r#"{"business_hours":{"week_starts_on":"Monday","type":"24_by_7"}}"#);

pub(crate) static CASES: [Case; 34] = [
    case(Get, "/crm/v8/settings/variable_groups", Nothing),
    case(
        Get,
        "/crm/v8/settings/variable_groups/{made:group}",
        Nothing,
    ),
    case(
        Get,
        "/crm/v8/settings/variables?group={made:group}",
        Nothing,
    ),
    case(Get, "/crm/v8/settings/variables/{made:variable}", Nothing),
    case(
        Post,
        "/crm/v8/settings/variables",
        Text(
            r#"{"variables":[{"name":"b","api_name":"b","type":"text","variable_group":{"id":"{made:group}"}}]}"#,
        ),
    ),
    case(
        Put,
        "/crm/v8/settings/variables",
        Text(r#"{"variables":[{"id":"{made:variable}","value":"x"}]}"#),
    ),
    case(
        Put,
        "/crm/v8/settings/variables/a",
        Text(r#"{"variables":[{"value":"x"}]}"#),
    ),
    case(
        Delete,
        "/crm/v8/settings/variables?ids={made:variable}",
        Nothing,
    ),
    case(
        Delete,
        "/crm/v8/settings/variables/{made:variable}",
        Nothing,
    ),
    case(Get, "/crm/v8/settings/roles", Nothing),
    case(Get, "/crm/v8/settings/roles/{made:role}", Nothing),
    case(
        Post,
        "/crm/v8/settings/roles",
        Text(r#"{"roles":[{"name":"S","reporting_to":{"id":"{made:role}"}}]}"#),
    ),
    case(
        Put,
        "/crm/v8/settings/roles",
        Text(r#"{"roles":[{"id":"{made:role}","name":"T"}]}"#),
    ),
    case(
        Put,
        "/crm/v8/settings/roles/{made:role}",
        Text(r#"{"roles":[{"share_with_peers":true}]}"#),
    ),
    case(
        Delete,
        "/crm/v8/settings/roles/{made:role}?transfer_to_id={made:top}",
        Nothing,
    ),
    case(Get, "/crm/v8/settings/business_hours", Nothing),
    case(
        Put,
        "/crm/v8/settings/business_hours",
        Text(r#"{"business_hours":{"id":"{made:hours}","type":"24_by_7"}}"#),
    ),
    case(Get, "/crm/v8/settings/holidays?year={year}", Nothing),
    case(Get, "/crm/v8/settings/holidays/{made:holiday}", Nothing),
    case(
        Post,
        "/crm/v8/settings/holidays",
        Text(r#"{"holidays":[{"name":"B","date":"{year}-12-26","type":"business_holiday"}]}"#),
    ),
    case(
        Put,
        "/crm/v8/settings/holidays",
        Text(r#"{"holidays":[{"id":"{made:holiday}","date":"{year}-12-24"}]}"#),
    ),
    case(
        Put,
        "/crm/v8/settings/holidays/{made:holiday}",
        Text(r#"{"holidays":[{"name":"C"}]}"#),
    ),
    case(Delete, "/crm/v8/settings/holidays/{made:holiday}", Nothing),
    case(Get, "/crm/v8/settings/tags?module=Leads", Nothing),
    case(
        Post,
        "/crm/v8/settings/tags?module=Leads",
        Text(r##"{"tags":[{"name":"three","color_code":"#57B1FD"}]}"##),
    ),
    case(
        Put,
        "/crm/v8/settings/tags?module=Leads",
        Text(r#"{"tags":[{"id":"{made:tag}","name":"four"}]}"#),
    ),
    case(
        Put,
        "/crm/v8/settings/tags/{made:tag}?module=Leads",
        Text(r#"{"tags":[{"name":"four"}]}"#),
    ),
    case(Delete, "/crm/v8/settings/tags/{made:tag}", Nothing),
    case(
        Post,
        "/crm/v8/settings/tags/{made:tag}/actions/merge",
        Text(r#"{"tags":[{"conflict_id":"{made:other}"}]}"#),
    ),
    case(
        Get,
        "/crm/v8/settings/tags/{made:tag}/actions/records_count?module=Leads",
        Nothing,
    ),
    case(
        Post,
        "/crm/v8/settings/tags/actions/mass_delete",
        Text(r#"{"mass_delete":[{"module":{"api_name":"Leads"},"tags":[{"id":"{made:tag}"}]}]}"#),
    ),
    case(
        Get,
        "/crm/v8/settings/tags/actions/mass_delete?job_id={made:job}",
        Nothing,
    ),
    case(
        Post,
        "/crm/v8/Leads/actions/add_tags",
        Text(
            r#"{"tags":[{"name":"three"},{"name":"four"}],"ids":["{id:with_photo}","{id:without_photo}"]}"#,
        ),
    ),
    case(
        Post,
        "/crm/v8/Leads/actions/remove_tags",
        Text(r#"{"tags":[{"name":"one"}],"ids":["{id:with_photo}","{id:without_photo}"]}"#),
    ),
];
