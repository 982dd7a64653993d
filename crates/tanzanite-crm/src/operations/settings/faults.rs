//! The refusals of settings.

tanzanite_protocol::faults! {
    "settings_module.";

    /// The path names no module whose settings are asked for. The scope is looked at before, as it is not where a module is worked in.
    UNKNOWN: Record 400 INVALID_MODULE "the module name given seems to be invalid" ["resource_path_index"] Seed;
}
