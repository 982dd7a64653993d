//! The question of a bulk read: the query as it is kept in the job, and what it means to the user who asked.

use super::conditions;
use super::{faults, job_of};
use crate::call::Call;
use crate::criteria::Criteria;
use crate::faults::FIELD_TOO_LONG;
use crate::operations::coql::{self, Column, find};
use crate::operations::records::{in_view, unconverted, view_called};
use crate::policy::ModuleView;
use crate::schema::validate::Place;
use crate::schema::{Kind, Module, Number};
use crate::transaction::Transaction;
use crate::versions;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tanzanite_protocol::{Fault, limits};

/// The place of the query in the body.
const AT: &str = "$.query";
/// Digits of the random part of a token for the next page.
pub(super) const TOKEN_CHARS: usize = 64;

/// The query, checked for its form alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Query {
    /// The module's number.
    pub(super) module: Number,
    /// The id of a custom view.
    pub(super) cvid: Option<String>,
    /// The columns; none for all fields.
    pub(super) fields: Vec<String>,
    /// The criteria as they came.
    pub(super) criteria: Option<Value>,
    /// The page, from 1.
    pub(super) page: u32,
    /// The id of the last record of the page before, if a token led here.
    pub(super) after: Option<i64>,
}

/// The state of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Read {
    /// The question.
    pub(super) query: Query,
    /// The records of a page.
    pub(super) per_page: u32,
    /// The records that are written.
    pub(super) count: u32,
    /// The id of the last of them.
    pub(super) last: Option<i64>,
    /// The bytes that are written.
    pub(super) bytes: usize,
    /// Whether there are records beyond the page, and the token that leads to them.
    pub(super) next: Option<String>,
}

impl Read {
    /// A read that has not begun.
    pub(super) fn of(call: &Call<'_>, query: Query) -> Self {
        let per_page = call.metadata().limits().bulk_read_page;
        Self {
            query,
            per_page: per_page.unwrap_or(limits::BULK_READ_RECORDS_MAX),
            count: 0,
            last: None,
            bytes: 0,
            next: None,
        }
    }

    /// From a job's body.
    pub(super) fn from_body(body: &Map<String, Value>) -> Option<Self> {
        serde_json::from_value(Value::Object(body.clone())).ok()
    }

    /// As a job's body.
    pub(super) fn into_body(self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(body)) => body,
            _ => Map::new(),
        }
    }
}

impl Query {
    /// Reads the query of a body. One with a token goes on where the job that gave it has ended.
    pub(super) fn read(
        call: &Call<'_>,
        query: &Map<String, Value>,
        tx: &mut dyn Transaction,
    ) -> Result<Self, Fault> {
        if let Some(token) = text(query, "page_token")? {
            return Self::after_token(call, token, tx);
        }
        Ok(Self {
            module: module(call, query)?.number,
            cvid: text(query, "cvid")?.map(str::to_owned),
            fields: fields(query)?,
            criteria: match query.get("criteria") {
                None | Some(Value::Null) => None,
                Some(criteria @ Value::Object(_)) => Some(criteria.clone()),
                Some(_) => return Err(Place::new(AT, "criteria").wrong_type("jsonobject")),
            },
            page: page(query)?,
            after: None,
        })
    }

    fn after_token(call: &Call<'_>, token: &str, tx: &mut dyn Transaction) -> Result<Self, Fault> {
        let invalid = || Fault::new(&faults::TOKEN_INVALID).with("api_name", "page_token");
        let (_, id) = token.split_at_checked(TOKEN_CHARS).ok_or_else(invalid)?;
        let job = job_of(call, id, tx)?.ok_or_else(invalid)?;
        let read = Read::from_body(&job.body).ok_or_else(invalid)?;
        if read.next.as_deref() != Some(token) {
            return Err(invalid());
        }
        if call.context.now >= job.asked.at.after(limits::PAGE_TOKEN_LIFETIME) {
            return Err(Fault::new(&faults::TOKEN_EXPIRED).with("api_name", "page_token"));
        }
        Ok(Self {
            page: read.query.page.saturating_add(1),
            after: read.last,
            ..read.query
        })
    }
}

/// A text, `None` without one.
fn text<'q>(query: &'q Map<String, Value>, name: &'static str) -> Result<Option<&'q str>, Fault> {
    match query.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Place::new(AT, name).wrong_type("text")),
    }
}

fn module<'a>(call: &Call<'a>, query: &Map<String, Value>) -> Result<&'a Module, Fault> {
    let at = Place::new(AT, "module");
    let name = match query.get("module") {
        None | Some(Value::Null) => return Err(at.missing()),
        Some(Value::String(name)) if versions::bulk_modules_are_texts(call.version()) => name,
        Some(Value::Object(named)) => match named.get("api_name") {
            None | Some(Value::Null) => {
                return Err(Place::new("$.query.module", "api_name").missing());
            }
            Some(Value::String(name)) => name,
            Some(_) => return Err(Place::new("$.query.module", "api_name").wrong_type("text")),
        },
        Some(_) => return Err(at.wrong_type("jsonobject")),
    };
    let module = call.metadata().module_called(name);
    module.ok_or_else(|| Fault::new(&faults::MODULE_UNKNOWN).with("module", name.as_str()))
}

