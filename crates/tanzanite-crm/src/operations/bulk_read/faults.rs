//! The refusals of bulk reads. The vendor's OpenAPI has their codes and the keys of some details; it has no message.

tanzanite_protocol::faults! {
    "bulk_read.";

    /// There is no body.
    BODY_EMPTY: Body 400 REQUEST_BODY_IS_EMPTY "request body is empty" [] OpenApi;
    /// The body is no JSON object.
    BODY_UNREADABLE: Body 400 REQUEST_BODY_NOT_READABLE "request body is not readable" [] OpenApi;
    /// The organisation has no such module.
    MODULE_UNKNOWN: Body 400 MODULE_NOT_AVAILABLE "module is not available" ["module"] OpenApi;
    /// The module's records cannot be read in bulk: notes, attachments, rows of subforms.
    MODULE_UNSUPPORTED: Body 400 MODULE_NOT_SUPPORTED "module is not supported" ["module"] OpenApi;
    /// The module has no such field, or the caller's profile hides it.
    FIELD_UNKNOWN: Body 400 FIELD_NOT_AVAILABLE "field is not available" ["api_name", "module"] OpenApi;
    /// A field of this type is not exported.
    FIELD_UNSUPPORTED: Body 400 FIELD_NOT_SUPPORTED "field is not supported" ["api_name", "module"] OpenApi;
    /// A field is reached through more lookups than one read may go through.
    JOINS_TOO_MANY: Body 400 JOIN_LIMIT_EXCEEDED "join limit exceeded" ["api_name", "limit"] OpenApi;
    /// There is no such custom view.
    VIEW_UNKNOWN: Body 400 CVID_NOT_SUPPORTED "cvid is not supported" ["cvid"] OpenApi;
    /// The page is beyond the last one that can be asked for.
    PAGE_BEYOND: Body 400 PAGE_RANGE_EXCEEDED "page range exceeded" ["max_limit"] OpenApi;
    /// The page is no whole number from 1 on.
    PAGE_INVALID: Body 400 PAGE_NOT_SUPPORTED "page is not supported" [] OpenApi;
    /// The criteria have neither a condition nor a group, or a group without conditions.
    CRITERIA_INVALID: Body 400 INVALID_CRITERIA "criteria is invalid" ["json_path"] OpenApi;
    /// One object of the criteria has a condition and a group.
    CRITERIA_AMBIGUOUS: Body 400 AMBIGUOUS_CRITERIA "criteria is ambiguous" ["json_path"] OpenApi;
    /// The criteria have too many conditions.
    CRITERIA_TOO_MANY: Body 400 CRITERIA_LIMIT_EXCEEDED "criteria limit exceeded" ["limit"] OpenApi;
    /// A group's operator is neither `and` nor `or`.
    GROUP_OPERATOR: Body 400 GROUP_OPERATOR_NOT_SUPPORTED "group operator is not supported" ["json_path"] OpenApi;
    /// A condition's comparator is none.
    COMPARATOR: Body 400 FIELD_COMPARATOR_IN_CRITERIA_NOT_SUPPORTED "comparator in criteria is not supported" ["comparator", "api_name"] OpenApi;
    /// A condition's field is none of the module's, or the caller's profile hides it.
    CONDITION_FIELD_UNKNOWN: Body 400 FIELD_IN_CRITERIA_NOT_AVAILABLE "field in criteria is not available" ["api_name", "module"] OpenApi;
    /// A field of this type stands in no condition.
    CONDITION_FIELD_UNSUPPORTED: Body 400 FIELD_IN_CRITERIA_NOT_SUPPORTED "field in criteria is not supported" ["api_name", "module"] OpenApi;
    /// A field of this type is not compared so.
    CONDITION_COMPARATOR: Body 400 FIELD_AND_COMPARATOR_IN_CRITERIA_NOT_COMPATIBLE "field and comparator in criteria are not compatible" ["comparator", "api_name", "supported"] OpenApi;
    /// The field cannot have the value.
    CONDITION_VALUE: Body 400 FIELD_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE "field and value in criteria are not compatible" ["api_name", "expected_data_type"] OpenApi;
    /// The comparator does not take this value, or this number of values.
    COMPARATOR_VALUE: Body 400 COMPARATOR_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE "comparator and value in criteria are not compatible" ["comparator", "api_name"] OpenApi;
    /// A condition has too many values.
    VALUES_TOO_MANY: Body 400 VALUE_LIMIT_EXCEEDED_IN_CRITERIA "value limit exceeded in criteria" ["api_name", "limit"] OpenApi;
    /// A value is neither a text, a number, a truth value nor a list of these.
    VALUE_TYPE: Body 400 VALUE_TYPE_NOT_SUPPORTED "value type is not supported" ["api_name"] OpenApi;
    /// The token for the next page is none that was given to this user.
    TOKEN_INVALID: Body 400 QUERY_NOT_SUPPORTED "page token is not supported" ["api_name"] OpenApi;
    /// The token for the next page is older than a day.
    TOKEN_EXPIRED: Body 400 EXPIRED_VALUE "page token expired" ["api_name"] Assumed;
    /// There is no such job, or none with a result.
    JOB_UNKNOWN: Record 404 RESOURCE_NOT_FOUND "resource not found" ["resource"] OpenApi;
}
