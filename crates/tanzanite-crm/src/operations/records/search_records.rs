//! `GET /crm/{version}/{module}/search`: "Search Records".
//!
//! The first that is given of `criteria`, `email`, `phone` and `word`, in this order, decides, and nobody looks at the
//! others. A record is found as soon as it is written. The vendor's index follows after seconds.

use super::choices::{Order, chosen, of_view};
use super::conditions;
use super::faults;
use super::render::Renderer;
use crate::call::ModuleCall;
use crate::criteria::{
    Criteria, FieldTest, HeadKey, Test, compare, digits, in_long_text, word_series, words,
};
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PARAMETER_INVALID, PARAMETER_LIMIT, PARAMETER_PATTERN, PARAMETER_UNKNOWN};
use crate::parameters::{self, given, number};
use crate::policy;
use crate::schema::{Field, Kind, Number};
use crate::transaction::{RecordQuery, Start, Transaction};
use serde_json::{Map, json};
use tanzanite_protocol::endpoint::Unserved;
use tanzanite_protocol::{Descriptor, Fault, Method, Reply, ScopeNeed, ScopeOperation, limits};

/// `type`, `role_id` and `include_lite_users` are those of a search for users.
const UNSERVED: &[Unserved] = &[Unserved::External, Unserved::Parameter("territory_id", &[])];
/// The state of all records here.
const APPROVED: &str = "approved";
/// The states of records that wait for somebody, or that somebody has refused (OpenAPI).
const OTHER_STATES: &[&str] = &[
    "approval_process_pending",
    "webform_invalid",
    "review_process_pending",
    "webform_invalid_approval",
    "zia_vision_validation",
    "review_process_rejected",
    "webform_unapproved",
    "email_parser_waiting",
    "merge_pending",
    "email_parser_rejected",
    "zia_vision_rejected",
    "zia_vision_pending",
    "approval_process_rejected",
    "webform_double_optin",
];
/// The parameters of which one is needed, the one that decides first.
pub(super) const NEEDED: [&str; 4] = ["criteria", "email", "phone", "word"];

/// Hands out the records of a module that are found and that the caller can see: 200, 204 if there are none.
///
/// The page of v8 asks for the scope of the vendor's search beside the module's, and real clients list it; the OpenAPI
/// of 2026 names the module's alone. The page is followed.
pub static SEARCH: Endpoint = Endpoint::in_module::<policy::ReadRecord>(
    Descriptor::new(
        "module_search.search",
        "Search Records",
        Method::Get,
        "/crm/{version}/{module}/search",
    )
    .scope(ScopeNeed::module_and_search(&[ScopeOperation::Read]))
    .unserved(UNSERVED)
    .refuses(&[
        &PARAMETER_LIMIT,
        &PARAMETER_PATTERN,
        &PARAMETER_INVALID,
        &PARAMETER_UNKNOWN,
        &faults::CHOICE_MISSING,
        &faults::SEARCH_PARAMETER_INVALID,
        &faults::SEARCH_WORD_SHORT,
        &faults::SEARCH_BEYOND_LIMIT,
        &faults::CRITERIA_MALFORMED,
        &faults::CRITERIA_TOO_MANY,
        &faults::CRITERIA_FIELD,
        &faults::CRITERIA_OPERATOR,
        &faults::CRITERIA_VALUE,
        &faults::CRITERIA_VALUES_TOO_MANY,
    ]),
    search,
);

fn search(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let fields = parameters::fields(call)?;
    let order = Order::read(call)?;
    let chosen = Criteria::both(of_view(call)?, chosen(call, call.module())?);
    let is_approved = is_approved(call)?;
    let size_max = limits::RECORDS_PER_PAGE_MAX;
    let size = number(call, "per_page", size_max)?.unwrap_or(size_max);
    let page = number(call, "page", u32::MAX)?.unwrap_or(1);
    if u64::from(page) * u64::from(size) > u64::from(limits::RECORDS_BY_PAGE_MAX) {
        let limit = limits::RECORDS_BY_PAGE_MAX.to_string();
        return Err(Fault::new(&faults::SEARCH_BEYOND_LIMIT).with("limit", limit));
    }
    let criteria = criteria(call, tx)?;
    if !is_approved {
        return Ok(Reply::no_content());
    }
    let mut records = tx.records(&RecordQuery {
        criteria: Criteria::both(Some(criteria), chosen),
        sort: order.key,
        descending: order.descending,
        start: Start::Offset((page - 1) * size),
        // One more than is shown tells whether there are more.
        ..RecordQuery::all(call.view().seen(), size + 1)
    })?;
    let more = records.len() > size as usize;
    records.truncate(size as usize);
    if records.is_empty() {
        return Ok(Reply::no_content());
    }
    let data = Renderer::new(call, call.view(), fields).records(&records, tx)?;
    let mut info = Map::from_iter([
        ("per_page".to_owned(), size.into()),
        ("count".to_owned(), records.len().into()),
        ("page".to_owned(), page.into()),
        ("more_records".to_owned(), more.into()),
    ]);
    // The vendor's examples have these two where the request has them.
    if given(call, "sort_by").is_some() {
        info.insert("sort_by".to_owned(), order.name.into());
        info.insert("sort_order".to_owned(), order.direction().into());
    }
    Ok(Reply::json(200, &json!({ "data": data, "info": info })))
}

