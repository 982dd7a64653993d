//! The refusals of notes.

tanzanite_protocol::faults! {
    "note.";

    /// A note has neither title nor content. The pages up to v7 call the content mandatory.
    EMPTY: Body 400 EXPECTED_FIELD_MISSING "should contain either content or title" ["expected_fields"] OpenApi;
    /// A note would have neither title nor content after the change.
    EMPTIED: State 400 EXPECTED_FIELD_MISSING "should contain either content or title" ["expected_fields"] OpenApi;
}
