//! Where data is: from the texts that people write to a database, and back to what they are told of it.

use std::path::PathBuf;
use tanzanite_store::{Blobs, Database, Place, PostgresOptions};
use url::Url;

/// The schemes that a database's URL may have, for messages.
const SCHEMES: &str = "sqlite:DIR or postgres://USER@HOST/DATABASE";

/// What stands for a password.
const PASSWORD_SHOWN: &str = "xxxxx";

/// From `sqlite:DIR`, or `postgres://…` with perhaps an object store for the photos. The environment has the object store's
/// keys.
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
    let options = PostgresOptions::new(url).map_err(|error| error.to_string())?;
    let blobs = match blobs {
        Some(url) => Blobs::open(url, environment).map_err(|error| error.to_string())?,
        None => Blobs::in_rows(),
    };
    Ok(Database::Postgres(Box::new(options.blobs(blobs))))
}

/// What people call it.
pub(crate) fn describe(database: &Database) -> String {
    match database {
        Database::Sqlite(Place::Memory) => "memory".to_owned(),
        Database::Sqlite(Place::Folder(folder)) => format!("the data folder {}", folder.display()),
        Database::Postgres(options) => format!("the database {options}"),
    }
}

/// Whether it is gone when the program ends.
pub(crate) const fn is_memory(database: &Database) -> bool {
    matches!(database, Database::Sqlite(Place::Memory))
}

/// A URL as it may be shown: without its password.
pub(crate) fn shown(text: &str) -> String {
    let Some((scheme, _)) = text.split_once("://") else {
        return text.to_owned();
    };
    let hidden = || format!("{scheme}://…");
    let Ok(mut url) = Url::parse(text) else {
        return hidden();
    };
    if url.query_pairs().any(|(name, _)| name == "password")
        || (url.password().is_some() && url.set_password(Some(PASSWORD_SHOWN)).is_err())
    {
        return hidden();
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_url_has_no_password() {
        let shows = |text: &str, expected: &str| assert_eq!(shown(text), expected);
        shows("postgres://h/d", "postgres://h/d");
        shows(
            "postgres://u:p@h:1/d?schema=s",
            "postgres://u:xxxxx@h:1/d?schema=s",
        );
        shows("postgres://u:p@h1:1,h2:2/d", "postgres://…");
        shows("postgres://u@h/d?password=p", "postgres://…");
        shows("postgres://u:p/q@h/d", "postgres://…");
        shows("sqlite:crm", "sqlite:crm");
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
