//! `PUT /crm/{version}/actions/watch`: "Update Details of a Notification".

use super::enable::{each, whole};
use super::given::{Form, Given};
use super::mine::Mine;
use super::{FAULTS, PATH, SUBSCRIBED, faults, scope};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::notifications::Watch;
use crate::transaction::Transaction;
use tanzanite_protocol::endpoint::joined;
use tanzanite_protocol::{Body, Descriptor, Evidence, Method, Row, ScopeOperation};

/// Replaces channels: whatever a request does not say of one is as in a new one.
pub static REPLACE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "notifications.update",
        "Update Details of a Notification",
        Method::Put,
        PATH,
    )
    .scope(scope(&[ScopeOperation::Update, ScopeOperation::Write]))
    .body(Body::Json)
    .refuses(REFUSES)
    .evidence(Evidence::Docs),
    replace,
);

pub(super) const REFUSES: &[&Row] =
    &joined::<{ FAULTS.len() + 1 }>(&[FAULTS, &[&faults::NOT_SUBSCRIBED]]);

fn replace(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    each(call, tx, 200, |mine: &mut Mine<'_, '_>, item, path, tx| {
        let given = Given::read(call, item, path, Form::Whole)?;
        let before = mine.subscribed(given.channel)?;
        let watches = whole(call, mine, &given, path, tx)?;
        let is_gone = |old: &&Watch| watches.iter().all(|watch| watch.id != old.id);
        let gone: Vec<Watch> = before.iter().filter(is_gone).cloned().collect();
        mine.remove(&gone, tx)?;
        mine.put(&watches, tx)?;
        Ok(mine.told(SUBSCRIBED, &watches, true))
    })
}
