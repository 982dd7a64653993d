//! The refusals of records. Those of their fields stand with those of bodies, in `crate::faults`.

tanzanite_protocol::faults! {
    "record.";

    /// The id of the path is malformed, too large, unknown in this module, or that of a deleted record.
    // The page "Upload a photo" (v7) has "the related id given …": conflict C5 in docs/compatibility.md.
    UNKNOWN: Record 400 INVALID_DATA "the id given seems to be invalid" [] Seed;
    /// The profile may not create in this module.
    CREATE_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to add records" ["permissions"] Docs;
    /// The profile may not create in this module, and so not upsert.
    UPSERT_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to upsert" ["permissions"] Docs;
    /// The profile may not view this module.
    VIEW_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied" ["permissions"] OpenApi;
    /// The profile may not edit in this module.
    UPDATE_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to update" ["permissions"] Docs;
    /// The profile may not edit in this module, and so not add tags or follow a transition.
    ACTION_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to update records" ["permissions"] Docs;
    /// The profile may not delete in this module.
    DELETE_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to delete" ["permissions"] OpenApi;
    /// The record is not shared with this user at all.
    VIEW_NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to read records" [] Assumed;
    /// The record is not shared with this user for writing.
    UPDATE_NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to update records" [] Docs;
    /// The record is not shared with this user for writing.
    DELETE_NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to delete records" [] OpenApi;
    /// An item of an upsert means a record that there is, and the profile may not edit in this module. Only the item is
    /// refused, since others may be new.
    UPSERT_EDIT_NOT_PERMITTED: Sharing 403 NO_PERMISSION "Permission denied to update" ["permissions"] Assumed;
    /// The record is locked for this user.
    UPDATE_LOCKED: Lock 400 RECORD_LOCKED "Sorry, you cannot perform this operation as the record is locked." ["api_name", "json_path", "action"] OpenApi;
    /// The record is locked for this user against a change of its tags, or of its state in a blueprint.
    ACTION_LOCKED: Lock 400 RECORD_LOCKED "You cannot perform this operation as the record is locked." [] Docs;
    /// The record is locked for this user.
    DELETE_LOCKED: Lock 400 RECORD_LOCKED "You cannot perform this operation as the record is locked." ["action", "id"] OpenApi;
    /// The id in an item of an update, or in its path, is that of no record. For an id in the path the reply has no
    /// `data`, and `resource_path_index` is its place in the path.
    ID_UNKNOWN: Record 400 INVALID_DATA "the id given seems to be invalid" ["api_name", "json_path", "resource_path_index"] Docs;
    /// The id of a record in the recycle bin, or of one that is to get another owner, is that of none, or the caller
    /// may not see it. One in the path is told by its place there.
    ID_OF_NONE: Record 400 INVALID_DATA "the id given seems to be invalid" ["id", "resource_path_index"] OpenApi;
    /// The id of a record to delete is that of no record.
    NOT_DELETED: Record 400 INVALID_DATA "record not deleted" ["id", "resource_path_index"] OpenApi;
    /// The id of a record to delete is no id at all.
    ID_MALFORMED: Parameters 400 UNABLE_TO_PARSE_DATA_TYPE "either the request body or parameters is in wrong format" ["resource_path_index"] Docs;
    /// The record changed after the time in `If-Unmodified-Since`.
    MODIFIED_SINCE: State 412 ALREADY_MODIFIED "record updated time has already passed if-unmodified-since time" ["Modified_Time", "Created_Time", "id", "Modified_By", "Created_By"] OpenApi;
    /// The value of a field is none that the value of another one allows: a stage that is not of the deal's pipeline.
    VALUE_NOT_MAPPED: State 400 MAPPING_MISMATCH "Pipeline doesn't contain the Stage" ["mapped_field", "api_name", "json_path"] Measured;
    /// The id in a row of a subform is that of none of the record's rows.
    ROW_UNKNOWN: State 400 INVALID_DATA "the id given seems to be invalid" ["api_name", "json_path"] Assumed;
    /// `Record_Image` names another photo than the one that the record has. In an insert any photo has the
    /// fault `KeyNotServed`.
    IMAGE_NOT_SERVED: State 400 API_NOT_SUPPORTED "Tanzanite does not act on this key yet" ["api_name", "json_path"] Assumed;

    /// A count by a custom view and by a search at once.
    COUNT_AMBIGUOUS: Parameters 400 AMBIGUITY_DURING_PROCESSING "Please use either Cvid or Search Params. Combination of both the params is not allowed" ["ambiguity_due_to"] OpenApi;
    /// No parameter is given that chooses records: `criteria`, `email`, `phone` or `word`, in the recycle bin `ids`.
    CHOICE_MISSING: Parameters 400 EXPECTED_PARAM_MISSING "one of the expected parameter is missing" ["param_names"] OpenApi;
    /// The value of `phone` or `word` is none that can be looked for.
    SEARCH_PARAMETER_INVALID: Parameters 400 INVALID_QUERY "Invalid query formed" ["param_name"] OpenApi;
    /// `word` has one letter.
    SEARCH_WORD_SHORT: Parameters 400 INVALID_DATA "provide atleast 2 letters for search" ["param_name"] OpenApi;
    /// A page beyond the records that one search gives.
    SEARCH_BEYOND_LIMIT: Parameters 400 LIMIT_REACHED "maximum response iteration limit reached" ["limit"] Measured;
    /// The criteria are not of the form `(name:operator:value)`, combined by `and` and `or`.
    CRITERIA_MALFORMED: Parameters 400 INVALID_QUERY "Invalid query formed" [] OpenApi;
    /// There are more conditions than one search may have. The page says ten, the message fifteen.
    CRITERIA_TOO_MANY: Parameters 400 CRITERIA_LIMIT_EXCEEDED "no of criterium that can be given exceed the limit 15" [] OpenApi;
    /// A condition names no field, one of which no key is kept, or one that the caller's profile hides. A live account
    /// of 2026 has this message; the OpenAPI example repeats the reason in it.
    CRITERIA_FIELD: Parameters 400 INVALID_QUERY "Invalid query formed" ["reason", "api_name"] Measured;
    /// A field of this type is not compared so.
    CRITERIA_OPERATOR: Parameters 400 INVALID_QUERY "Invalid query formed" ["reason", "api_name", "operator"] OpenApi;
    /// The field cannot have the value.
    CRITERIA_VALUE: Parameters 400 INVALID_QUERY "Invalid query formed" ["expected_data_type", "reason", "api_name", "value"] OpenApi;
    /// `in` has more values than it may.
    CRITERIA_VALUES_TOO_MANY: Parameters 400 INVALID_QUERY "Only 100 values are allowed in \"IN\" criteria" ["api_name"] OpenApi;
}
