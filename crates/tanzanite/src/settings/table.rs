//! The program's settings as one table. Flags, environment variables, keys of the configuration file, `config` and
//! `docs/configuration.md` are all derived from it, so every setting has a row here.

use tanzanite_protocol::limits;

/// The name of a setting. The table has the meaning of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Listen,
    Data,
    Memory,
    Database,
    Blobs,
    Seed,
    PublicUrl,
    Auth,
    Limits,
    ReadyFile,
    Log,
    LogFormat,
    Insecure,
    ConnectionsMax,
    ControlToken,
    Tls,
    TlsCert,
    TlsKey,
    Intercept,
    CaDir,
    DeliverTo,
    Url,
    Org,
    SettingsFile,
}

/// The format of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text; checked where it is used.
    Text,
    /// A path. In the configuration file it is relative to that file's folder.
    Path,
    /// A URL, which may contain a password and is never printed whole.
    Url,
    /// A text that is never printed.
    Secret,
    /// `demo`, or a path.
    Seed,
    /// One of these words.
    Word(&'static [&'static str]),
    /// True or false; as a flag it has no value.
    Switch,
    /// A number from 1 to this.
    Count(u64),
}

/// The commands that accept a setting as a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Commands that serve.
    Server,
    /// Commands that talk to a running server.
    Client,
    /// Commands that do either.
    Both,
    /// All commands.
    All,
}

