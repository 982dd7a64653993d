//! `cargo xtask crash`: kills the server under load, again and again, and looks for acknowledged writes that were lost.
//!
//! In each round the real binary runs on one data folder, and clients insert, upload and delete over loopback and note
//! every acknowledgement, until `kill -9` at a random moment. Then come SQLite's own integrity check, a comparison of
//! records with photos, and a comparison of every note with the restarted server. A request that was cut off may have
//! happened or not; one that was answered must have happened.

pub(crate) mod client;
mod notes;
pub(crate) mod picture;
pub(crate) mod server;

use crate::program::program;
use client::{Client, administrator};
use notes::Notes;
use server::Server;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tanzanite_store::{Place, SqliteStore, Store as _};
use xtask::output::{self, Outcome, Progress};

/// The arguments of a crash loop.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// How often the server is killed.
    #[arg(long, default_value_t = 300)]
    rounds: u32,
    /// How many clients write at once.
    #[arg(long, default_value_t = 16)]
    clients: usize,
    /// Run this build of the program instead of building it
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// The longest time for which the clients write before the kill.
const LIFE_MAX: Duration = Duration::from_millis(400);

/// Runs the loop. It succeeds if nothing was lost.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let program = program(arguments.program.as_deref())?;
    let report = rounds(arguments, &program)?;
    output::say(&format!("{report}\n"))
}

fn rounds(arguments: &Arguments, program: &Path) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut notes = vec![Notes::default(); arguments.clients];
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut acknowledged = 0;
    let progress = Progress::start();
    for round in 1..=arguments.rounds {
        let server = start(program, folder.path())?;
        for note in &mut notes {
            note.check(&mut server.client()?)
                .map_err(|loss| format!("round {round}: {loss}"))?;
        }
        random = next(random);
        let life = LIFE_MAX.mul_f64(f64::from(u32::try_from(random % 1000).unwrap_or(0)) / 1000.0);
        let before: usize = notes.iter().map(Notes::acknowledged).sum();
        load(&server, &mut notes, life, random);
        server.kill()?;
        acknowledged += notes.iter().map(Notes::acknowledged).sum::<usize>() - before;
        verify(folder.path()).map_err(|found| format!("round {round}: {found}"))?;
        progress.show(&format!(
            "round {round} of {}: {acknowledged} acknowledged writes",
            arguments.rounds
        ));
    }
    let server = start(program, folder.path())?;
    for note in &mut notes {
        note.check(&mut server.client()?)?;
    }
    server.kill()?;
    Ok(format!(
        "{} kills, {acknowledged} acknowledged writes, none lost; integrity checked after each",
        arguments.rounds
    ))
}

/// Clients write until the server dies.
fn load(server: &Server, notes: &mut [Notes], life: Duration, seed: u64) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for (position, note) in (0_u64..).zip(notes.iter_mut()) {
            let over = &over;
            scope.spawn(move || {
                let Ok(mut client) = server.client() else {
                    return;
                };
                let mut random = seed ^ (position + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                while !over.load(Ordering::Relaxed) {
                    random = next(random);
                    if note.write(&mut client, random).is_err() {
                        return;
                    }
                }
            });
        }
        std::thread::sleep(life);
        // The clients' connections break with the server, which ends the load.
        let _ = server.kill();
        over.store(true, Ordering::Relaxed);
    });
}

/// Runs SQLite's integrity check and compares records with photos. The error lists the findings.
fn verify(folder: &std::path::Path) -> Result<(), String> {
    let store =
        SqliteStore::open(&Place::Folder(folder.to_owned())).map_err(|error| error.to_string())?;
    let found = store.verify().map_err(|error| error.to_string())?;
    store.close();
    if found.is_empty() {
        Ok(())
    } else {
        Err(found.join("; "))
    }
}

/// The next of a series of numbers (xorshift): the load needs variety, not secrecy.
pub(crate) fn next(mut random: u64) -> u64 {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    random
}

fn start(program: &Path, folder: &Path) -> Result<Server, String> {
    Server::start(program, &folder.join("ready"), |command| {
        command.arg("--data").arg(folder.join("data"));
    })
}

impl Server {
    fn client(&self) -> Result<Client, String> {
        administrator()
            .and_then(|token| Client::connect(self.address(), &token))
            .map_err(|error| format!("no connection: {error}"))
    }
}
