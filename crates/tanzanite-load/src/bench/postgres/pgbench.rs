//! `pgbench` with the statements of a node, with no node: what PostgreSQL can do by itself on this machine.
//!
//! Its own parameters would be numbered anew for each place where one stands. So the statements are given as they are,
//! with `$1` and so on in them, and a comment at their end names the variables in the order of the numbers: the server
//! is sent the node's text and that comment.

use super::super::clock::processor_time_with_children;
use super::super::measure::count;
use super::capture::Operation;
use super::database::{Database, checked};
use super::log::{ALL_STATEMENTS, Log, Statement};
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;
use xtask::output::Outcome;

/// How often a transaction that was in another's way is tried again.
const TRIES_MAX: &str = "41";
/// What begins and ends the comment after a statement.
const COMMENT: [&str; 2] = [" /* of ", " */"];
/// Seeds the disorder of the records.
const DISORDER: &str = "7";

/// Which records a script is about.
#[derive(Clone, Debug)]
pub(super) enum Ids {
    /// The ones of the captured requests.
    Fixed,
    /// These, in disorder, round and round.
    Of(Blocks),
}

/// Every so-manieth block of some ids: so that others have records all over a table too, and not on the same pages.
#[derive(Clone, Debug)]
pub(super) struct Blocks {
    first: i64,
    /// How many ids there are in all the blocks.
    count: i64,
    block: i64,
    /// From the beginning of one block to that of the next.
    step: i64,
}

impl Blocks {
    /// All of a range.
    pub(super) fn all(range: &Range<i64>) -> Self {
        let count = range.end - range.start;
        Self {
            first: range.start,
            count,
            block: count,
            step: count,
        }
    }

    /// One part of so many of a range, in blocks; what would be no whole block is left out.
    pub(super) fn part(range: &Range<i64>, block: i64, (part, parts): (i64, i64)) -> Self {
        let step = block * parts;
        Self {
            first: range.start + part * block,
            count: (range.end - range.start) / step * block,
            block,
            step,
        }
    }

    /// The ids.
    pub(super) fn ids(&self) -> Vec<i64> {
        let id = |at| self.first + at / self.block * self.step + at % self.block;
        (0..self.count).map(id).collect()
    }

    /// The same for pgbench: the id at a place in the disorder.
    fn expression(&self) -> String {
        let Self {
            first,
            count,
            block,
            step,
        } = self;
        let at = format!("permute(:place, {count}, {DISORDER})");
        format!("{first} + {at} / {block} * {step} + {at} % {block}")
    }
}

/// A script and its variables.
#[derive(Debug)]
pub(super) struct Script {
    path: PathBuf,
    statements: Vec<Statement>,
    variables: Vec<(String, String)>,
    options: String,
    /// Where the next run begins in the disorder.
    next: i64,
    /// How far a run may come: the next one begins there.
    share: i64,
    /// Transactions so far.
    pub(super) done: u64,
}

/// What came of a run.
#[derive(Debug)]
pub(super) struct Ran {
    /// Transactions a second.
    pub(super) rate: f64,
    /// Transactions.
    pub(super) count: u64,
    /// Those that were given up.
    pub(super) failed: u64,
    /// The processor time of the server, for all of them.
    pub(super) time: Duration,
}

impl Script {
    /// From what a node has said for the records of two ids. `runs` is how many there will be.
    pub(super) fn new(
        database: &Database,
        title: &str,
        operation: &Operation,
        of: [i64; 2],
        (ids, options, runs): (Ids, &str, u64),
    ) -> Outcome<Self> {
        let mut text = String::new();
        if let Ids::Of(blocks) = &ids {
            // Each client takes every so-manieth place of the disorder, beginning at its own.
            let _ = writeln!(
                text,
                "\\set place :next + :turn * :clients + :client_id\n\\set turn :turn + 1\n\\set id {}",
                blocks.expression()
            );
        }
        let mut variables = Vec::new();
        let mut script = String::new();
        for (number, (statement, again)) in operation
            .statements
            .iter()
            .zip(&operation.again)
            .enumerate()
        {
            let both = statement
                .parameters
                .iter()
                .zip(&again.parameters)
                .enumerate();
            let names = both.map(|(at, (one, other))| {
                let constant = format!("p{number}_{at}");
                match (one, other) {
                    (Some(one), Some(other))
                        if [one, other] == [&of[0].to_string(), &of[1].to_string()]
                            && of[0] != of[1] =>
                    {
                        "id".to_owned()
                    }
                    (Some(one), Some(other)) if is_later(one, other) => {
                        variables.push((format!("begin_{constant}"), other.clone()));
                        // The time goes on, and so does what is made of it.
                        let _ =
                            writeln!(text, "\\set {constant} :begin_{constant} + :next + :turn");
                        constant
                    }
                    (_, Some(value)) => {
                        variables.push((constant.clone(), value.clone()));
                        constant
                    }
                    // A variable that is not there is null.
                    (_, None) => constant,
                }
            });
            let names = names.map(|name| format!(":{name}")).collect::<Vec<_>>();
            script.push_str(&statement.sql);
            if !names.is_empty() {
                script.push_str(&format!("{}{}{}", COMMENT[0], names.join(" "), COMMENT[1]));
            }
            script.push_str(";\n");
        }
        text.push_str(&script);
        let name = title.replace(|char: char| !char.is_ascii_alphanumeric(), "_");
        let path = database.scratch().join(format!("{name}.pgbench"));
        fs::write(&path, text)?;
        let count = match &ids {
            Ids::Fixed => 1,
            Ids::Of(blocks) => blocks.count,
        };
        Ok(Self {
            path,
            statements: operation.statements.clone(),
            variables,
            options: options.to_owned(),
            next: 0,
            share: count / i64::try_from(runs)?.max(1),
            done: 0,
        })
    }

