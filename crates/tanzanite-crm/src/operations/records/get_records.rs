//! `GET /crm/{version}/{module}`: "Get Records".
//!
//! By page number up to the first two thousand records, and by page token up to a hundred thousand.
//! A token for the next page names the record that this one ends with, so that pages neither
//! overlap nor slow down as they go on.

use super::PATH_OF_MODULE;
use super::choices::{Order, chooses_none};
use super::paging::{Binding, Position, after, expiry};
use super::render::Renderer;
use crate::call::ModuleCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    CUSTOM_VIEW_UNKNOWN, FIELDS_PARAMETER_MISSING, PAGE_BEYOND_LIMIT, PAGE_TOKEN_BEYOND_LIMIT,
    PAGE_TOKEN_EXPIRED, PAGE_TOKEN_MISMATCH, PARAMETER_INVALID, PARAMETER_LIMIT, PARAMETER_PATTERN,
    PARAMETERS_AMBIGUOUS,
};
use crate::parameters::{self, given, number, pattern};
use crate::policy;
use crate::transaction::{Record, RecordQuery, Start, Transaction};
use crate::versions;
use serde_json::{Value, json};
use tanzanite_protocol::endpoint::{Cost, Unserved};
use tanzanite_protocol::{Descriptor, Fault, Method, Reply, ScopeNeed, ScopeOperation, limits};

/// The parameters that choose records by what is not served yet: territories (`include_child` adds to one), and the
/// days of meetings that recur.
const UNSERVED: &[Unserved] = &[
    Unserved::External,
    Unserved::Parameter("uid", &[]),
    Unserved::Parameter("startDateTime", &[]),
    Unserved::Parameter("endDateTime", &[]),
    Unserved::Parameter("territory_id", &[]),
];
/// Hands out the records of a module that the caller can see: 200, 204 if there are none, 304 if
/// none has changed.
pub static LIST: Endpoint = Endpoint::in_module::<policy::ReadRecord>(
    Descriptor::new("record.list", "Get Records", Method::Get, PATH_OF_MODULE)
        .scope(ScopeNeed::module(&[ScopeOperation::Read]))
        .unserved(UNSERVED)
        .cost(Cost::Parameter("cvid", 3))
        .refuses(&[
            &FIELDS_PARAMETER_MISSING,
            &PARAMETER_LIMIT,
            &PARAMETER_PATTERN,
            &PARAMETER_INVALID,
            &PARAMETERS_AMBIGUOUS,
            &CUSTOM_VIEW_UNKNOWN,
            &PAGE_BEYOND_LIMIT,
            &PAGE_TOKEN_BEYOND_LIMIT,
            &PAGE_TOKEN_MISMATCH,
            &PAGE_TOKEN_EXPIRED,
        ]),
    list,
);

fn list(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let fields = parameters::fields(call)?;
    if fields.is_none() && versions::lists_need_fields(call.version()) {
        return Err(Fault::new(&FIELDS_PARAMETER_MISSING).with("param_name", "fields"));
    }
    let ids = parameters::ids(call, limits::RECORDS_PER_CALL_MAX, || pattern("ids"))?;
    if given(call, "cvid").is_some() {
        return Err(match given(call, "sort_by") {
            Some(_) => ambiguous(["cvid", "sort_by"]),
            None => Fault::new(&CUSTOM_VIEW_UNKNOWN).with("param_name", "cvid"),
        });
    }
    let order = Order::read(call)?;
    let chooses_none = chooses_none(call)?;
    let page = Page::read(call)?;

    let modified_since = parameters::modified_since(call);
    let query = RecordQuery {
        seen: call.view().seen(),
        criteria: None,
        ids,
        modified_since,
        sort: order.key,
        descending: order.descending,
        start: page.position.start,
        // One more than is shown tells whether there are more.
        limit: page.size + 1,
    };
    let mut records = if chooses_none {
        Vec::new()
    } else {
        tx.records(&query)?
    };
    let more = records.len() > page.size as usize;
    records.truncate(page.size as usize);
    let Some(last) = records.last() else {
        let unchanged = modified_since.is_some() && page.position.page == 1;
        return Ok(if unchanged {
            parameters::not_modified()
        } else {
            Reply::no_content()
        });
    };

    let info = page.info(call, &order, records.len(), more.then_some(last));
    let data = Renderer::new(call, call.view(), fields).records(&records, tx)?;
    Ok(Reply::json(200, &json!({ "data": data, "info": info })))
}

/// Which page of a list.
struct Page {
    position: Position,
    size: u32,
    binding: Binding,
}

impl Page {
    fn read(call: &ModuleCall<'_>) -> Result<Self, Fault> {
        let size_max = limits::RECORDS_PER_PAGE_MAX;
        let size = number(call, "per_page", size_max)?.unwrap_or(size_max);
        let page = number(call, "page", u32::MAX)?;
        let binding = Binding::new(call.caller, call.module(), &call.request.query);
        let reaches = |page: u32| u64::from(page) * u64::from(size);
        let position = match (page, given(call, "page_token")) {
            (Some(_), Some(_)) => return Err(ambiguous(["page", "page_token"])),
            (None, Some(token)) => {
                let position = binding.open(token, call.context.now)?;
                if reaches(position.page) > u64::from(limits::RECORDS_BY_TOKEN_MAX) {
                    return Err(
                        Fault::new(&PAGE_TOKEN_BEYOND_LIMIT).with("param_name", "page_token")
                    );
                }
                position
            }
            (page, None) => {
                let page = page.unwrap_or(1);
                if reaches(page) > u64::from(limits::RECORDS_BY_PAGE_MAX) {
                    return Err(
                        Fault::new(&PAGE_BEYOND_LIMIT).with("limit", limits::RECORDS_BY_PAGE_MAX)
                    );
                }
                Position {
                    start: Start::Offset((page - 1) * size),
                    page,
                }
            }
        };
        Ok(Self {
            position,
            size,
            binding,
        })
    }

    /// `info`, with the vendor's keys in its examples' order. `last` is the page's last record if
    /// more follow.
    fn info(
        &self,
        call: &ModuleCall<'_>,
        order: &Order,
        count: usize,
        last: Option<&Record>,
    ) -> Value {
        let page = self.position.page;
        let expires = expiry(call.context.now);
        let seal = |start, page| self.binding.seal(Position { start, page }, expires);
        let next = last.map(|last| seal(after(last, order.key), page.saturating_add(1)));
        // Only the way forward is kept in a token, so the way back counts records. The bound on
        // pages bounds the count.
        let previous = (page > 1).then(|| seal(Start::Offset((page - 2) * self.size), page - 1));
        let expiry =
            (next.is_some() || previous.is_some()).then(|| expires.render(call.metadata().zone()));
        if !versions::info_has_tokens(call.version()) {
            return json!({
                "per_page": self.size,
                "count": count,
                "sort_by": order.name,
                "page": page,
                "sort_order": order.direction(),
                "more_records": last.is_some(),
            });
        }
        json!({
            "call": false,
            "per_page": self.size,
            "next_page_token": next,
            "count": count,
            "sort_by": order.name,
            "page": page,
            "previous_page_token": previous,
            "page_token_expiry": expiry,
            "sort_order": order.direction(),
            "email": false,
            "more_records": last.is_some(),
        })
    }
}

fn ambiguous(parameters: [&str; 2]) -> Fault {
    let parameters = parameters.map(|name| json!({ "param_name": name }));
    Fault::new(&PARAMETERS_AMBIGUOUS).with("ambiguity_due_to", parameters.to_vec())
}
