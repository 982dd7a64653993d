//! The configuration as validated types. An error names the origin of the wrong value.

use super::hosts::hosts;
use super::layers::{Layers, Origin, Row};
use super::table::{Kind, Name};
use super::{data_home, environment};
use crate::databases::{self, is_memory, shown};
use crate::exit::{Exit, Failure, Outcome};
use crate::ready_file::READY_FILE_BYTES_MAX;
use std::cmp::Ordering;
use std::net::SocketAddr;
use std::path::PathBuf;
use tanzanite_crm::AuthMode;
use tanzanite_crm::secret::Digest;
use tanzanite_protocol::OrgId;
use tanzanite_server::Config;
use tanzanite_server::files::read_text_at_most;
use tanzanite_store::{Database, Place};
use url::Url;

/// The shortest control token, too long to guess.
const CONTROL_TOKEN_BYTES_MIN: usize = 16;

/// The seed of an empty store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SeedSource {
    /// The built-in demo.
    Demo,
    /// A seed file.
    File(PathBuf),
}

/// The requests that are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Log {
    /// All requests.
    Requests,
    /// Refused requests.
    Refusals,
    /// Only failures of the server.
    Off,
}

/// The origin of the server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TlsSource {
    /// Issued by the installation's authority.
    Made,
    /// The user's own, in these files.
    Own { certificate: PathBuf, key: PathBuf },
}

/// The certificates that are needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificates {
    /// For the server itself, if it speaks TLS.
    pub(crate) tls: Option<TlsSource>,
    /// For the vendor's hosts.
    pub(crate) intercept: bool,
    /// The authority's folder, if the authority is needed.
    pub(crate) ca_dir: Option<PathBuf>,
}

/// The configuration of `serve`.
#[derive(Debug)]
pub(crate) struct ServeSettings {
    /// The server's configuration, except its certificates.
    pub(crate) config: Config,
    /// The certificates.
    pub(crate) certificates: Certificates,
    /// Whether the address is the default, so that another port may be used if it is taken.
    pub(crate) listen_is_default: bool,
    /// Where everything is kept.
    pub(crate) database: Database,
    /// The seed of an empty store.
    pub(crate) seed: Option<SeedSource>,
    /// The file to write the base URL to.
    pub(crate) ready_file: Option<PathBuf>,
    /// The requests that are logged.
    pub(crate) log: Log,
    /// Whether log lines are JSON.
    pub(crate) log_json: bool,
}

impl Layers {
    /// The configuration of `serve`.
    pub(crate) fn serve(&self) -> Outcome<ServeSettings> {
        let database = self.database()?;
        let config = Config {
            listen: self.listen()?,
            public_url: self
                .row(Name::PublicUrl)?
                .text
                .as_deref()
                .map(origin_url)
                .transpose()
                .map_err(|what| self.wrong(Name::PublicUrl, &what))?,
            auth: match self.word(Name::Auth)? {
                "any" => AuthMode::Any,
                "off" => AuthMode::Off,
                _ => AuthMode::Strict,
            },
            limits: self.word(Name::Limits)? == "on",
            insecure: self.switch(Name::Insecure)?,
            connections_max: usize::try_from(self.count(Name::ConnectionsMax)?)
                .unwrap_or(usize::MAX),
            control_token: self
                .control_token()?
                .map(|token| Digest::of(token.as_bytes())),
            deliver_to: self.deliver_to()?,
            ..Config::default()
        };
        Ok(ServeSettings {
            config,
            certificates: self.certificates()?,
            listen_is_default: self.row(Name::Listen)?.origin == Origin::Default,
            seed: self.seed(&database)?,
            database,
            ready_file: self.path(Name::ReadyFile)?,
            log: match self.word(Name::Log)? {
                "refusals" => Log::Refusals,
                "off" => Log::Off,
                _ => Log::Requests,
            },
            log_json: self.word(Name::LogFormat)? == "json",
        })
    }

    /// The base URL of the server that a command talks to, without a slash at its end.
    pub(crate) fn url(&self) -> Outcome<String> {
        if let Some(url) = &self.row(Name::Url)?.text {
            return origin_url(url).map_err(|what| self.wrong(Name::Url, &what));
        }
        let ready = self
            .path(Name::ReadyFile)?
            .and_then(|file| read_text_at_most(&file, READY_FILE_BYTES_MAX).ok());
        if let Some(url) = ready.and_then(|text| origin_url(text.trim()).ok()) {
            return Ok(url);
        }
        let scheme = self.tls()?.map_or("http", |_| "https");
        Ok(format!("{scheme}://{}", self.listen()?))
    }

