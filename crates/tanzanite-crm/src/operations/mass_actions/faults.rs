//! The refusals of mass actions.

tanzanite_protocol::faults! {
    "mass_actions.";

    /// Neither ids nor a custom view are given, or nothing to change. The OpenAPI of 2026 has details for the deletion
    /// and none for the update.
    NOTHING_MEANT: Body 400 MANDATORY_NOT_FOUND "required field not found" ["expected_data_type", "api_name"] OpenApi;
    /// An id is none.
    ID_MALFORMED: Body 400 INVALID_DATA "the id given seems to be invalid" ["api_name", "json_path", "id"] OpenApi;
    /// The module has no such custom view.
    VIEW_UNKNOWN: Body 400 INVALID_DATA "the cvid given seems to be invalid" ["api_name", "json_path", "id"] OpenApi;
    /// The values of an update are empty.
    NO_FIELD: Body 400 INVALID_DATA "No field found" [] Docs;
    /// More fields than one update may change: three of deals, one of the others.
    TOO_MANY_FIELDS: Body 400 INVALID_DATA "Max field limit exceeded" ["limit"] Docs;
    /// The field is of a kind that no update of many changes. The details are assumed.
    FIELD_NOT_UPDATED: Body 400 INVALID_DATA "This field cannot be updated in the Mass Update" ["api_name", "json_path"] Docs;
    /// No record is in the custom view.
    NO_RECORDS: Record 400 NO_RECORDS_FOUND "no record found to update" [] OpenApi;
    /// More records are in the custom view than one job takes.
    TOO_MANY_RECORDS: Record 400 LIMIT_EXCEEDED "Record count exceeded" ["limit"] Docs;
    /// More records are in the custom view than may get another owner at once.
    TOO_MANY_OWNED: Record 400 RECORD_LIMIT_EXCEEDED "The number of records exceeds the limit" ["limit"] OpenApi;
    /// A job that has not ended does the same in the same custom view.
    UNDER_WAY: Record 400 ALREADY_SCHEDULED "Already a Mass Action scheduler is running for the given cvid" ["api_name"] OpenApi;
    /// The record is not shared with this user for writing.
    NOT_SHARED: Sharing 400 CANNOT_PERFORM_ACTION "no permission to perform an action on this record" ["id"] Docs;
    /// `job_id` is missing.
    JOB_MISSING: Parameters 400 MANDATORY_NOT_FOUND "mandatory param missing" ["param_name"] OpenApi;
    /// `job_id` is that of no such job.
    JOB_UNKNOWN: Record 400 INVALID_DATA "The jobid given seems to be invalid" ["param_name"] OpenApi;
    /// The job is about another module.
    JOB_ELSEWHERE: Record 404 NOT_FOUND "The specified job does not belong to this module" [] OpenApi;
}
