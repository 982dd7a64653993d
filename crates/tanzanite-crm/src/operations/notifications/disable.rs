//! `DELETE /crm/{version}/actions/watch`: "Disable Notifications".

use super::mine::Mine;
use super::{PATH, ROOT, faults, scope};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PARAMETER_LIMIT, PARAMETER_MISSING, PARAMETER_PATTERN};
use crate::operations::records::Answers;
use crate::parameters::{needed_ids_in, pattern};
use crate::transaction::Transaction;
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{Descriptor, Evidence, Method, ScopeOperation, limits};

const PARAMETER: &str = "channel_ids";

/// Removes channels with all that they watch.
pub static DISABLE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "notifications.disable",
        "Disable Notifications",
        Method::Delete,
        PATH,
    )
    // The page names ALL and DELETE only.
    .scope(scope(&[ScopeOperation::Delete]))
    .refuses(&[
        &PARAMETER_MISSING,
        &PARAMETER_PATTERN,
        &PARAMETER_LIMIT,
        &faults::NOT_SUBSCRIBED,
    ])
    .evidence(Evidence::Docs),
    disable,
);

fn disable(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let (most, malformed) = (limits::WATCHES_PER_CALL_MAX, || pattern(PARAMETER));
    let named = needed_ids_in(call, PARAMETER, most, malformed)?;
    let mut channels = Vec::new();
    for channel in named {
        if !channels.contains(&channel) {
            channels.push(channel);
        }
    }
    let mut mine = Mine::of(call);
    let mut answers = Answers::under(ROOT, 200);
    for channel in channels {
        match call.item(|| mine.subscribed(channel.get())) {
            Err(fault) => answers.push(Err(fault))?,
            Ok(watches) => {
                mine.remove(&watches, tx)?;
                for watch in watches {
                    let origin = &call.context.service.public_url;
                    let mut details = watch.resource(call.metadata(), origin, false);
                    details.shift_remove("resource_name");
                    let message = "Successfully un-subscribed from actions-watch";
                    answers.push(Ok(success(message, details)))?;
                }
            }
        }
    }
    Ok(answers.into_reply())
}
