//! Requests that contain a secret: at every place where a client can put one, in every spelling that some client or
//! proxy uses.

use proptest::prelude::*;
use proptest::sample::select;
use std::fmt::Write as _;
use tanzanite_protocol::limits::JOURNAL_BODY_BYTES_MAX;

/// The beginning of every canary, which occurs nowhere else in a run.
pub(super) const CANARY: &str = "k4nary";

const TOKEN_PATHS: [&str; 9] = [
    "/oauth/v2/token",
    "/oauth/v2/token/revoke",
    "//oauth/v2/token",
    "/OAuth/V2/Token",
    "/%6Fauth/v2/token",
    "/oauth%2Fv2/token",
    "/crm/../oauth/v2/token",
    "/oauth/v2/token/",
    "/oauth/v2/unknown",
];
const OTHER_PATHS: [&str; 8] = [
    "/crm/v8/Leads",
    "/crm/v8/org",
    "/crm/v8/Leads/1",
    "/crm/v8/Leads/1/photo",
    "/crm/v8/settings/modules",
    "/crm//v8/users",
    "/nothing",
    "/",
];
const NAMES: [&str; 16] = [
    "client_secret",
    "code",
    "access_token",
    "refresh_token",
    "id_token",
    "token",
    "authtoken",
    "password",
    "passwd",
    "secret",
    "api_key",
    "zapikey",
    "authorization",
    "assertion",
    "code_verifier",
    "new_password",
];
const HEADERS: [(&str, &str); 18] = [
    ("Authorization", "Zoho-oauthtoken {}"),
    ("Authorization", "Bearer {}"),
    ("Authorization", "{}"),
    ("Authorization", "{} {}"),
    ("authorization", "Basic {}="),
    ("Authorization", "Digest username=\"a\", response=\"{}\""),
    ("Proxy-Authorization", "Basic {}"),
    ("Cookie", "session={}; other=1"),
    ("X-Api-Key", "{}"),
    ("X-Auth-Token", "{}"),
    ("X-Amz-Security-Token", "{}"),
    ("X-Forwarded-Authorization", "Bearer {}"),
    ("Client-Secret", "{}"),
    ("Password", "{}"),
    (
        "X-Referrer",
        "https://app.example.com/callback?location=eu&code={}",
    ),
    ("X-Referrer", "https://app.example.com/#access_token={}"),
    ("X-Original-Url", "/oauth/v2/token?client%5Fsecret={}"),
    ("X-Context", "{{\"access_token\":\"{}\"}}"),
];

/// The place of the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Query,
    /// Under a name with some letters percent-encoded.
    QueryEscaped,
    /// In a URL that is a value in the query.
    QueryNested,
    /// Behind a `;` or `&` within the path.
    Path,
    /// Behind a percent-encoded `?`.
    PathEscaped,
    Form,
    FormEscaped,
    /// After bytes in Latin 1.
    FormLatin,
    Json,
    JsonNested,
    JsonEscaped,
    /// Twice; a reader takes the last.
    JsonTwice,
    JsonCut,
    JsonWithGarbage,
    /// Across the journal's bound on bodies.
    JsonLong,
    FormLong,
    Multipart,
    MultipartFile,
    MultipartBare,
    MultipartStar,
    MultipartLineFeeds,
    MultipartCut,
    /// Without a name; only at a token endpoint.
    Nameless,
    PathNameless,
    Wide,
}

const PLACES: [Place; 25] = [
    Place::Query,
    Place::QueryEscaped,
    Place::QueryNested,
    Place::Path,
    Place::PathEscaped,
    Place::Form,
    Place::FormEscaped,
    Place::FormLatin,
    Place::Json,
    Place::JsonNested,
    Place::JsonEscaped,
    Place::JsonTwice,
    Place::JsonCut,
    Place::JsonWithGarbage,
    Place::JsonLong,
    Place::FormLong,
    Place::Multipart,
    Place::MultipartFile,
    Place::MultipartBare,
    Place::MultipartStar,
    Place::MultipartLineFeeds,
    Place::MultipartCut,
    Place::Nameless,
    Place::PathNameless,
    Place::Wide,
];