/// Whether `approval_state` lets approved records pass, and all records here are.
fn is_approved(call: &ModuleCall<'_>) -> Result<bool, Fault> {
    match given(call, "approval_state") {
        None | Some(APPROVED) => Ok(true),
        Some(state) if OTHER_STATES.contains(&state) => Ok(false),
        Some(_) => Err(parameters::pattern("approval_state")),
    }
}

/// The criteria of the parameter that decides. The organisation's index may follow after a while; then it does not know
/// the newest records.
pub(super) fn criteria(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Result<Criteria, Fault> {
    let asked = asked(call, tx)?;
    let Some(seconds) = call.metadata().limits().search_delay else {
        return Ok(asked);
    };
    let newest = call.context.now.millis() - i64::from(seconds) * 1_000;
    let known = Criteria::Head(HeadKey::CreatedTime, Test::UpTo(newest));
    Ok(Criteria::All(vec![asked, known]))
}

fn asked(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Result<Criteria, Fault> {
    if let Some(text) = given(call, "criteria") {
        return conditions::read(call, text, tx);
    }
    if let Some(text) = given(call, "email") {
        let of_emails = fields_of(call, |kind| matches!(kind, Kind::Email));
        return Ok(Criteria::Any(
            of_emails
                .map(|field| compare::phrase(field, text))
                .collect(),
        ));
    }
    if let Some(text) = given(call, "phone") {
        return with_digits(call, text);
    }
    match given(call, "word") {
        Some(text) => with_words(call, text),
        None => Err(Fault::new(&faults::CHOICE_MISSING).with("param_names", NEEDED.to_vec())),
    }
}

/// That a telephone number has these digits in it.
fn with_digits(call: &ModuleCall<'_>, text: &str) -> Result<Criteria, Fault> {
    let digits = digits(text);
    let is_number = text
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-().".contains(c));
    if !is_number || digits.len() < limits::SEARCH_PHONE_DIGITS_MIN {
        return Err(invalid("phone"));
    }
    let series = series_of(fields_of(call, |kind| matches!(kind, Kind::Phone)));
    Ok(Criteria::Keys(series, FieldTest::Contains(digits)))
}

/// That each of the words is in one of the fields whose texts are searched. A word with a star at its end stands for
/// all that begin with it.
fn with_words(call: &ModuleCall<'_>, text: &str) -> Result<Criteria, Fault> {
    if text.chars().count() < limits::SEARCH_WORD_CHARS_MIN {
        return Err(Fault::new(&faults::SEARCH_WORD_SHORT).with("param_name", "word"));
    }
    let series = series_of(fields_of(call, |kind| {
        matches!(
            kind,
            Kind::Text
                | Kind::Email
                | Kind::Website
                | Kind::Phone
                | Kind::Picklist(_)
                | Kind::MultiSelectPicklist(_)
                | Kind::AutoNumber
        )
    }));
    let long = fields_of(call, |kind| matches!(kind, Kind::Textarea));
    let long: Vec<Number> = long.map(|field| -field.number).collect();
    let mut parts = Vec::new();
    for word in text.split_whitespace() {
        let stars = word.matches('*').count();
        if stars > 1 || (stars == 1 && !word.ends_with('*')) {
            return Err(invalid("word"));
        }
        let mut words = words(word);
        let last = if stars == 1 { words.pop() } else { None };
        let whole = words.into_iter().map(|word| {
            (
                in_long_text(&word, false),
                FieldTest::Is(Test::OneOf(vec![word])),
            )
        });
        let last = last.map(|word| (in_long_text(&word, true), FieldTest::StartsWith(word)));
        parts.extend(whole.chain(last).map(|(in_long, in_short)| {
            let in_short = Criteria::Keys(series.clone(), in_short);
            if long.is_empty() {
                return in_short;
            }
            Criteria::Any(vec![in_short, Criteria::Keys(long.clone(), in_long)])
        }));
    }
    if parts.is_empty() || parts.len() > limits::SEARCH_WORDS_MAX {
        return Err(invalid("word"));
    }
    Ok(Criteria::All(parts))
}

/// The fields of some kinds that the caller may see.
fn fields_of<'a>(
    call: &ModuleCall<'a>,
    is_searched: impl Fn(&Kind) -> bool,
) -> impl Iterator<Item = &'a Field> {
    let fields = call.view().fields();
    fields.filter(move |field| is_searched(&field.kind))
}

fn series_of<'a>(fields: impl Iterator<Item = &'a Field>) -> Vec<Number> {
    fields.flat_map(|field| word_series(field.number)).collect()
}

fn invalid(parameter: &str) -> Fault {
    Fault::new(&faults::SEARCH_PARAMETER_INVALID).with("param_name", parameter)
}
