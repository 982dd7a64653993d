//! A request as the CRM sees it: read to its end, bounded, and free of HTTP types.

use bytes::Bytes;
use std::borrow::Cow;
use std::fmt;

/// An HTTP method. The vendor uses five; the others exist so that they can be refused by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are HTTP's own")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Head,
    Options,
    Trace,
    Other,
}

impl Method {
    /// The method with this name on the wire.
    pub fn parse(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            "HEAD" => Self::Head,
            "OPTIONS" => Self::Options,
            "TRACE" => Self::Trace,
            _ => Self::Other,
        }
    }

    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
            Self::Other => "OTHER",
        }
    }
}

/// Query parameters in their order. Empty pairs are dropped: the official Node SDK ends its queries with a lone `&`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the text after `?`. Never fails: a piece without `=` is a name with an empty value. All pairs are kept;
    /// the caller refuses a query that [is too long](Self::is_too_long).
    pub fn parse(text: &str) -> Self {
        Self(
            pairs(text)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// Whether a query has more than [`QUERY_PARAMETERS_MAX`](crate::limits::QUERY_PARAMETERS_MAX) parameters.
    pub fn is_too_long(text: &str) -> bool {
        pairs(text)
            .nth(crate::limits::QUERY_PARAMETERS_MAX)
            .is_some()
    }

    /// The first value under a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    /// A copy in which a name has this value alone.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut query = self.without(name);
        query.0.push((name.to_owned(), value.to_owned()));
        query
    }

    /// A copy without a name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let others = self.0.iter().filter(|(found, _)| found != name);
        Self(others.cloned().collect())
    }

    /// All pairs, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn pairs(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(text.as_bytes()).filter(|(name, _)| !name.is_empty())
}

impl fmt::Display for Query {
    /// The text that [`Query::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        f.write_str(&pairs.extend_pairs(&self.0).finish())
    }
}

/// The headers that the CRM reads, and no others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// `Authorization`.
    pub authorization: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `If-None-Match`.
    pub if_none_match: Option<String>,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<String>,
    /// `If-Unmodified-Since`.
    pub if_unmodified_since: Option<String>,
    /// `X-EXTERNAL`.
    pub external: Option<String>,
}

/// The head of a request. The body is separate because it is read only after the head has passed the gates.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path as received, still percent-encoded, without the query.
    pub path: String,
    /// The query.
    pub query: Query,
    /// The headers that the CRM reads.
    pub headers: Headers,
}

/// A body that was read to its end, or that turned out to be too long.
#[derive(Clone, Debug)]
pub enum RequestBody {
    /// The whole body.
    Whole(Bytes),
    /// It is longer than the endpoint's bound; its bytes were thrown away.
    TooLarge,
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn a_trailing_ampersand_is_no_parameter() {
        let query = Query::parse("type=CurrentUser&");
        assert_eq!(query.iter().collect::<Vec<_>>(), [("type", "CurrentUser")]);
        assert_eq!(Query::parse("a=1+2%20&&a=3&b").get("a"), Some("1 2 "));
        assert_eq!(Query::parse("a=1&b").get("b"), Some(""));
    }

    #[test]
    fn a_pair_is_replaced_and_left_out_and_the_rest_stays() {
        let query = Query::parse("a=1&b=2 3&a=4");
        assert_eq!(query.with("a", "ä&").to_string(), "b=2+3&a=%C3%A4%26");
        assert_eq!(query.without("b").to_string(), "a=1&a=4");
        assert_eq!(Query::parse(&query.to_string()), query);
    }
}
