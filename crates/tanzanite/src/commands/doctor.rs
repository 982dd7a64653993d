//! `tanzanite doctor`: looks for anything that could keep a server from starting, with advice. It changes nothing,
//! except that it migrates an older database, as `serve` would.

use crate::arguments::DoctorArguments;
use crate::authority::Home;
use crate::certificates;
use crate::control::Control;
use crate::databases::describe;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, columns};
use crate::seeding::{self, Opened};
use crate::settings::{self, Certificates, Layers, ServeSettings, TlsSource};
use std::net::TcpListener;
use tanzanite_protocol::Timestamp;
use tanzanite_store::{Database, Place, Store};

/// Files that a server opens beside its connections: the database and its log, the readers, the terminal.
const FILES_BESIDE_CONNECTIONS: usize = 64;
/// A clock before this moment (2025-01-01) is wrong, since this program is newer.
const CLOCK_MIN: Timestamp = Timestamp::from_millis(1_735_689_600_000);

/// The result of one check.
enum Finding {
    /// Nothing is wrong.
    Good(String),
    /// Worth knowing, but a server starts.
    Note(String),
    /// A server does not start, or not as configured.
    Bad(Failure),
}

/// Makes all checks and lists the results.
pub(crate) fn doctor(arguments: &DoctorArguments) -> Outcome {
    let findings = examine(&arguments.settings)?;
    let mut rows = Vec::new();
    let mut bad = 0;
    for (what, finding) in findings {
        let (mark, text, hint) = match finding {
            Finding::Good(text) => ("ok", text, None),
            Finding::Note(text) => ("note", text, None),
            Finding::Bad(failure) => {
                bad += 1;
                (
                    "BAD",
                    failure.to_string(),
                    failure.advice().map(str::to_owned),
                )
            }
        };
        rows.push([mark.to_owned(), what.to_owned(), text]);
        rows.extend(hint.map(|hint| [String::new(), String::new(), format!("hint: {hint}")]));
    }
    answer(&columns(&rows))?;
    Ok(if bad == 0 { Exit::Ok } else { Exit::Failed })
}

fn examine<C>(flags: &settings::Flags<C>) -> Outcome<Vec<(&'static str, Finding)>> {
    let (layers, settings) =
        match settings::resolve(flags).and_then(|layers| Ok((layers.serve()?, layers))) {
            Ok((settings, layers)) => (layers, settings),
            // Without a valid configuration nothing else can be checked.
            Err(failure) => {
                return Ok(vec![
                    ("settings", Finding::Bad(failure)),
                    ("clock", clock()),
                ]);
            }
        };
    let url = layers.url()?;
    let server = Control::by(&layers)?.version();
    Ok(vec![
        ("settings", settings_file(&layers)),
        ("data", data(&settings)),
        ("seed", seed(&settings)),
        ("certificates", certificates(&settings)),
        ("address", address(&settings, server.is_ok())),
        (
            "server",
            match server {
                Ok(version) => Finding::Good(format!("Tanzanite {version} answers at {url}")),
                Err(_) => Finding::Note(format!("none answers at {url}")),
            },
        ),
        ("clock", clock()),
        ("limits", limits(settings.config.connections_max)),
    ])
}

fn settings_file(layers: &Layers) -> Finding {
    match layers.file() {
        Some(path) => Finding::Good(format!("{} is read", path.display())),
        None => Finding::Good("no settings file; flags, environment and defaults hold".to_owned()),
    }
}

fn data(settings: &ServeSettings) -> Finding {
    let (database, seeded) = (&settings.database, settings.seed.is_some());
    match database {
        Database::Sqlite(Place::Memory) => {
            return Finding::Good("in memory: gone when the server ends".to_owned());
        }
        Database::Sqlite(Place::Folder(folder)) if !folder.exists() => {
            return if seeded {
                Finding::Good(format!(
                    "{} is not there and will be made",
                    folder.display()
                ))
            } else {
                Finding::Bad(empty(database))
            };
        }
        Database::Sqlite(Place::Folder(_)) | Database::Postgres(_) => {}
    }
    let opened = match seeding::open(database) {
        Ok(opened) => opened,
        Err(failure) => return Finding::Bad(failure),
    };
    let looked = look(settings, &opened);
    opened.store().close();
    match looked {
        Ok((false, _)) if !seeded => Finding::Bad(empty(database)),
        Ok((filled, troubles)) if troubles.is_empty() => Finding::Good(format!(
            "{} is sound, and {}",
            describe(database),
            if filled {
                "holds an organisation"
            } else {
                "empty"
            }
        )),
        Ok((_, troubles)) => {
            let message = format!("{} is damaged: {}", describe(database), troubles.join("; "));
            Finding::Bad(Failure::new(Exit::Failed, message).hint("restore a copy of it"))
        }
        Err(failure) => Finding::Bad(failure),
    }
}

