//! What a node says to PostgreSQL for one request, taken from the server's log: so that what `pgbench` runs beside it
//! cannot drift from it.

use super::super::agreement::ask;
use super::super::child::Server;
use super::super::request::Request;
use super::database::Database;
use super::log::{ALL_STATEMENTS, Log, Said, Statement};
use xtask::output::Outcome;

/// How the first statement of a node's session begins: it sets what holds for the session.
const SESSION: &str = "SET search_path";
/// How often to try again when the node's own work came in between.
const ATTEMPTS_MAX: u32 = 5;

/// The statements of one operation, seen twice: for one record and for another.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) title: String,
    pub(super) statements: Vec<Statement>,
    pub(super) again: Vec<Statement>,
}

/// A node with one connection that logs all its statements.
pub(super) struct Captor<'a> {
    database: &'a Database,
    log: Log,
    node: Server,
    /// What its session was told, as options for other programs.
    pub(super) options: String,
}

impl<'a> Captor<'a> {
    /// `start` starts a node on a database that is at a URL.
    pub(super) fn start(
        database: &'a Database,
        schema: &str,
        start: impl FnOnce(&str) -> Outcome<Server>,
    ) -> Outcome<Self> {
        let mut log = Log::open(database)?;
        log.read(database)?;
        let all = ALL_STATEMENTS.replace(' ', "%20").replace('=', "%3D");
        let node = start(&format!("{}&options={all}", database.url(schema, 1)))?;
        let Said { statements, .. } = log.read(database)?;
        let session = statements
            .iter()
            .find(|statement| statement.sql.starts_with(SESSION));
        let session = session.ok_or("the node's session begins in a way that we do not know")?;
        Ok(Self {
            database,
            log,
            node,
            options: options(&session.sql),
        })
    }

    /// Sends a request for two records; what the node said to PostgreSQL. `prepare` makes both ready, and is not looked
    /// at.
    pub(super) fn operation(
        &mut self,
        title: &str,
        request: &Request,
        ids: [i64; 2],
        prepare: Option<&Request>,
    ) -> Outcome<Operation> {
        for _ in 0..ATTEMPTS_MAX {
            for id in ids {
                if let Some(prepare) = prepare {
                    self.send(prepare, id)?;
                }
            }
            self.log.read(self.database)?;
            let statements = self.statements(request, ids[0])?;
            let again = self.statements(request, ids[1])?;
            if statements
                .iter()
                .map(|statement| &statement.sql)
                .eq(again.iter().map(|statement| &statement.sql))
            {
                return Ok(Operation {
                    title: title.to_owned(),
                    statements,
                    again,
                });
            }
        }
        Err(format!("{title}: the same request never makes the same statements twice").into())
    }

    /// Sends a request and does not look at what it comes to in PostgreSQL.
    pub(super) fn send(&self, request: &Request, id: i64) -> Outcome {
        let mut request = request.clone();
        request.set_id(id);
        let answered = ask(self.node.address, &request)?;
        if request.is_answered_by(answered.status, &answered.body) {
            return Ok(());
        }
        Err(format!("the captured node answers {answered}").into())
    }

    /// Ends the node; the log, read to where it ended.
    pub(super) fn stop(mut self) -> Outcome<Log> {
        self.node.stop()?;
        self.log.read(self.database)?;
        Ok(self.log)
    }

    fn statements(&mut self, request: &Request, id: i64) -> Outcome<Vec<Statement>> {
        self.send(request, id)?;
        Ok(self.log.read(self.database)?.statements)
    }
}

/// `SET a = 'b'; …` as options of a session: `-c a=b …`.
fn options(session: &str) -> String {
    let settings = session
        .split(';')
        .filter_map(|statement| statement.trim().strip_prefix("SET ")?.split_once('='));
    let options = settings.map(|(name, value)| {
        let value = value.trim().replace(['"', '\''], "").replace(' ', "\\ ");
        format!("-c {}={value}", name.trim())
    });
    options.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_s_settings_become_options() {
        let session = "SET search_path = \"a\";\n SET b = 1; SET c = 'read committed'; SELECT set_config('d', 'e', false)";
        assert_eq!(
            options(session),
            "-c search_path=a -c b=1 -c c=read\\ committed"
        );
    }
}
