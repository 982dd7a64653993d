//! `GET /crm/{version}/{module}`: "Get Records".

use super::listing::{self, Listing, Told, ambiguous};
use super::{PATH_OF_MODULE, choices};
use crate::call::ModuleCall;
use crate::criteria::Criteria;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::PARAMETER_UNKNOWN;
use crate::parameters::given;
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::endpoint::{Cost, Unserved, joined};
use tanzanite_protocol::{Descriptor, Fault, Method, Row, ScopeNeed, ScopeOperation};

/// The parameters that choose records by what is not served yet: territories (`include_child` adds to one), and the
/// days of meetings that recur.
const UNSERVED: &[Unserved] = &[
    Unserved::External,
    Unserved::Parameter("uid", &[]),
    Unserved::Parameter("startDateTime", &[]),
    Unserved::Parameter("endDateTime", &[]),
    Unserved::Parameter("territory_id", &[]),
];
pub(crate) const FAULTS: &[&Row] =
    &joined::<{ listing::FAULTS.len() + 1 }>(&[listing::FAULTS, &[&PARAMETER_UNKNOWN]]);

/// Hands out the records of a module that the caller can see: 200, 204 if there are none, 304 if
/// none has changed.
pub static LIST: Endpoint = Endpoint::in_module::<policy::ReadRecord>(
    Descriptor::new("record.list", "Get Records", Method::Get, PATH_OF_MODULE)
        .scope(ScopeNeed::module(&[ScopeOperation::Read]))
        .unserved(UNSERVED)
        .cost(Cost::Parameter("cvid", 3))
        .refuses(FAULTS),
    list,
);

pub(crate) fn list(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let listing = Listing::read(call, call.module(), &[], || chosen(call))?;
    let found = (call.view().seen(), None);
    listing.answer(call, call.view(), found, Told::Sorted, tx)
}

fn chosen(call: &ModuleCall<'_>) -> Result<Option<Criteria>, Fault> {
    if given(call, "cvid").is_some() && given(call, "sort_by").is_some() {
        return Err(ambiguous(["cvid", "sort_by"]));
    }
    let of_view = choices::of_view(call)?;
    Ok(Criteria::both(
        of_view,
        choices::chosen(call, call.module())?,
    ))
}