/// The behaviour without a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fallback {
    /// This default value.
    Value(&'static str),
    /// No value; the text describes the effect.
    Nothing(&'static str),
}

/// One row.
#[derive(Debug)]
pub(crate) struct Setting {
    /// The name.
    pub(crate) name: Name,
    /// The flag without its dashes.
    pub(crate) flag: &'static str,
    /// The placeholder of the value in the help.
    pub(crate) value: &'static str,
    /// The environment variable.
    pub(crate) environment: &'static str,
    /// The key in the configuration file.
    pub(crate) key: Option<&'static str>,
    /// The format of the value.
    pub(crate) kind: Kind,
    /// The commands that accept the flag.
    pub(crate) audience: Audience,
    /// The behaviour without a value.
    pub(crate) fallback: Fallback,
    /// The description.
    pub(crate) meaning: &'static str,
}

/// The default address to listen on.
pub(crate) const LISTEN_DEFAULT: &str = "127.0.0.1:8480";
/// The configuration file that is read if it exists and no other is named.
pub(crate) const SETTINGS_FILE_DEFAULT: &str = "tanzanite.toml";

/// All settings, in the order of the documentation.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        name: Name::Listen,
        flag: "listen",
        value: "ADDR",
        environment: "TANZANITE_LISTEN",
        key: Some("listen"),
        kind: Kind::Text,
        audience: Audience::Server,
        fallback: Fallback::Value(LISTEN_DEFAULT),
        meaning: "Where to listen, as IP:PORT; port 0 picks a free one",
    },
    Setting {
        name: Name::Data,
        flag: "data",
        value: "DIR",
        environment: "TANZANITE_DATA",
        key: Some("data"),
        kind: Kind::Path,
        audience: Audience::Server,
        fallback: Fallback::Nothing("everything is kept in memory and gone at the end"),
        meaning: "The folder to keep everything in",
    },
    Setting {
        name: Name::Memory,
        flag: "memory",
        value: "",
        environment: "TANZANITE_MEMORY",
        key: Some("memory"),
        kind: Kind::Switch,
        audience: Audience::Server,
        fallback: Fallback::Value("false"),
        meaning: "Keep everything in memory, whatever a weaker source says about a folder",
    },
    Setting {
        name: Name::Database,
        flag: "database",
        value: "URL",
        environment: "TANZANITE_DATABASE",
        key: Some("database"),
        kind: Kind::Url,
        audience: Audience::Server,
        fallback: Fallback::Nothing("`data`, or memory"),
        meaning: "The database to keep everything in: postgres://USER:PASSWORD@HOST/DATABASE, with \
                  ?schema=NAME&connections=COUNT if wanted; or sqlite:DIR. A password is safer in \
                  the environment",
    },
    Setting {
        name: Name::Blobs,
        flag: "blobs",
        value: "URL",
        environment: "TANZANITE_BLOBS",
        key: Some("blobs"),
        kind: Kind::Url,
        audience: Audience::Server,
        fallback: Fallback::Nothing("photos are kept in the database"),
        meaning: "The object store to keep photos in, beside PostgreSQL: s3://BUCKET/FOLDER, gs://, az:// \
                  or file:///FOLDER; its keys are in AWS_…, GOOGLE_… or AZURE_…",
    },
    Setting {
        name: Name::Seed,
        flag: "seed",
        value: "demo|FILE",
        environment: "TANZANITE_SEED",
        key: Some("seed"),
        kind: Kind::Seed,
        audience: Audience::Server,
        fallback: Fallback::Nothing("the demo in memory; what a data folder holds already"),
        meaning: "What to begin with: the built-in demo, or a seed file",
    },
    Setting {
        name: Name::PublicUrl,
        flag: "public-url",
        value: "URL",
        environment: "TANZANITE_PUBLIC_URL",
        key: Some("public_url"),
        kind: Kind::Url,
        audience: Audience::Server,
        fallback: Fallback::Nothing("http:// or https:// and the address that is listened on"),
        meaning: "The origin that clients use, if it is another: `api_domain` in answers",
    },
    Setting {
        name: Name::Auth,
        flag: "auth",
        value: "MODE",
        environment: "TANZANITE_AUTH",
        key: Some("auth"),
        kind: Kind::Word(&["strict", "any", "off"]),
        audience: Audience::Server,
        fallback: Fallback::Value("strict"),
        meaning: "strict takes live tokens only; any takes unknown ones as the administrator's; \
                  off needs none",
    },
    Setting {
        name: Name::Limits,
        flag: "limits",
        value: "WORD",
        environment: "TANZANITE_LIMITS",
        key: Some("limits"),
        kind: Kind::Word(&["off", "on"]),
        audience: Audience::Server,
        fallback: Fallback::Value("off"),
        meaning: "Whether the vendor's limits hold: credits of a day, calls at once, tokens within ten \
                  minutes. `tanzanite limits` says otherwise for one organisation",
    },
    Setting {
        name: Name::ReadyFile,
        flag: "ready-file",
        value: "FILE",
        environment: "TANZANITE_READY_FILE",
        key: Some("ready_file"),
        kind: Kind::Path,
        audience: Audience::Server,
        fallback: Fallback::Nothing("none is written"),
        meaning: "A file that holds the base URL while requests are served",
    },
    Setting {
        name: Name::Log,
        flag: "log",
        value: "WHAT",
        environment: "TANZANITE_LOG",
        key: Some("log"),
        kind: Kind::Word(&["requests", "refusals", "off"]),
        audience: Audience::Server,
        fallback: Fallback::Value("requests"),
        meaning: "Which requests get a line on standard error; failures of the server always do",
    },
    Setting {
        name: Name::LogFormat,
        flag: "log-format",
        value: "FORMAT",
        environment: "TANZANITE_LOG_FORMAT",
        key: Some("log_format"),
        kind: Kind::Word(&["text", "json"]),
        audience: Audience::Server,
        fallback: Fallback::Value("text"),
        meaning: "How a line of the log looks",
    },
    Setting {
        name: Name::Insecure,
        flag: "insecure",
        value: "",
        environment: "TANZANITE_INSECURE",
        key: Some("insecure"),
        kind: Kind::Switch,
        audience: Audience::Server,
        fallback: Fallback::Value("false"),
        meaning: "Serve the demo, or without strict auth, or intercept, where other machines can reach it",
    },
    Setting {
        name: Name::ConnectionsMax,
        flag: "connections-max",
        value: "COUNT",
        environment: "TANZANITE_CONNECTIONS_MAX",
        key: Some("connections_max"),
        kind: Kind::Count(limits::CONNECTIONS_SETTING_MAX),
        audience: Audience::Server,
        fallback: Fallback::Value("1024"),
        meaning: "Open connections; for a further one that which idles longest is closed",
    },
    Setting {
        name: Name::ControlToken,
        flag: "control-token",
        value: "TOKEN",
        environment: "TANZANITE_CONTROL_TOKEN",
        key: Some("control_token"),
        kind: Kind::Secret,
        audience: Audience::Both,
        fallback: Fallback::Nothing(
            "the control API answers only callers on the server's own machine",
        ),
        meaning: "What callers of the control API must show, wherever they are: 16 characters or more. It is \
                  safer in the environment",
    },
    Setting {
        name: Name::Tls,
        flag: "tls",
        value: "",
        environment: "TANZANITE_TLS",
        key: Some("tls"),
        kind: Kind::Switch,
        audience: Audience::Server,
        fallback: Fallback::Value("false"),
        meaning: "Speak HTTPS, with a certificate of this installation's authority if there is no other",
    },
    Setting {
        name: Name::TlsCert,
        flag: "tls-cert",
        value: "FILE",
        environment: "TANZANITE_TLS_CERT",
        key: Some("tls_cert"),
        kind: Kind::Path,
        audience: Audience::Server,
        fallback: Fallback::Nothing("one is made, if `tls` is set"),
        meaning: "Speak HTTPS with this certificate (PEM, and the rest of its chain after it)",
    },
    Setting {
        name: Name::TlsKey,
        flag: "tls-key",
        value: "FILE",
        environment: "TANZANITE_TLS_KEY",
        key: Some("tls_key"),
        kind: Kind::Path,
        audience: Audience::Server,
        fallback: Fallback::Nothing("there is no certificate of your own"),
        meaning: "The key of that certificate (PEM, not encrypted)",
    },
    Setting {
        name: Name::Intercept,
        flag: "intercept",
        value: "",
        environment: "TANZANITE_INTERCEPT",
        key: Some("intercept"),
        kind: Kind::Switch,
        audience: Audience::Server,
        fallback: Fallback::Value("false"),
        meaning: "Be a proxy too, which answers for the vendor's own hosts and refuses all others",
    },
    Setting {
        name: Name::CaDir,
        flag: "ca-dir",
        value: "DIR",
        environment: "TANZANITE_CA_DIR",
        key: Some("ca_dir"),
        kind: Kind::Path,
        audience: Audience::All,
        fallback: Fallback::Nothing("tanzanite in $XDG_DATA_HOME, or in ~/.local/share"),
        meaning: "The folder of this installation's certificate authority, which is made when it is wanted",
    },
    Setting {
        name: Name::DeliverTo,
        flag: "deliver-to",
        value: "HOST[,HOST]",
        environment: "TANZANITE_DELIVER_TO",
        key: Some("deliver_to"),
        kind: Kind::Text,
        audience: Audience::Server,
        fallback: Fallback::Nothing("this machine, while no other can reach the server"),
        meaning: "The hosts that notifications are sent to, names or addresses, with commas between them",
    },
    Setting {
        name: Name::Url,
        flag: "url",
        value: "BASE",
        environment: "TANZANITE_URL",
        key: Some("url"),
        kind: Kind::Url,
        audience: Audience::Client,
        fallback: Fallback::Nothing("what the ready file says, else `listen`"),
        meaning: "The running server that a command talks to",
    },
    Setting {
        name: Name::Org,
        flag: "org",
        value: "ZGID",
        environment: "TANZANITE_ORG",
        key: Some("org"),
        kind: Kind::Count(i64::MAX.unsigned_abs()),
        audience: Audience::Client,
        fallback: Fallback::Nothing("the one that the server was started for"),
        meaning: "The organisation that a command is about",
    },
    Setting {
        name: Name::SettingsFile,
        flag: "settings",
        value: "FILE",
        environment: "TANZANITE_SETTINGS",
        key: None,
        kind: Kind::Path,
        audience: Audience::All,
        fallback: Fallback::Nothing("tanzanite.toml in the current folder, if it is there"),
        meaning: "The settings file",
    },
];

