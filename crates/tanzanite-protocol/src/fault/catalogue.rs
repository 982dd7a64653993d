//! The fault catalogue: every condition under which a request is refused, and the order in which they are looked for.
//!
//! A table: one row a condition. Keyed by condition and not by code, since one code has several messages. Where the
//! vendor's sources disagree the row's comment names the conflict (numbers C1 to C10 stand in `docs/compatibility.md`);
//! changing the pick is changing that row.

use crate::endpoint::Evidence;

/// The order of checks: of two faults that apply, the one of the earlier stage is answered.
///
/// The order is that of `docs/faults.md`. That the URL and the method are matched before the token is read is assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Is the path known?
    Url,
    /// Is the method one of the path's?
    Method,
    /// Is the operation served yet?
    Served,
    /// Is there a token?
    Authentication,
    /// Is the token alive?
    Token,
    /// Has the organisation credits left, the application a call, the refresh token a token?
    Limits,
    /// Does the module exist, and does this endpoint take it?
    Module,
    /// Does the token's scope cover the need?
    Scope,
    /// Does the user's profile permit it?
    Profile,
    /// Are the query's parameters well formed?
    Parameters,
    /// Is the body?
    Body,
    /// Is there such a record?
    Record,
    /// May this user do this to this record?
    Sharing,
    /// Is the record locked?
    Lock,
    /// Does the state of the record allow it?
    State,
    /// Did the store do its part? Can happen at any time; whatever was begun is rolled back.
    Store,
}

impl Stage {
    /// All stages in their order.
    pub const ALL: [Self; 16] = [
        Self::Url,
        Self::Method,
        Self::Served,
        Self::Authentication,
        Self::Token,
        Self::Limits,
        Self::Module,
        Self::Scope,
        Self::Profile,
        Self::Parameters,
        Self::Body,
        Self::Record,
        Self::Sharing,
        Self::Lock,
        Self::State,
        Self::Store,
    ];
}

/// How a fault is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// `{"code","details","message","status":"error"}`.
    Crm,
    /// `{"error":code}` with status 200 (facts §3, measured).
    OAuth,
    /// `{"error_description":message,"error":code,"status":"failure"}` (measured).
    OAuthDenied,
}

/// One row of the catalogue.
#[derive(Debug)]
pub struct Row {
    /// The key.
    pub condition: Condition,
    /// When it applies, in words.
    pub meaning: &'static str,
    /// When it is looked for.
    pub stage: Stage,
    /// HTTP status.
    pub status: u16,
    /// The vendor's code.
    pub code: &'static str,
    /// The vendor's message.
    pub message: &'static str,
    /// The keys that `details` can have.
    pub details: &'static [&'static str],
    /// The envelope.
    pub envelope: Envelope,
    /// Where status, code and message come from.
    pub evidence: Evidence,
}

/// A code as it is sent: a word, or a text where the vendor's has a space.
macro_rules! code {
    ($code:ident) => {
        stringify!($code)
    };
    ($code:literal) => {
        $code
    };
}

