//! The refusals of notifications.

tanzanite_protocol::faults! {
    "notifications.";

    /// The caller has no such channel, or the channel does not watch the module. Code and status are documented and met
    /// by clients; message and details are not.
    // Conflict C40: the older OpenAPI answers refused items with 202, the newer one with 207 or 400.
    NOT_SUBSCRIBED: Record 400 NOT_SUBSCRIBED "the channel is not subscribed for actions-watch" ["channel_id"] ThirdParty;
    /// Neither name nor id of a module or field in a condition is given.
    CONDITION_UNNAMED: Body 400 EXPECTED_FIELD_MISSING "Specify atleast one field" ["expected_fields"] OpenApi;
    /// Name and id in a condition are those of two modules or fields.
    CONDITION_AMBIGUOUS: Body 400 AMBIGUITY_DURING_PROCESSING "AMBIGUITY_DURING_PROCESSING" ["ambiguity_due_to"] OpenApi;
    /// A condition has no `field_selection`.
    SELECTION_MISSING: Body 400 DEPENDENT_FIELD_MISSING "DEPENDENT_FIELD_MISSING" ["dependee", "api_name", "json_path"] OpenApi;
    /// The caller's profile may not see records of a module in `events`.
    NOT_PERMITTED: Sharing 403 NO_PERMISSION "permission denied" ["permissions", "api_name", "json_path"] Assumed;
}
