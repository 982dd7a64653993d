//! The refusals of attachments.

tanzanite_protocol::faults! {
    "attachment.";

    /// The file is larger than an attachment may be.
    TOO_LARGE: Body 413 FILE_SIZE_MORE_THAN_ALLOWED_SIZE "Please check if the size of the file is in the correct range" [] OpenApi;
    /// `attachmentUrl` is no address, or a longer one than there may be.
    URL_INVALID: Body 400 INVALID_URL_PATTERN "the given attachment URL is incorrect" [] OpenApi;
    /// The note has as many attachments as it can have.
    TOO_MANY: State 400 LIMIT_EXCEEDED "attachment limit exceeded" ["limit"] Assumed;
    /// The attachment is a link, and has no content here.
    IS_LINK: State 400 DOWNLOAD_NOT_ALLOWED "As it is a linked attachment, you can not download it" [] OpenApi;
}
