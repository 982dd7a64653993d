//! The refusals of settings.

tanzanite_protocol::faults! {
    "settings_module.";

    /// The settings in the path are those of no module. Here the scope is checked before the module; for records the
    /// module is checked first.
    UNKNOWN: Record 400 INVALID_MODULE "the module name given seems to be invalid" ["resource_path_index"] Seed;
}
