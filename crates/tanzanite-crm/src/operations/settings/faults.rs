//! The refusals of settings.

tanzanite_protocol::faults! {
    "settings_module.";

    /// The settings in the path are those of no module. Here the scope is checked before the module; for records the
    /// module is checked first.
    UNKNOWN: Record 400 INVALID_MODULE "the module name given seems to be invalid" ["resource_path_index"] Seed;
    /// The id in the path is that of no profile.
    PROFILE_UNKNOWN: Record 400 INVALID_DATA "the id given seems to be invalid or already deleted" ["resource_path_index"] OpenApi;
    /// `layout_id` is not the layout of deals.
    LAYOUT_UNKNOWN: Parameters 400 INVALID_DATA "the id given seems to be invalid" ["param_name"] Assumed;
}