    /// The hosts that notifications are sent to.
    fn deliver_to(&self) -> Outcome<Vec<String>> {
        let text = self.row(Name::DeliverTo)?.text.as_deref();
        hosts(text.unwrap_or_default()).map_err(|what| self.wrong(Name::DeliverTo, &what))
    }

    /// The certificates that are needed.
    fn certificates(&self) -> Outcome<Certificates> {
        let tls = self.tls()?;
        let intercept = self.switch(Name::Intercept)?;
        let needed = intercept || tls == Some(TlsSource::Made);
        Ok(Certificates {
            tls,
            intercept,
            ca_dir: needed.then(|| self.ca_dir()).transpose()?,
        })
    }

    /// The origin of the server's certificate, if the server speaks TLS.
    pub(crate) fn tls(&self) -> Outcome<Option<TlsSource>> {
        match (self.path(Name::TlsCert)?, self.path(Name::TlsKey)?) {
            (Some(certificate), Some(key)) => Ok(Some(TlsSource::Own { certificate, key })),
            (None, None) => Ok(self.switch(Name::Tls)?.then_some(TlsSource::Made)),
            (Some(_), None) => Err(self.wrong(Name::TlsCert, "its key is missing: --tls-key")),
            (None, Some(_)) => {
                Err(self.wrong(Name::TlsKey, "its certificate is missing: --tls-cert"))
            }
        }
    }

    /// The folder of this installation's authority.
    pub(crate) fn ca_dir(&self) -> Outcome<PathBuf> {
        let home = || Some(data_home()?.join("tanzanite"));
        self.path(Name::CaDir)?.or_else(home).ok_or_else(|| {
            let failure = Failure::new(Exit::Usage, "this user has no home folder");
            failure.hint("say with --ca-dir where the certificate authority is to be")
        })
    }

    /// The token that callers of the control API must show.
    pub(crate) fn control_token(&self) -> Outcome<Option<&str>> {
        let token = self.row(Name::ControlToken)?.text.as_deref();
        let sound = |token: &str| {
            token.len() >= CONTROL_TOKEN_BYTES_MIN
                && token.bytes().all(|byte| byte.is_ascii_graphic())
        };
        match token {
            Some(token) if !sound(token) => Err(self
                .wrong(Name::ControlToken, "this is no control token")
                .hint("take 16 or more letters, digits and signs, such as `openssl rand -hex 32` makes")),
            token => Ok(token),
        }
    }

    /// The organisation that a command concerns; `None` leaves it to the server.
    pub(crate) fn org(&self) -> Outcome<Option<OrgId>> {
        let Some(text) = &self.row(Name::Org)?.text else {
            return Ok(None);
        };
        let org = text.parse().ok().and_then(OrgId::new);
        let wrong = || self.wrong(Name::Org, &format!("{text:?} is no organisation's number"));
        org.map(Some).ok_or_else(wrong)
    }

    /// The address to listen on.
    pub(crate) fn listen(&self) -> Outcome<SocketAddr> {
        let text = self.row(Name::Listen)?.text.as_deref().unwrap_or_default();
        let address = text.replace("localhost:", "127.0.0.1:");
        address.parse().map_err(|_| {
            let failure = self.wrong(Name::Listen, &format!("{text:?} is no address"));
            failure.hint("an address is IP:PORT, such as 127.0.0.1:8480 or [::1]:0")
        })
    }

    /// The database. Among memory, a folder and a database URL the one from the strongest source applies.
    pub(crate) fn database(&self) -> Outcome<Database> {
        let blobs = self.row(Name::Blobs)?.text.as_deref();
        let url = self.row(Name::Database)?;
        let mut said = Vec::new();
        if self.switch(Name::Memory)? {
            said.push((Name::Memory, Database::Sqlite(Place::Memory)));
        }
        if let Some(folder) = self.path(Name::Data)? {
            said.push((Name::Data, Database::Sqlite(Place::Folder(folder))));
        }
        if let Some(text) = &url.text {
            let database = databases::database(text, blobs, environment())
                .map_err(|what| self.wrong(Name::Database, &what))?;
            said.push((Name::Database, database));
        }
        let database = self.strongest(said)?;
        match (&database, blobs) {
            (Database::Sqlite(_), Some(_)) if url.text.is_none() => Err(self
                .wrong(Name::Blobs, "an object store goes with PostgreSQL")
                .hint("name the database too: --database postgres://…")),
            _ => Ok(database),
        }
    }