    /// Runs for a time, with so many connections; a node has all of its own already, so the first second does not
    /// count.
    pub(super) fn run(
        &mut self,
        database: &Database,
        connections: u32,
        time: Duration,
    ) -> Outcome<Ran> {
        let seconds = time.as_secs().max(1) + 1;
        let length = ["-T", &seconds.to_string(), "-P", "1"];
        let ran = self.pgbench(database, connections, &length, "")?;
        self.next += self.share;
        self.done += ran.count;
        Ok(ran)
    }

    /// Runs once, and fails unless the server was sent what a node sends it.
    pub(super) fn check(&mut self, database: &Database, log: &mut Log) -> Outcome {
        log.read(database)?;
        let ran = self.pgbench(database, 1, &["-t", "1"], ALL_STATEMENTS)?;
        let said = log.read(database)?;
        // The one that was used up.
        self.next += 1;
        self.done += ran.count;
        let sent = said.statements.iter().map(|statement| {
            let text = statement.sql.split(COMMENT[0]).next().unwrap_or_default();
            text.trim_end_matches([';', ' ', '\n'])
        });
        let wanted = self
            .statements
            .iter()
            .map(|statement| statement.sql.as_str());
        if ran.failed == 0 && sent.clone().eq(wanted.clone()) {
            return Ok(());
        }
        let [sent, wanted] = [sent.collect::<Vec<_>>(), wanted.collect()];
        let complaint = said.complaint.unwrap_or_default();
        Err(format!("pgbench sends {sent:#?} where a node sends {wanted:#?} {complaint}").into())
    }

    fn pgbench(
        &self,
        database: &Database,
        connections: u32,
        length: &[&str],
        more: &str,
    ) -> Outcome<Ran> {
        let mut command = database.program("pgbench");
        command
            .args(["-n", "-M", "prepared", "-j", "1", "--max-tries", TRIES_MAX])
            .args(["-c", &connections.to_string()])
            .args(length)
            .arg("-f")
            .arg(&self.path)
            .env("PGOPTIONS", format!("{} {more}", self.options))
            .env_remove("LC_ALL");
        let mut define = |name: &str, value: &str| {
            command.args(["-D", &format!("{name}={value}")]);
        };
        define("clients", &connections.to_string());
        define("next", &self.next.to_string());
        define("turn", "0");
        for (name, value) in &self.variables {
            define(name, value);
        }
        command.current_dir(database.scratch());
        let before = processor_time_with_children(database.process())?;
        let output = command.output()?;
        let time = processor_time_with_children(database.process())?;
        let text = checked(&command, &output)?;
        let number = |title: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(title));
            let word = line.and_then(|line| line.split([' ', '/']).next());
            word.ok_or_else(|| format!("pgbench does not say {title:?}: {text}"))
        };
        let rate = rate(&String::from_utf8_lossy(&output.stderr));
        Ok(Ran {
            rate: rate.map_or_else(
                || number("tps = ")?.parse().map_err(Into::into),
                Outcome::Ok,
            )?,
            count: number("number of transactions actually processed: ")?.parse()?,
            failed: number("number of failed transactions: ")?.parse()?,
            time: time.saturating_sub(before),
        })
    }
}

/// The rate in all seconds after the first: `progress: 2.0 s, 1234.5 tps, …`.
fn rate(progress: &str) -> Option<f64> {
    let seconds = progress.lines().filter_map(|line| {
        let (_, rest) = line.strip_prefix("progress: ")?.split_once(" s, ")?;
        rest.split_once(" tps")?.0.parse().ok()
    });
    let rates: Vec<f64> = seconds.skip(1).collect();
    (!rates.is_empty()).then(|| rates.iter().sum::<f64>() / count(rates.len()))
}

/// Whether two numbers are times one shortly after the other.
fn is_later(one: &str, other: &str) -> bool {
    let numbers = (one.parse::<i64>(), other.parse::<i64>());
    matches!(numbers, (Ok(one), Ok(other)) if one < other && other - one < 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_second_does_not_count() {
        let progress = "progress: 1.0 s, 10.0 tps, lat 1 ms\nnoise\n\
                        progress: 2.0 s, 30.0 tps, lat 1 ms\nprogress: 3.0 s, 50.0 tps, lat 1 ms\n";
        assert!((rate(progress).expect("a rate") - 40.0).abs() < f64::EPSILON);
        assert!(rate("progress: 1.0 s, 10.0 tps\n").is_none());
    }

    #[test]
    fn the_parts_of_a_range_have_every_id_once() {
        let range = 100..136;
        let parts = (0..3).flat_map(|part| Blocks::part(&range, 4, (part, 3)).ids());
        let mut ids: Vec<i64> = parts.collect();
        ids.sort_unstable();
        assert_eq!(ids, range.collect::<Vec<_>>());
        assert_eq!(
            Blocks::part(&(100..136), 4, (1, 3)).ids()[..5],
            [104, 105, 106, 107, 116]
        );
        assert_eq!(Blocks::all(&(5..8)).ids(), [5, 6, 7]);
    }
}
