//! The checks of an endpoint in their order, and what each of them was shown.

use super::paths::served_methods;
use super::rehearsal::Run;
use crate::metadata::{Metadata, RestrictedAction};
use crate::policy::{Caller, Ground, Reach, ground};
use crate::transaction::RecordHead;
use tanzanite_protocol::{Condition, Descriptor, ModuleNeed, RecordId, RequestBody, Scope, Stage};

/// Records that one check's words name.
const RECORDS_NAMED_MAX: usize = 3;

/// Every refusal that an endpoint knows, in the order in which they are looked for: those of all requests, those of the gates, its
/// own.
pub(super) fn order(descriptor: Option<&Descriptor>) -> Vec<Condition> {
    let mut order = vec![
        Condition::UrlUnknown,
        Condition::MethodWrong,
        Condition::OperationNotServed,
    ];
    let Some(descriptor) = descriptor else {
        return order;
    };
    if !descriptor.scope.is_public() {
        order.extend([Condition::AuthenticationMissing, Condition::TokenInvalid]);
        if descriptor.module != ModuleNeed::None {
            order.extend([Condition::ModuleUnknown, Condition::ModuleNotSupported]);
        }
        order.push(Condition::ScopeMismatch);
    }
    order.extend(descriptor.permission.map(|need| need.denied));
    order.extend(descriptor.faults);
    order
}

/// Where a condition stands in an order; a failure of the store after all.
pub(super) fn position(order: &[Condition], condition: Condition) -> usize {
    let found = order.iter().position(|known| *known == condition);
    found.unwrap_or(order.len())
}

/// How far a run came: the position of what refused first, or none if nothing did.
pub(super) fn reached(run: &Run) -> usize {
    let order = order(run.descriptor);
    let positions = run.refusals().iter();
    let positions = positions.map(|fault| position(&order, fault.condition()));
    positions.min().unwrap_or(usize::MAX)
}

/// What a stage's check looked at in a run.
pub(super) fn found(stage: Stage, run: &Run) -> Vec<String> {
    let question = &run.question;
    let of_caller = |tell: fn(&Run, &Caller) -> Vec<String>| {
        let caller = run.caller.as_ref();
        caller.map(|caller| tell(run, caller)).unwrap_or_default()
    };
    match stage {
        Stage::Url => vec![match run.descriptor {
            Some(descriptor) => descriptor.path.to_owned(),
            None => question.request.path.clone(),
        }],
        Stage::Method => methods(run),
        Stage::Served => run
            .descriptor
            .map(|descriptor| descriptor.name.to_owned())
            .into_iter()
            .collect(),
        Stage::Authentication => vec![authorization(run)],
        Stage::Token => token(run),
        Stage::Module => module(run),
        Stage::Scope => of_caller(scopes),
        Stage::Profile => of_caller(profile),
        Stage::Parameters => vec![question.request.query.to_string()],
        Stage::Body => vec![body(run)],
        Stage::Record => each(run, |head| Some(format!("{} {:?}", head.id, head.name))),
        Stage::Sharing => of_caller(sharing),
        Stage::Lock => of_caller(locks),
        Stage::State => state(run),
        Stage::Store => Vec::new(),
    }
    .into_iter()
    .filter(|text| !text.is_empty())
    .collect()
}

fn methods(run: &Run) -> Vec<String> {
    let asked = run.question.request.method.as_str().to_owned();
    if run.descriptor.is_some() {
        return vec![asked];
    }
    let served = served_methods(&run.question.request.path);
    let names = served.map(|(method, name)| format!("{} ({name})", method.as_str()));
    let names: Vec<_> = names.collect();
    vec![asked, format!("the path takes {}", names.join(", "))]
}

fn authorization(run: &Run) -> String {
    let header = run.question.request.headers.authorization.as_deref();
    match header.map(|header| header.trim().split_once(' ')) {
        None => "no Authorization header".to_owned(),
        Some(None) => "an Authorization header of one word".to_owned(),
        Some(Some((scheme, _))) => format!("Authorization: {scheme} …"),
    }
}

fn token(run: &Run) -> Vec<String> {
    if run.descriptor.is_some_and(|descriptor| descriptor.scope.is_public()) {
        return Vec::new();
    }
    let (Some(token), Some(metadata)) = (&run.seen.token, &run.metadata) else {
        let every = run.caller.as_ref().map(|caller| {
            let user = user(caller.metadata(), caller.user_id());
            format!("tokens are not looked at: {user} answers")
        });
        return every.into_iter().collect();
    };
    let authorization = &token.authorization;
    let whose = metadata.user(authorization.user);
    let status = whose.map_or("gone", |user| user.status.as_str());
    let role = whose.and_then(|user| metadata.role(user.role));
    let mut found = vec![format!(
        "of {} ({status}), role {:?}",
        user(metadata, Some(authorization.user)),
        role.map_or("", |role| role.name.as_str()),
    )];
    let now = metadata.clock().at(run.question.context.now);
    if token.expires <= now {
        let expired = token.expires.render(metadata.zone());
        found.push(format!("expired {expired}"));
    }
    found
}

fn module(run: &Run) -> Vec<String> {
    let takes = match run.descriptor.map(|descriptor| descriptor.module) {
        Some(ModuleNeed::CustomAnd(standard)) => {
            format!("takes {} and custom modules", standard.join(", "))
        }
        _ => String::new(),
    };
    vec![run.module.clone(), takes]
}

