//! The parts of the tests: PostgreSQL, a browser, the official SDKs, and so on. A test states which parts it needs, and
//! an environment variable lists those that are available. A plain `cargo test` has none and installs nothing. `cargo
//! xtask ci` sets up all that it can, and afterwards checks in a ledger that the tests of each part were really run.

mod places;
mod table;

pub use places::{cache, has_tls, postgres_programs, program};
#[cfg(feature = "servers")]
pub(crate) use table::MOTO;
pub use table::{PARTS, Part, Sign, Source};

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

/// The environment variable with the names of the available parts, separated by commas.
pub const CHOSEN: &str = "TANZANITE_TEST_PARTS";
/// The environment variable with the ledger's folder. It has a file for each part, with a line for each test that had
/// the part.
pub const LEDGER: &str = "TANZANITE_TEST_LEDGER";

/// Ends a test early unless the parts that it needs are available. The first line of such a test.
#[macro_export]
macro_rules! needs {
    ($($name:literal),+) => {
        if !$crate::parts::have(&[$($name),+]) {
            return;
        }
    };
}

/// Whether a part is available to the calling test; see [`have`].
///
/// # Panics
/// As [`have`] does.
pub fn part(name: &str) -> bool {
    have(&[name])
}

/// Whether all of these parts are available to the calling test. If so, the test's name is added to each part's ledger;
/// if not, each program says once on standard error which is missing.
///
/// # Panics
/// If no part has such a name, or the ledger cannot be written.
pub fn have(names: &[&str]) -> bool {
    static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let Some(missing) = names.iter().find(|name| !is_chosen(name)) else {
        for name in names {
            enter(name);
        }
        return true;
    };
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if told.insert((*missing).to_owned()) {
        let line = format!("left out: the tests that need {missing}; `cargo xtask ci` runs them\n");
        // Written directly, because the output of macros is discarded for a test that passes.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
    false
}

/// For code that starts a part: a test that has not asked for it fails everywhere, not only where the part is missing.
#[cfg(feature = "servers")]
pub(crate) fn assert_chosen(name: &str) {
    assert!(
        is_chosen(name),
        "{name} is no part of this run: {CHOSEN}={name} makes it one, and a test that needs it begins with needs!({name:?})"
    );
}

fn is_chosen(name: &str) -> bool {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let list = std::env::var(CHOSEN).unwrap_or_default();
        let names = list.split(',').map(str::trim);
        let names = names.filter(|name| !name.is_empty());
        names
            .inspect(|name| assert_known(name))
            .map(str::to_owned)
            .collect()
    });
    assert_known(name);
    NAMES.iter().any(|chosen| chosen == name)
}

fn assert_known(name: &str) {
    let mut parts = PARTS.iter().filter(|part| part.for_tests);
    assert!(
        parts.any(|part| part.name == name),
        "the tests have no part {name:?}"
    );
}

fn enter(name: &str) {
    let Ok(folder) = std::env::var(LEDGER) else {
        return;
    };
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let mut options = std::fs::OpenOptions::new();
    let file = options.create(true).append(true);
    let file = file.open(Path::new(&folder).join(name));
    let written = file.and_then(|mut file| file.write_all(format!("{test}\n").as_bytes()));
    written.expect("the ledger");
}
