//! The refusals of COQL queries. The vendor's OpenAPI of 2026 has an example of most of them.

tanzanite_protocol::faults! {
    "coql.";

    /// The query does not have the form of one.
    SYNTAX: Body 400 SYNTAX_ERROR "unexpected token" ["line", "column", "near"] OpenApi;
    /// The query ends before it is one, or it is too long or too deep.
    UNREADABLE: Body 400 SYNTAX_ERROR "error occured while parsing the query" ["near"] OpenApi;
    /// The query has no `from` or no `where`.
    CLAUSE_MISSING: Body 400 SYNTAX_ERROR "missing clause" ["clause"] OpenApi;
    /// The text is no `select`.
    NOT_SUPPORTED: Body 400 SYNTAX_ERROR "given coql query not supported" [] OpenApi;
    /// The query has an operator that COQL does not know.
    OPERATOR_UNKNOWN: Body 400 SYNTAX_ERROR "operator not supported" ["operator"] OpenApi;
    /// The query has a part that the vendor acts on and Tanzanite does not yet.
    NOT_SERVED: Body 400 API_NOT_SUPPORTED "Tanzanite does not act on this part of a query yet" ["clause"] Assumed;
    /// The module is none of the organisation's, or one that COQL does not take.
    MODULE_INVALID: Body 400 INVALID_MODULE "the given module is not supported in api" [] OpenApi;
    /// A column is no field of its module, or one that the caller's profile hides.
    COLUMN_INVALID: Body 400 INVALID_QUERY "column given seems to be invalid" ["column_name"] OpenApi;
    /// A column of this type cannot stand there.
    COLUMN_UNSUPPORTED: Body 400 INVALID_QUERY "data type not supported" ["column_name", "data_type"] OpenApi;
    /// A column is asked for twice.
    COLUMN_DUPLICATE: Body 400 DUPLICATE_DATA "duplicate select column" ["column_name"] OpenApi;
    /// An aggregate is asked for twice.
    AGGREGATE_DUPLICATE: Body 400 DUPLICATE_DATA "duplicate aggregate function" ["column_name", "aggregate"] OpenApi;
    /// A column stands twice in `order by` or `group by`. Its code is documented, its message is not.
    CLAUSE_DUPLICATE: Body 400 DUPLICATE_DATA "duplicate column" ["clause", "column_name"] Assumed;
    /// A subquery asks for several columns.
    SUBQUERY_COLUMNS: Body 400 INVALID_QUERY "subquery should contains only one column" ["sub_query_sequence", "column_name"] OpenApi;
    /// A subquery has several values, and the operator compares with one.
    SUBQUERY_VALUES: Body 400 INVALID_QUERY "subquery return more than one values which is incompatible for the operator" ["sub_query_sequence", "operator"] OpenApi;
    /// A function is none of COQL's.
    FUNCTION_UNKNOWN: Body 400 INVALID_DATA "invalid data" ["reason", "column"] OpenApi;
    /// Two columns have one alias.
    ALIAS_DUPLICATE: Body 400 DUPLICATE_ALIAS "same alias cannot refer more than one column" ["referred_columns", "alias"] OpenApi;
    /// An alias is empty.
    ALIAS_EMPTY: Body 400 INVALID_ALIAS "alias name cannot be an empty string" ["column_name", "alias"] OpenApi;
    /// A field of this type is not compared so.
    OPERATOR_INVALID: Body 400 INVALID_QUERY "Invalid query formed" ["reason", "column_name", "operator"] OpenApi;
    /// The field cannot have the value.
    VALUE_INVALID: Body 400 INVALID_QUERY "value given seems to be invalid for the column" ["column_name", "expected_data_type"] OpenApi;
    /// A clause has more than it may. The vendor's page lists the limits; the message is not documented.
    TOO_MUCH: Body 400 LIMIT_EXCEEDED "limit exceeded" ["clause", "limit"] Assumed;
    /// `limit` or `offset` is no number.
    LIMIT_INVALID: Body 400 INVALID_QUERY "limit given seems to be invalid" ["limit"] OpenApi;
    /// `limit` is zero.
    LIMIT_ZERO: Body 400 INVALID_DATA "limit should be greater than 0" [] OpenApi;
    /// `select_query` is missing.
    QUERY_MISSING: Body 400 MANDATORY_NOT_FOUND "mandatory key not found" ["api_name"] OpenApi;
}
