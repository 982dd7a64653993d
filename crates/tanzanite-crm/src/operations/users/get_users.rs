//! `GET /crm/{version}/users`: "Get users", by type or by id. `If-Modified-Since` has no effect, because the time of a
//! user's last change is not stored.

use super::{PATH, kinds, render};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PARAMETER_INVALID, PARAMETER_LIMIT, PARAMETER_PATTERN};
use crate::metadata::User;
use crate::paging::Page;
use crate::parameters::{self, given, pattern};
use crate::transaction::Transaction;
use serde_json::{Value, json};
use tanzanite_protocol::{
    Descriptor, Evidence, Fault, Method, Reply, ScopeNeed, ScopeOperation, limits,
};

/// Lists the organisation's users in the order of the seed; 204 if there are none.
pub static LIST: Endpoint = Endpoint::in_org(
    Descriptor::new("users.list", "Get Users", Method::Get, PATH)
        .scope(ScopeNeed::group("users", &[ScopeOperation::Read]))
        .refuses(&[&PARAMETER_INVALID, &PARAMETER_PATTERN, &PARAMETER_LIMIT])
        .evidence(Evidence::Docs),
    list,
);

fn list(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let kind = given(call, "type").unwrap_or(kinds::DEFAULT);
    let takes = kinds::find(kind).ok_or_else(|| {
        Fault::new(&PARAMETER_INVALID)
            .with("param_name", "type")
            .with("supported_values", kinds::names())
    })?;
    let page = Page::of(call, limits::USERS_PER_PAGE_MAX)?;
    let ids = parameters::ids(call, limits::USER_IDS_PER_CALL_MAX, || pattern("ids"))?;
    let metadata = call.metadata();
    let caller = call.caller.user();
    let wanted = |user: &&User| {
        takes(metadata, caller, user)
            && ids
                .as_ref()
                .is_none_or(|ids| ids.iter().any(|id| id.get() == user.id))
    };
    let users: Vec<&User> = metadata.users().iter().filter(wanted).collect();
    let (users, more_records) = page.cut(users);
    if users.is_empty() {
        return Ok(Reply::no_content());
    }
    let info = page.info(users.len(), more_records);
    let users: Vec<Value> = users
        .into_iter()
        .map(|user| render::user(metadata, user))
        .collect();
    Ok(Reply::json(200, &json!({ "users": users, "info": info })))
}
