//! Installs parts: from Debian as root, and from PyPI, npm and crates.io without root.

use super::machine::Machine;
use crate::output::Outcome;
use crate::steps::Step;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tanzanite_testbed::parts::Source;

/// Installs Debian packages.
pub(super) fn install_from_debian(packages: &[&str]) -> Outcome {
    Step::new("apt-get", &["update", "-qq"]).run()?;
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    Step::new("apt-get", &[&install[..], packages].concat())
        .with("DEBIAN_FRONTEND", "noninteractive")
        .run()
}

/// The origin, names and destination of packages, for whoever must approve the installation.
pub(super) fn describe(source: &Source, machine: &Machine) -> String {
    match source {
        Source::PyPi { folder, arguments } => {
            let into = machine
                .cache
                .as_deref()
                .unwrap_or(Path::new(""))
                .join(folder);
            let packages = arguments.iter().filter(|word| !word.starts_with("--"));
            let packages: Vec<&str> = packages.copied().collect();
            format!("PyPI: {}, into {}", packages.join(" "), into.display())
        }
        Source::Requirements { folder, files } => {
            format!("PyPI: {}, into {folder}", files.join(" "))
        }
        Source::Npm(folders) => format!(
            "npm: the lock files of {}, into their node_modules",
            folders.join(" ")
        ),
        Source::Cargo(arguments) => format!(
            "crates.io: {}, into Cargo's folder of programs",
            arguments[0]
        ),
    }
}

impl Machine {
    /// Installs from a registry, starting afresh.
    pub(super) fn install(&self, source: &Source) -> Outcome {
        match source {
            Source::PyPi { folder, arguments } => {
                let cache = self
                    .cache
                    .as_deref()
                    .ok_or("there is no home folder to install into")?;
                install_with_pip(&cache.join(folder), arguments)
            }
            Source::Requirements { folder, files } => {
                let files = files.iter().flat_map(|file| ["--requirement", file]);
                install_with_pip(&self.repository.join(folder), &files.collect::<Vec<_>>())
            }
            Source::Npm(folders) => folders.iter().try_for_each(|folder| {
                Step::new("npm", &["ci", "--silent", "--no-audit", "--no-fund"])
                    .within(folder)
                    .run()
            }),
            Source::Cargo(arguments) => Step::cargo(&[&["install"], *arguments].concat()).run(),
        }
    }

    /// Whether a source was installed completely, after the last change of the files that it names.
    pub(super) fn is_installed(&self, source: &Source) -> bool {
        let time = |path: PathBuf| path.metadata().and_then(|file| file.modified()).ok();
        let is_newer = |file: PathBuf, than: PathBuf| {
            let (file, than): (Option<SystemTime>, _) = (time(file), time(than));
            file.is_some() && file >= than
        };
        let of_repository = |path: &str| self.repository.join(path);
        match source {
            Source::PyPi { folder, .. } => {
                let complete = self
                    .cache
                    .as_ref()
                    .map(|cache| cache.join(folder).join("complete"));
                complete.is_some_and(|file| file.exists())
            }
            Source::Requirements { folder, files } => files
                .iter()
                .all(|file| is_newer(of_repository(folder).join("complete"), of_repository(file))),
            Source::Npm(folders) => {
                folders
                    .iter()
                    .map(|folder| of_repository(folder))
                    .all(|folder| {
                        is_newer(
                            folder.join("node_modules/.package-lock.json"),
                            folder.join("package-lock.json"),
                        )
                    })
            }
            Source::Cargo(_) => false,
        }
    }
}

/// An environment is complete once the last step has left a marker file in it; an incomplete one is made anew.
fn install_with_pip(environment: &Path, arguments: &[&str]) -> Outcome {
    let folder = environment.to_string_lossy();
    Step::new("python3", &["-m", "venv", "--clear", &folder]).run()?;
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    let python = environment.join("bin/python");
    Step::new(&python.to_string_lossy(), &[&pip[..], arguments].concat()).run()?;
    Ok(std::fs::write(environment.join("complete"), "")?)
}
