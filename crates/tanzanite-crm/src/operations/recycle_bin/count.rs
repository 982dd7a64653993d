//! `GET /crm/{version}/settings/recycle_bin/actions/count`: "Get recycle-bin record count".

use super::{in_bin, scope};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Method, Reply, ScopeOperation};

/// Counts what is in the recycle bin.
pub static COUNT: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "recycle_bin.count",
        "Get Recycle Bin Record Count",
        Method::Get,
        "/crm/{version}/settings/recycle_bin/actions/count",
    )
    .scope(scope(&[ScopeOperation::Read])),
    count,
);

fn count(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let count = tx.count_deleted_records(&in_bin(call, 0))?;
    Ok(Reply::json(200, &json!({ "count": count })))
}
