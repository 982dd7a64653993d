//! Faults that many endpoints share (those of gates, parameters, bodies and fields), and the catalogue of all faults.
//!
//! A table with one row for each fault, keyed by its reason and not by its code, since a code may have several
//! messages. Where the vendor's sources conflict, the row's comment names the conflict (numbers C1 and on;
//! `docs/compatibility.md` lists them); another decision is a change of that row. Faults of one resource stand in its
//! folder.

use crate::collection;
use crate::operations::{
    attachments, blueprint, bulk_read, change_owner, coql, lead_conversion, locks, mass_actions,
    notes, notifications, oauth, photo, records, recycle_bin, related, settings, tags,
};
use tanzanite_protocol::Row;

/// All faults, resource by resource.
pub static CATALOGUE: &[&[&Row]] = &[
    ALL,
    photo::faults::ALL,
    records::faults::ALL,
    recycle_bin::faults::ALL,
    related::faults::ALL,
    notes::faults::ALL,
    attachments::faults::ALL,
    lead_conversion::faults::ALL,
    blueprint::faults::ALL,
    change_owner::faults::ALL,
    coql::faults::ALL,
    bulk_read::faults::ALL,
    mass_actions::faults::ALL,
    locks::faults::ALL,
    locks::faults::unlock::ALL,
    settings::faults::ALL,
    collection::faults::ALL,
    settings::roles::faults::ALL,
    settings::variables::faults::ALL,
    settings::business_hours::faults::ALL,
    settings::holidays::faults::ALL,
    tags::faults::ALL,
    tags::mass_delete::refusals::ALL,
    notifications::faults::ALL,
    oauth::faults::ALL,
];

/// The rows of the catalogue, in its order.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    CATALOGUE.iter().copied().flatten().copied()
}