    fn strongest(&self, said: Vec<(Name, Database)>) -> Outcome<Database> {
        let mut strongest: Option<(Name, Database)> = None;
        for (name, database) in said {
            let Some((other, _)) = &strongest else {
                strongest = Some((name, database));
                continue;
            };
            let (one, two) = (self.row(name)?, self.row(*other)?);
            match one.origin.against(&two.origin) {
                Ordering::Greater => strongest = Some((name, database)),
                Ordering::Less => {}
                Ordering::Equal => {
                    let both = format!(
                        "both `{}` and `{}` are set",
                        two.setting.flag, one.setting.flag
                    );
                    return Err(self.wrong(*other, &both).hint("keep one of the two"));
                }
            }
        }
        Ok(strongest.map_or(Database::Sqlite(Place::Memory), |(_, database)| database))
    }

    fn seed(&self, database: &Database) -> Outcome<Option<SeedSource>> {
        Ok(match self.row(Name::Seed)?.text.as_deref() {
            Some("demo") => Some(SeedSource::Demo),
            Some(path) => Some(SeedSource::File(PathBuf::from(path))),
            None => is_memory(database).then_some(SeedSource::Demo),
        })
    }

    fn path(&self, name: Name) -> Outcome<Option<PathBuf>> {
        Ok(self.row(name)?.text.as_deref().map(PathBuf::from))
    }

    fn switch(&self, name: Name) -> Outcome<bool> {
        match self.row(name)?.text.as_deref().unwrap_or_default() {
            "true" | "1" => Ok(true),
            "false" | "0" | "" => Ok(false),
            other => Err(self.wrong(name, &format!("{other:?} is neither true nor false"))),
        }
    }

    /// A number within the setting's bound.
    fn count(&self, name: Name) -> Outcome<u64> {
        let row = self.row(name)?;
        let text = row.text.as_deref().unwrap_or_default();
        let Kind::Count(max) = row.setting.kind else {
            return Err(self.wrong(name, "this is no number"));
        };
        let count = text.parse().ok().filter(|count| (1..=max).contains(count));
        count.ok_or_else(|| self.wrong(name, &format!("{text:?} is no number from 1 to {max}")))
    }

    fn word(&self, name: Name) -> Outcome<&str> {
        let row = self.row(name)?;
        let text = row.text.as_deref().unwrap_or_default();
        match row.setting.kind {
            Kind::Word(words) if !words.contains(&text) => {
                Err(self.wrong(name, &format!("{text:?} is none of {}", words.join(", "))))
            }
            _ => Ok(text),
        }
    }

    fn wrong(&self, name: Name, what: &str) -> Failure {
        let place = self
            .row(name)
            .map_or_else(|failure| failure.to_string(), place_of);
        Failure::new(Exit::Usage, format!("{place}: {what}"))
    }
}

fn place_of(row: &Row) -> String {
    match &row.origin {
        Origin::Flag(flag) => format!("--{flag}"),
        Origin::Environment(variable) => (*variable).to_owned(),
        Origin::File(path, line, column) => format!("{}:{line}:{column}", path.display()),
        Origin::Default => row.setting.flag.to_owned(),
    }
}

