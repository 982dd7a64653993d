//! The database of all nodes: one server, or two of which one stands by.

use super::nodes::schema;
use std::time::Duration;
use tanzanite_crm::stored::DocumentKind;
use tanzanite_testbed::{Pair, Postgres};

/// The pause between two looks for open transactions, and the most looks.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(5);
const QUESTIONS_MAX: u32 = 6_000;

/// The servers that the testbed has started: one, or a primary with its standby.
pub(super) enum Database {
    One(Postgres),
    Two(Pair),
}

impl Database {
    /// The ports of its servers.
    pub(super) fn ports(&self) -> Vec<u16> {
        match self {
            Self::One(server) => vec![server.port()],
            Self::Two(pair) => pair.ports().to_vec(),
        }
    }

    pub(super) const fn can_take_over(&self) -> bool {
        matches!(self, Self::Two(_))
    }

    /// Makes the one server crash, and waits until it has recovered.
    pub(super) fn crash(&self) {
        if let Self::One(server) = self {
            server.crash();
        }
    }

    pub(super) fn kill_primary(&mut self) {
        if let Self::Two(pair) = self {
            pair.kill_primary();
        }
    }

    pub(super) fn promote(&mut self) {
        if let Self::Two(pair) = self {
            pair.promote();
        }
    }

    pub(super) fn follow(&mut self) {
        if let Self::Two(pair) = self {
            pair.follow();
        }
    }

    /// Ends at most `sessions` of the nodes' sessions, chosen at random. Gives how many were ended.
    pub(super) fn terminate(&self, sessions: i64) -> Result<usize, String> {
        let rows = self.query(&format!(
            "SELECT pg_terminate_backend(pid)::text FROM (
                 SELECT pid FROM pg_stat_activity
                 WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT {sessions}
             ) AS chosen"
        ))?;
        Ok(rows.len())
    }

    /// Waits until all transactions that began before now have ended. After that an operation without an answer has
    /// happened, or never will: the living nodes have answered every request, and a killed node can leave nothing open
    /// but a transaction.
    pub(super) fn wait_until_quiet(&self) -> Result<(), String> {
        let now = self.query("SELECT clock_timestamp()::text")?.concat();
        let open = format!(
            "SELECT pid::text FROM pg_stat_activity
             WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start <= '{now}'::timestamptz"
        );
        for _ in 0..QUESTIONS_MAX {
            if self.query(&open)?.is_empty() {
                return Ok(());
            }
            std::thread::sleep(BETWEEN_QUESTIONS);
        }
        Err("some transaction does not end".to_owned())
    }

    /// Changes the organisation's name and the version of its settings, as a node that changes settings does.
    pub(super) fn rename_organisation(&self, name: &str) -> Result<(), String> {
        let schema = schema();
        let kind = DocumentKind::ORGANISATION.number();
        let changed = self.query(&format!(
            r#"WITH changed AS (
                 UPDATE {schema}.documents
                 SET body = jsonb_set(body::jsonb, '{{company_name}}', '"{name}"')::text
                 WHERE kind = {kind} AND org > 0 RETURNING org
             )
             UPDATE {schema}.settings_versions v SET version = nextval('{schema}.settings_changes') FROM changed c WHERE c.org = v.org
             RETURNING v.version::text"#
        ))?;
        if changed.len() == 1 {
            Ok(())
        } else {
            Err("the settings have no organisation".to_owned())
        }
    }

    /// The first column of a statement's rows, as texts.
    fn query(&self, sql: &str) -> Result<Vec<String>, String> {
        let mut client = match self {
            Self::One(server) => server.client(),
            Self::Two(pair) => pair.client(),
        };
        let rows = client
            .query(sql, &[])
            .map_err(|error| format!("{sql}: {error:?}"))?;
        rows.iter()
            .map(|row| row.try_get(0).map_err(|error| error.to_string()))
            .collect()
    }
}
