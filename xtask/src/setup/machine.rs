//! The properties of the machine that decide where parts are found and how they are installed.

use crate::steps::repository;
use std::ffi::OsString;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tanzanite_testbed::parts::{Part, Sign, cache, has_tls, postgres_programs, program};

#[derive(Debug)]
pub(crate) struct Machine {
    /// Folders of programs, including the one that Cargo installs into.
    pub(super) path: OsString,
    /// The folder for parts that outlive a checkout; `None` without a home folder.
    pub(super) cache: Option<PathBuf>,
    /// Whether Debian's packages can be installed.
    pub(super) has_apt: bool,
    pub(super) is_root: bool,
    pub(super) repository: PathBuf,
}

impl Machine {
    #[expect(
        clippy::disallowed_methods,
        reason = "what this machine is stands in its environment"
    )]
    pub(crate) fn here() -> Self {
        let given = std::env::var_os("PATH").unwrap_or_default();
        let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let cargo = cargo.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
        let folders = std::env::split_paths(&given).chain(cargo.map(|home| home.join("bin")));
        let path = std::env::join_paths(folders).unwrap_or(given);
        Self {
            cache: cache(),
            has_apt: program(&path, "apt-get").is_some(),
            is_root: std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0),
            repository: repository(),
            path,
        }
    }

    fn postgres(&self) -> Option<PathBuf> {
        postgres_programs(&self.path, self.cache.as_deref())
    }

    /// Whether a part is installed.
    pub(super) fn has(&self, part: &Part) -> bool {
        let on_path = |name: &&str| program(&self.path, name).is_some();
        match part.sign {
            Sign::Programs(names) => names.iter().all(on_path),
            Sign::AnyProgram(names) => names.iter().any(on_path),
            Sign::PythonWithVenv => {
                program(&self.path, "python3").is_some_and(|python| can_make_environments(&python))
            }
            Sign::Postgres => self.postgres().is_some(),
            Sign::PostgresWithTls => self.postgres().is_some_and(|programs| has_tls(&programs)),
            Sign::Installed => part
                .without_root
                .as_ref()
                .is_some_and(|source| self.is_installed(source)),
        }
    }
}

/// Debian's Python lacks the modules that create environments.
fn can_make_environments(python: &Path) -> bool {
    let mut python = Command::new(python);
    python.args(["-c", "import ensurepip, venv"]);
    let silent = python.stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}
