//! The refusals of a change of owners.

tanzanite_protocol::faults! {
    "change_owner.";

    /// The operation came with v3.
    VERSION_TOO_EARLY: Parameters 400 API_NOT_SUPPORTED "Change Owner is not supported in this API version" ["supported_version"] OpenApi;
    /// The new owner is no user.
    OWNER_UNKNOWN: Body 400 INVALID_DATA "Invalid data provided" ["api_name", "json_path"] OpenApi;
    /// The new owner does not work here any more, or not yet.
    OWNER_INACTIVE: Body 400 INVALID_DATA "The user to whom you are trying to transfer the records is not active." ["api_name", "json_path", "owner_status"] OpenApi;
    /// The new owner's profile does not show the module.
    OWNER_CANNOT_VIEW: Body 403 CANNOT_ASSIGN "The user you are trying to assign does not have permission for this module." ["permissions"] OpenApi;
    /// The profile may not change owners in this module.
    NOT_PERMITTED: Profile 403 NO_PERMISSION "You do not have permission to perform this operation" ["permissions"] OpenApi;
    /// The record is not shared with this user for writing.
    NOT_SHARED: Sharing 403 CANNOT_PERFORM_ACTION "You do not have permission to change the owner of this record." ["id", "index"] OpenApi;
    /// The record is locked for this user.
    LOCKED: Lock 400 RECORD_LOCKED "Sorry, you cannot perform this operation as the record is locked." ["action", "id"] OpenApi;
}