fn fields(query: &Map<String, Value>) -> Result<Vec<String>, Fault> {
    let at = Place::new(AT, "fields");
    let names = match query.get("fields") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(names)) => names,
        Some(_) => return Err(at.wrong_type("jsonarray")),
    };
    let most = limits::BULK_READ_FIELDS_MAX;
    if names.len() > most {
        return Err(at.fault(&FIELD_TOO_LONG).with("maximum_length", most));
    }
    let name = |(index, name): (usize, &Value)| {
        let text = name.as_str().map(str::to_owned);
        text.ok_or_else(|| at.element(index).wrong_type("text"))
    };
    names.iter().enumerate().map(name).collect()
}

fn page(query: &Map<String, Value>) -> Result<u32, Fault> {
    let page = match query.get("page") {
        None | Some(Value::Null) => return Ok(1),
        Some(page) => page.as_u64().filter(|page| *page > 0),
    };
    let page = page.ok_or_else(|| Fault::new(&faults::PAGE_INVALID))?;
    let most = limits::BULK_READ_PAGES_MAX;
    let within = u32::try_from(page).ok().filter(|page| *page <= most);
    within.ok_or_else(|| Fault::new(&faults::PAGE_BEYOND).with("max_limit", most))
}

/// The meaning of a query: which records and which of their columns the user who asked may see.
#[derive(Debug)]
pub(super) struct Given<'a> {
    pub(super) view: ModuleView<'a>,
    /// The columns and their names, without that of the id.
    pub(super) columns: Vec<(String, Column<'a>)>,
    pub(super) criteria: Option<Criteria>,
}

impl<'a> Given<'a> {
    /// Finds the module, the fields and the records of a query.
    pub(super) fn read(
        call: &Call<'a>,
        query: &Query,
        tx: &mut dyn Transaction,
    ) -> Result<Self, Fault> {
        let unknown = || Fault::new(&faults::MODULE_UNKNOWN).with("module", query.module);
        let module = call.metadata().module_numbered(query.module);
        let module = module.ok_or_else(unknown)?;
        if !module.is_served() {
            let fault = Fault::new(&faults::MODULE_UNSUPPORTED);
            return Err(fault.with("module", module.api_name.as_ref()));
        }
        call.may_read(module)?;
        let view = ModuleView::new(call.caller, module);
        let of_view = match &query.cvid {
            None => None,
            Some(id) => {
                let view = view_called(call, module, id);
                let unknown = || Fault::new(&faults::VIEW_UNKNOWN).with("cvid", id.as_str());
                in_view(call, &view.ok_or_else(unknown)?)
            }
        };
        let stated = query.criteria.as_ref();
        let stated = stated.map(|stated| conditions::read(call, view, stated, tx));
        Ok(Self {
            view,
            columns: columns(view, &query.fields)?,
            criteria: Criteria::both(
                Criteria::both(unconverted(module), of_view),
                stated.transpose()?,
            ),
        })
    }
}

/// The columns that are asked for, or all that are no rows of their own.
fn columns<'a>(view: ModuleView<'a>, names: &[String]) -> Result<Vec<(String, Column<'a>)>, Fault> {
    if names.is_empty() {
        let fields = view.fields();
        let fields = fields.filter(|field| !matches!(field.kind, Kind::Subform(_)));
        let column =
            |field: &'a crate::schema::Field| (field.api_name.to_string(), Column::Field(field));
        return Ok(fields.map(column).collect());
    }
    // The id is always the first column.
    let names = names.iter().filter(|name| !name.eq_ignore_ascii_case("id"));
    let column = |name: &String| {
        let path: Vec<String> = name.split('.').map(str::to_owned).collect();
        let column = find(view, &path).map_err(|fault| of_column(&fault, view, name))?;
        Ok((name.clone(), column))
    };
    names.map(column).collect()
}

/// The fault of a column, in the words of this API.
fn of_column(fault: &Fault, view: ModuleView<'_>, name: &str) -> Fault {
    let row = if fault.is(&coql::faults::COLUMN_UNSUPPORTED) {
        &faults::FIELD_UNSUPPORTED
    } else if fault.is(&coql::faults::TOO_MUCH) {
        return Fault::new(&faults::JOINS_TOO_MANY)
            .with("api_name", name)
            .with("limit", limits::COQL_JOINS_MAX);
    } else {
        &faults::FIELD_UNKNOWN
    };
    Fault::new(row)
        .with("api_name", name)
        .with("module", view.module().api_name.as_ref())
}
