//! The checks of an endpoint in their order, and the facts that each one was based on.

use super::advice::join;
use super::paths::served_methods;
use super::rehearsal::{Bearer, Run};
use crate::faults;
use crate::metadata::{DefaultAccess, Metadata, RestrictedAction};
use crate::policy::{Caller, Ground, ground};
use crate::schema::Module;
use crate::transaction::RecordHead;
use tanzanite_protocol::endpoint::Unserved;
use tanzanite_protocol::{Descriptor, ModuleNeed, RecordId, Request, RequestBody, Row, Stage};

/// Records that the description of one check names.
const RECORDS_NAMED_MAX: usize = 3;

/// The stages of an endpoint's checks in their order, each with its possible faults: those of all requests, of the
/// gates, and the endpoint's own.
pub(super) struct Order(Vec<(Stage, Vec<&'static Row>)>);

impl Order {
    pub(super) fn of(descriptor: Option<&Descriptor>) -> Self {
        let mut rows = vec![
            &faults::URL_UNKNOWN,
            &faults::METHOD_WRONG,
            &faults::OPERATION_NOT_SERVED,
            // The store may fail at any time; nothing is then known of the later checks.
            &faults::STORE_FAILED,
        ];
        if let Some(descriptor) = descriptor {
            let before = rows.len();
            if !descriptor.scope.is_public() {
                rows.extend([
                    &faults::AUTHENTICATION_MISSING,
                    &faults::TOKEN_INVALID,
                    &faults::SCOPE_MISMATCH,
                ]);
            }
            if descriptor.module != ModuleNeed::None {
                rows.extend([
                    &faults::MODULE_UNKNOWN,
                    &faults::MODULE_NOT_SUPPORTED,
                    &faults::MODULE_NOT_SERVED,
                ]);
            }
            rows.extend(descriptor.permission.map(|need| need.denied));
            if !descriptor.unserved.is_empty() {
                rows.push(&faults::PARAMETER_NOT_SERVED);
            }
            rows.extend(descriptor.faults());
            rows[before..].sort_by_key(|row| row.stage);
        }
        let checks = rows.chunk_by(|left, right| left.stage == right.stage);
        let checks = checks.map(|check| (check[0].stage, check.to_vec()));
        Self(checks.collect())
    }

    /// The stages.
    pub(super) fn stages(&self) -> impl Iterator<Item = Stage> {
        self.0.iter().map(|(stage, _)| *stage)
    }

    /// The position of the check that a fault belongs to.
    pub(super) fn position(&self, row: &Row) -> usize {
        let mut checks = self.0.iter();
        let found = checks.position(|(_, rows)| rows.contains(&row));
        found.unwrap_or(self.0.len())
    }

    /// The positions of the checks that refused in a run.
    pub(super) fn refusing(&self, run: &Run) -> Vec<usize> {
        let refusals = run.refusals().iter();
        let positions = refusals.map(|fault| self.position(fault.row()));
        positions.collect()
    }

    /// The position of the first check that refused in a run; beyond the last if none did.
    pub(super) fn reached(&self, run: &Run) -> usize {
        let refusing = self.refusing(run);
        refusing.into_iter().min().unwrap_or(usize::MAX)
    }
}

/// The facts that a stage's check was based on in a run.
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
        Stage::Parameters => parameters(&question.request),
        Stage::Body => vec![body(run)],
        Stage::Record => each(run, |head| Some(format!("{} {:?}", head.id, head.name))),
        Stage::Sharing => of_caller(sharing),
        Stage::Lock => of_caller(locks),
        Stage::State => state(run),
        Stage::Limits | Stage::Store => Vec::new(),
    }
    .into_iter()
    .filter(|text| !text.is_empty())
    .collect()
}

fn methods(run: &Run) -> Vec<String> {
    let asked = run.question.request.method.as_str().to_owned();
    let served = served_methods(&run.question.request.path);
    let names =
        served.map(|(method, route)| format!("{} ({})", method.as_str(), route.descriptor().name));
    let names: Vec<_> = names.collect();
    match run.descriptor {
        None if !names.is_empty() => vec![asked, format!("the path takes {}", names.join(", "))],
        _ => vec![asked],
    }
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
    if run
        .descriptor
        .is_some_and(|descriptor| descriptor.scope.is_public())
    {
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
    let whose = match run.question.bearer {
        Some(Bearer::Made(_)) => "a token with",
        _ => "the token has",
    };
    let has = caller.scopes().map_or("every scope".to_owned(), join);
    let has = format!("{whose} {has}");
    let Some(descriptor) = run.descriptor else {
        return vec![has];
    };
    let word = run.module().map(Module::scope_word);
    let would_do = descriptor.scope.describe().join(", ");
    let would_do = would_do.replace("{module_name}", word.unwrap_or("{module_name}"));
    vec![has, format!("any of {would_do} would do")]
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

fn parameters(request: &Request) -> Vec<String> {
    let external = request.headers.external.as_ref();
    let external = external.map(|field| format!("{}: {field}", Unserved::EXTERNAL_HEADER));
    let mut found = vec![request.query.to_string()];
    found.extend(external);
    found
}

fn body(run: &Run) -> String {
    match &run.question.body {
        RequestBody::Whole(bytes) => format!("{} bytes", bytes.len()),
        RequestBody::TooLarge => "longer than its bound".to_owned(),
    }
}

fn sharing(run: &Run, caller: &Caller) -> Vec<String> {
    let Some(of) = run.module() else {
        return Vec::new();
    };
    let me = user(caller.metadata(), caller.user_id());
    each(run, |head| {
        let owner = user(caller.metadata(), Some(head.owner));
        let module = &of.api_name;
        let reached = match ground(caller, of, head.owner) {
            Ground::Administrator => format!("{me} reaches it as an administrator"),
            Ground::Owner => format!("{me} is the owner"),
            Ground::Superior => format!("{me} stands above the owner"),
            Ground::Default(DefaultAccess::Private) => {
                format!("{me} does not stand above the owner, and {module} are private")
            }
            Ground::Default(DefaultAccess::PublicReadOnly) => {
                format!(
                    "{me} does not stand above the owner, and {module} are for all to see, not to change"
                )
            }
            Ground::Default(DefaultAccess::PublicReadWriteDelete) => {
                format!("{module} are for all to change")
            }
        };
        Some(format!("{} is {owner}'s; {reached}", head.id))
    })
}

fn locks(run: &Run, caller: &Caller) -> Vec<String> {
    let metadata = caller.metadata();
    let mut found = each(run, |head| {
        let lock = head.lock.as_ref()?;
        let by = if lock.automatic {
            "a rule".to_owned()
        } else {
            user(metadata, Some(lock.created.by))
        };
        let at = lock.created.at.render(metadata.zone());
        Some(format!(
            "{} is locked by {by} since {at}: {:?}",
            head.id, lock.reason
        ))
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
    let group = run.descriptor.map_or("", Descriptor::group);
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
