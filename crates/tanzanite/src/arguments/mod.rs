//! The command line. Options that belong to the configuration are derived from its table; only the others are here.

mod env;
mod explain;
mod import;
mod laboratory;
mod record;
mod stores;

pub(crate) use env::{CaCommand, CaExportArguments, EnvArguments, GiveArguments, InterceptCommand};
pub(crate) use explain::ExplainArguments;
pub(crate) use import::ImportArguments;
pub(crate) use laboratory::{
    BlueprintCommand, BlueprintDeleteArguments, BlueprintSetArguments, ClockArguments,
    FaultAddArguments, FaultCommand, FaultRemoveArguments, JobsArguments, JournalArguments,
    LabArguments, LimitsArguments, NotificationsArguments, OrgCommand, OrgCreateArguments,
    OrgDeleteArguments, SnapshotArguments, SnapshotCommand,
};
pub(crate) use record::{
    ProxyArguments, RecordArguments, RecordCommand, RecordSeedArguments, ReportArguments,
};
pub(crate) use stores::{BackupArguments, CopyArguments, RestoreArguments, VerifyArguments};

use crate::settings::{BothSides, ClientSide, Flags, ServerSide, origin_url};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  tanzanite                                    serve the demo, and show how to use it
  tanzanite init crm && cd crm && tanzanite serve
                                               an organisation of your own, kept in a folder
  tanzanite serve --memory --seed seed.toml --listen 127.0.0.1:0 --ready-file ready
                                               a throw-away one for a test run
  eval \"$(tanzanite env --export)\"             what a client needs, from the running server
  curl -H \"Authorization: Zoho-oauthtoken $(tanzanite token issue --user E --scope S)\" …

Every option that is a setting is an environment variable (TANZANITE_…) and a key of
tanzanite.toml too: `tanzanite config --origin` shows what holds and why.";

const SERVE_EXAMPLES: &str = "\
Examples:
  tanzanite serve                              the demo, in memory
  tanzanite serve --data crm --seed seed.toml  kept in a folder, which the seed fills the first time
  tanzanite serve --data crm                   what the folder holds already
  tanzanite serve --database postgres://crm@db/crm --blobs s3://photos
                                               one of any number of nodes that share them
  tanzanite serve --listen 127.0.0.1:0 --ready-file ready
                                               any free port; the file says which";

const TOKEN_EXAMPLES: &str = "\
Examples:
  tanzanite token issue --user ada@example.com --scope ZohoCRM.modules.ALL
  tanzanite token issue --user ada@example.com --scope ZohoCRM.modules.leads.READ --json
  tanzanite token issue --user ada@example.com --scope ZohoCRM.modules.ALL --data crm
                                               while no server uses the folder";

const GRANT_EXAMPLES: &str = "\
Examples:
  tanzanite grant issue --user ada@example.com --scope ZohoCRM.modules.ALL,ZohoCRM.settings.ALL
  tanzanite grant issue --user ada@example.com --scope ZohoCRM.modules.ALL --json

The code works once, within three minutes, at /oauth/v2/token.";

const TOUR_EXAMPLES: &str = "\
Examples:
  tanzanite tour                               against a demo in memory, started for the tour
  tanzanite tour --url http://127.0.0.1:8480   against a demo that runs already
  tanzanite tour --json                        for programs

It ends with 1 if an outcome differs from what is expected.";