impl Setting {
    /// The default value, if there is one.
    pub(crate) const fn default(&self) -> Option<&'static str> {
        match self.fallback {
            Fallback::Value(value) => Some(value),
            Fallback::Nothing(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_variable_and_key_are_one_word_in_three_spellings() {
        for setting in SETTINGS {
            let word = setting.flag.replace('-', "_");
            assert_eq!(
                setting.environment,
                format!("TANZANITE_{}", word.to_uppercase())
            );
            assert!(setting.key.is_none_or(|key| key == word), "{word}");
            assert_eq!(
                setting.value.is_empty(),
                setting.kind == Kind::Switch,
                "{word}"
            );
        }
    }

    #[test]
    fn every_name_has_one_row_and_words_name_their_default() {
        for setting in SETTINGS {
            let rows = SETTINGS.iter().filter(|other| other.name == setting.name);
            assert_eq!(rows.count(), 1, "{}", setting.flag);
            if let (Kind::Word(words), Some(default)) = (setting.kind, setting.default()) {
                assert!(words.contains(&default), "{}", setting.flag);
            }
        }
        let connections = SETTINGS
            .iter()
            .find(|setting| setting.name == Name::ConnectionsMax);
        let connections = connections.and_then(Setting::default);
        assert_eq!(
            connections,
            Some(limits::CONNECTIONS_MAX.to_string().as_str())
        );
    }
}
