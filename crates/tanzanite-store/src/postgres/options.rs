//! Where a PostgreSQL is and how it is used; and why it could not be.

use super::failure::explain;
use crate::blobs::Blobs;
use std::fmt;
use std::str::FromStr;
use tanzanite_protocol::limits::DATABASE_CONNECTIONS_MAX;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// The schema that holds our tables unless another is asked for.
const SCHEMA: &str = "tanzanite";
/// Connections that a node holds at most unless told otherwise. A job has one from its beginning to its end.
const CONNECTIONS_MAX: usize = 16;
/// Bytes of a name in PostgreSQL.
const NAME_BYTES_MAX: usize = 63;

/// The parameters of a URL that are ours and not PostgreSQL's.
const SCHEMA_PARAMETER: &str = "schema";
const CONNECTIONS_PARAMETER: &str = "connections";

/// Where a store keeps its rows and photos. Printed without the password.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    pub(super) config: Config,
    pub(crate) schema: String,
    pub(super) connections_max: usize,
    pub(crate) blobs: Blobs,
}

impl PostgresOptions {
    /// From `postgres://user:password@host:port/database`, with the parameters that PostgreSQL's own programs take and two
    /// more: `schema=NAME` (without it `tanzanite`) and `connections=COUNT`, how many to hold at most.
    ///
    /// With `sslmode=require` the connection is encrypted and the server's certificate must be one that the system
    /// trusts; with `disable`, `prefer` or nothing it is plain.
    pub fn new(url: &str) -> Result<Self, PostgresOpenError> {
        if !["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
        {
            return Err(PostgresOpenError::Options(
                "the database is no URL that begins with postgres://".to_owned(),
            ));
        }
        // A piece of a password that has such signs would be taken for a host or a database, whose names are shown.
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

    /// Keeps the tables in another schema: lower-case letters, digits and underscores.
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

    /// Holds at most so many connections, one at least and [`DATABASE_CONNECTIONS_MAX`] at most.
    #[must_use]
    pub fn connections_max(mut self, connections: usize) -> Self {
        self.connections_max = connections.clamp(1, DATABASE_CONNECTIONS_MAX);
        self
    }

    /// Keeps the photos' bytes there.
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

/// Hosts, database and schema: what people know it by. Never the password.
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
        // A database without a name has its user's, unless more than a name was mistaken for one.
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

/// The URL without the parameters that are ours, and those.
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

/// Why a store could not be opened, and what to do.
#[derive(Debug)]
pub enum PostgresOpenError {
    /// The options are wrong.
    Options(String),
    /// The server does not answer, or does not let us in.
    Connection(String),
    /// A later version of Tanzanite made the schema.
    Newer {
        /// The schema.
        schema: String,
        /// Its number.
        found: i32,
        /// The newest that we know.
        known: i32,
    },
    /// The schema has tables, and they are not ours.
    Foreign(String),
    /// A copy into the schema was begun and is not finished.
    HalfCopied(String),
    /// The database's encoding.
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