/// A local server that speaks Zoho CRM's REST API v8. Unofficial.
///
/// Unmodified clients of Zoho CRM work against it. Without a command it serves a demo organisation
/// in memory on 127.0.0.1:8480.
#[derive(Debug, Parser)]
#[command(name = "tanzanite", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve an organisation until told to stop
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(ServeArguments),
    /// Write a commented seed and settings file to begin with
    Init(InitArguments),
    /// Show what a client needs to use the running server
    #[command(after_help = env::EXAMPLES)]
    Env(EnvArguments),
    /// Use programs that ask the vendor's own hosts, unchanged
    #[command(subcommand)]
    Intercept(InterceptCommand),
    /// Access tokens without a browser
    #[command(subcommand)]
    Token(TokenCommand),
    /// Authorization codes without a browser
    #[command(subcommand)]
    Grant(GrantCommand),
    /// Show or set the clock of the organisation that is served
    #[command(after_help = laboratory::CLOCK_EXAMPLES)]
    Clock(ClockArguments),
    /// Show or set the limits of the organisation: credits, calls at once, tokens
    #[command(after_help = laboratory::LIMITS_EXAMPLES)]
    Limits(LimitsArguments),
    /// Show the jobs of the organisation, such as mass deletions, or do all that is due
    #[command(after_help = laboratory::JOBS_EXAMPLES)]
    Jobs(JobsArguments),
    /// Show the notifications of the organisation, or collect them instead of sending them
    #[command(after_help = laboratory::NOTIFICATIONS_EXAMPLES)]
    Notifications(NotificationsArguments),
    /// Processes that records go through, from state to state
    #[command(subcommand, after_help = laboratory::BLUEPRINT_EXAMPLES)]
    Blueprint(BlueprintCommand),
    /// Organisations side by side, such as one for each test
    #[command(subcommand, after_help = laboratory::ORG_EXAMPLES)]
    Org(OrgCommand),
    /// Make an organisation what its seed made it; rules and journal are forgotten
    #[command(after_help = laboratory::SNAPSHOT_EXAMPLES)]
    Reset(LabArguments),
    /// Keep an organisation as it is, compare it with that, and bring it back
    #[command(subcommand, after_help = laboratory::SNAPSHOT_EXAMPLES)]
    Snapshot(SnapshotCommand),
    /// Make answers go wrong, as a test wants it
    #[command(subcommand)]
    Fault(FaultCommand),
    /// Show what the server was asked and what it answered, or compare it with what was expected
    #[command(after_help = laboratory::JOURNAL_EXAMPLES)]
    Journal(JournalArguments),
    /// Show why a request is answered as it is, without carrying it out, and what would let it pass
    #[command(after_help = explain::EXAMPLES)]
    Explain(ExplainArguments),
    /// Record what a real service answers, and compare our own server's answers with it
    #[command(
        after_help = record::RECORD_EXAMPLES,
        args_conflicts_with_subcommands = true,
        subcommand_negates_reqs = true
    )]
    Record(RecordArguments),
    /// Perform every outcome of deleting a photo, beside what the vendor's page says
    #[command(after_help = TOUR_EXAMPLES)]
    Tour(TourArguments),
    /// List what is served, and where its facts come from
    Routes(RoutesArguments),
    /// Check a seed file, and list the ids and tokens that it gives
    Check(CheckArguments),
    /// Read an account over the public API into a seed, with made-up values
    #[command(after_help = import::IMPORT_EXAMPLES)]
    Import(Box<ImportArguments>),
    /// Move everything from one database to another
    #[command(after_help = stores::COPY_EXAMPLES)]
    Copy(CopyArguments),
    /// Write everything into one file, which any database is filled from again
    #[command(after_help = stores::BACKUP_EXAMPLES)]
    Backup(BackupArguments),
    /// Fill a database from such a file, or add the organisation that it holds
    #[command(after_help = stores::RESTORE_EXAMPLES)]
    Restore(RestoreArguments),
    /// Prove that records, photos and what keeps them agree
    #[command(after_help = stores::VERIFY_EXAMPLES)]
    Verify(VerifyArguments),
    /// Look for what could keep a server from starting
    Doctor(DoctorArguments),
    /// Show the settings that hold
    Config(ConfigArguments),
    /// Write a shell's completion script to standard output
    Completions(CompletionsArguments),
    /// Generated pages of the documentation
    #[command(subcommand, hide = true)]
    Docs(DocsCommand),
}

#[derive(Debug, Default, Args)]
pub(crate) struct ServeArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<ServerSide>,
    /// Stop also when standard input ends, as with a parent that died
    #[arg(long)]
    pub(crate) until_stdin_ends: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// The folder; made if it is missing
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make an access token; it lives for an hour
    #[command(after_help = TOKEN_EXAMPLES)]
    Issue(IssueArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum GrantCommand {
    /// Make a code that a client exchanges for tokens
    #[command(after_help = GRANT_EXAMPLES)]
    Issue(IssueArguments),
}

#[derive(Debug, Args)]
pub(crate) struct IssueArguments {
    /// The user that it is for, by email address
    #[arg(long, value_name = "EMAIL")]
    pub(crate) user: String,
    /// The scopes, with commas between them
    #[arg(
        long = "scope",
        value_name = "A,B",
        required = true,
        value_delimiter = ','
    )]
    pub(crate) scopes: Vec<String>,
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    /// A data folder that no server uses now, instead of a running server
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    pub(crate) data: Option<PathBuf>,
    /// A database, which servers may use, instead of a running server
    #[arg(long, value_name = "URL", conflicts_with_all = ["url", "data"])]
    pub(crate) database: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TourArguments {
    /// A running demo, instead of one that the tour starts itself
    #[arg(long, value_name = "BASE", value_parser = origin_url)]
    pub(crate) url: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RoutesArguments {
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// The seed file, or `demo`
    #[arg(value_name = "SEED")]
    pub(crate) seed: PathBuf,
    /// Print its ids, tokens and client as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<BothSides>,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<BothSides>,
    /// Show where each value comes from
    #[arg(long)]
    pub(crate) origin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    pub(crate) shell: Shell,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DocsCommand {
    /// docs/compatibility.md
    Compatibility,
    /// docs/faults.md
    Faults,
    /// docs/configuration.md
    Settings,
}
