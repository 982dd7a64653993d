//! `POST /crm/{version}/coql`: "Get Records through a COQL Query".

use super::columns::{Column, find, values};
use super::conditions::criteria;
use super::faults;
use super::groups;
use super::parse::{Query, Sorted, parse, too_much};
use crate::call::Call;
use crate::criteria::compare::head_key;
use crate::criteria::record_keys;
use crate::data_body;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    BODY_INVALID, BODY_MODULE_DENIED, BODY_MODULE_SCOPE, FIELD_TYPE_WRONG, KEY_NOT_SERVED,
};
use crate::metadata::Metadata;
use crate::policy::ModuleView;
use crate::schema::{Field, Kind, Module};
use crate::transaction::{Record, RecordQuery, SortKey, Start, Transaction};
use crate::versions;
use serde_json::{Map, Value, json};
use tanzanite_protocol::endpoint::Cost;
use tanzanite_protocol::{
    Body, Descriptor, Evidence, Fault, Method, Reply, ScopeNeed, ScopeOperation, limits,
};

/// Records of a query without a limit (the vendor's overview of COQL).
const LIMIT: u32 = 200;
/// The key of the query in the body.
const SELECT_QUERY: &str = "select_query";

/// Answers a query: 200, 204 if there are no such records.
pub static QUERY: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "coql.query",
        "Get Records through a COQL Query",
        Method::Post,
        "/crm/{version}/coql",
    )
    .scope(ScopeNeed::group("coql", &[ScopeOperation::Read]))
    .body(Body::Json)
    .cost(Cost::OfBody(credits))
    .reads()
    .refuses(&[
        &BODY_INVALID,
        &FIELD_TYPE_WRONG,
        &KEY_NOT_SERVED,
        &faults::QUERY_MISSING,
        &faults::SYNTAX,
        &faults::UNREADABLE,
        &faults::CLAUSE_MISSING,
        &faults::NOT_SUPPORTED,
        &faults::OPERATOR_UNKNOWN,
        &faults::NOT_SERVED,
        &faults::MODULE_INVALID,
        &BODY_MODULE_SCOPE,
        &BODY_MODULE_DENIED,
        &faults::COLUMN_INVALID,
        &faults::COLUMN_UNSUPPORTED,
        &faults::COLUMN_DUPLICATE,
        &faults::AGGREGATE_DUPLICATE,
        &faults::CLAUSE_DUPLICATE,
        &faults::FUNCTION_UNKNOWN,
        &faults::SUBQUERY_COLUMNS,
        &faults::SUBQUERY_VALUES,
        &faults::ALIAS_DUPLICATE,
        &faults::ALIAS_EMPTY,
        &faults::OPERATOR_INVALID,
        &faults::VALUE_INVALID,
        &faults::TOO_MUCH,
        &faults::LIMIT_INVALID,
        &faults::LIMIT_ZERO,
    ])
    .evidence(Evidence::OpenApi),
    query,
);

fn query(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let body = data_body::whole(call)?;
    let text = match body.get(SELECT_QUERY) {
        Some(Value::String(text)) => text,
        None | Some(Value::Null) => {
            return Err(Fault::new(&faults::QUERY_MISSING).with("api_name", SELECT_QUERY));
        }
        Some(_) => {
            return Err(data_body::wrong_type(
                "text",
                SELECT_QUERY,
                "$.select_query",
            ));
        }
    };
    if body.contains_key("include_meta") {
        return Err(Fault::new(&KEY_NOT_SERVED)
            .with("api_name", "include_meta")
            .with("json_path", "$.include_meta"));
    }
    let query = parse(text)?;
    let module = module(call, &query.module)?;
    let view = ModuleView::new(call.caller, module);
    let limit = Limit::of(call, &query)?;
    let question = RecordQuery {
        criteria: Some(criteria(call, view, &query.condition, tx)?),
        ..RecordQuery::all(view.seen(), 0)
    };
    let (data, more) = if query.is_grouped() {
        groups::rows(call, tx, view, &query, &limit, question)?
    } else {
        rows(call, tx, view, &query, &limit, question)?
    };
    if data.is_empty() {
        return Ok(Reply::no_content());
    }
    let info = json!({ "count": data.len(), "more_records": more });
    Ok(Reply::json(200, &json!({ "data": data, "info": info })))
}

/// The part of all rows that a query asks for.
pub(super) struct Limit {
    pub(super) rows: u32,
    pub(super) offset: u32,
}

impl Limit {
    fn of(call: &Call<'_>, query: &Query) -> Result<Self, Fault> {
        let rows_max = versions::coql_records_max(call.version());
        let (rows, offset) = (query.limit.unwrap_or(LIMIT), query.offset);
        if rows > rows_max {
            return Err(too_much("limit", rows_max as usize));
        }
        if u64::from(offset) + u64::from(rows) > u64::from(limits::COQL_REACH_MAX) {
            return Err(too_much("offset", limits::COQL_REACH_MAX as usize));
        }
        Ok(Self { rows, offset })
    }
}

