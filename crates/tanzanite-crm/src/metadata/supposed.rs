//! Settings with simulated changes, for [`explain`](crate::explain).

use super::{Metadata, ModulePermissions};
use std::sync::Arc;
use tanzanite_protocol::endpoint::Permission;

impl Metadata {
    /// Settings in which a profile grants a permission in a module.
    pub(crate) fn permitting(mut self, profile: i64, module: &str, permission: Permission) -> Self {
        let profiles = Arc::make_mut(&mut self.core).profiles.iter_mut();
        for profile in profiles.filter(|found| found.id == profile) {
            let default = profile.default;
            let permissions = profile.modules.entry(module.to_owned()).or_insert(default);
            permissions.permit(permission);
        }
        self
    }

    /// Settings in which locks of a module do not bind a profile.
    pub(crate) fn excluding(mut self, profile: i64, module: &str) -> Self {
        let locking = Arc::make_mut(&mut self.schema).locking.iter_mut();
        for configuration in locking.filter(|found| found.module == module) {
            configuration.excluded_profiles.push(profile);
        }
        self
    }
}

impl ModulePermissions {
    fn permit(&mut self, permission: Permission) {
        let switch = match permission {
            Permission::View => &mut self.view,
            Permission::Create => &mut self.create,
            Permission::Edit => &mut self.edit,
            Permission::Delete => &mut self.delete,
        };
        *switch = true;
    }
}
