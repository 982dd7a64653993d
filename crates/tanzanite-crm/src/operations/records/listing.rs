//! A page of records: those of a module, or those that hang on a record or refer to it.
//!
//! By page number up to the first two thousand records, and by page token up to a hundred thousand. A token for the
//! next page names the record that this one ends with, so that pages neither overlap nor slow down as they go on.

use super::choices::Order;
use super::paging::{Binding, Position, after, expiry};
use super::render::Renderer;
use crate::call::Call;
use crate::criteria::Criteria;
use crate::endpoint::Answer;
use crate::faults::{
    FIELDS_PARAMETER_MISSING, PAGE_BEYOND_LIMIT, PAGE_TOKEN_BEYOND_LIMIT, PAGE_TOKEN_EXPIRED,
    PAGE_TOKEN_MISMATCH, PARAMETER_INVALID, PARAMETER_LIMIT, PARAMETER_PATTERN,
    PARAMETERS_AMBIGUOUS,
};
use crate::parameters::{self, given, number, pattern};
use crate::policy::{ModuleView, Seen};
use crate::schema::Module;
use crate::transaction::{Record, RecordQuery, Start, Transaction};
use crate::versions;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use tanzanite_protocol::{Fault, RecordId, Reply, Row, limits};

/// The faults of a list's parameters.
pub(crate) const FAULTS: &[&Row] = &[
    &FIELDS_PARAMETER_MISSING,
    &PARAMETER_LIMIT,
    &PARAMETER_PATTERN,
    &PARAMETER_INVALID,
    &PARAMETERS_AMBIGUOUS,
    &PAGE_BEYOND_LIMIT,
    &PAGE_TOKEN_BEYOND_LIMIT,
    &PAGE_TOKEN_MISMATCH,
    &PAGE_TOKEN_EXPIRED,
];

/// The keys of `info`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// A module's list tells how it is sorted.
    Sorted,
    /// A related list does not.
    Related,
}

/// The parameters of a list, checked.
pub(crate) struct Listing<'a> {
    fields: Option<Vec<&'a str>>,
    ids: Option<Vec<RecordId>>,
    chosen: Option<Criteria>,
    order: Order,
    page: Page,
    /// The values that some records have in this list beside their own.
    values: HashMap<RecordId, Map<String, Value>>,
}

impl<'a> Listing<'a> {
    /// Checks the parameters of a list of a module's records. `within` are the parts of the path that page tokens are
    /// bound to beside the module; `choose` checks the parameters that this list has beside those of every list, and
    /// says which records they ask for.
    pub(crate) fn read(
        call: &Call<'a>,
        module: &Module,
        within: &[&str],
        choose: impl FnOnce() -> Result<Option<Criteria>, Fault>,
    ) -> Result<Self, Fault> {
        let fields = parameters::fields(call)?;
        if fields.is_none() && versions::lists_need_fields(call.version()) {
            return Err(Fault::new(&FIELDS_PARAMETER_MISSING).with("param_name", "fields"));
        }
        Ok(Self {
            fields,
            ids: parameters::ids(call, limits::RECORDS_PER_CALL_MAX, || pattern("ids"))?,
            chosen: choose()?,
            order: Order::read(call)?,
            page: Page::read(call, module, within)?,
            values: HashMap::new(),
        })
    }

    /// This list, with what some records have in it beside their own values.
    pub(crate) fn with(mut self, values: HashMap<RecordId, Map<String, Value>>) -> Self {
        self.values = values;
        self
    }

    /// The page of those records that are seen and for which the criteria hold: 200, 204 if there are none, 304 if none
    /// has changed.
    pub(crate) fn answer(
        self,
        call: &Call<'a>,
        view: ModuleView<'a>,
        (seen, criteria): (Seen, Option<Criteria>),
        told: Told,
        tx: &mut dyn Transaction,
    ) -> Answer {
        let Self {
            fields,
            ids,
            chosen,
            order,
            page,
            values,
        } = self;
        let modified_since = parameters::modified_since(call);
        let query = RecordQuery {
            seen,
            criteria: Criteria::both(criteria, chosen),
            ids,
            modified_since,
            sort: order.key,
            descending: order.descending,
            start: page.position.start,
            // One more than is shown tells whether there are more.
            limit: page.size + 1,
        };
        let mut records = tx.records(&query)?;
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

        let info = page.info(call, told, &order, records.len(), more.then_some(last));
        let mut data = Renderer::new(call, view, fields).records(&records, tx)?;
        add(&values, &records, &mut data);
        Ok(Reply::json(200, &json!({ "data": data, "info": info })))
    }
}

/// Adds what records have in a list beside their own values.
pub(crate) fn add(
    values: &HashMap<RecordId, Map<String, Value>>,
    records: &[Record],
    data: &mut [Value],
) {
    for (record, told) in records.iter().zip(data) {
        if let (Some(values), Some(told)) = (values.get(&record.head.id), told.as_object_mut()) {
            told.extend(values.clone());
        }
    }
}

/// Which page of a list.
struct Page {
    position: Position,
    size: u32,
    binding: Binding,
}

impl Page {
    fn read(call: &Call<'_>, module: &Module, within: &[&str]) -> Result<Self, Fault> {
        let size_max = limits::RECORDS_PER_PAGE_MAX;
        let size = number(call, "per_page", size_max)?.unwrap_or(size_max);
        let page = number(call, "page", u32::MAX)?;
        let binding = Binding::new(call.caller, module, within, &call.request.query);
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
        call: &Call<'_>,
        told: Told,
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
        let is_sorted = told == Told::Sorted;
        if !versions::info_has_tokens(call.version()) {
            if !is_sorted {
                return json!({
                    "per_page": self.size,
                    "count": count,
                    "page": page,
                    "more_records": last.is_some(),
                });
            }
            return json!({
                "per_page": self.size,
                "count": count,
                "sort_by": order.name,
                "page": page,
                "sort_order": order.direction(),
                "more_records": last.is_some(),
            });
        }
        if !is_sorted {
            return json!({
                "per_page": self.size,
                "next_page_token": next,
                "count": count,
                "page": page,
                "previous_page_token": previous,
                "page_token_expiry": expiry,
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

pub(super) fn ambiguous(parameters: [&str; 2]) -> Fault {
    let parameters = parameters.map(|name| json!({ "param_name": name }));
    Fault::new(&PARAMETERS_AMBIGUOUS).with("ambiguity_due_to", parameters.to_vec())
}
