//! `tanzanite doctor`: looks for what could keep a server from starting, and says what to do. It
//! changes nothing but that an older database is brought up to date, as `serve` would.

use crate::arguments::DoctorArguments;
use crate::control::Control;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, columns};
use crate::seeding::{self, Opened};
use crate::settings::{self, Layers, ServeSettings};
use crate::surroundings;
use std::net::TcpListener;
use std::path::Path;
use tanzanite_protocol::Timestamp;
use tanzanite_store::Place;

/// Files that a server has open beside its connections: the database, its log, the readers, the
/// terminal.
const FILES_BESIDE_CONNECTIONS: usize = 64;
/// A clock before this moment (2025-01-01) is wrong: this program is younger.
const CLOCK_MIN: Timestamp = Timestamp::from_millis(1_735_689_600_000);

/// What was found of one thing.
enum Finding {
    /// All is well.
    Good(String),
    /// Worth knowing; a server starts all the same.
    Note(String),
    /// A server does not start, or does not do what was asked.
    Bad(Failure),
}

/// Looks at everything and lists it.
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
            // Without settings there is nothing else to look at.
            Err(failure) => {
                return Ok(vec![
                    ("settings", Finding::Bad(failure)),
                    ("clock", clock()),
                ]);
            }
        };
    let url = layers.url()?;
    let server = Control::new(url.clone()).version();
    Ok(vec![
        ("settings", settings_file(&layers)),
        ("data", data(&settings)),
        ("seed", seed(&settings)),
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
    let (place, seeded) = (&settings.place, settings.seed.is_some());
    let Place::Folder(folder) = place else {
        return Finding::Good("in memory: gone when the server ends".to_owned());
    };
    if !folder.exists() {
        return missing(folder, seeded);
    }
    let opened = match seeding::open(place) {
        Ok(opened) => opened,
        Err(failure) => return Finding::Bad(failure),
    };
    let looked = look(folder, settings, &opened);
    opened.store().close();
    match looked {
        Ok((0, _)) if !seeded => Finding::Bad(empty(folder)),
        Ok((count, troubles)) if troubles.is_empty() => Finding::Good(format!(
            "{} is sound; organisations: {count}",
            folder.display()
        )),
        Ok((_, troubles)) => {
            let message = format!("{} is damaged: {}", folder.display(), troubles.join("; "));
            Finding::Bad(Failure::new(Exit::Failed, message).hint("restore a copy of the folder"))
        }
        Err(failure) => Finding::Bad(failure),
    }
}

/// How many organisations a folder holds, and what is wrong with the database.
fn look(folder: &Path, settings: &ServeSettings, opened: &Opened) -> Outcome<(usize, Vec<String>)> {
    let count = opened.organisations()?.len();
    let verified = opened.store().verify();
    let troubles = verified.map_err(|error| Failure::new(Exit::Failed, error))?;
    // A seed that cannot be read is told where seeds are looked at.
    if let (1.., Some(Ok(seed))) = (count, settings.seed.as_ref().map(seeding::load)) {
        seeding::check_filled_by(folder, &seed)?;
    }
    Ok((count, troubles))
}

fn missing(folder: &Path, seeded: bool) -> Finding {
    if seeded {
        Finding::Good(format!(
            "{} is not there and will be made",
            folder.display()
        ))
    } else {
        Finding::Bad(empty(folder))
    }
}

fn empty(folder: &Path) -> Failure {
    let failure = Failure::new(
        Exit::Failed,
        format!("{} holds nothing, and there is no seed", folder.display()),
    );
    failure.hint("fill it with --seed demo or --seed FILE")
}

fn seed(settings: &ServeSettings) -> Finding {
    let Some(source) = &settings.seed else {
        return Finding::Good("none: the data folder is served as it is".to_owned());
    };
    match seeding::load(source) {
        Ok(_) => Finding::Good("it can be read".to_owned()),
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
    if surroundings::now() >= CLOCK_MIN {
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

/// The soft limit, where the system tells it in a file.
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
