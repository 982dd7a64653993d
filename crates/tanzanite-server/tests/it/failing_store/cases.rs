//! The requests: one for each endpoint, and for some of them more.

use super::Body::{Nothing, Picture, Text};
use super::{Body, Case, case};
use tanzanite_protocol::Method::{Delete, Get, Patch, Post, Put};

const REASON: Body = Text(r#"{"data":[{"Locked_Reason__s":"audit"}]}"#);
const LOCK: &str = "{locked}/Locking_Information__s/{lock}";

pub(super) static CASES: [Case; 108] = [
    case(Delete, "{with_photo}/photo", Nothing),
    case(Get, "{with_photo}/photo", Nothing),
    case(Post, "{with_photo}/photo", Picture),
    case(Post, "{without_photo}/photo", Picture),
    case(
        Post,
        "/crm/v8/Workshops",
        Text(
            r#"{"data":[{"Name":"A","Workshop_Code":"WS-91","Host":{"id":"{id:private_of_other}"}},
                        {"Name":"B","Workshop_Code":"WS-92"}]}"#,
        ),
    ),
    case(
        Post,
        "{with_photo}/actions/add_tags",
        Text(r#"{"tags":[{"name":"two"},{"name":"three"}],"over_write":true}"#),
    ),
    case(
        Post,
        "{with_photo}/actions/remove_tags",
        Text(r#"{"tags":[{"name":"one"}]}"#),
    ),
    case(
        Post,
        "/crm/v8/Leads",
        Text(r#"{"data":[{"Last_Name":"A","Tag":[{"name":"one"},{"name":"four"}]}]}"#),
    ),
    case(
        Put,
        "{with_photo}",
        Text(r#"{"data":[{"Tag":[{"name":"five"}]}]}"#),
    ),
    case(
        Post,
        "/crm/v8/Quotes",
        Text(
            r#"{"data":[{"Subject":"A","Quoted_Items":[{"Product_Name":{"id":"{id:product}"}}]}]}"#,
        ),
    ),
    case(
        Post,
        "/crm/v8/coql",
        Text(
            r#"{"select_query":"select Account_Name, max(Created_Time) from Contacts where id is not null group by Account_Name"}"#,
        ),
    ),
    case(Get, "{with_photo}", Nothing),
    case(Get, "/crm/v8/Contacts?fields=Account_Name,Owner", Nothing),
    case(
        Get,
        "/crm/v8/Contacts/search?criteria=(Account_Name.name:equals:Brenner)",
        Nothing,
    ),
    case(
        Post,
        "/crm/v8/coql",
        Text(
            r#"{"select_query":"select Account_Name.Industry from Contacts where Account_Name.Account_Name like 'Bren%'"}"#,
        ),
    ),
    case(
        Put,
        "{workshop}",
        Text(r#"{"data":[{"Seats":9,"Workshop_Code":"WS-93","Record_Image":null}]}"#),
    ),
    case(
        Put,
        "/crm/v8/Workshops",
        Text(
            r#"{"data":[{"id":"{id:workshop}","Seats":9},
                        {"id":"{id:workshop_without_photo}","Workshop_Code":"WS-94"}]}"#,
        ),
    ),
    case(
        Post,
        "/crm/v8/Workshops/upsert",
        Text(
            r#"{"data":[{"Name":"Dovetails by hand","Seats":9},{"Name":"A","Workshop_Code":"WS-95"},
                        {"Name":"B","Workshop_Code":"WS-02","Host":{"id":"{id:private_of_other}"}}]}"#,
        ),
    ),
    case(Delete, "{with_photo}", Nothing),
    case(
        Delete,
        "/crm/v8/Leads?ids={id:with_photo},{id:without_photo}",
        Nothing,
    ),
    case(Get, "/crm/v8/Notes?fields=Note_Title,$attachments", Nothing),
    case(Get, "/crm/v8/Notes/{made:note}", Nothing),
    case(
        Post,
        "/crm/v8/Notes",
        Text(
            r#"{"data":[{"Note_Title":"A","Parent_Id":{"module":{"api_name":"Leads"},"id":"{id:with_photo}"}}]}"#,
        ),
    ),
    case(
        Put,
        "/crm/v8/Notes",
        Text(r#"{"data":[{"id":"{made:note}","Note_Content":"A"}]}"#),
    ),
    case(
        Put,
        "/crm/v8/Notes/{made:note}",
        Text(r#"{"data":[{"Note_Content":"A"}]}"#),
    ),
    case(Delete, "/crm/v8/Notes?ids={made:note}", Nothing),
    case(Delete, "/crm/v8/Notes/{made:note}", Nothing),
    case(Get, "{with_photo}/Notes?fields=Note_Title", Nothing),
    case(Get, "{with_photo}/Notes/{made:note}", Nothing),
    case(
        Post,
        "{with_photo}/Notes",
        Text(r#"{"data":[{"Note_Title":"A"},{"Note_Content":"B"}]}"#),
    ),
    case(
        Put,
        "{with_photo}/Notes",
        Text(r#"{"data":[{"id":"{made:note}","Note_Content":"A"}]}"#),
    ),
    case(
        Put,
        "{with_photo}/Notes/{made:note}",
        Text(r#"{"data":[{"Note_Content":"A"}]}"#),
    ),
    case(Delete, "{with_photo}/Notes?ids={made:note}", Nothing),
    case(Delete, "{with_photo}/Notes/{made:note}", Nothing),
    case(Get, "{with_photo}/Attachments?fields=File_Name", Nothing),
    case(Post, "{with_photo}/Attachments", Picture),
    case(Post, "/crm/v8/Notes/{made:note}/Attachments", Picture),
    case(Get, "{with_photo}/Attachments/{made:attachment}", Nothing),
    case(
        Delete,
        "{with_photo}/Attachments?ids={made:attachment}",
        Nothing,
    ),
    case(
        Delete,
        "{with_photo}/Attachments/{made:attachment}",
        Nothing,
    ),
    case(Get, "{account}/Contacts?fields=Last_Name", Nothing),
    case(Get, "{account}/Contacts/{id:private_of_other}", Nothing),
    case(
        Get,
        "{locked}/Locking_Information__s?fields=Locked_Reason__s",
        Nothing,
    ),
    case(Post, "{with_photo}/Locking_Information__s", REASON),
    case(Get, LOCK, Nothing),
    case(Put, LOCK, REASON),
    case(Delete, LOCK, Nothing),
    case(
        Post,
        "{workshop}/actions/clone",
        Text(r#"{"data":[{"Workshop_Code":"WS-96"}]}"#),
    ),
    case(
        Post,
        "{with_photo}/actions/convert",
        Text(
            r#"{"data":[{"overwrite":true,"Contacts":"{id:contact_of_manager}","Deals":{"Deal_Name":"A","Stage":"Qualification","Closing_Date":"2027-01-01"}}]}"#,
        ),
    ),
    case(Get, "{with_photo}/actions/blueprint", Nothing),
    case(
        Put,
        "{with_photo}/actions/blueprint",
        Text(r#"{"blueprint":[{"transition_id":"1005","data":{}}]}"#),
    ),
    case(
        Put,
        "{without_photo}/actions/blueprint",
        Text(r#"{"blueprint":[{"transition_id":"1002","data":{"Phone":"+49 30 5550199"}}]}"#),
    ),
    case(
        Post,
        "{with_photo}/actions/change_owner",
        Text(r#"{"owner":{"id":"3652397000000190011"}}"#),
    ),
    case(
        Post,
        "/crm/v8/Leads/actions/change_owner",
        Text(r#"{"ids":["{id:with_photo}"],"owner":{"id":"3652397000000190011"}}"#),
    ),
    case(
        Post,
        "/crm/v8/Leads/actions/mass_update",
        Text(r#"{"data":[{"Rating":"Active"}],"ids":["{id:with_photo}"]}"#),
    ),
    case(
        Post,
        "/crm/v8/Leads/actions/mass_delete",
        Text(r#"{"ids":["{id:with_photo}"]}"#),
    ),
    case(
        Post,
        "/crm/v8/Contacts/actions/mass_change_owner",
        Text(r#"{"cvid":"{made:contacts}","owner":{"id":"3652397000000190011"}}"#),
    ),
    case(
        Get,
        "/crm/v8/Leads/actions/mass_update?job_id={made:update}",
        Nothing,
    ),
    case(
        Get,
        "/crm/v8/Leads/actions/mass_delete?job_id={made:delete}",
        Nothing,
    ),
    case(
        Get,
        "/crm/v8/Leads/actions/mass_change_owner?job_id={made:owners}",
        Nothing,
    ),
    case(
        Get,
        "/crm/v8/settings/pipeline?layout_id=3652397500000194000",
        Nothing,
    ),
    case(
        Get,
        "/crm/v8/settings/pipeline/1?layout_id=3652397500000194000",
        Nothing,
    ),
    case(Get, "/crm/v8/Leads/deleted", Nothing),
    case(
        Get,
        "/crm/v8/Contacts/actions/count?criteria=(Account_Name.name:equals:Brenner)",
        Nothing,
    ),
    case(Get, "/crm/v8/settings/recycle_bin", Nothing),
    case(Get, "/crm/v8/settings/recycle_bin/actions/count", Nothing),
    case(Get, "/crm/v8/settings/recycle_bin/{id:deleted}", Nothing),
    case(Delete, "/crm/v8/settings/recycle_bin/{id:deleted}", Nothing),
    case(
        Delete,
        "/crm/v8/settings/recycle_bin?ids={id:deleted}",
        Nothing,
    ),
    case(
        Post,
        "/crm/v8/settings/recycle_bin/{id:deleted}/actions/restore",
        Nothing,
    ),
    case(
        Post,
        "/crm/v8/settings/recycle_bin/actions/restore",
        Text(r#"{"ids":["{id:deleted}"]}"#),
    ),
    case(Get, "/crm/v8/Leads/actions/count", Nothing),
    case(Get, "/crm/v8/users?type=CurrentUser", Nothing),
    case(Get, "/crm/v8/users/3652397000000190009", Nothing),
    case(Get, "/crm/v8/org", Nothing),
    case(Get, "/crm/v8/settings/modules", Nothing),
    case(Get, "/crm/v8/settings/modules/Leads", Nothing),
    case(Get, "/crm/v8/settings/fields?module=Leads", Nothing),
    case(
        Put,
        "{with_photo}/Products",
        Text(r#"{"data":[{"id":"{id:product}"},{"id":"{id:product_bench}"}]}"#),
    ),
    case(
        Put,
        "{private_of_other}/Deals/{id:deal}",
        Text(r#"{"data":[{"Contact_Role":"Purchasing"}]}"#),
    ),
    case(Delete, "{with_photo}/Products?ids={id:product},1", Nothing),
    case(Delete, "{product}/Leads/{id:with_photo}", Nothing),
    case(Get, "{deal}/Contact_Roles?fields=id", Nothing),
    case(Get, "{deal}/Contact_Roles/{id:private_of_other}", Nothing),
    case(
        Put,
        "{deal}/Contact_Roles/{id:private_of_other}",
        Text(r#"{"data":[{"Contact_Role":"Purchasing"}]}"#),
    ),
    case(
        Delete,
        "{deal}/Contact_Roles?ids={id:private_of_other}",
        Nothing,
    ),
    case(
        Delete,
        "{deal}/Contact_Roles/{id:private_of_other}",
        Nothing,
    ),
    case(Get, "/crm/v8/Contacts/roles", Nothing),
    case(Get, "/crm/v8/Contacts/roles/1", Nothing),
    case(Get, "/crm/v8/settings/layouts?module=Leads", Nothing),
    case(Get, "/crm/v8/settings/layouts/1?module=Leads", Nothing),
    case(Get, "/crm/v8/settings/related_lists?module=Leads", Nothing),
    case(
        Get,
        "/crm/v8/settings/related_lists/1?module=Leads",
        Nothing,
    ),
    case(Get, "/crm/v8/settings/custom_views?module=Leads", Nothing),
    case(Get, "/crm/v8/settings/custom_views/1?module=Leads", Nothing),
    case(Get, "/crm/v8/settings/profiles", Nothing),
    case(
        Get,
        "/crm/v8/settings/profiles/3652397000000190001",
        Nothing,
    ),
    case(
        Post,
        "/crm/bulk/v8/read",
        Text(
            r#"{"query":{"module":{"api_name":"Contacts"},"fields":["Last_Name","Account_Name.Phone"],
                "criteria":{"field":{"api_name":"Account_Name.Account_Name"},"comparator":"equal","value":"x"}}}"#,
        ),
    ),
    case(Get, "/crm/bulk/v8/read/{made:asked}", Nothing),
    case(Get, "/crm/bulk/v8/read/{made:read}/result", Nothing),
    case(Get, "/crm/v8/actions/watch", Nothing),
    case(
        Post,
        "/crm/v8/actions/watch",
        Text(
            r#"{"watch":[{"channel_id":"8","events":["Leads.all","Deals.edit"],"notify_url":"http://127.0.0.1:9"}]}"#,
        ),
    ),
    case(
        Put,
        "/crm/v8/actions/watch",
        Text(
            r#"{"watch":[{"channel_id":"7","events":["Leads.all"],"notify_url":"http://127.0.0.1:9"}]}"#,
        ),
    ),
    case(
        Patch,
        "/crm/v8/actions/watch",
        Text(r#"{"watch":[{"channel_id":"7","events":["Leads.all"]}]}"#),
    ),
    case(
        Delete,
        "/crm/v8/actions/watch?channel_ids={made:channel}",
        Nothing,
    ),
    case(
        Post,
        "/crm/v8/Accounts",
        Text(r#"{"data":[{"Account_Name":"Watched"}]}"#),
    ),
    case(
        Post,
        "/oauth/v2/token",
        Text("grant_type=authorization_code&code={token:code_node}&{client}"),
    ),
    case(
        Post,
        "/oauth/v2/token/revoke?token={token:refresh}",
        Nothing,
    ),
];

/// The refresh grant has the same endpoint as the code grant, so it is no row of the table of endpoints.
pub(super) const REFRESH: Case = case(
    Post,
    "/oauth/v2/token",
    Text("grant_type=refresh_token&refresh_token={token:refresh}&{client}"),
);
