//! The location and use of a PostgreSQL store, and the reasons why it cannot be opened.

use super::failure::explain;
use crate::blobs::Blobs;
use std::fmt;
use std::str::FromStr;
use tanzanite_protocol::limits::DATABASE_CONNECTIONS_MAX;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// The default schema.
const SCHEMA: &str = "tanzanite";
/// The most connections of a node by default. A job holds one from its beginning to its end.
const CONNECTIONS_MAX: usize = 16;
/// Bytes of a name in PostgreSQL.
const NAME_BYTES_MAX: usize = 63;

/// The parameters of a URL that are Tanzanite's and not PostgreSQL's.
const SCHEMA_PARAMETER: &str = "schema";
const CONNECTIONS_PARAMETER: &str = "connections";

/// The location of a store's rows and photos. Printed without the password.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    pub(super) config: Config,
    pub(crate) schema: String,
    pub(super) connections_max: usize,
    pub(crate) blobs: Blobs,
}

impl PostgresOptions {
    /// Parses `postgres://user:password@host:port/database`, with the parameters that PostgreSQL's own programs accept
    /// and two more: `schema=NAME` (default `tanzanite`) and `connections=COUNT`, the most connections to hold.
    ///
    /// With `sslmode=require` the connection is encrypted and the server's certificate must be one that the system
    /// trusts; with `disable`, `prefer` or nothing it is not encrypted.
    pub fn new(url: &str) -> Result<Self, PostgresOpenError> {
        if !["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
        {
            return Err(PostgresOpenError::Options(
                "the database is no URL that begins with postgres://".to_owned(),
            ));
        }
        // A piece of a password with such signs would be taken for a host or database name, which are printed.
        if let Some((before, after)) = url.split_once('@')
            && (before.contains('?') || after.contains('@'))
        {
            return Err(PostgresOpenError::Options(
                "a second @ in the database's URL, or a ? before one, is written as %40 or %3F"
                    .to_owned(),
            ));
        }
        let (url, ours) = take_our_parameters(url);
        let config =
            Config::from_str(&url).map_err(|error| PostgresOpenError::Options(explain(&error)))?;
        if config.get_hosts().is_empty() {
            return Err(PostgresOpenError::Options(
                "the database's URL names no host".to_owned(),
            ));
        }
        let mut options = Self {
            config,
            schema: SCHEMA.to_owned(),
            connections_max: CONNECTIONS_MAX,
            blobs: Blobs::in_rows(),
        };
        for (name, value) in ours {
            options = match value.parse() {
                _ if name == SCHEMA_PARAMETER => options.schema(&value)?,
                Ok(connections) if (1..=DATABASE_CONNECTIONS_MAX).contains(&connections) => {
                    options.connections_max(connections)
                }
                _ => {
                    return Err(PostgresOpenError::Options(format!(
                        "{name}={value} in the database's URL is no number from 1 to {DATABASE_CONNECTIONS_MAX}"
                    )));
                }
            };
        }
        Ok(options)
    }

    /// Uses another schema: lower-case letters, digits and underscores.
    pub fn schema(mut self, name: &str) -> Result<Self, PostgresOpenError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !(1..=NAME_BYTES_MAX).contains(&name.len()) || !name.bytes().all(plain) {
            return Err(PostgresOpenError::Options(format!(
                "{name:?} is no name for a schema; one has lower-case letters, digits and underscores"
            )));
        }
        name.clone_into(&mut self.schema);
        Ok(self)
    }

    /// Holds at most this many connections, between one and [`DATABASE_CONNECTIONS_MAX`].
    #[must_use]
    pub fn connections_max(mut self, connections: usize) -> Self {
        self.connections_max = connections.clamp(1, DATABASE_CONNECTIONS_MAX);
        self
    }

    /// Stores the photos' bytes there.
    #[must_use]
    pub fn blobs(mut self, blobs: Blobs) -> Self {
        self.blobs = blobs;
        self
    }

    pub(super) fn encrypted(&self) -> bool {
        !matches!(
            self.config.get_ssl_mode(),
            SslMode::Disable | SslMode::Prefer
        )
    }
}

/// Prints hosts, database and schema, never the password.
impl fmt::Display for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ports = self.config.get_ports();
        let hosts = self
            .config
            .get_hosts()
            .iter()
            .enumerate()
            .map(|(at, host)| {
                let host = match host {
                    Host::Tcp(name) => name.clone(),
                    #[cfg(unix)]
                    Host::Unix(path) => path.display().to_string(),
                };
                match ports.get(at).or(ports.first()) {
                    Some(port) => format!("{host}:{port}"),
                    None => host,
                }
            });
        let hosts = hosts.collect::<Vec<_>>().join(",");
        // Without a name the database is the user's, unless the parsed user is not a plain name.
        let is_name = |name: &&str| {
            name.chars()
                .all(|c| c.is_alphanumeric() || "_-.".contains(c))
        };
        let user = || self.config.get_user().filter(is_name);
        let database = self.config.get_dbname().or_else(user);
        write!(
            f,
            "postgres://{hosts}/{}, schema {}",
            database.unwrap_or_default(),
            self.schema
        )
    }
}

/// Splits Tanzanite's own parameters from the URL.
fn take_our_parameters(url: &str) -> (String, Vec<(String, String)>) {
    let Some((head, query)) = url.split_once('?') else {
        return (url.to_owned(), Vec::new());
    };
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some((name @ (SCHEMA_PARAMETER | CONNECTIONS_PARAMETER), value)) => {
                ours.push((name.to_owned(), value.to_owned()));
            }
            _ => theirs.push(pair),
        }
    }
    let separator = if theirs.is_empty() { "" } else { "?" };
    (format!("{head}{separator}{}", theirs.join("&")), ours)
}

/// The reasons why a store could not be opened, with advice.
#[derive(Debug)]
pub enum PostgresOpenError {
    /// The options are wrong.
    Options(String),
    /// The server does not answer or refuses the login.
    Connection(String),
    /// A later version of Tanzanite made the schema.
    Newer {
        /// The schema.
        schema: String,
        /// The schema's number.
        found: i32,
        /// The newest known number.
        known: i32,
    },
    /// The schema has foreign tables.
    Foreign(String),
    /// The schema is an incomplete copy.
    HalfCopied(String),
    /// The database has another encoding than UTF-8.
    Encoding(String),
    /// PostgreSQL failed.
    Postgres(String),
}

impl fmt::Display for PostgresOpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Options(reason) => f.write_str(reason),
            Self::Connection(reason) => write!(f, "PostgreSQL cannot be reached: {reason}"),
            Self::Newer {
                schema,
                found,
                known,
            } => write!(
                f,
                "the schema {schema:?} has number {found}, and this version of Tanzanite knows no later one than {known}; use the newer version that made it, or another schema"
            ),
            Self::Foreign(schema) => write!(
                f,
                "the schema {schema:?} holds tables that are not Tanzanite's and is left alone; use another schema or database"
            ),
            Self::HalfCopied(schema) => write!(
                f,
                "a copy into the schema {schema:?} was begun and is not finished; copy again (or restore again) to go on with it, or drop the schema"
            ),
            Self::Encoding(encoding) => write!(
                f,
                "the database's encoding is {encoding}; make one with ENCODING 'UTF8'"
            ),
            Self::Postgres(reason) => write!(f, "the database cannot be opened: {reason}"),
        }
    }
}

impl std::error::Error for PostgresOpenError {}

impl From<tokio_postgres::Error> for PostgresOpenError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(explain(&error))
    }
}
