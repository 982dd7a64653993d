//! A profile in the vendor's JSON. It has the permissions that count here: to view, make, edit and delete records of
//! each module. The vendor's have some hundred more.

use crate::call::Call;
use crate::metadata::Profile;
use crate::schema::{Module, Part};
use crate::versions;
use serde_json::{Value, json};
use tanzanite_protocol::endpoint::Permission;

/// The profiles that every organisation of the vendor begins with.
const SYSTEM: &[&str] = &["Administrator", "Standard"];
const PERMISSIONS: [Permission; 4] = [
    Permission::View,
    Permission::Create,
    Permission::Edit,
    Permission::Delete,
];

/// A profile as a list shows it.
pub(super) fn profile_json(call: &Call<'_>, profile: &Profile) -> Value {
    let is_own = !SYSTEM.contains(&profile.name.as_str());
    // A profile is as old as the settings here; those of the system have no time at the vendor.
    let metadata = call.metadata();
    let created = is_own.then(|| metadata.changed().render(metadata.zone()));
    let custom = versions::key_of_custom_profile(call.version());
    json!({
        "display_label": profile.name,
        "created_time": created,
        "modified_time": created,
        "api_name": profile.name.replace(' ', "_"),
        (custom): is_own,
        "name": profile.name,
        "modified_by": null,
        "description": null,
        "id": profile.id.to_string(),
        "type": "normal_profile",
        "created_by": null,
    })
}

/// A profile with its permissions.
pub(super) fn whole_profile_json(call: &Call<'_>, profile: &Profile) -> Value {
    let modules = call.metadata().modules();
    let modules: Vec<&Module> = modules
        .filter(|module| module.is_served() || module.is_annex())
        .collect();
    let details = modules.iter().flat_map(|module| {
        PERMISSIONS.map(|permission| {
            let view = Permission::View.implied_name(&module.api_name);
            let parents = (permission != Permission::View).then_some(view);
            json!({
                "display_label": permission.as_str(),
                "customizable": !profile.administrator,
                "parent_permissions": parents.into_iter().collect::<Vec<_>>(),
                "module": module.api_name,
                "name": permission.implied_name(&module.api_name),
                "id": permission_id(call, module, permission),
                "enabled": profile.permits(module, permission),
            })
        })
    });
    let details: Vec<Value> = details.collect();
    let categories = modules.iter().map(|module| {
        let ids = PERMISSIONS.map(|permission| permission_id(call, module, permission));
        json!({
            "display_label": module.plural_label,
            "permissions_details": ids,
            "module": module.api_name,
            "name": module.module_name,
        })
    });
    let categories: Vec<Value> = categories.collect();
    let mut told = profile_json(call, profile);
    told["permissions_details"] = details.into();
    told["sections"] = json!([{ "name": "module", "categories": categories }]);
    told
}

fn permission_id(call: &Call<'_>, module: &Module, permission: Permission) -> String {
    let number = Part::Permission.number(module.number, permission as i64);
    call.metadata().schema_id_of(number).to_string()
}
