//! `GET /crm/{version}/settings/recycle_bin`: "Get Recycle Bin Records".

use super::items::shown;
use super::{PATH, ROOT, in_bin, scope};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PAGE_BEYOND_LIMIT, PARAMETER_INVALID, PARAMETER_LIMIT, PARAMETER_PATTERN};
use crate::parameters::{self, given, number, one_of, pattern};
use crate::transaction::{DeletedQuery, DeletedSort, Transaction};
use serde_json::{Map, Value, json};
use tanzanite_protocol::endpoint::Unserved;
use tanzanite_protocol::{Descriptor, Evidence, Fault, Method, Reply, ScopeOperation, limits};

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
    let page = Page::read(call)?;
    let mut found = tx.deleted_records(&DeletedQuery {
        ids,
        sort,
        descending,
        offset: page.offset(),
        ..in_bin(call, page.size + 1)
    })?;
    let more = page.cut(&mut found);
    if found.is_empty() {
        return Ok(Reply::no_content());
    }
    let mut info = page.info(found.len(), more);
    if given(call, "sort_by").is_some() {
        let order = if descending { "desc" } else { "asc" };
        info.insert("sort_by".to_owned(), given(call, "sort_by").into());
        info.insert("sort_order".to_owned(), order.into());
    }
    let shown: Vec<Value> = found.iter().map(|record| shown(call, record)).collect();
    Ok(Reply::json(200, &json!({ ROOT: shown, "info": info })))
}

/// Which page of a list of deleted records.
pub(crate) struct Page {
    number: u32,
    pub(crate) size: u32,
}

impl Page {
    pub(crate) fn read(call: &Call<'_>) -> Result<Self, Fault> {
        let size_max = limits::RECORDS_PER_PAGE_MAX;
        let size = number(call, "per_page", size_max)?.unwrap_or(size_max);
        let number = number(call, "page", u32::MAX)?.unwrap_or(1);
        if u64::from(number) * u64::from(size) > u64::from(limits::RECORDS_BY_TOKEN_MAX) {
            return Err(Fault::new(&PAGE_BEYOND_LIMIT).with("limit", limits::RECORDS_BY_TOKEN_MAX));
        }
        Ok(Self { number, size })
    }

    pub(crate) fn offset(&self) -> u32 {
        (self.number - 1) * self.size
    }

    /// Takes away what is beyond the page; whether there was something.
    pub(crate) fn cut<T>(&self, found: &mut Vec<T>) -> bool {
        let more = found.len() > self.size as usize;
        found.truncate(self.size as usize);
        more
    }

    pub(crate) fn info(&self, count: usize, more: bool) -> Map<String, Value> {
        Map::from_iter([
            ("per_page".to_owned(), self.size.into()),
            ("count".to_owned(), count.into()),
            ("page".to_owned(), self.number.into()),
            ("more_records".to_owned(), more.into()),
        ])
    }
}