/// The rows of a query for records, and whether there are more.
pub(super) fn rows(
    call: &Call<'_>,
    tx: &mut dyn Transaction,
    view: ModuleView<'_>,
    query: &Query,
    limit: &Limit,
    question: RecordQuery,
) -> Result<(Vec<Value>, bool), Fault> {
    let columns = query.columns.iter();
    let columns: Result<Vec<Column<'_>>, Fault> = columns
        .map(|column| find(view, &column.term.path))
        .collect();
    let columns = columns?;
    let order = Order::of(view, &query.order)?;
    let question = RecordQuery {
        start: Start::Offset(limit.offset),
        // One more than is shown tells whether there are more.
        limit: limit.rows + 1,
        ..question
    };
    let mut records = order.records(call.metadata(), question, tx)?;
    let more = records.len() > limit.rows as usize;
    records.truncate(limit.rows as usize);
    let columns: Vec<&Column<'_>> = columns.iter().collect();
    let rows = values(call, tx, view, &records, &columns)?;
    let data = rows.into_iter().zip(&records).map(|(row, record)| {
        let keys = query.columns.iter().map(|column| column.key.clone());
        let mut shown: Map<String, Value> = keys.zip(row).collect();
        // The id is always there.
        let id = || record.head.id.to_string().into();
        shown.entry("id").or_insert_with(id);
        Value::Object(shown)
    });
    Ok((data.collect(), more))
}

/// The credits of a query, by its limit (the vendor's overview of COQL).
fn credits(body: &Value) -> u64 {
    let text = body.get(SELECT_QUERY).and_then(Value::as_str);
    let limit = text.and_then(|text| parse(text).ok()?.limit);
    match limit.unwrap_or(LIMIT) {
        0..=200 => 1,
        201..=1_000 => 2,
        _ => 3,
    }
}

/// The module of a query, if the caller may read it.
pub(super) fn module<'a>(call: &Call<'a>, name: &str) -> Result<&'a Module, Fault> {
    let named = call.metadata().module_called(name);
    let module = named
        .filter(|module| module.is_served())
        .ok_or_else(|| Fault::new(&faults::MODULE_INVALID))?;
    call.may_read(module)?;
    Ok(module)
}

/// Whether the keys of a field's values have the order of the values. Those of references are ids, and the fields of
/// the head have none.
fn has_order(field: &Field) -> bool {
    let has_none = matches!(
        field.kind,
        Kind::Lookup(_)
            | Kind::OwnerLookup
            | Kind::UserLookup
            | Kind::ProfileImage
            | Kind::MultiSelectPicklist(_)
    );
    !has_none && head_key(&field.api_name).is_none()
}

/// The order of the answer.
enum Order<'a> {
    /// One that the store has.
    Stored(SortKey, bool),
    /// By values of fields; the flag turns it. All records that are found are read for it.
    ByFields(Vec<(&'a Field, bool)>),
}

impl<'a> Order<'a> {
    fn of(view: ModuleView<'a>, order: &[Sorted]) -> Result<Self, Fault> {
        let mut fields = Vec::new();
        for sorted in order {
            if sorted.term.aggregate.is_some() {
                return Err(Fault::new(&faults::COLUMN_INVALID)
                    .with("column_name", sorted.term.to_string()));
            }
            let key = match sorted.term.path.join(".").as_str() {
                "id" => Some(SortKey::Id),
                "Created_Time" => Some(SortKey::CreatedTime),
                "Modified_Time" => Some(SortKey::ModifiedTime),
                _ => None,
            };
            if let (Some(key), [_]) = (key, order) {
                return Ok(Self::Stored(key, sorted.descending));
            }
            match find(view, &sorted.term.path)? {
                Column::Field(field) if has_order(field) => fields.push((field, sorted.descending)),
                _ => return Err(super::parse::not_served("order by of this column")),
            }
        }
        if fields.is_empty() {
            return Ok(Self::Stored(SortKey::Id, false));
        }
        Ok(Self::ByFields(fields))
    }

    /// The records that a question asks for, in this order.
    fn records(
        &self,
        metadata: &Metadata,
        question: RecordQuery,
        tx: &mut dyn Transaction,
    ) -> Result<Vec<Record>, Fault> {
        let fields = match self {
            Self::Stored(sort, descending) => {
                return Ok(tx.records(&RecordQuery {
                    sort: *sort,
                    descending: *descending,
                    ..question
                })?);
            }
            Self::ByFields(fields) => fields,
        };
        let (start, count) = (question.start, question.limit as usize);
        let module = question.seen.module();
        let found = tx.records(&RecordQuery {
            start: Start::Offset(0),
            limit: limits::COQL_READ_RECORDS_MAX + 1,
            ..question
        })?;
        if found.len() > limits::COQL_READ_RECORDS_MAX as usize {
            return Err(too_much("order by", limits::COQL_READ_RECORDS_MAX as usize));
        }
        let module = metadata.module_numbered(module);
        let keys = |record: &Record| {
            module.map_or_else(Vec::new, |module| {
                record_keys(module, metadata.zone(), &record.fields)
            })
        };
        let keyed = found.into_iter().map(|record| {
            let all = keys(&record);
            let key = |(field, _): &(&Field, bool)| {
                let mut of_field = all.iter().filter(|(number, _)| *number == field.number);
                of_field.next().map(|(_, key)| key.clone())
            };
            (fields.iter().map(key).collect(), record)
        });
        let mut keyed: Vec<(Vec<Option<String>>, Record)> = keyed.collect();
        // The sort is stable, and so records that are equal stay in the order of their ids.
        keyed.sort_by(|(one, _), (other, _)| {
            let mut orders = one.iter().zip(other).zip(fields);
            let order = orders.find_map(|((one, other), (_, descending))| {
                let order = one.cmp(other);
                let order = if *descending { order.reverse() } else { order };
                order.is_ne().then_some(order)
            });
            order.unwrap_or(std::cmp::Ordering::Equal)
        });
        let skipped = match start {
            Start::Offset(offset) => offset as usize,
            Start::After(..) => 0,
        };
        let records = keyed.into_iter().map(|(_, record)| record);
        Ok(records.skip(skipped).take(count).collect())
    }
}