macro_rules! conditions {
    ($($(#[doc = $meaning:literal])+ $condition:ident: $stage:ident $status:literal $code:tt $message:literal [$($detail:literal),*] $evidence:ident $envelope:ident;)+) => {
        /// Why a request is refused. The closed set of reasons; each has one row in [`CATALOGUE`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Condition { $($(#[doc = $meaning])+ $condition),+ }

        /// Every row, in the order of [`Condition`].
        pub const CATALOGUE: &[Row] = &[$(Row {
            condition: Condition::$condition,
            meaning: concat!($($meaning),+),
            stage: Stage::$stage,
            status: $status,
            code: code!($code),
            message: $message,
            details: &[$($detail),*],
            envelope: Envelope::$envelope,
            evidence: Evidence::$evidence,
        }),+];
    };
}

conditions! {
    // ---- every request ----

    /// The path is that of no operation.
    // C4: OpenAPI says 400 for photos; the page and the other documents say 404.
    UrlUnknown: Url 404 INVALID_URL_PATTERN "Please check if the URL trying to access is a correct one" [] Seed Crm;
    /// The path is known, the method is not one of its own.
    MethodWrong: Method 400 INVALID_REQUEST_METHOD "The http request method type is not a valid one" [] Seed Crm;
    /// The vendor has this operation and Tanzanite does not serve it yet.
    OperationNotServed: Served 400 API_NOT_SUPPORTED "Tanzanite does not serve this operation yet" ["operation", "method", "path"] Assumed Crm;
    /// There is no `Authorization` header, or none that holds a token.
    AuthenticationMissing: Authentication 401 AUTHENTICATION_FAILURE "Authentication failed" [] Measured Crm;
    /// The token is unknown, expired or revoked, or its user is no longer active.
    TokenInvalid: Token 401 INVALID_TOKEN "invalid oauth token" [] Measured Crm;
    /// The limits are on, and the day's credits do not suffice for the call, or as many calls of the application are under way as
    /// may be at once. Never with `Retry-After`: no source knows it.
    // C8: the OpenAPI example (2026) has another message and details, on a page whose other examples are invented.
    TooManyRequests: Limits 429 TOO_MANY_REQUESTS "too many requests. please try again after some time" [] ThirdParty Crm;
    /// The organisation has no module of this name.
    ModuleUnknown: Module 400 INVALID_MODULE "the module name given seems to be invalid" ["resource_path_index"] Seed Crm;
    /// The module exists, and this operation does not take it.
    ModuleNotSupported: Module 400 INVALID_MODULE "The given module is not supported in API" ["resource_path_index"] Seed Crm;
    /// The vendor's operation takes the module, and Tanzanite does not serve it yet.
    ModuleNotServed: Module 400 API_NOT_SUPPORTED "Tanzanite does not serve this module yet" ["resource_path_index", "module"] Assumed Crm;
    /// No scope of the token covers the operation.
    // C7: some OpenAPI examples say 403; the page and measurements say 401.
    ScopeMismatch: Scope 401 OAUTH_SCOPE_MISMATCH "Unauthorized" [] Seed Crm;
    /// The store failed; nothing was changed.
    StoreFailed: Store 500 INTERNAL_ERROR "Internal Server Error" [] Seed Crm;

    // ---- parameters and bodies ----

    /// A parameter that the operation cannot do without is missing.
    ParameterMissing: Parameters 400 REQUIRED_PARAM_MISSING "One of the expected parameter is missing" ["param_name"] Docs Crm;
    /// A parameter's value is none that it can have.
    ParameterInvalid: Parameters 400 INVALID_DATA "Please check whether the input values are correct" ["param_name", "supported_values"] OpenApi Crm;
    /// A parameter's value does not have the form that it must have.
    ParameterPattern: Parameters 400 PATTERN_NOT_MATCHED "Please check whether the input values are correct" ["param_name"] OpenApi Crm;
    /// A parameter's value is too long, too large, or names too many things.
    ParameterLimit: Parameters 400 LIMIT_EXCEEDED "limit exceeded" ["param_name", "limit"] OpenApi Crm;
    /// A page beyond the records that can be had by page number.
    PageBeyondLimit: Parameters 400 DISCRETE_PAGINATION_LIMIT_EXCEEDED "You can only get the first 2000 records without using page_token param" ["limit"] Measured Crm;
    /// A page beyond the records that can be had at all.
    PageTokenBeyondLimit: Parameters 400 PAGINATION_LIMIT_EXCEEDED "You can only get upto 100000 records using page_token param" ["param_name"] OpenApi Crm;
    /// A page token that is none, or one of another user or another query.
    PageTokenMismatch: Parameters 400 TOKEN_BOUND_DATA_MISMATCH "The page_token given seems to be invalid or input param is added or altered or deleted" ["param_name"] OpenApi Crm;
    /// A page token older than 24 hours.
    PageTokenExpired: Parameters 400 EXPIRED_VALUE "Page token expired" ["api_name", "json_path"] OpenApi Crm;
    /// `fields` is missing where a list cannot do without. The OpenAPI example's body; the page's row has the other message.
    FieldsParameterMissing: Parameters 400 REQUIRED_PARAM_MISSING "required param is missing" ["param_name"] OpenApi Crm;
    /// Two parameters that exclude each other. Code and details are documented, the message is not.
    ParametersAmbiguous: Parameters 400 AMBIGUITY_DURING_PROCESSING "Ambiguity while processing the request" ["ambiguity_due_to"] Assumed Crm;
    /// `cvid` is the id of no custom view. Tanzanite serves none yet, so every id is.
    CustomViewUnknown: Parameters 400 INVALID_DATA "invalid data" ["param_name"] OpenApi Crm;
    /// The call has a parameter or a header that the vendor acts on and Tanzanite does not yet. One of the two details is there.
    ParameterNotServed: Parameters 400 API_NOT_SUPPORTED "Tanzanite does not act on this parameter or header yet" ["param_name", "header"] Assumed Crm;
    /// The body is no JSON object, or longer than the bound.
    BodyInvalid: Body 400 INVALID_DATA "body" ["expected_data_type"] Measured Crm;
    /// The body's list of items is empty.
    BodyNoItems: Body 400 INVALID_DATA "invalid data" ["minimum_length", "api_name", "json_path"] Assumed Crm;
    /// The body holds more items than one call may.
    BodyTooManyItems: Body 400 LIMIT_EXCEEDED "count of records in your request exceeds the limit" ["maximum_length", "api_name"] OpenApi Crm;
    /// `trigger`, `restrict_triggers` or a list of features in a body holds a word that is none of them.
    TriggerInvalid: Body 400 INVALID_DATA "invalid data" ["api_name", "json_path", "supported_values"] Assumed Crm;
    /// The body has a key that the vendor acts on and Tanzanite does not yet, with a value that would change something.
    KeyNotServed: Body 400 API_NOT_SUPPORTED "Tanzanite does not act on this key yet" ["api_name", "json_path"] Assumed Crm;

    // ---- record photos ----

    /// The profile may not delete in this module.
    PhotoDeleteNotPermitted: Profile 403 NO_PERMISSION "Permission denied to delete images" ["permissions"] Seed Crm;
    /// The profile may not edit in this module.
    PhotoUploadNotPermitted: Profile 403 NO_PERMISSION "Permission denied to upload photo" ["permissions"] Docs Crm;
    /// The profile may not view this module.
    PhotoViewNotPermitted: Profile 403 NO_PERMISSION "Permission denied to download images" ["permissions"] Docs Crm;
    /// The id of the path is malformed, too large, unknown in this module, or that of a deleted record.
    // C5: the v7 upload page says "the related id given …".
    RecordUnknown: Record 400 INVALID_DATA "the id given seems to be invalid" [] Seed Crm;
    /// The record is not shared with this user for writing.
    PhotoDeleteNotShared: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to delete images" [] Seed Crm;
    /// The record is not shared with this user for writing.
    PhotoUploadNotShared: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to upload photo" [] Docs Crm;
    /// The record is not shared with this user at all.
    PhotoViewNotShared: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to download images" [] Docs Crm;
    /// The record is locked for this user.
    // C3: with or without "Sorry, " by source; this is the page's sentence.
    PhotoDeleteLocked: Lock 400 RECORD_LOCKED "You cannot perform this operation as the record is locked." ["id"] Seed Crm;
    /// The record is locked for this user.
    // C3: the OpenAPI example's sentence.
    PhotoUploadLocked: Lock 400 RECORD_LOCKED "Sorry, you cannot perform this operation as the record is locked." ["id"] OpenApi Crm;
    /// The record has no photo.
    PhotoMissing: State 400 INVALID_DATA "No such photo exists" [] ThirdParty Crm;
    /// The body is not multipart.
    PhotoNotMultipart: Body 400 INVALID_REQUEST "invalid request" ["expected_type"] ThirdParty Crm;
    /// The multipart body has no part `file`.
    PhotoFileMissing: Body 400 INVALID_DATA "The request does not contain any file" [] Docs Crm;
    /// The multipart body has more than one part `file`.
    PhotoFilesMany: Body 400 INVALID_DATA "The request contains more than one file" [] Docs Crm;
    /// The file is larger than 10 MB; `size` is the bound in bytes.
    // C6: the v7 page has 415 FILE_SIZE_MORE_THAN_ALLOWED_SIZE.
    PhotoTooLarge: Body 413 FILE_SIZE_EXCEEDS "File exceeded its maximum limit" ["size"] OpenApi Crm;
    /// The picture has more than 10 megapixels; `resolution` is its own number.
    // C6, as above.
    PhotoTooManyPixels: Body 415 FILE_RESOLUTION_EXCEEDS "File exceeded its maximum limit" ["resolution"] OpenApi Crm;
    /// The file is no PNG, JPEG, GIF or BMP.
    PhotoTypeWrong: Body 415 INVALID_DATA "invalid file type" [] OpenApi Crm;

    // ---- records ----

    /// The profile may not create in this module.
    RecordCreateNotPermitted: Profile 403 NO_PERMISSION "Permission denied to add records" ["permissions"] Docs Crm;
    /// The profile may not view this module.
    RecordViewNotPermitted: Profile 403 NO_PERMISSION "Permission denied" ["permissions"] OpenApi Crm;
    /// The profile may not edit in this module.
    RecordUpdateNotPermitted: Profile 403 NO_PERMISSION "Permission denied to update" ["permissions"] Docs Crm;
    /// The profile may not delete in this module.
    RecordDeleteNotPermitted: Profile 403 NO_PERMISSION "Permission denied to delete" ["permissions"] OpenApi Crm;
    /// The record is not shared with this user at all.
    RecordViewNotShared: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to read records" [] Assumed Crm;
    /// The record is not shared with this user for writing.
    RecordUpdateNotShared: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to update records" [] Docs Crm;
    /// The record is not shared with this user for writing.
    RecordDeleteNotShared: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to delete records" [] OpenApi Crm;
    /// The record is locked for this user.
    RecordUpdateLocked: Lock 400 RECORD_LOCKED "Sorry, you cannot perform this operation as the record is locked." ["api_name", "json_path", "action"] OpenApi Crm;
    /// The record is locked for this user.
    RecordDeleteLocked: Lock 400 RECORD_LOCKED "You cannot perform this operation as the record is locked." ["action", "id"] OpenApi Crm;
    /// The id in an item of an update, or in its path, is that of no record. One of the path is told flat, with its place in the path.
    RecordIdUnknown: Record 400 INVALID_DATA "the id given seems to be invalid" ["api_name", "json_path", "resource_path_index"] Docs Crm;
    /// The id of a record to delete is that of no record.
    RecordNotDeleted: Record 400 INVALID_DATA "record not deleted" ["id", "resource_path_index"] OpenApi Crm;
    /// The id of a record to delete is no id at all.
    RecordIdMalformed: Parameters 400 UNABLE_TO_PARSE_DATA_TYPE "either the request body or parameters is in wrong format" ["resource_path_index"] Docs Crm;
    /// Several fields of one item are wrong.
    FieldsManyWrong: Body 400 MULTIPLE_OR_MULTI_ERRORS "Multiple errors in the request" ["errors"] OpenApi Crm;
    /// The record changed after the time in `If-Unmodified-Since`.
    RecordModifiedSince: State 412 ALREADY_MODIFIED "record updated time has already passed if-unmodified-since time" ["Modified_Time", "Created_Time", "id", "Modified_By", "Created_By"] OpenApi Crm;
    /// A key of the body or a field that the module cannot do without is missing or empty.
    FieldMandatoryMissing: Body 400 MANDATORY_NOT_FOUND "required field not found" ["api_name", "json_path"] OpenApi Crm;
    /// The value of a field, or of a key of the body, is of another type.
    FieldTypeWrong: Body 400 INVALID_DATA "invalid data" ["expected_data_type", "api_name", "json_path"] OpenApi Crm;
    /// A field's value is too long.
    FieldTooLong: Body 400 INVALID_DATA "invalid data" ["maximum_length", "api_name", "json_path"] OpenApi Crm;
    /// A field's value is of the right type and is none that it can have: a format, a lookup's target, an unknown user.
    FieldValueInvalid: Body 400 INVALID_DATA "invalid data" ["api_name", "json_path"] OpenApi Crm;
    /// A unique field's value is another record's already.
    FieldDuplicate: State 400 DUPLICATE_DATA "duplicate data" ["api_name", "duplicate_record", "id", "json_path", "more_records"] OpenApi Crm;

    // ---- record locks ----

    /// No locking configuration covers the module.
    LockNotConfigured: State 400 NOT_ALLOWED "Required Record Locking Configuration is not present" ["resource_path_index"] OpenApi Crm;
    /// The configuration only has automatic locking.
    LockOnlyAutomatic: State 403 NOT_ALLOWED "record cannot be locked, only automatic locking is configured" ["resource_path_index"] OpenApi Crm;
    /// The record is locked already.
    LockAlready: State 403 NOT_ALLOWED "record is already locked" ["resource_path_index"] OpenApi Crm;
    /// The record of the path is unknown.
    LockRecordUnknown: Record 400 INVALID_DATA "the related id given seems to be invalid" ["resource_path_index"] OpenApi Crm;
    /// The lock's id in the path is that of no lock of this record.
    LockUnknown: State 400 INVALID_DATA "the related id given seems to be invalid" ["resource_path_index"] OpenApi Crm;
    /// The record has no lock. Only unlocking says where in the path.
    LockRelationMissing: State 400 INVALID_DATA "relation not found" ["resource_path_index"] OpenApi Crm;
    /// This user may not unlock the record.
    UnlockNotPermitted: Sharing 403 NO_PERMISSION "You do not have permission to unlock this record" [] OpenApi Crm;
    /// A rule locked the record; no user can unlock it.
    UnlockAutomatic: State 403 NOT_ALLOWED "Automatically locked records can not be unlocked manually" [] OpenApi Crm;
    /// The profile may not view this module, or not edit in it.
    LockNotPermitted: Profile 403 NO_PERMISSION "permission denied" ["permissions"] OpenApi Crm;
    /// The record is not shared with this user for what was asked.
    LockNotShared: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to lock the record" [] Assumed Crm;

    // ---- users and settings ----

    /// The user's id in the path is no id. One that is that of no user is answered with 204.
    UserUnknown: Record 400 INVALID_DATA "the id given seems to be invalid" ["resource_path_index"] Assumed Crm;
    /// `module` in the query names no module.
    ModuleParameterInvalid: Parameters 400 INVALID_MODULE "the module name given seems to be invalid" ["param_name"] OpenApi Crm;
    /// `module` in the query names one that the vendor takes, and Tanzanite does not serve it yet.
    ModuleParameterNotServed: Parameters 400 API_NOT_SUPPORTED "Tanzanite does not serve this module yet" ["param_name", "module"] Assumed Crm;

    // ---- OAuth: HTTP 200 with `{"error": code}` (facts §3, measured) ----

    /// No such client, or a client that this grant was not made for.
    OAuthClientInvalid: Token 200 invalid_client "" [] Measured OAuth;
    /// The client's secret is another.
    OAuthSecretInvalid: Token 200 invalid_client_secret "" [] Docs OAuth;
    /// The code or the refresh token is unknown, used, expired or revoked.
    OAuthCodeInvalid: Token 200 invalid_code "" [] Measured OAuth;
    /// The limits are on, and the refresh token has given ten access tokens within ten minutes.
    // C9: the vendor's post "Kaizen #43" (2020) says that the status stays 200; the replies that people have published since are 400.
    OAuthTooManyTokens: Limits 400 "Access Denied" "You have made too many requests continuously. Please try again after some time." [] Measured OAuthDenied;
    /// The redirect URI is not the one of the client.
    OAuthRedirectInvalid: Token 200 invalid_redirect_uri "" [] Docs OAuth;
    /// `grant_type` is missing or none that is served.
    OAuthGrantTypeInvalid: Parameters 200 unsupported_grant_type "" [] Assumed OAuth;
    /// The token to revoke is missing or unknown.
    OAuthTokenInvalid: Token 200 invalid_token "" [] Assumed OAuth;
}

impl Condition {
    /// Its row.
    pub const fn row(self) -> &'static Row {
        &CATALOGUE[self as usize]
    }
}

impl Ord for Condition {
    /// By stage, then by the order of the catalogue.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.row().stage, *self as usize).cmp(&(other.row().stage, *other as usize))
    }
}

impl PartialOrd for Condition {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
