//! The refusals of blueprints.

tanzanite_protocol::faults! {
    "blueprint.";

    /// The profile may not view this module.
    READ_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to read records" ["permissions"] Docs;
    /// The list of transitions or the id of one is missing. That the page means these, and not fields of the
    /// transition, follows from its words about a transition that is saved partially.
    PARAMETER_MISSING: Body 400 MANDATORY_NOT_FOUND "mandatory param missing" ["api_name", "json_path"] Docs;
    /// The record is in no process, or in the last state of one.
    // The OpenAPI document has the message in lower case; the page "Blueprint APIs" has "Record not in process".
    NOT_IN_PROCESS: State 400 RECORD_NOT_IN_PROCESS "record not in process" [] OpenApi;
    /// There is no such transition, it is not available in the record's state, or the record does not meet its criteria.
    TRANSITION_INVALID: State 400 INVALID_DATA "invalid transition" [] OpenApi;
    /// An update changes the field whose values are the states of the process that the record is in.
    // A driver's vendor quotes an account's message, "Stage cannot be updated as it is in the blueprint"; the OpenAPI
    // document of records and the page "Mass Update Records" have this text. The details are assumed.
    RECORD_IN_BLUEPRINT: State 400 RECORD_IN_BLUEPRINT "The record is in blue print" ["api_name", "json_path"] OpenApi;
}
