//! `GET /crm/{version}/settings/recycle_bin`: "Get Recycle Bin Records".

use super::items::shown;
use super::{PATH, ROOT, in_bin, scope};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PAGE_BEYOND_LIMIT, PARAMETER_INVALID, PARAMETER_LIMIT, PARAMETER_PATTERN};
use crate::paging::Page;
use crate::parameters::{self, given, one_of, pattern};
use crate::transaction::{DeletedQuery, DeletedSort, Transaction};
use serde_json::{Value, json};
use tanzanite_protocol::endpoint::Unserved;
use tanzanite_protocol::{Descriptor, Evidence, Method, Reply, ScopeOperation, limits};

const SORTED_BY: &[&str] = &["deleted_time", "display_name", "deleted_by"];
const ORDERS: &[&str] = &["asc", "desc"];

/// Lists what is in the recycle bin: 200, 204 if there is nothing. `ids` come before `filters`, which are not served.
pub static LIST: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "recycle_bin.list",
        "Get Recycle Bin Records",
        Method::Get,
        PATH,
    )
    .scope(scope(&[ScopeOperation::Read]))
    .unserved(&[Unserved::Parameter("filters", &[])])
    .refuses(&[
        &PARAMETER_PATTERN,
        &PARAMETER_INVALID,
        &PARAMETER_LIMIT,
        &PAGE_BEYOND_LIMIT,
    ])
    .evidence(Evidence::Docs),
    list,
);

fn list(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let ids = parameters::ids(call, limits::RECYCLED_PER_CALL_MAX, || pattern("ids"))?;
    let sort = match one_of(call, "sort_by", SORTED_BY)? {
        Some("display_name") => DeletedSort::DisplayName,
        Some("deleted_by") => DeletedSort::DeletedBy,
        _ => DeletedSort::DeletedTime,
    };
    let descending = one_of(call, "sort_order", ORDERS)? != Some("asc");
    let page = Page::of(call, limits::RECORDS_PER_PAGE_MAX)?;
    let found = tx.deleted_records(&DeletedQuery {
        ids,
        sort,
        descending,
        offset: page.offset(limits::RECORDS_BY_TOKEN_MAX)?,
        ..in_bin(call, page.per_page + 1)
    })?;
    let (found, more) = page.cut_found(found);
    if found.is_empty() {
        return Ok(Reply::no_content());
    }
    let mut info = page.info(found.len(), more);
    if given(call, "sort_by").is_some() {
        let order = if descending { "desc" } else { "asc" };
        info["sort_by"] = given(call, "sort_by").into();
        info["sort_order"] = order.into();
    }
    let shown: Vec<Value> = found.iter().map(|record| shown(call, record)).collect();
    Ok(Reply::json(200, &json!({ ROOT: shown, "info": info })))
}