/// Parses `http://host[:port]`, with or without a slash at its end.
pub(crate) fn origin_url(text: &str) -> Result<String, String> {
    let trimmed = text.trim_end_matches('/');
    let host = trimmed
        .strip_prefix("http://")
        .or_else(|| trimmed.strip_prefix("https://"));
    match host {
        Some(host)
            if !host.is_empty()
                && !host.contains(['/', '?', '#', ' ', '@'])
                && Url::parse(trimmed).is_ok() =>
        {
            Ok(trimmed.to_owned())
        }
        _ => Err(format!(
            "{:?} is no origin, such as http://127.0.0.1:8480",
            shown(text)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(flags: &[(Name, &str)], environment: &[(&str, &str)]) -> Layers {
        let mut flags: Vec<_> = flags
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()))
            .collect();
        // Avoids reading a configuration file in the folder where the tests run.
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("empty.toml");
        std::fs::write(&file, "").expect("written");
        flags.push((Name::SettingsFile, file.display().to_string()));
        let look_up = |variable: &'static str| {
            let found = environment.iter().find(|(name, _)| *name == variable);
            Ok(found.map(|(_, text)| (*text).to_owned()))
        };
        Layers::new(&flags, look_up).expect("layers")
    }

    #[test]
    fn without_a_word_the_demo_is_served_in_memory_on_loopback() {
        let settings = layers(&[], &[]).serve().expect("settings");
        assert!(is_memory(&settings.database));
        assert_eq!(settings.seed, Some(SeedSource::Demo));
        assert!(settings.config.listen.ip().is_loopback() && settings.listen_is_default);
        assert_eq!(settings.config.auth, AuthMode::Strict);
        assert!(!settings.config.insecure);
    }

    #[test]
    fn between_memory_a_folder_and_a_database_the_stronger_source_decides() {
        let place = |flags: &[(Name, &str)], environment: &[(&str, &str)]| {
            layers(flags, environment)
                .database()
                .map(|database| databases::describe(&database))
                .map_err(|failure| failure.to_string())
        };
        let is = |text: &str| Ok(text.to_owned());
        let postgres = "postgres://u:p@h/d";
        assert_eq!(place(&[(Name::Data, "d")], &[]), is("the data folder d"));
        assert_eq!(
            place(&[(Name::Memory, "true")], &[("TANZANITE_DATA", "d")]),
            is("memory")
        );
        assert_eq!(
            place(&[(Name::Data, "d")], &[("TANZANITE_MEMORY", "1")]),
            is("the data folder d")
        );
        assert_eq!(
            place(&[(Name::Database, postgres)], &[("TANZANITE_DATA", "d")]),
            is("the database postgres://h:5432/d, schema tanzanite")
        );
        assert_eq!(
            place(&[], &[("TANZANITE_DATA", "d"), ("TANZANITE_MEMORY", "1")]),
            Err("TANZANITE_MEMORY: both `memory` and `data` are set".to_owned())
        );
        assert_eq!(
            place(&[(Name::Data, "d"), (Name::Database, postgres)], &[]),
            Err("--data: both `data` and `database` are set".to_owned())
        );
        assert_eq!(
            place(&[(Name::Data, "d"), (Name::Blobs, "s3://b")], &[]),
            Err("--blobs: an object store goes with PostgreSQL".to_owned())
        );
    }

    #[test]
    fn a_folder_is_never_seeded_unasked() {
        let settings = layers(&[(Name::Data, "d")], &[]).serve().expect("settings");
        assert_eq!(settings.seed, None);
    }

    #[test]
    fn wrong_values_are_named_by_their_source() {
        let error = |flags: &[(Name, &str)], environment: &[(&str, &str)]| {
            layers(flags, environment)
                .serve()
                .map(|_| ())
                .map_err(|failure| failure.to_string())
        };
        let is = |text: &str| Err(text.to_owned());
        assert_eq!(
            error(&[(Name::Listen, "here")], &[]),
            is("--listen: \"here\" is no address")
        );
        assert_eq!(
            error(&[], &[("TANZANITE_AUTH", "lax")]),
            is("TANZANITE_AUTH: \"lax\" is none of strict, any, off")
        );
        assert_eq!(
            error(&[], &[("TANZANITE_CONNECTIONS_MAX", "0")]),
            is("TANZANITE_CONNECTIONS_MAX: \"0\" is no number from 1 to 1000000")
        );
        assert_eq!(
            error(&[(Name::PublicUrl, "crm.example")], &[]),
            is("--public-url: \"crm.example\" is no origin, such as http://127.0.0.1:8480")
        );
        assert_eq!(
            error(&[], &[("TANZANITE_INSECURE", "yes")]),
            is("TANZANITE_INSECURE: \"yes\" is neither true nor false")
        );
    }

    #[test]
    fn the_url_of_the_server_is_said_or_read_from_the_ready_file_or_the_address() {
        let folder = tempfile::tempdir().expect("a folder");
        let ready = folder.path().join("ready");
        std::fs::write(&ready, "http://127.0.0.1:7777\n").expect("written");
        let ready = ready.display().to_string();
        let url = |flags: &[(Name, &str)]| {
            layers(flags, &[])
                .url()
                .map_err(|failure| failure.to_string())
        };
        assert_eq!(
            url(&[(Name::Url, "http://localhost:1/")]),
            Ok("http://localhost:1".to_owned())
        );
        assert_eq!(
            url(&[(Name::ReadyFile, &ready)]),
            Ok("http://127.0.0.1:7777".to_owned())
        );
        assert_eq!(
            url(&[(Name::ReadyFile, "/nowhere")]),
            Ok("http://127.0.0.1:8480".to_owned())
        );
        assert_eq!(
            url(&[(Name::Listen, "127.0.0.1:9")]),
            Ok("http://127.0.0.1:9".to_owned())
        );
    }
}
