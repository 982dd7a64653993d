//! The addresses of databases and object stores: parsed from what users write, and printed without secrets.

use std::borrow::Cow;
use std::path::PathBuf;
use tanzanite_store::{Blobs, Database, Place, PostgresOpenError, PostgresOptions};
use url::Url;

/// The schemes that a database's URL may have, for messages.
const SCHEMES: &str = "sqlite:DIR or postgres://USER@HOST/DATABASE";

/// Stands for a password in printed URLs.
const PASSWORD_SHOWN: &str = "xxxxx";
/// Parameters of a URL that hold no secrets.
const OPEN_PARAMETERS: [&str; 6] = [
    "application_name",
    "connect_timeout",
    "connections",
    "dbname",
    "schema",
    "sslmode",
];
/// Schemes that are printed of a URL when nothing else of it may be.
const KNOWN_SCHEMES: [&str; 8] = [
    "az",
    "gs",
    "http",
    "https",
    "postgres",
    "postgresql",
    "s3",
    "sqlite",
];

/// Parses `sqlite:DIR`, or `postgres://…` with an optional object store for the photos, whose keys are taken from the
/// environment.
pub(crate) fn database(
    url: &str,
    blobs: Option<&str>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Database, String> {
    if let Some(folder) = url.strip_prefix("sqlite:") {
        return match blobs {
            _ if folder.is_empty() => Err(format!("{:?} names no folder", shown(url))),
            Some(_) => Err(
                "SQLite keeps photos with the rows; an object store goes with PostgreSQL"
                    .to_owned(),
            ),
            None => Ok(Database::Sqlite(Place::Folder(PathBuf::from(folder)))),
        };
    }
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    if !matches!(scheme, Some("postgres" | "postgresql")) {
        return Err(format!(
            "{:?} is no database that is known; one is {SCHEMES}",
            shown(url)
        ));
    }
    let options = PostgresOptions::new(url).map_err(|error| told(url, &error))?;
    let blobs = match blobs {
        Some(url) => object_store(url, environment)?,
        None => Blobs::in_rows(),
    };
    Ok(Database::Postgres(Box::new(options.blobs(blobs))))
}

/// The message for an error in a database's URL. Where the password cannot be told from the rest, the error itself is
/// left out, since it may quote a piece of it.
fn told(url: &str, error: &PostgresOpenError) -> String {
    let shown = shown(url);
    if is_hidden(&shown) {
        return format!(
            "{shown:?} cannot be read; in a name and in a password @ is written as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25"
        );
    }
    error.to_string()
}

/// Parses the URL of an object store.
fn object_store(
    url: &str,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Blobs, String> {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains(['@', ':']) || url.contains('?') {
        return Err(format!(
            "{:?} holds more than a scheme, a name and a folder; the keys of an object store are in AWS_…, GOOGLE_… or AZURE_…",
            hidden(url)
        ));
    }
    Blobs::open(url, environment).map_err(|error| {
        let shown = shown(url);
        if is_hidden(&shown) {
            format!("{shown:?} is no object store that can be used")
        } else {
            error.to_string()
        }
    })
}

/// The database's name in messages.
pub(crate) fn describe(database: &Database) -> String {
    match database {
        Database::Sqlite(Place::Memory) => "memory".to_owned(),
        Database::Sqlite(Place::Folder(folder)) => format!("the data folder {}", folder.display()),
        Database::Postgres(options) => format!("the database {options}"),
    }
}

/// Whether the data is lost when the program ends.
pub(crate) const fn is_memory(database: &Database) -> bool {
    matches!(database, Database::Sqlite(Place::Memory))
}

/// A URL as it may be printed, without its password. In a mistyped URL nobody can tell where the password is, so only
/// the scheme of such a URL is printed.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    if is_open(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(without_password(text).unwrap_or_else(|| hidden(text)))
}

/// Whether only the scheme of the URL is printed.
fn is_hidden(shown: &str) -> bool {
    shown.ends_with('…')
}

/// Whether a text is a plain name, or a URL of scheme, host, path and parameters without secrets.
fn is_open(text: &str) -> bool {
    if let Some(folder) = text.strip_prefix("sqlite:") {
        return !folder.contains('@');
    }
    let (text, query) = text.split_once('?').unwrap_or((text, ""));
    let is_open_pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        OPEN_PARAMETERS.contains(&name) && is_plain(value)
    };
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    [scheme, host, path].into_iter().all(is_plain)
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && (port.is_empty() || !scheme.is_empty())
        && (query.is_empty() || query.split('&').all(is_open_pair))
}

/// Whether a text has none of the signs that have a meaning in URLs, except `/`.
fn is_plain(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
}

