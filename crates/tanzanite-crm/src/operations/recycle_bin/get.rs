//! `GET /crm/{version}/settings/recycle_bin/{record_id}`: "Get Recycle Bin Records", one of them.

use super::items::shown;
use super::{PATH_OF_RECORD, ROOT, in_bin, scope};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::transaction::{DeletedQuery, Transaction};
use serde_json::json;
use tanzanite_protocol::{Descriptor, Evidence, Method, Reply, ScopeOperation};

/// Shows one record in the recycle bin: 200, 204 if it is not there or the id is none (page).
pub static GET: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "recycle_bin.get",
        "Get Recycle Bin Records",
        Method::Get,
        PATH_OF_RECORD,
    )
    .scope(scope(&[ScopeOperation::Read]))
    .evidence(Evidence::Docs),
    get,
);

fn get(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let Some(id) = call.path_id("record_id") else {
        return Ok(Reply::no_content());
    };
    let found = tx.deleted_records(&DeletedQuery {
        ids: Some(vec![id]),
        ..in_bin(call, 1)
    })?;
    Ok(match found.first() {
        Some(record) => Reply::json(200, &json!({ ROOT: [shown(call, record)] })),
        None => Reply::no_content(),
    })
}
