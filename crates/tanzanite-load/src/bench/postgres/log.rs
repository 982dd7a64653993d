//! The server's log: which statements a session has sent, and which transactions were in each other's way.

use super::database::Database;
use serde_json::Value;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::thread::sleep;
use std::time::Duration;
use xtask::output::Outcome;

/// What a session logs if all its statements are to be seen.
pub(super) const ALL_STATEMENTS: &str = "-c log_statement=all";
/// How long the log may lag behind.
const QUESTIONS_MAX: u32 = 400;
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(5);
/// Transactions that were in each other's way: they run again.
const CONFLICTS: [&str; 2] = ["40001", "40P01"];
/// What follows a failure in the same transaction.
const IN_FAILED_TRANSACTION: &str = "25P02";

/// A statement that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) sql: String,
    /// Its parameters as texts; nothing is null.
    pub(super) parameters: Vec<Option<String>>,
}

/// What the log has said.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Of sessions that log them all.
    pub(super) statements: Vec<Statement>,
    /// Statements that failed because of other transactions.
    pub(super) conflicts: u64,
    /// Others that failed.
    pub(super) errors: u64,
    /// The first of those.
    pub(super) complaint: Option<String>,
}

/// Reads the log from where it was last read to.
#[derive(Debug)]
pub(super) struct Log {
    file: File,
    offset: u64,
    marks: u32,
}

impl Log {
    pub(super) fn open(database: &Database) -> Outcome<Self> {
        Ok(Self {
            file: File::open(database.log())?,
            offset: 0,
            marks: 0,
        })
    }

    /// What was said since it was last read.
    pub(super) fn read(&mut self, database: &Database) -> Outcome<Said> {
        self.marks += 1;
        let mark = format!("SELECT 'mark {}'", self.marks);
        database.ask_with(ALL_STATEMENTS, &mark)?;
        let mut text = Vec::new();
        for _ in 0..QUESTIONS_MAX {
            self.file.seek(SeekFrom::Start(self.offset))?;
            text.clear();
            self.file.read_to_end(&mut text)?;
            let whole = text.iter().rposition(|byte| *byte == b'\n');
            let lines = &text[..whole.map_or(0, |at| at + 1)];
            let lines = String::from_utf8_lossy(lines);
            if let Some(at) = lines.find(&mark) {
                let end = lines[at..]
                    .find('\n')
                    .map_or(lines.len(), |end| at + end + 1);
                self.offset += u64::try_from(end)?;
                return said(&lines[..end], &mark);
            }
            sleep(BETWEEN_QUESTIONS);
        }
        Err("the server's log does not say what was asked for".into())
    }
}

fn said(lines: &str, mark: &str) -> Outcome<Said> {
    let mut said = Said::default();
    for line in lines.lines().filter(|line| !line.contains(mark)) {
        let entry: Value = serde_json::from_str(line)?;
        let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
        let message = text("message");
        match text("error_severity") {
            "LOG" => said.statements.extend(statement(message, text("detail"))),
            "ERROR" | "FATAL" if CONFLICTS.contains(&text("state_code")) => said.conflicts += 1,
            // What was sent along with a statement that has failed.
            "ERROR" if text("state_code") == IN_FAILED_TRANSACTION => {}
            "ERROR" | "FATAL" | "PANIC" => {
                said.errors += 1;
                said.complaint.get_or_insert_with(|| message.to_owned());
            }
            _ => {}
        }
    }
    Ok(said)
}

/// The statement that an entry is about, if it is about one.
fn statement(message: &str, detail: &str) -> Option<Statement> {
    let sql = match message.strip_prefix("statement: ") {
        Some(sql) => sql,
        None => message.strip_prefix("execute ")?.split_once(": ")?.1,
    };
    Some(Statement {
        sql: sql.to_owned(),
        parameters: parameters(detail),
    })
}

/// `parameters: $1 = 'it''s', $2 = NULL`.
fn parameters(detail: &str) -> Vec<Option<String>> {
    let mut rest = detail.strip_prefix("parameters: ").unwrap_or_default();
    let mut found = Vec::new();
    while let Some((_, value)) = rest.split_once(" = ") {
        let Some(quoted) = value.strip_prefix('\'') else {
            found.push(None);
            rest = value;
            continue;
        };
        let mut text = String::new();
        let mut parts = quoted;
        while let Some((part, after)) = parts.split_once('\'') {
            text.push_str(part);
            parts = after;
            let Some(more) = after.strip_prefix('\'') else {
                break;
            };
            text.push('\'');
            parts = more;
        }
        found.push(Some(text));
        rest = parts;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_as_they_were_sent() {
        let detail = r"parameters: $1 = '\x00ff', $2 = NULL, $3 = 'it''s, $4 = ''x', $4 = ''";
        let wanted = [Some(r"\x00ff"), None, Some("it's, $4 = 'x"), Some("")];
        let found = parameters(detail);
        assert_eq!(
            found.iter().map(Option::as_deref).collect::<Vec<_>>(),
            wanted
        );
        assert!(parameters("").is_empty());
    }

    #[test]
    fn statements_of_both_protocols_are_found_and_nothing_else_is() {
        let sql = |message| statement(message, "").map(|statement| statement.sql);
        assert_eq!(sql("statement: BEGIN").as_deref(), Some("BEGIN"));
        assert_eq!(
            sql("execute s1: SELECT a: b").as_deref(),
            Some("SELECT a: b")
        );
        assert_eq!(sql("checkpoint starting: time"), None);
    }
}
