//! The refusals of what hangs on a record, or refers to it.

tanzanite_protocol::faults! {
    "related.";

    /// The id in the path is that of no record.
    PARENT_UNKNOWN: Record 400 INVALID_DATA "the related id given seems to be invalid" ["resource_path_index"] OpenApi;
    /// The module has no related list of this name.
    RELATION_UNKNOWN: Parameters 400 INVALID_DATA "the relation name given seems to be invalid" ["resource_path_index"] Measured;
    /// The vendor has this related list, and Tanzanite does not serve it yet.
    RELATION_NOT_SERVED: Parameters 400 API_NOT_SUPPORTED "Tanzanite does not serve this related list yet" ["resource_path_index", "related_list"] Assumed;
    /// The id in the path of what is to be deleted is that of nothing that hangs on the record.
    NOT_DELETED: State 400 INVALID_DATA "record not deleted" ["resource_path_index"] OpenApi;
    /// The two records are not connected by this list.
    NOT_RELATED: State 400 INVALID_DATA "relation not found" ["id"] OpenApi;
    /// The profile may not view the record's module.
    READ_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to read related records" ["permissions"] OpenApi;
    /// The profile may not edit in the record's module.
    UPDATE_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to update related records" ["permissions"] Assumed;
    /// The profile may not edit in the record's module, and so not take from its records.
    DELETE_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to delete records" ["permissions"] OpenApi;
    /// The record is not shared with this user at all.
    READ_NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to read related records data" [] OpenApi;
    /// The record is not shared with this user for writing.
    UPDATE_NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to update related records data" [] OpenApi;
    /// The record is not shared with this user for writing.
    DELETE_NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to delete related records data" [] OpenApi;
}
