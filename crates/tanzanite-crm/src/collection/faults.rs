//! The refusals that collections share.

tanzanite_protocol::faults! {
    "collection.";

    /// A text is not of the form that the vendor's expression says.
    PATTERN: Body 400 INVALID_DATA "invalid data" ["regex", "api_name", "json_path"] OpenApi;
    /// A text is none of the words that there are.
    WORD: Body 400 INVALID_DATA "invalid data" ["supported_values", "api_name", "json_path"] OpenApi;
    /// A name or a colour has a character that it cannot have.
    SPECIAL_CHARACTERS: Body 400 INVALID_DATA "special characters found in the given name" ["api_name", "json_path"] OpenApi;
    /// A reference is to no thing or user that there is.
    REFERENCE_UNKNOWN: Body 400 INVALID_DATA "The ID given seems to be invalid or already deleted" ["api_name", "json_path"] Docs;
    /// A member has no value, and that of another member makes it mandatory. The code is the page's, the message that
    /// of all faults of such things in the OpenAPI.
    DEPENDENT_MISSING: State 400 DEPENDENT_FIELD_MISSING "required field not found" ["api_name", "json_path", "dependee"] Docs;
    /// A value is not of the type that another member of the thing says.
    VALUE_OF_TYPE: State 400 INVALID_DATA "invalid data" ["expected_data_type", "maximum_length", "api_name", "json_path"] OpenApi;
    /// The id of an item is that of no thing.
    ID_UNKNOWN: Record 400 INVALID_DATA "the id given seems to be invalid" ["api_name", "json_path"] Docs;
    /// The id or the name in the path is that of no thing, or the id that of no lead to be converted.
    UNKNOWN: Record 400 INVALID_DATA "invalid data" ["resource_path_index"] OpenApi;
    /// A parameter of the query names a thing that there is not.
    PARAMETER_UNKNOWN: Parameters 400 INVALID_DATA "Invalid data" ["param_name"] OpenApi;
}
