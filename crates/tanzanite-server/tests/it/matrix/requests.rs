//! The requests of the matrix: one for each endpoint with a token. A table.

use crate::collections::samples;
use tanzanite_crm::collection::{Act, COLLECTIONS, Collection, Does};

/// A request on a record. In a path `{record}` stands for the record's path, `{module}` for its module, `{lock}` for
/// its lock's id, `{id}` for its own id, `{value}` for a field of the module with a value.
pub(crate) struct Endpoint {
    pub(super) name: &'static str,
    pub(crate) method: &'static str,
    pub(super) path: &'static str,
    pub(super) body: Body,
    /// Whether the request is made only for records with a lock (`Some(true)`) or only for those without one
    /// (`Some(false)`).
    pub(crate) locked: Option<bool>,
}

pub(super) enum Body {
    Nothing,
    Picture,
    Json(&'static str),
    /// One item of a collection that says nothing.
    Item(&'static Collection),
}

const fn on(name: &'static str, method: &'static str, path: &'static str, body: Body) -> Endpoint {
    Endpoint {
        name,
        method,
        path,
        body,
        locked: None,
    }
}

const REASON: Body = Body::Json(r#"{"data":[{"Locked_Reason__s":"audit"}]}"#);

const WATCH: Body = Body::Json(
    r#"{"watch":[{"channel_id":"1","events":["Leads.all"],"notify_url":"http://127.0.0.1:9/"}]}"#,
);

const TAGS: Body = Body::Json(r#"{"tags":[{"name":"seen"}],"ids":["{id}"]}"#);

pub(crate) const ON_RECORDS: [Endpoint; 54] = [
    on("photo GET", "GET", "{record}/photo", Body::Nothing),
    on("photo POST", "POST", "{record}/photo", Body::Picture),
    on("photo DELETE", "DELETE", "{record}/photo", Body::Nothing),
    on("record GET", "GET", "{record}", Body::Nothing),
    on(
        "record PUT",
        "PUT",
        "{record}",
        Body::Json(r#"{"data":[{}]}"#),
    ),
    on("record DELETE", "DELETE", "{record}", Body::Nothing),
    on("list GET", "GET", "{module}?fields=id", Body::Nothing),
    on(
        "search GET",
        "GET",
        "{module}/search?criteria=(id:equals:{id})",
        Body::Nothing,
    ),
    on(
        "coql POST",
        "POST",
        "/crm/v8/coql",
        Body::Json(r#"{"select_query":"select id from {module_name} where id = {id}"}"#),
    ),
    on(
        "list PUT",
        "PUT",
        "{module}",
        Body::Json(r#"{"data":[{"id":"{id}"}]}"#),
    ),
    on(
        "list upsert",
        "POST",
        "{module}/upsert",
        Body::Json(r#"{"data":[{"id":"{id}"}]}"#),
    ),
    on("list DELETE", "DELETE", "{module}?ids={id}", Body::Nothing),
    on(
        "record clone",
        "POST",
        "{record}/actions/clone",
        Body::Nothing,
    ),
    on(
        "lead convert",
        "POST",
        "/crm/v8/Leads/{id}/actions/convert",
        Body::Json(r#"{"data":[{}]}"#),
    ),
    on(
        "blueprint GET",
        "GET",
        "{record}/actions/blueprint",
        Body::Nothing,
    ),
    on(
        "blueprint PUT",
        "PUT",
        "{record}/actions/blueprint",
        Body::Json(r#"{"blueprint":[{"transition_id":"1005","data":{}}]}"#),
    ),
    on(
        "change owner",
        "POST",
        "{record}/actions/change_owner",
        Body::Json(r#"{"owner":{"id":"3652397000000190011"}}"#),
    ),
    on(
        "change owners",
        "POST",
        "{module}/actions/change_owner",
        Body::Json(r#"{"ids":["{id}"],"owner":{"id":"3652397000000190011"}}"#),
    ),
    on(
        "mass update",
        "POST",
        "{module}/actions/mass_update",
        Body::Json(r#"{"data":[{{value}}],"ids":["{id}"]}"#),
    ),
    on(
        "mass delete",
        "POST",
        "{module}/actions/mass_delete",
        Body::Json(r#"{"ids":["{id}"]}"#),
    ),
    on("deleted GET", "GET", "{module}/deleted", Body::Nothing),
    on(
        "count GET",
        "GET",
        "{module}/actions/count?criteria=(id:equals:{id})",
        Body::Nothing,
    ),
    on("tags add", "POST", "{record}/actions/add_tags", TAGS),
    on("tags remove", "POST", "{record}/actions/remove_tags", TAGS),
    on("list tags add", "POST", "{module}/actions/add_tags", TAGS),
    on(
        "list tags rem.",
        "POST",
        "{module}/actions/remove_tags",
        TAGS,
    ),
    on(
        "notes GET",
        "GET",
        "{record}/Notes?fields=id",
        Body::Nothing,
    ),
    on(
        "notes POST",
        "POST",
        "{record}/Notes",
        Body::Json(r#"{"data":[{"Note_Title":"A"}]}"#),
    ),
    on(
        "notes PUT",
        "PUT",
        "{record}/Notes",
        Body::Json(r#"{"data":[{"id":"1","Note_Title":"A"}]}"#),
    ),
    on(
        "notes DELETE",
        "DELETE",
        "{record}/Notes?ids=1",
        Body::Nothing,
    ),
    on("note GET", "GET", "{record}/Notes/1", Body::Nothing),
    on(
        "note PUT",
        "PUT",
        "{record}/Notes/1",
        Body::Json(r#"{"data":[{"Note_Title":"A"}]}"#),
    ),
    on("note DELETE", "DELETE", "{record}/Notes/1", Body::Nothing),
    on(
        "files GET",
        "GET",
        "{record}/Attachments?fields=id",
        Body::Nothing,
    ),
    on("file POST", "POST", "{record}/Attachments", Body::Picture),
    on(
        "files DELETE",
        "DELETE",
        "{record}/Attachments?ids=1",
        Body::Nothing,
    ),
    on("file GET", "GET", "{record}/Attachments/1", Body::Nothing),
    on(
        "file DELETE",
        "DELETE",
        "{record}/Attachments/1",
        Body::Nothing,
    ),
    on(
        "related GET",
        "GET",
        "{record}/Tasks?fields=id",
        Body::Nothing,
    ),
    on("related 1 GET", "GET", "{record}/Tasks/1", Body::Nothing),
    on(
        "related PUT",
        "PUT",
        "{record}/Products",
        Body::Json(r#"{"data":[{"id":"1"}]}"#),
    ),
    on(
        "related 1 PUT",
        "PUT",
        "{record}/Products/1",
        Body::Json(r#"{"data":[{}]}"#),
    ),
    on(
        "related DELETE",
        "DELETE",
        "{record}/Products?ids=1",
        Body::Nothing,
    ),
    on(
        "related 1 DEL",
        "DELETE",
        "{record}/Products/1",
        Body::Nothing,
    ),
    on(
        "d.roles GET",
        "GET",
        "/crm/v8/Deals/{id}/Contact_Roles?fields=id",
        Body::Nothing,
    ),
    on(
        "d.role GET",
        "GET",
        "/crm/v8/Deals/{id}/Contact_Roles/1",
        Body::Nothing,
    ),
    on(
        "d.role PUT",
        "PUT",
        "/crm/v8/Deals/{id}/Contact_Roles/1",
        Body::Json(r#"{"data":[{"Contact_Role":"Purchasing"}]}"#),
    ),
    on(
        "d.roles DEL",
        "DELETE",
        "/crm/v8/Deals/{id}/Contact_Roles?ids=1",
        Body::Nothing,
    ),
    on(
        "d.role DEL",
        "DELETE",
        "/crm/v8/Deals/{id}/Contact_Roles/1",
        Body::Nothing,
    ),
    on(
        "locks GET",
        "GET",
        "{record}/Locking_Information__s?fields=Locked_Reason__s",
        Body::Nothing,
    ),
    Endpoint {
        locked: Some(true),
        ..on(
            "lock GET",
            "GET",
            "{record}/Locking_Information__s/{lock}",
            Body::Nothing,
        )
    },
    on(
        "lock POST",
        "POST",
        "{record}/Locking_Information__s",
        REASON,
    ),
    Endpoint {
        locked: Some(true),
        ..on(
            "lock PUT",
            "PUT",
            "{record}/Locking_Information__s/{lock}",
            REASON,
        )
    },
    Endpoint {
        locked: Some(true),
        ..on(
            "lock DELETE",
            "DELETE",
            "{record}/Locking_Information__s/{lock}",
            Body::Nothing,
        )
    },
];

pub(super) const ON_NONE: [Endpoint; 48] = [
    on(
        "insert Lead",
        "POST",
        "/crm/v8/Leads",
        Body::Json(r#"{"data":[{"Last_Name":"New"}]}"#),
    ),
    on(
        "insert Workshop",
        "POST",
        "/crm/v8/Workshops",
        Body::Json(r#"{"data":[{"Name":"New","Workshop_Code":"WS-99"}]}"#),
    ),
    on(
        "upsert Lead",
        "POST",
        "/crm/v8/Leads/upsert",
        Body::Json(r#"{"data":[{"Last_Name":"New","Email":"new@example.com"}]}"#),
    ),
    on(
        "all notes GET",
        "GET",
        "/crm/v8/Notes?fields=id",
        Body::Nothing,
    ),
    on(
        "all notes POST",
        "POST",
        "/crm/v8/Notes",
        Body::Json(r#"{"data":[{"Note_Title":"A"}]}"#),
    ),
    on(
        "all notes PUT",
        "PUT",
        "/crm/v8/Notes",
        Body::Json(r#"{"data":[{"id":"1","Note_Title":"A"}]}"#),
    ),
    on(
        "all notes DEL",
        "DELETE",
        "/crm/v8/Notes?ids=1",
        Body::Nothing,
    ),
    on("a note GET", "GET", "/crm/v8/Notes/1", Body::Nothing),
    on(
        "a note PUT",
        "PUT",
        "/crm/v8/Notes/1",
        Body::Json(r#"{"data":[{"Note_Title":"A"}]}"#),
    ),
    on("a note DELETE", "DELETE", "/crm/v8/Notes/1", Body::Nothing),
    on(
        "users GET",
        "GET",
        "/crm/v8/users?type=AllUsers",
        Body::Nothing,
    ),
    on("user GET", "GET", "/crm/v8/users/{user}", Body::Nothing),
    on("org GET", "GET", "/crm/v8/org", Body::Nothing),
    on(
        "modules GET",
        "GET",
        "/crm/v8/settings/modules",
        Body::Nothing,
    ),
    on(
        "module GET",
        "GET",
        "/crm/v8/settings/modules/Leads",
        Body::Nothing,
    ),
    on(
        "fields GET",
        "GET",
        "/crm/v8/settings/fields?module=Leads",
        Body::Nothing,
    ),
    on(
        "layouts GET",
        "GET",
        "/crm/v8/settings/layouts?module=Leads",
        Body::Nothing,
    ),
    on(
        "layout GET",
        "GET",
        "/crm/v8/settings/layouts/1?module=Leads",
        Body::Nothing,
    ),
    on(
        "rel lists GET",
        "GET",
        "/crm/v8/settings/related_lists?module=Leads",
        Body::Nothing,
    ),
    on(
        "rel list GET",
        "GET",
        "/crm/v8/settings/related_lists/1?module=Leads",
        Body::Nothing,
    ),
    on(
        "views GET",
        "GET",
        "/crm/v8/settings/custom_views?module=Leads",
        Body::Nothing,
    ),
    on(
        "view GET",
        "GET",
        "/crm/v8/settings/custom_views/1?module=Leads",
        Body::Nothing,
    ),
    on(
        "pipelines GET",
        "GET",
        "/crm/v8/settings/pipeline?layout_id=1",
        Body::Nothing,
    ),
    on(
        "pipeline GET",
        "GET",
        "/crm/v8/settings/pipeline/1?layout_id=1",
        Body::Nothing,
    ),
    on(
        "con. roles GET",
        "GET",
        "/crm/v8/Contacts/roles",
        Body::Nothing,
    ),
    on(
        "con. role GET",
        "GET",
        "/crm/v8/Contacts/roles/1",
        Body::Nothing,
    ),
    on(
        "profiles GET",
        "GET",
        "/crm/v8/settings/profiles",
        Body::Nothing,
    ),
    on(
        "profile GET",
        "GET",
        "/crm/v8/settings/profiles/1",
        Body::Nothing,
    ),
    on(
        "bin GET",
        "GET",
        "/crm/v8/settings/recycle_bin",
        Body::Nothing,
    ),
    on(
        "bin DELETE",
        "DELETE",
        "/crm/v8/settings/recycle_bin?ids=1",
        Body::Nothing,
    ),
    on(
        "bin restore",
        "POST",
        "/crm/v8/settings/recycle_bin/actions/restore",
        Body::Json(r#"{"ids":["1"]}"#),
    ),
    on(
        "bin count",
        "GET",
        "/crm/v8/settings/recycle_bin/actions/count",
        Body::Nothing,
    ),
    on(
        "in bin GET",
        "GET",
        "/crm/v8/settings/recycle_bin/1",
        Body::Nothing,
    ),
    on(
        "in bin DELETE",
        "DELETE",
        "/crm/v8/settings/recycle_bin/1",
        Body::Nothing,
    ),
    on(
        "in bin restore",
        "POST",
        "/crm/v8/settings/recycle_bin/1/actions/restore",
        Body::Nothing,
    ),
    on(
        "bulk read POST",
        "POST",
        "/crm/bulk/v8/read",
        Body::Json(r#"{"query":{"module":{"api_name":"Leads"}}}"#),
    ),
    on("bulk read GET", "GET", "/crm/bulk/v8/read/1", Body::Nothing),
    on(
        "mass change owner",
        "POST",
        "/crm/v8/Leads/actions/mass_change_owner",
        Body::Json(r#"{"cvid":"1","owner":{"id":"3652397000000190011"}}"#),
    ),
    on(
        "mass update GET",
        "GET",
        "/crm/v8/Leads/actions/mass_update?job_id=1",
        Body::Nothing,
    ),
    on(
        "mass delete GET",
        "GET",
        "/crm/v8/Leads/actions/mass_delete?job_id=1",
        Body::Nothing,
    ),
    on(
        "mass owners GET",
        "GET",
        "/crm/v8/Leads/actions/mass_change_owner?job_id=1",
        Body::Nothing,
    ),
    on(
        "bulk result GET",
        "GET",
        "/crm/bulk/v8/read/1/result",
        Body::Nothing,
    ),
    on("watch GET", "GET", "/crm/v8/actions/watch", Body::Nothing),
    on("watch POST", "POST", "/crm/v8/actions/watch", WATCH),
    on("watch PUT", "PUT", "/crm/v8/actions/watch", WATCH),
    on("watch PATCH", "PATCH", "/crm/v8/actions/watch", WATCH),
    on(
        "watch DELETE",
        "DELETE",
        "/crm/v8/actions/watch?channel_ids=1",
        Body::Nothing,
    ),
    on("not served yet", "GET", "/crm/v8/org/photo", Body::Nothing),
];

pub(super) const ON_TAGS: [Endpoint; 4] = [
    on(
        "tags.merge",
        "POST",
        "/crm/v8/settings/tags/1/actions/merge",
        Body::Json(r#"{"tags":[{"conflict_id":"1"}]}"#),
    ),
    on(
        "tags.records_count",
        "GET",
        "/crm/v8/settings/tags/1/actions/records_count?module=Leads",
        Body::Nothing,
    ),
    on(
        "mass_delete_tags.mass_delete",
        "POST",
        "/crm/v8/settings/tags/actions/mass_delete",
        Body::Json(r#"{"mass_delete":[{"module":{"api_name":"Leads"},"tags":[{"id":"1"}]}]}"#),
    ),
    on(
        "mass_delete_tags.get_mass_delete",
        "GET",
        "/crm/v8/settings/tags/actions/mass_delete?job_id=1",
        Body::Nothing,
    ),
];

/// The operations of all collections, on unknown ids and with an empty item.
pub(super) fn on_collections() -> Vec<Endpoint> {
    let acts = COLLECTIONS
        .iter()
        .flat_map(|of| of.acts.iter().map(move |act| (of, act)));
    let endpoint = |(of, act): (&&'static Collection, &'static Act)| {
        let path = match act.does {
            Does::Get | Does::UpdateOne | Does::RemoveOne => samples::one_path(of, "1"),
            Does::RemoveMany => samples::list_path(of) + "?ids=1",
            _ => samples::list_path(of),
        };
        let (method, body) = match act.does {
            Does::List | Does::Get => ("GET", Body::Nothing),
            Does::Create => ("POST", Body::Item(of)),
            Does::UpdateMany | Does::UpdateOne => ("PUT", Body::Item(of)),
            Does::RemoveMany | Does::RemoveOne => ("DELETE", Body::Nothing),
        };
        Endpoint {
            name: act.id,
            method,
            path: path.leak(),
            body,
            locked: None,
        }
    };
    acts.map(endpoint).collect()
}
