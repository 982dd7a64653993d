//! The plan, printed before anything is done: the available parts, those to install and from where, and those left out
//! and why.

use super::machine::Machine;
use super::sources;
use crate::output::{self, Outcome};
use std::fmt;
use tanzanite_testbed::parts::{PARTS, Part, Source};

/// One decision for each part.
#[derive(Debug)]
pub(crate) struct Plan<'m> {
    machine: &'m Machine,
    parts: Vec<(&'static Part, Decision)>,
}

#[derive(Debug)]
enum Decision {
    IsThere,
    /// From Debian packages, as root.
    Debian(&'static [&'static str]),
    /// From a registry, without root.
    From(&'static Source),
    /// Left out, for this reason.
    LeftOut(String),
}

/// The parts after a plan was carried out.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) there: Vec<&'static Part>,
    /// With the reasons.
    pub(crate) left_out: Vec<(&'static Part, String)>,
}

impl<'m> Plan<'m> {
    pub(crate) fn new(machine: &'m Machine) -> Self {
        let mut plan = Self {
            machine,
            parts: Vec::new(),
        };
        for part in &PARTS {
            let decision = plan.decide(part);
            plan.parts.push((part, decision));
        }
        plan
    }

    /// Decides about a part; those that it depends on are decided already.
    fn decide(&self, part: &'static Part) -> Decision {
        let machine = self.machine;
        if machine.has(part) {
            return Decision::IsThere;
        }
        if !part.debian.is_empty() && machine.is_root && machine.has_apt {
            return Decision::Debian(part.debian);
        }
        let Some(source) = &part.without_root else {
            let whose = if machine.has_apt {
                "only root can install"
            } else {
                "there is no apt-get to install"
            };
            return Decision::LeftOut(format!("{whose} Debian's {}", part.debian.join(" ")));
        };
        let missing = part.after.iter().find(|name| self.is_left_out(name));
        match (missing, source) {
            (Some(missing), _) => {
                Decision::LeftOut(format!("it comes after {missing}, which is left out"))
            }
            (None, Source::PyPi { .. }) if machine.cache.is_none() => {
                Decision::LeftOut("there is no home folder to install into".to_owned())
            }
            (None, _) => Decision::From(source),
        }
    }

    fn is_left_out(&self, name: &str) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|(part, decision)| part.name == name && matches!(decision, Decision::LeftOut(_)))
    }

    /// Installs one part after another; a part that fails is left out.
    pub(crate) fn carry_out(mut self) -> Parts {
        for position in 0..self.parts.len() {
            let (part, decision) = &self.parts[position];
            let installed = match decision {
                Decision::IsThere | Decision::LeftOut(_) => continue,
                Decision::Debian(packages) => sources::install_from_debian(packages),
                Decision::From(source) => self.install(part, source),
            };
            self.parts[position].1 = match installed {
                Ok(()) if self.machine.has(part) => Decision::IsThere,
                Ok(()) => Decision::LeftOut("it was installed, and is not there".to_owned()),
                Err(error) => Decision::LeftOut(error.to_string()),
            };
        }
        let mut parts = Parts {
            there: Vec::new(),
            left_out: Vec::new(),
        };
        for (part, decision) in self.parts {
            match decision {
                Decision::LeftOut(reason) => parts.left_out.push((part, reason)),
                _ => parts.there.push(part),
            }
        }
        parts
    }

    /// Installs a part, unless one that it depends on has failed.
    fn install(&self, part: &Part, source: &Source) -> Outcome {
        if let Some(missing) = part.after.iter().find(|name| self.is_left_out(name)) {
            return Err(format!("it comes after {missing}, which is left out").into());
        }
        output::remark(&format!("installing {}\n", part.title));
        self.machine.install(source)
    }
}

impl fmt::Display for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = self
            .parts
            .iter()
            .filter(|(_, decision)| matches!(decision, Decision::IsThere));
        let there: Vec<&str> = there.map(|(part, _)| part.title).collect();
        if !there.is_empty() {
            writeln!(f, "There already: {}.", there.join("; "))?;
        }
        for (part, decision) in &self.parts {
            let (name, title) = (part.name, part.title);
            match decision {
                Decision::IsThere => {}
                Decision::Debian(packages) => {
                    writeln!(
                        f,
                        "To be installed: {title} ({name}), from Debian: {}",
                        packages.join(" ")
                    )?;
                }
                Decision::From(source) => {
                    let source = sources::describe(source, self.machine);
                    writeln!(f, "To be installed: {title} ({name}), from {source}")?;
                }
                Decision::LeftOut(reason) => {
                    writeln!(f, "To be left out: {title} ({name}): {reason}")?;
                }
            }
        }
        Ok(())
    }
}

impl Parts {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.there.iter().any(|part| part.name == name)
    }

    /// Lists the missing parts prominently. That fails in CI, which must run everything, but not for a person.
    pub(crate) fn conclude(&self) -> Outcome {
        for (part, reason) in &self.left_out {
            let (name, title, without) = (part.name, part.title, part.without);
            output::remark(&format!(
                "LEFT OUT: {title} ({name}): {reason}. Not run without it: {without}\n"
            ));
        }
        if self.left_out.is_empty() || !is_ci() {
            return Ok(());
        }
        let names: Vec<&str> = self.left_out.iter().map(|(part, _)| part.name).collect();
        Err(format!(
            "left out, and CI may leave out nothing: {}",
            names.join(", ")
        )
        .into())
    }
}

#[expect(clippy::disallowed_methods, reason = "the variable that every CI sets")]
fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !["", "false", "0"].contains(&value.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    #[test]
    fn root_gets_from_debian_all_that_debian_has() {
        let machine = Machine {
            path: OsString::from("/nowhere/bin"),
            cache: Some("/nowhere/cache/tanzanite-test".into()),
            has_apt: true,
            is_root: true,
            repository: "/nowhere".into(),
        };
        insta::assert_snapshot!(Plan::new(&machine).to_string(), @"
        To be installed: Python 3 with venv (python), from Debian: python3 python3-venv
        To be installed: Node with npm (node), from Debian: nodejs npm
        To be installed: curl (curl), from Debian: curl
        To be installed: OpenSSL's program (openssl), from Debian: openssl
        To be installed: PostgreSQL (postgres), from Debian: postgresql
        To be installed: PostgreSQL with TLS (postgres-tls), from Debian: postgresql
        To be installed: an S3 server (moto) (s3), from PyPI: moto[server]>=5,<6, into /nowhere/cache/tanzanite-test/moto-5
        To be installed: the SDKs for Python, pytest (python-packages), from PyPI: tests/sdk/python/requirements.txt tests/sdk/intercept/requirements.txt packages/pytest/requirements.txt, into target/sdk/venv
        To be installed: the SDKs for Node, Jest, Vitest (node-packages), from npm: the lock files of tests/sdk/node tests/sdk/typescript examples/vitest examples/jest, into their node_modules
        To be installed: Chromium (browser), from Debian: chromium
        To be installed: cargo-deny (cargo-deny), from crates.io: cargo-deny, into Cargo's folder of programs
        ");
    }
}
