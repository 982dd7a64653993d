//! `GET /crm/{version}/{module}/{record_id}/{related_list}`: "Get Related Records Data".

use super::faults::{PARENT_UNKNOWN, RELATION_NOT_SERVED, RELATION_UNKNOWN};
use super::{PATH, connected, in_list, named, seen_in};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::records::listing::{self, Listing, Told};
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::endpoint::joined;
use tanzanite_protocol::{Descriptor, Method, Row, ScopeNeed, ScopeOperation};

pub(super) const FAULTS: &[&Row] = &joined::<{ listing::FAULTS.len() + 2 }>(&[
    listing::FAULTS,
    &[&RELATION_UNKNOWN, &RELATION_NOT_SERVED],
]);

/// Hands out the records that refer to a record and that the caller can see: 200, 204 if there are none, 304 if none
/// has changed.
pub static LIST: Endpoint = Endpoint::on_record::<policy::ReadRelated>(
    Descriptor::new(
        "related_records.list",
        "Related Records Data",
        Method::Get,
        PATH,
    )
    .scope(ScopeNeed::module(&[ScopeOperation::Read]))
    .refuses(FAULTS),
    list,
)
.unknown(&PARENT_UNKNOWN);

pub(super) fn list(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let list = named(call)?;
    let within = [call.path("record_id"), &list.api_name];
    let listing = Listing::read(call, list.module, &within, || Ok(None))?;
    let head = call.record(tx)?;
    call.authorize::<policy::ReadRelated>(&head)?;
    let view = seen_in(call, &list)?;
    let connected = connected::of(call, &list, head.id, tx)?;
    let found = (view.seen(), Some(in_list(&list, head.id, &connected)));
    let listing = listing.with(connected::values(&list, &connected));
    listing.answer(call, view, found, Told::Related, tx)
}