/// A request with a secret, before it is written.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    method: &'static str,
    path: &'static str,
    is_token_endpoint: bool,
    place: Place,
    name: String,
    content_type: Option<&'static str>,
    header: Option<(&'static str, &'static str)>,
    pub(super) canary: String,
}

/// Any of them.
pub(super) fn probes() -> impl Strategy<Value = Probe> {
    let path = prop_oneof![
        select(&TOKEN_PATHS[..]).prop_map(|path| (path, true)),
        select(&OTHER_PATHS[..]).prop_map(|path| (path, false)),
    ];
    let spelling = select(
        &[
            str::to_owned as fn(&str) -> String,
            str::to_uppercase,
            dashed,
            camel,
        ][..],
    );
    let name = (select(&NAMES[..]), spelling).prop_map(|(name, spelled)| spelled(name));
    let types = select(
        &[
            None,
            Some("application/json"),
            Some("application/x-www-form-urlencoded; charset=iso-8859-1"),
            Some("text/plain"),
            Some("application/octet-stream"),
        ][..],
    );
    (
        select(&["GET", "POST", "PUT", "PATCH", "DELETE"][..]),
        path,
        select(&PLACES[..]),
        name,
        types,
        proptest::option::of(select(&HEADERS[..])),
        "[a-zA-Z0-9]{20,40}",
    )
        .prop_filter_map("nothing tells it from what is no secret", |it| {
            let (method, (path, is_token_endpoint), place, name, content_type, header, random) = it;
            let probe = Probe {
                method,
                path,
                is_token_endpoint,
                place,
                name,
                content_type,
                header,
                canary: format!("{CANARY}{random}"),
            };
            probe.is_fair().then_some(probe)
        })
}

fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

fn camel(name: &str) -> String {
    let mut words = name.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        format!("{}{rest}", first.to_uppercase())
    });
    let first = words.next().unwrap_or_default().to_lowercase();
    first + &words.collect::<String>()
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut text, byte| {
        write!(text, "%{byte:02x}").expect("a text");
        text
    })
}

impl Probe {
    /// Away from the token endpoints a value without a name is no secret, and `code` in JSON is the vendor's result.
    fn is_fair(&self) -> bool {
        let is_json = matches!(
            self.place,
            Place::Json
                | Place::JsonNested
                | Place::JsonEscaped
                | Place::JsonTwice
                | Place::JsonCut
                | Place::JsonWithGarbage
                | Place::JsonLong
        );
        let is_nameless = matches!(self.place, Place::Nameless | Place::PathNameless);
        let is_code = self.name.eq_ignore_ascii_case("code");
        self.is_token_endpoint || !(is_nameless || is_json && is_code)
    }

