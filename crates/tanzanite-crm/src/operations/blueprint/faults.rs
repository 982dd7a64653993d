//! The refusals of blueprints.

tanzanite_protocol::faults! {
    "blueprint.";

    /// The profile may not view this module.
    READ_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to read records" ["permissions"] Docs;
    /// The list of transitions or the id of one is missing. A missing field saves the transition partially.
    // Conflict C30.
    PARAMETER_MISSING: Body 400 MANDATORY_NOT_FOUND "mandatory param missing" ["api_name", "json_path"] Docs;
    /// The record is in no process, or in the last state of one.
    // The OpenAPI document has the message in lower case; the page "Blueprint APIs" has "Record not in process".
    NOT_IN_PROCESS: State 400 RECORD_NOT_IN_PROCESS "record not in process" [] OpenApi;
    /// There is no such transition, it does not lead out of the record's state, or the record misses its criteria.
    // Conflict C31.
    TRANSITION_INVALID: State 400 INVALID_DATA "invalid transition" [] OpenApi;
    /// An update changes the field whose values are the states of the process that the record is in.
    // Conflict C29. The details are assumed.
    RECORD_IN_BLUEPRINT: State 400 RECORD_IN_BLUEPRINT "The record is in blue print" ["api_name", "json_path"] OpenApi;
}
