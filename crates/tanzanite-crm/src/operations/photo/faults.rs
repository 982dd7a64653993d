//! The refusals of record photos.

tanzanite_protocol::faults! {
    "photo.";

    /// The profile may not delete in this module.
    DELETE_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to delete images" ["permissions"] Seed;
    /// The profile may not edit in this module.
    UPLOAD_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to upload photo" ["permissions"] Docs;
    /// The profile may not view this module.
    VIEW_NOT_PERMITTED: Profile 403 NO_PERMISSION "Permission denied to download images" ["permissions"] Docs;
    /// The record is not shared with this user for writing.
    DELETE_NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to delete images" [] Seed;
    /// The record is not shared with this user for writing.
    UPLOAD_NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to upload photo" [] Docs;
    /// The record is not shared with this user at all.
    VIEW_NOT_SHARED: Sharing 400 AUTHORIZATION_FAILED "User does not have sufficient privilege to download images" [] Docs;
    /// The record is locked for this user.
    // Conflict C3: sources disagree about "Sorry, "; this is the page's text.
    DELETE_LOCKED: Lock 400 RECORD_LOCKED "You cannot perform this operation as the record is locked." ["id"] Seed;
    /// The record is locked for this user.
    // Conflict C3: this is the OpenAPI example's text.
    UPLOAD_LOCKED: Lock 400 RECORD_LOCKED "Sorry, you cannot perform this operation as the record is locked." ["id"] OpenApi;
    /// The record has no photo.
    MISSING: State 400 INVALID_DATA "No such photo exists" [] ThirdParty;
    /// The body is not multipart.
    NOT_MULTIPART: Body 400 INVALID_REQUEST "invalid request" ["expected_type"] ThirdParty;
    /// The multipart body has no part `file`.
    FILE_MISSING: Body 400 INVALID_DATA "The request does not contain any file" [] Docs;
    /// The multipart body has more than one part `file`.
    FILES_MANY: Body 400 INVALID_DATA "The request contains more than one file" [] Docs;
    /// The file is larger than 10 MB; `size` is the bound in bytes.
    // Conflict C6: the v7 page has 415 FILE_SIZE_MORE_THAN_ALLOWED_SIZE.
    TOO_LARGE: Body 413 FILE_SIZE_EXCEEDS "File exceeded its maximum limit" ["size"] OpenApi;
    /// The picture has more than 10 megapixels; `resolution` is its own number.
    // Conflict C6, see `TOO_LARGE`.
    TOO_MANY_PIXELS: Body 415 FILE_RESOLUTION_EXCEEDS "File exceeded its maximum limit" ["resolution"] OpenApi;
    /// The file is no PNG, JPEG, GIF or BMP.
    TYPE_WRONG: Body 415 INVALID_DATA "invalid file type" [] OpenApi;
}