    /// The bytes of the request, with this `Authorization` unless the secret is in a header.
    pub(super) fn request(&self, id: &str, authorization: &str) -> Vec<u8> {
        let (content_type, body) = self.body();
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Request-Id: {id}\r\n",
            self.method,
            self.target()
        );
        if let Some(content_type) = content_type {
            write!(head, "Content-Type: {content_type}\r\n").expect("a text");
        }
        if self.header.is_none() {
            write!(head, "Authorization: {authorization}\r\n").expect("a text");
        }
        if let Some((name, value)) = self.header {
            let value = value.replace("{{", "{").replace("{}", &self.canary);
            let value = value.replace("}}", "}");
            write!(head, "{name}: {value}\r\n").expect("a text");
        }
        write!(head, "Content-Length: {}\r\n\r\n", body.len()).expect("a text");
        [head.into_bytes(), body].concat()
    }

    fn target(&self) -> String {
        let Self {
            path, name, canary, ..
        } = self;
        match self.place {
            Place::Query => format!("{path}?per_page=1&{name}={canary}&page_token=x"),
            Place::QueryEscaped => {
                let (first, rest) = name.split_at(name.len() / 2);
                format!("{path}?{first}{}={canary}", escaped(rest))
            }
            Place::QueryNested => {
                let address = escaped(&format!("https://a.example.com/?{name}="));
                format!("{path}?redirect_uri={address}{canary}")
            }
            Place::Path => format!("{path};{name}={canary}"),
            Place::PathEscaped => format!("{path}%3F{name}%3D{canary}"),
            Place::PathNameless => format!("{path}/{canary}"),
            _ => (*path).to_owned(),
        }
    }

    fn body(&self) -> (Option<&'static str>, Vec<u8>) {
        let text = match self.place {
            Place::Multipart
            | Place::MultipartFile
            | Place::MultipartBare
            | Place::MultipartStar
            | Place::MultipartLineFeeds
            | Place::MultipartCut => {
                return (
                    Some("multipart/form-data; boundary=bound"),
                    self.multipart().into_bytes(),
                );
            }
            Place::FormLatin => {
                let form = format!("&{}={}", self.name, self.canary);
                return (self.content_type, [b"a=\xe4", form.as_bytes()].concat());
            }
            Place::Wide => {
                let form = format!("{}={}", self.name, self.canary);
                let wide = form.encode_utf16().flat_map(u16::to_le_bytes);
                return (Some("text/plain; charset=utf-16le"), wide.collect());
            }
            _ => self.text(),
        };
        (self.content_type, text.into_bytes())
    }

    fn text(&self) -> String {
        let Self { name, canary, .. } = self;
        let filler = |around: usize| "x".repeat(JOURNAL_BODY_BYTES_MAX - around - name.len() - 10);
        match self.place {
            Place::Form => format!("grant_type=refresh_token&{name}={canary}&client_id=1"),
            Place::FormEscaped => format!("a=b&{}={canary}\r\n", escaped(name)),
            Place::FormLong => format!("a={}&{name}={canary}", filler(5)),
            Place::Json => format!(r#"{{"grant_type":"a=b","{name}":"{canary}=="}}"#),
            Place::JsonNested => {
                format!(
                    "{{ \"data\" : [ {{ \"a\" : {{ \"{name}\" :\n\"{canary}\\\"{canary}\" }} }} ] }}"
                )
            }
            Place::JsonEscaped => {
                let letters = name
                    .chars()
                    .map(|letter| format!("\\u{:04x}", u32::from(letter)));
                format!(r#"{{"{}":["{canary}"]}}"#, letters.collect::<String>())
            }
            Place::JsonTwice => format!(r#"{{"a":{{"{name}":"{canary}"}},"a":1,"{name}":"x"}}"#),
            Place::JsonCut => format!(r#"{{"data":[{{"{name}":"{canary}"#),
            Place::JsonWithGarbage => format!(r#"{{"{name}":"{canary}"}}" garbage"#),
            Place::JsonLong => format!(r#"{{"a":"{}","{name}":"{canary}"}}"#, filler(12)),
            Place::Nameless => format!("{canary}\r\n"),
            _ => String::new(),
        }
    }

    fn multipart(&self) -> String {
        let Self { name, canary, .. } = self;
        let disposition = match self.place {
            Place::MultipartFile => format!("filename=\"a\"; name=\"{name}\""),
            Place::MultipartBare => format!("name={name}"),
            Place::MultipartStar => format!("name*=UTF-8''{}", escaped(name)),
            _ => format!("name=\"{name}\""),
        };
        let body = format!(
            "--bound\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n\
             --bound\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{canary}\r\n--bound--\r\n"
        );
        match self.place {
            Place::MultipartLineFeeds => body.replace('\r', ""),
            Place::MultipartCut => body[..body.len() - "\r\n--bound--\r\n".len()].to_owned(),
            _ => body,
        }
    }
}
