//! `POST /crm/{version}/actions/watch`: "Enable Notifications".

use super::given::{Form, Given};
use super::mine::{Mine, modules};
use super::{FAULTS, PATH, ROOT, SUBSCRIBED, scope};
use crate::call::Call;
use crate::data_body;
use crate::endpoint::{Answer, Endpoint};
use crate::notifications::Watch;
use crate::operations::records::Answers;
use crate::transaction::Transaction;
use serde_json::Value;
use tanzanite_protocol::{Body, Descriptor, Evidence, Fault, Method, ScopeOperation, limits};

/// Makes channels. One that there is watches the modules that it watches already as the request says.
pub static ENABLE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "notifications.enable",
        "Enable Notifications",
        Method::Post,
        PATH,
    )
    .scope(scope(&[ScopeOperation::Create, ScopeOperation::Write]))
    .body(Body::Json)
    .refuses(FAULTS)
    .evidence(Evidence::Docs),
    enable,
);

fn enable(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    each(call, tx, 201, |mine, item, path, tx| {
        let given = Given::read(call, item, path, Form::Whole)?;
        let watches = whole(call, mine, &given, path, tx)?;
        mine.put(&watches, tx)?;
        Ok(mine.told(SUBSCRIBED, &watches, true))
    })
}

/// The watches that an item describes in full, checked and not yet stored.
pub(super) fn whole(
    call: &Call<'_>,
    mine: &Mine<'_, '_>,
    given: &Given<'_>,
    path: &str,
    tx: &mut dyn Transaction,
) -> Result<Vec<Watch>, Fault> {
    mine.check_seen(given, path)?;
    let mut watches = Vec::new();
    for (module, events) in &given.events {
        let id = mine.id(given.channel, module, tx)?;
        watches.push(given.watch(call, id, module, events));
    }
    given.check_conditions(&modules(&watches))?;
    Ok(watches)
}

/// Answers each item of a body.
pub(super) fn each<'a>(
    call: &Call<'a>,
    tx: &mut dyn Transaction,
    success_status: u16,
    answer: impl Fn(&mut Mine<'_, 'a>, &'a Value, &str, &mut dyn Transaction) -> Result<Value, Fault>,
) -> Answer {
    let items = data_body::items(call, ROOT, limits::WATCHES_PER_CALL_MAX)?;
    let mut mine = Mine::of(call);
    let mut answers = Answers::under(ROOT, success_status);
    for (place, item) in items.iter().enumerate() {
        let path = format!("$.{ROOT}[{place}]");
        answers.push(call.item(|| answer(&mut mine, item, &path, tx)))?;
    }
    Ok(answers.into_reply())
}
