//! The refusals of the recycle bin.

tanzanite_protocol::faults! {
    "recycle_bin.";

    /// The profile may not delete in the record's module, and so neither restore there nor purge.
    NOT_PERMITTED: Sharing 403 NO_PERMISSION "Permission denied to delete" ["permissions", "id"] Assumed;
    /// The record is not shared with this user for writing.
    NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to perform this action" ["id"] Assumed;
    /// Another record has a unique value of the record that is to be restored.
    VALUE_TAKEN: State 400 DUPLICATE_DATA "duplicate data" ["id", "api_name"] Assumed;
}
