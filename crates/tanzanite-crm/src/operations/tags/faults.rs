//! The refusals of tags.

tanzanite_protocol::faults! {
    "tag.";

    /// The parameter `module` is missing.
    MODULE_MISSING: Parameters 400 REQUIRED_PARAM_MISSING "One of the expected parameter is missing" ["param"] OpenApi;
    /// `module` names no module.
    MODULE_UNKNOWN: Parameters 400 INVALID_MODULE "the module name given seems to be invalid" [] OpenApi;
    /// `module` names one whose records have no tags.
    MODULE_UNSUPPORTED: Parameters 400 INVALID_MODULE "the given module is not supported for this api" [] OpenApi;
    /// The caller's profile may not edit records of the tag's module.
    NOT_PERMITTED: Sharing 403 NO_PERMISSION "permission denied" ["permissions"] OpenApi;
    /// The id in the path, or of a tag to merge, is that of none.
    UNKNOWN: Record 400 INVALID_DATA "tags not found" ["id"] OpenApi;
    /// The module has as many tags as there can be.
    TOO_MANY: State 400 LICENSE_LIMIT_EXCEEDED "tags edition limit exceeded" [] OpenApi;
    /// The record would have more tags than one can.
    TOO_MANY_ON_RECORD: State 400 LIMIT_EXCEEDED "limit exceeded" ["limit", "api_name"] Assumed;
    /// The profile may not edit records of the module.
    REMOVE_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to remove tags" ["permissions"] Docs;
    /// The record is not shared with the caller for writing.
    ADD_NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to add tags" [] Docs;
    /// The record is not shared with the caller for writing.
    REMOVE_NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to remove tags" [] Docs;
    /// The id of a record is that of none in this module.
    RECORD_UNKNOWN: Record 400 INVALID_DATA "invalid data" ["api_name", "json_path"] OpenApi;
}
