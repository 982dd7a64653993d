//! Infers permissions: everything that was not refused.

use super::Notes;
use super::access::Access;
use super::records::Sightings;
use super::settings::Settings;
use crate::recording::step::{Step, id_in};
use std::collections::BTreeSet;
use tanzanite_crm::metadata::DefaultAccess;
use tanzanite_crm::operations::descriptor;
use tanzanite_protocol::RecordId;
use tanzanite_protocol::endpoint::{Access as Mode, Permission};

/// Parameters of a list that filter no records.
const UNFILTERED: [&str; 4] = ["fields", "per_page", "sort_by", "sort_order"];

impl Settings {
    /// Removes the permissions that were refused.
    pub(super) fn restrict(
        &mut self,
        steps: &[Step<'_>],
        access: &Access,
        sightings: &Sightings,
        notes: &mut Notes,
    ) {
        for step in steps {
            let user = step.token.and_then(|token| access.user(token));
            let Some(user) = user.and_then(|user| self.user(user)) else {
                continue;
            };
            if step.status() == 403 && step.code() == "NO_PERMISSION" {
                let profile = user.profile;
                self.forbid(profile, step);
            }
        }
        self.share(steps, access, sightings, notes);
    }

    /// Removes the permission that the operation needs from the profile.
    fn forbid(&mut self, profile: i64, step: &Step<'_>) {
        let asked = descriptor(step.operation);
        let Some(permission) = asked.and_then(|descriptor| descriptor.permission) else {
            return;
        };
        let mut profiles = self.profiles.iter_mut();
        if let Some(profile) = profiles.find(|found| found.id == profile) {
            let default = profile.default;
            let given = profile.modules.entry(step.module.clone());
            let given = given.or_insert(default);
            match permission.permission {
                Permission::View => given.view = false,
                Permission::Create => given.create = false,
                Permission::Edit => given.edit = false,
                Permission::Delete => given.delete = false,
            }
        }
    }

    /// The sharing of others' records: all, except what was refused. Users who reach more get a higher role than the
    /// owner.
    fn share(
        &mut self,
        steps: &[Step<'_>],
        access: &Access,
        sightings: &Sightings,
        notes: &mut Notes,
    ) {
        let modules: BTreeSet<String> = sightings.all().map(|seen| seen.module.clone()).collect();
        for module in &modules {
            let of_module: Vec<_> = steps.iter().filter(|step| step.module == *module).collect();
            let refused = |mode| {
                of_module
                    .iter()
                    .any(|step| step.code() == "AUTHORIZATION_FAILED" && mode_of(step) == mode)
            };
            let kept_back = of_module
                .iter()
                .any(|step| self.keeps_back(step, access, sightings));
            let access_to_all = if kept_back || refused(Some(Mode::Read)) {
                DefaultAccess::Private
            } else if refused(Some(Mode::Write)) {
                DefaultAccess::PublicReadOnly
            } else {
                notes.assume(format!("everybody reaches everybody's {module}"));
                DefaultAccess::PublicReadWriteDelete
            };
            self.sharing.insert(module.clone(), access_to_all);
            for step in of_module {
                let reached = step.succeeded()
                    && (access_to_all == DefaultAccess::Private
                        || mode_of(step) == Some(Mode::Write));
                if reached && access_to_all != DefaultAccess::PublicReadWriteDelete {
                    self.raise(step, access, sightings);
                }
            }
        }
    }

    /// Whether a complete list lacks an existing record, so that the caller does not reach it.
    fn keeps_back(&self, step: &Step<'_>, access: &Access, sightings: &Sightings) -> bool {
        let is_whole = step.operation == "record.list"
            && step.succeeded()
            && step.answered["info"]["more_records"] != true
            && step
                .form
                .keys()
                .all(|name| UNFILTERED.contains(&name.as_str()));
        let caller = step.token.and_then(|token| access.user(token));
        let caller = caller.filter(|caller| {
            let user = self.user(*caller);
            is_whole && user.is_some_and(|user| !self.administrates(user))
        });
        let Some(caller) = caller else {
            return false;
        };
        let listed: BTreeSet<RecordId> = step.items("data").iter().filter_map(id_in).collect();
        let mut others = sightings.of_others(&step.module, caller);
        others.any(|id| !listed.contains(&id))
    }

    /// Puts the role of a caller who reached a record above its owner's role.
    fn raise(&mut self, step: &Step<'_>, access: &Access, sightings: &Sightings) {
        let caller = step.token.and_then(|token| access.user(token));
        let caller = caller.and_then(|user| self.user(user));
        let Some(caller) = caller.filter(|user| !self.administrates(user)) else {
            return;
        };
        let (above, id) = (caller.role, caller.id);
        let listed = step.items("data").iter().filter_map(id_in);
        let reached: Vec<RecordId> = step.record.into_iter().chain(listed).collect();
        let owners = reached.iter().filter_map(|id| sightings.owner(*id));
        let owners: Vec<RecordId> = owners.filter(|owner| owner.get() != id).collect();
        for owner in owners {
            let Some(below) = self.user(owner).map(|owner| owner.role) else {
                continue;
            };
            if !self.is_above(below, above) && !self.is_above(above, below) {
                let mut roles = self.roles.iter_mut();
                if let Some(role) = roles.find(|role| role.id == below) {
                    role.reports_to = Some(above);
                }
            }
        }
    }

    /// Whether one role is the other or above it.
    fn is_above(&self, above: i64, below: i64) -> bool {
        let next = |id: i64| self.roles.iter().find(|role| role.id == id)?.reports_to;
        std::iter::successors(Some(below), |id| next(*id)).any(|id| id == above)
    }
}

fn mode_of(step: &Step<'_>) -> Option<Mode> {
    descriptor(step.operation).map(|descriptor| descriptor.access)
}