/// The URL with its password replaced, if every parser would find the password at the same place.
fn without_password(text: &str) -> Option<String> {
    let (before, after) = text.split_once('@')?;
    let (scheme, user) = before.split_once("://")?;
    let (user, password) = match user.split_once(':') {
        Some((user, _)) => (user, format!(":{PASSWORD_SHOWN}")),
        None => (user, String::new()),
    };
    let parsed = Url::parse(text).ok()?;
    let sound =
        is_plain(user) && parsed.username() == user && is_open(&format!("{scheme}://{after}"));
    sound.then(|| format!("{scheme}://{user}{password}@{after}"))
}

/// The scheme alone, if it is a known one.
fn hidden(text: &str) -> String {
    let known = |scheme: &&str| KNOWN_SCHEMES.contains(scheme);
    match text.split_once(':') {
        Some((scheme, rest)) if known(&scheme) && rest.starts_with("//") => format!("{scheme}://…"),
        Some((scheme, _)) if known(&scheme) => format!("{scheme}:…"),
        _ => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_url_has_no_password() {
        let shows = |text: &str, expected: &str| assert_eq!(shown(text), expected);
        shows("postgres://h/d", "postgres://h/d");
        shows("postgres://u@h:1/d", "postgres://u@h:1/d");
        shows(
            "postgres://u:p@h:1/d?schema=s",
            "postgres://u:xxxxx@h:1/d?schema=s",
        );
        shows("postgres://u:p@h1:1,h2:2/d", "postgres://…");
        shows("postgres://u@h/d?password=p", "postgres://…");
        shows("postgres://u:p/q@h/d", "postgres://…");
        shows("postgres://u:p", "postgres://…");
        shows("postgres://u:p/d", "postgres://…");
        shows("postgres:u:p", "postgres:…");
        shows("u:p", "…");
        shows("sqlite:crm", "sqlite:crm");
    }

    /// Malformed and well-formed URLs that contain a password, which `*` stands for.
    const PLACES: [&str; 24] = [
        "postgres://u:*@h/d",
        "postgres://u:*@h",
        "postgres:/u:*@h/d",
        "postgres:u:*@h/d",
        "postgres//u:*@h/d",
        "postgres:\\\\u:*@h/d",
        "postgres:///u:*@h/d",
        "postgres:// u:*@h/d",
        " postgres://u:*@h/d",
        "postgres://u:*@h/d ",
        "postgres://u:* @h/d",
        "postgres://:*@h/d",
        "postgres://u%3A*@h/d",
        "postgres://u%3A*@h",
        "postgres://u:*@h:port/d",
        "postgres://u:*@h/d?schema=Upper",
        "postgres://u:*@h/d?connections=0",
        "postgres://h/d?user=u&password=*",
        "postgres://h/d?user=u&Password=*",
        "postgresql+asyncpg://u:*@h/d",
        "jdbc:postgresql://h/d?user=u&password=*",
        "host=h user=u password=* dbname=d",
        "mysql://u:*@h/d",
        "u:*@h/d",
    ];

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(2_000))]

        #[test]
        fn a_password_is_never_told_whatever_is_wrong_with_its_url(
            place in proptest::sample::select(&PLACES[..]),
            signs in proptest::array::uniform3("[@:/?#%&= \\\\.,;]{0,2}"),
        ) {
            let [before, between, after] = signs;
            // Letters that occur in no host name, so that any piece of the password is recognised.
            let password = format!("{before}zqxj{between}vkwy{after}");
            let url = place.replace('*', &password);
            let opened = database(&url, None, []);
            let told = match &opened {
                Ok(database) => describe(database),
                Err(what) => what.clone(),
            };
            let blobs = database("postgres://h/d", Some(&url.replacen("postgres", "s3", 1)), []);
            let blobs = blobs.err().unwrap_or_default();
            for text in [told, blobs, shown(&url).into_owned()] {
                proptest::prop_assert!(!text.contains("zqxj") && !text.contains("vkwy"), "{url}: {text}");
            }
        }
    }

    #[test]
    fn a_database_that_is_not_known_is_refused_with_what_is() {
        let refused = |url: &str, blobs: Option<&str>| {
            database(url, blobs, [])
                .map(|_| ())
                .expect_err("it is taken")
        };
        assert_eq!(
            refused("mysql://u:p@h/d", None),
            "\"mysql://u:xxxxx@h/d\" is no database that is known; one is sqlite:DIR or postgres://USER@HOST/DATABASE"
        );
        assert_eq!(
            refused("crm", None),
            "\"crm\" is no database that is known; one is sqlite:DIR or postgres://USER@HOST/DATABASE"
        );
        assert_eq!(refused("sqlite:", None), "\"sqlite:\" names no folder");
        assert_eq!(
            refused("sqlite:crm", Some("s3://b")),
            "SQLite keeps photos with the rows; an object store goes with PostgreSQL"
        );
        assert_eq!(
            refused("postgres://h/d", Some("ftp://b")),
            "\"ftp://b\" is no object store that is known; one begins with s3://, gs://, az:// or file:///"
        );
        assert!(refused("postgres:///d", None).contains("host"));
    }
}