tanzanite_protocol::faults! {
    "";

    /// The path is that of no operation.
    // Conflict C4: the OpenAPI has 400 for photos; the page and all other documents have 404.
    URL_UNKNOWN: Url 404 INVALID_URL_PATTERN "Please check if the URL trying to access is a correct one" [] Seed;
    /// The path is known, the method is not one of its own.
    METHOD_WRONG: Method 400 INVALID_REQUEST_METHOD "The http request method type is not a valid one" [] Seed;
    /// The vendor has this operation and Tanzanite does not serve it yet.
    OPERATION_NOT_SERVED: Served 400 API_NOT_SUPPORTED "Tanzanite does not serve this operation yet" ["operation", "method", "path"] Assumed;
    /// There is no `Authorization` header, or none that holds a token.
    AUTHENTICATION_MISSING: Authentication 401 AUTHENTICATION_FAILURE "Authentication failed" [] Measured;
    /// The token is unknown, expired or revoked, or its user is no longer active.
    TOKEN_INVALID: Token 401 INVALID_TOKEN "invalid oauth token" [] Measured;
    /// The limits are on, and the day's credits do not suffice for the call, or as many calls of the application are
    /// under way as may be at once. Never with `Retry-After`: no source knows it.
    // Conflict C8: the OpenAPI example (2026) has another message and details, on a page whose other examples are
    // invented.
    TOO_MANY_REQUESTS: Limits 429 TOO_MANY_REQUESTS "too many requests. please try again after some time" [] ThirdParty;
    /// The organisation has no module of this name.
    MODULE_UNKNOWN: Module 400 INVALID_MODULE "the module name given seems to be invalid" ["resource_path_index"] Seed;
    /// The module exists, and this operation does not take it.
    MODULE_NOT_SUPPORTED: Module 400 INVALID_MODULE "The given module is not supported in API" ["resource_path_index"] Seed;
    /// The vendor's operation takes the module, and Tanzanite does not serve it yet.
    MODULE_NOT_SERVED: Module 400 API_NOT_SUPPORTED "Tanzanite does not serve this module yet" ["resource_path_index", "module"] Assumed;
    /// No scope of the token covers the operation.
    // Conflict C7: some OpenAPI examples have 403; the page and measurements have 401.
    SCOPE_MISMATCH: Scope 401 OAUTH_SCOPE_MISMATCH "Unauthorized" [] Seed;
    /// The store failed; nothing was changed.
    STORE_FAILED: Store 500 INTERNAL_ERROR "Internal Server Error" [] Seed;
    /// A parameter that the operation cannot do without is missing.
    PARAMETER_MISSING: Parameters 400 REQUIRED_PARAM_MISSING "One of the expected parameter is missing" ["param_name"] Docs;
    /// A parameter's value is none that it can have.
    PARAMETER_INVALID: Parameters 400 INVALID_DATA "Please check whether the input values are correct" ["param_name", "supported_values"] OpenApi;
    /// A parameter's value does not have the form that it must have.
    PARAMETER_PATTERN: Parameters 400 PATTERN_NOT_MATCHED "Please check whether the input values are correct" ["param_name"] OpenApi;
    /// A parameter's value is too long, too large, or names too many things.
    PARAMETER_LIMIT: Parameters 400 LIMIT_EXCEEDED "limit exceeded" ["param_name", "limit"] OpenApi;
    /// A page beyond the records that can be had by page number.
    PAGE_BEYOND_LIMIT: Parameters 400 DISCRETE_PAGINATION_LIMIT_EXCEEDED "You can only get the first 2000 records without using page_token param" ["limit"] Measured;
    /// A page beyond the records that can be had at all.
    PAGE_TOKEN_BEYOND_LIMIT: Parameters 400 PAGINATION_LIMIT_EXCEEDED "You can only get upto 100000 records using page_token param" ["param_name"] OpenApi;
    /// A page token that is none, or one of another user or another query.
    PAGE_TOKEN_MISMATCH: Parameters 400 TOKEN_BOUND_DATA_MISMATCH "The page_token given seems to be invalid or input param is added or altered or deleted" ["param_name"] OpenApi;
    /// A page token older than 24 hours.
    PAGE_TOKEN_EXPIRED: Parameters 400 EXPIRED_VALUE "Page token expired" ["api_name", "json_path"] OpenApi;
    /// `fields` is missing where a list cannot do without. The OpenAPI example's body; the page's row has the other
    /// message.
    FIELDS_PARAMETER_MISSING: Parameters 400 REQUIRED_PARAM_MISSING "required param is missing" ["param_name"] OpenApi;
    /// Two parameters that exclude each other. Code and details are documented, the message is not.
    PARAMETERS_AMBIGUOUS: Parameters 400 AMBIGUITY_DURING_PROCESSING "Ambiguity while processing the request" ["ambiguity_due_to"] Assumed;
    /// A parameter's value is none of those that there are: `cvid` names none of the module's views, or `type` no type
    /// of profiles.
    PARAMETER_UNKNOWN: Parameters 400 INVALID_DATA "invalid data" ["param_name"] OpenApi;
    /// The call has a parameter or a header that the vendor acts on and Tanzanite does not yet. One of the two details
    /// is there.
    PARAMETER_NOT_SERVED: Parameters 400 API_NOT_SUPPORTED "Tanzanite does not act on this parameter or header yet" ["param_name", "header"] Assumed;
    /// The body is no JSON object, or longer than the bound.
    BODY_INVALID: Body 400 INVALID_DATA "body" ["expected_data_type"] Measured;
    /// The body's list of items is empty, or a list within an item is shorter than it must be.
    BODY_NO_ITEMS: Body 400 INVALID_DATA "invalid data" ["minimum_length", "api_name", "json_path"] Assumed;
    /// The body holds more items than one call may.
    BODY_TOO_MANY_ITEMS: Body 400 LIMIT_EXCEEDED "count of records in your request exceeds the limit" ["maximum_length", "api_name"] OpenApi;
    /// Two keys of the body exclude each other, or name different things.
    BODY_AMBIGUOUS: Body 400 AMBIGUITY_DURING_PROCESSING "Ambiguity while processing the request" ["ambiguity_due_to"] OpenApi;
    /// `trigger`, `restrict_triggers`, a list of features or `duplicate_check_fields` in a body holds another word than
    /// those that it can hold.
    TRIGGER_INVALID: Body 400 INVALID_DATA "invalid data" ["api_name", "json_path", "supported_values"] Assumed;
    /// The body has a key that the vendor acts on and Tanzanite does not yet, with a value that would change something.
    KEY_NOT_SERVED: Body 400 API_NOT_SUPPORTED "Tanzanite does not act on this key yet" ["api_name", "json_path"] Assumed;
    /// No scope of the token covers reading the module that the body names.
    BODY_MODULE_SCOPE: Body 401 OAUTH_SCOPE_MISMATCH "Unauthorized" [] Docs;
    /// The profile may not view the module that the body names.
    BODY_MODULE_DENIED: Body 403 NO_PERMISSION "Permission denied" ["permissions"] Assumed;
    /// Several fields of one item are wrong.
    FIELDS_MANY_WRONG: Body 400 MULTIPLE_OR_MULTI_ERRORS "Multiple errors in the request" ["errors"] OpenApi;
    /// None of several keys of the body is given, one of which must be.
    FIELD_CHOICE_MISSING: Body 400 EXPECTED_FIELD_MISSING "one of the expected fields is missing" ["expected_fields"] OpenApi;
    /// A key of the body or a field that the module cannot do without is missing or empty.
    FIELD_MANDATORY_MISSING: Body 400 MANDATORY_NOT_FOUND "required field not found" ["api_name", "json_path"] OpenApi;
    /// The value of a field, or of a key of the body, is of another type.
    FIELD_TYPE_WRONG: Body 400 INVALID_DATA "invalid data" ["expected_data_type", "api_name", "json_path"] OpenApi;
    /// A field's value is too long.
    FIELD_TOO_LONG: Body 400 INVALID_DATA "invalid data" ["maximum_length", "api_name", "json_path"] OpenApi;
    /// The id in the path is that of no role, or no user's at all. That users answer as roles do is assumed.
    PATH_ID_UNKNOWN: Record 400 INVALID_DATA "the id given seems to be invalid" ["resource_path_index"] Docs;
    /// The caller's profile hides the field or shows it only. No source says what the vendor answers; to drop the value
    /// would be SUCCESS with nothing done.
    FIELD_NOT_WRITABLE: Body 403 NO_PERMISSION "permission denied to edit the field" ["api_name", "json_path"] Assumed;
    /// A field's value is of the right type and is none that it can have: a format, a lookup's target, an unknown user.
    FIELD_VALUE_INVALID: Body 400 INVALID_DATA "invalid data" ["api_name", "json_path"] OpenApi;
    /// A value is right by itself, and cannot be beside what is kept: a record's other values, a role that would report
    /// to itself in the end, a tag of another module. The last is the vendor's; the others are assumed.
    VALUE_IMPOSSIBLE: State 400 INVALID_DATA "invalid data" ["api_name", "json_path"] Docs;
    /// There are as many as there can be: records that one is connected with by a list, or modules that the
    /// organisation's channels watch. The bounds are Tanzanite's own.
    TOO_MANY: State 400 LIMIT_EXCEEDED "limit exceeded" ["limit"] Assumed;
    /// A unique field's value is another record's already.
    FIELD_DUPLICATE: State 400 DUPLICATE_DATA "duplicate data" ["api_name", "duplicate_record", "id", "json_path", "more_records"] OpenApi;
    /// `module` in the query names no module.
    MODULE_PARAMETER_INVALID: Parameters 400 INVALID_MODULE "the module name given seems to be invalid" ["param_name"] OpenApi;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::descriptors;
    use std::collections::HashSet;
    use tanzanite_protocol::{Fault, Stage};

    #[test]
    fn no_two_rows_have_one_key_or_one_name() {
        let (mut keys, mut names) = (HashSet::new(), HashSet::new());
        for row in rows() {
            assert!(keys.insert(row.key) && names.insert(row.name()), "{row:?}");
        }
        assert!(keys.len() > 80, "{}", keys.len());
    }

    #[test]
    fn every_fault_of_an_endpoint_is_in_the_catalogue() {
        let known: HashSet<_> = rows().map(|row| row.key).collect();
        for descriptor in descriptors() {
            for row in descriptor.faults() {
                assert!(known.contains(&row.key), "{}: {row:?}", descriptor.id);
            }
        }
    }

    #[test]
    fn no_two_rows_look_alike_on_the_wire_and_stand_at_the_same_stage() {
        let mut seen = HashSet::new();
        for row in rows() {
            let key = (row.status, row.code, row.message, row.details, row.stage);
            assert!(seen.insert(key), "{row:?} repeats another row");
        }
    }

    #[test]
    fn a_reply_has_the_same_bytes_as_the_value() {
        for row in rows() {
            let mut fault = Fault::new(row);
            for detail in row.details {
                fault = fault.with(detail, "\"\u{e4}");
            }
            let reply = fault.to_reply();
            let body = reply.content.bytes().map(AsRef::as_ref);
            assert_eq!(body, Some(fault.to_json().to_string().as_bytes()));
        }
    }

    #[test]
    fn a_code_of_500_is_the_store_s_alone() {
        for row in rows() {
            assert_eq!(row.status >= 500, row.stage == Stage::Store, "{row:?}");
        }
    }
}
