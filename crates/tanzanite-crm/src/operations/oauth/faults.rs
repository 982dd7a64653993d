//! The refusals of OAuth: HTTP 200 with `{"error": code}` (measured: published replies of the vendor's accounts
//! server).

tanzanite_protocol::faults! {
    "oauth.";

    /// No such client, or a client that this grant was not made for.
    CLIENT_INVALID: Token 200 invalid_client "" [] Measured OAuth;
    /// The client's secret is another.
    SECRET_INVALID: Token 200 invalid_client_secret "" [] Docs OAuth;
    /// The code or the refresh token is unknown, used, expired or revoked.
    CODE_INVALID: Token 200 invalid_code "" [] Measured OAuth;
    /// The limits are on, and the refresh token has given ten access tokens within ten minutes.
    // Conflict C9: the vendor's post "Kaizen #43" (2020) says that the status stays 200; the replies published since
    // then have 400.
    TOO_MANY_TOKENS: Limits 400 "Access Denied" "You have made too many requests continuously. Please try again after some time." [] Measured OAuthDenied;
    /// The redirect URI is not the one of the client.
    REDIRECT_INVALID: Token 200 invalid_redirect_uri "" [] Docs OAuth;
    /// `grant_type` is missing or none that is served.
    GRANT_TYPE_INVALID: Authentication 200 unsupported_grant_type "" [] Assumed OAuth;
    /// The token to revoke is missing or unknown.
    TOKEN_INVALID: Token 200 invalid_token "" [] Assumed OAuth;
}
