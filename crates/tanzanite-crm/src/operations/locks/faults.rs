//! The refusals of record locks.

tanzanite_protocol::faults! {
    "lock.";

    /// No locking configuration covers the module.
    NOT_CONFIGURED: State 400 NOT_ALLOWED "Required Record Locking Configuration is not present" ["resource_path_index"] OpenApi;
    /// The configuration only has automatic locking.
    ONLY_AUTOMATIC: State 403 NOT_ALLOWED "record cannot be locked, only automatic locking is configured" ["resource_path_index"] OpenApi;
    /// The record is locked already.
    ALREADY: State 403 NOT_ALLOWED "record is already locked" ["resource_path_index"] OpenApi;
    /// The lock's id in the path is that of no lock of this record.
    UNKNOWN: State 400 INVALID_DATA "the related id given seems to be invalid" ["resource_path_index"] OpenApi;
    /// The record has no lock. Only unlocking says where in the path.
    RELATION_MISSING: State 400 INVALID_DATA "relation not found" ["resource_path_index"] OpenApi;
    /// The profile may not view this module, or not edit in it.
    NOT_PERMITTED: Profile 403 NO_PERMISSION "permission denied" ["permissions"] OpenApi;
    /// The record is not shared with this user for what was asked.
    NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to lock the record" [] Assumed;
}

/// Faults of unlocking alone.
pub mod unlock {
    tanzanite_protocol::faults! {
        "unlock.";

        /// This user may not unlock the record.
        NOT_PERMITTED: Sharing 403 NO_PERMISSION "You do not have permission to unlock this record" [] OpenApi;
        /// A rule locked the record; no user can unlock it.
        AUTOMATIC: State 403 NOT_ALLOWED "Automatically locked records can not be unlocked manually" [] OpenApi;
    }
}
