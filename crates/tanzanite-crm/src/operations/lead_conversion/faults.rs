//! The refusals of the conversion of leads.

tanzanite_protocol::faults! {
    "lead_conversion.";

    /// The lead was converted before.
    ALREADY_CONVERTED: State 400 ID_ALREADY_CONVERTED "id already converted" ["resource_path_index"] OpenApi;
    /// The profile may not make records in a module to which the lead would be converted.
    TARGET_NOT_PERMITTED: Sharing 403 NO_PERMISSION "Permission denied to add records" ["permissions"] Assumed;
}