/// Whether a store has content, and its problems.
fn look(settings: &ServeSettings, opened: &Opened) -> Outcome<(bool, Vec<String>)> {
    let held = opened.held()?;
    let verified = opened.store().verify();
    let troubles = verified.map_err(|error| Failure::new(Exit::Failed, error))?;
    // The check of the seed reports a seed that cannot be read.
    if let (Some(held), Some(Ok(seed))) = (&held, settings.seed.as_ref().map(seeding::load)) {
        seeding::check_made_from(&settings.database, held, &seed)?;
    }
    Ok((held.is_some(), troubles))
}

fn empty(database: &Database) -> Failure {
    let message = format!("{} holds nothing, and there is no seed", describe(database));
    Failure::new(Exit::Failed, message).hint("fill it with --seed demo or --seed FILE")
}

fn seed(settings: &ServeSettings) -> Finding {
    let Some(source) = &settings.seed else {
        return Finding::Good("none: what there is, is served".to_owned());
    };
    match seeding::load(source) {
        Ok(_) => Finding::Good("it can be read".to_owned()),
        Err(failure) => Finding::Bad(failure),
    }
}

fn certificates(settings: &ServeSettings) -> Finding {
    let Certificates { tls, ca_dir, .. } = &settings.certificates;
    if let Some(TlsSource::Own { certificate, key }) = tls
        && let Err(failure) = certificates::own(certificate, key)
    {
        return Finding::Bad(failure);
    }
    let Some(home) = ca_dir.clone().map(Home::at) else {
        return Finding::Good("none is to be made".to_owned());
    };
    let folder = home.folder();
    match home.find() {
        Ok(Some(_)) => Finding::Good(format!("the authority in {folder} can make them")),
        Ok(None) => Finding::Good(format!("an authority will be made in {folder}")),
        Err(failure) => Finding::Bad(failure),
    }
}

fn address(settings: &ServeSettings, server_answers: bool) -> Finding {
    let address = settings.config.listen;
    match TcpListener::bind(address) {
        Ok(_) => Finding::Good(format!("{address} is free")),
        Err(_) if server_answers => {
            Finding::Note(format!("{address} is taken by the server below"))
        }
        Err(error) => {
            let failure =
                Failure::caused(Exit::Failed, format!("cannot listen on {address}"), &error);
            Finding::Bad(failure.hint("--listen 127.0.0.1:0 picks a free port"))
        }
    }
}

fn clock() -> Finding {
    if tanzanite_server::now() >= CLOCK_MIN {
        return Finding::Good("plausible".to_owned());
    }
    let failure = Failure::new(Exit::Failed, "the system's clock is years behind");
    Finding::Bad(failure.hint("set it: tokens would seem never to expire"))
}

fn limits(connections: usize) -> Finding {
    let wanted = connections + FILES_BESIDE_CONNECTIONS;
    match open_files_max() {
        Some(files) if files < wanted => Finding::Note(format!(
            "{files} files can be open, and {connections} connections want {wanted}: \
                 raise `ulimit -n`, or lower --connections-max"
        )),
        Some(files) => Finding::Good(format!(
            "{files} files can be open; {wanted} are wanted at most"
        )),
        None => Finding::Note("how many files can be open is not known here".to_owned()),
    }
}

/// The soft limit on open files, where the system states it in a file.
fn open_files_max() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    let soft = line.split_whitespace().next()?;
    if soft == "unlimited" {
        Some(usize::MAX)
    } else {
        soft.parse().ok()
    }
}