fn scopes(run: &Run, caller: &Caller) -> Vec<String> {
    let has = match caller.scopes() {
        Some(scopes) => Scope::join_list(scopes).replace(',', ", "),
        None => "every scope".to_owned(),
    };
    let Some(descriptor) = run.descriptor else {
        return vec![has];
    };
    let word = run.module().map(|module| caller.metadata().scope_word(module));
    let would_do = descriptor.scope.describe().join(", ");
    let would_do = would_do.replace("{module_name}", word.unwrap_or("{module_name}"));
    vec![format!("the token has {has}"), format!("any of {would_do} would do")]
}

fn profile(run: &Run, caller: &Caller) -> Vec<String> {
    let need = run.descriptor.and_then(|descriptor| descriptor.permission);
    let (Some(need), Some(module)) = (need, run.module()) else {
        return Vec::new();
    };
    let profile = caller.profile();
    let permits = profile.permits(module, need.permission);
    let name = need.permission.implied_name(&module.api_name);
    let verb = if permits { "permits" } else { "lacks" };
    vec![format!("{:?} {verb} {name}", profile.name)]
}

fn body(run: &Run) -> String {
    match &run.question.body {
        RequestBody::Whole(bytes) => format!("{} bytes", bytes.len()),
        RequestBody::TooLarge => "longer than its bound".to_owned(),
    }
}

fn sharing(run: &Run, caller: &Caller) -> Vec<String> {
    let Some(module) = run.module() else {
        return Vec::new();
    };
    let me = user(caller.metadata(), caller.user_id());
    each(run, |head| {
        let ground = ground(caller, module, head.owner);
        let why = match ground {
            Ground::Administrator => "as an administrator".to_owned(),
            Ground::Owner => "as its owner".to_owned(),
            Ground::Superior => "by a role above the owner's".to_owned(),
            Ground::Default(_) => format!("by what all may do in {}", module.api_name),
        };
        let reach = match ground.reach() {
            Reach::None => "cannot see it",
            Reach::Read => "may see it",
            Reach::Write => "may see and change it",
        };
        let owner = user(caller.metadata(), Some(head.owner));
        Some(format!("{owner} owns {}; {me} {reach} {why}", head.id))
    })
}

fn locks(run: &Run, caller: &Caller) -> Vec<String> {
    let metadata = caller.metadata();
    let mut found = each(run, |head| {
        let lock = head.lock.as_ref()?;
        let by = match lock.automatic {
            true => "a rule".to_owned(),
            false => user(metadata, Some(lock.created.by)),
        };
        let at = lock.created.at.render(metadata.zone());
        Some(format!("{} is locked by {by} since {at}: {:?}", head.id, lock.reason))
    });
    if found.is_empty() {
        return vec!["not locked".to_owned()];
    }
    let configuration = run.module().and_then(|module| metadata.locking(module));
    found.push(match configuration {
        None => "the module has no locking configuration, so locks stop nothing".to_owned(),
        Some(configuration) => {
            let actions = configuration.restricted_actions.iter();
            let mut actions: Vec<_> = actions.map(|action| word(*action)).collect();
            if !actions.contains(&word(RestrictedAction::Update)) {
                actions.insert(0, word(RestrictedAction::Update));
            }
            let excluded = configuration.excluded_profiles.iter();
            let excluded = excluded.filter_map(|id| Some(metadata.profile(*id)?.name.as_str()));
            let excluded: Vec<_> = excluded.collect();
            let but = if excluded.is_empty() {
                String::new()
            } else {
                format!(", but not the profiles {}", excluded.join(", "))
            };
            format!("locks stop {}{but}", actions.join(", "))
        }
    });
    found
}

fn word(action: RestrictedAction) -> &'static str {
    match action {
        RestrictedAction::Update => "update",
        RestrictedAction::Tags => "tags",
        RestrictedAction::Convert => "convert",
        RestrictedAction::Delete => "delete",
        RestrictedAction::ChangeOwner => "change_owner",
    }
}

fn state(run: &Run) -> Vec<String> {
    let group = run.descriptor.map_or("", |descriptor| descriptor.group);
    each(run, |head| match group {
        "record_photo" if head.image.is_some() => Some(format!("{} has a photo", head.id)),
        "record_photo" => Some(format!("{} has no photo", head.id)),
        "record_locking" if head.lock.is_some() => Some(format!("{} is locked", head.id)),
        "record_locking" => Some(format!("{} is not locked", head.id)),
        _ => None,
    })
}

/// A line for each of the first records.
fn each(run: &Run, tell: impl Fn(&RecordHead) -> Option<String>) -> Vec<String> {
    let mut lines: Vec<String> = run.heads().filter_map(tell).collect();
    let all = lines.len();
    lines.truncate(RECORDS_NAMED_MAX);
    if all > lines.len() {
        lines.push(format!("and {} more", all - lines.len()));
    }
    lines
}

fn user(metadata: &Metadata, id: Option<RecordId>) -> String {
    let user = id.and_then(|id| metadata.user(id));
    user.map_or("somebody who is gone".to_owned(), |user| user.email.clone())
}
