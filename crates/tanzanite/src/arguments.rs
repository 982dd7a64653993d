//! The command line. Options that are settings come from the settings table; only the rest stands
//! here.

mod env;
mod explain;
mod stores;

pub(crate) use env::{CaCommand, CaExportArguments, EnvArguments, GiveArguments, InterceptCommand};
pub(crate) use explain::ExplainArguments;
pub(crate) use stores::{BackupArguments, CopyArguments, RestoreArguments, VerifyArguments};

use crate::settings::{BothSides, ClientSide, Flags, ServerSide, origin_url};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use serde::Serialize;
use std::net::SocketAddr;
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

const CLOCK_EXAMPLES: &str = "\
Examples:
  tanzanite clock                              what it shows
  tanzanite clock --freeze                     stops it where it is
  tanzanite clock --set 2026-03-01T09:00:00+01:00
                                               sets it; it goes on, or stands there if it is frozen
  tanzanite clock --advance 61m                access tokens that live now are dead
  tanzanite clock --resume                     lets it go on from where it stands
  tanzanite clock --reset                      the machine's time again

Stamps of records, codes, tokens and page tokens go by it. It is kept with the organisation.";

const LIMITS_EXAMPLES: &str = "\
Examples:
  tanzanite limits                             what is allowed, and what is used of it
  tanzanite limits --on                        from now on the vendor's limits hold
  tanzanite limits --on --credits 3            the fourth call is refused with 429
  tanzanite limits --concurrency 2             of an application's calls two may be under way
  tanzanite limits --reset                     nothing is used
  tanzanite limits --default                   what the edition allows, if the server was started so

Credits come back as the organisation's clock goes on: `tanzanite clock --advance 24h`.";

const FAULT_EXAMPLES: &str = "\
Examples:
  tanzanite fault add --operation 'Delete a Photo' --times 1 --fault PhotoDeleteLocked
                                               the next deletion is refused, whatever the record
  tanzanite fault add --module Leads --nth 3 --status 503 --reply-header Retry-After=1
                                               the third request for leads
  tanzanite fault add --method POST --after --close
                                               what is posted is kept, and its answer is lost
  tanzanite fault add --probability 0.1 --chance-seed 7 --delay 2s
                                               every tenth request is slow, and always the same ones
  tanzanite fault add --times 1 --after --expire-token
                                               one more request, then the access token is dead
  tanzanite fault add --path '*/photo' --slow 5s --truncated half
                                               photos trickle, and break off in their half

docs/faults.md lists the faults. A rule is gone when it has fired for the last time.";

const JOURNAL_EXAMPLES: &str = "\
Examples:
  tanzanite journal                            the newest thousand exchanges, a line each
  tanzanite journal --status 401 --json        with headers and bodies, without secrets
  tanzanite journal --follow                   what comes, until Ctrl-C
  tanzanite journal --method DELETE --path '/crm/v8/*/photo' --expect 1
                                               ends with 1 if there was another number, and shows
                                               what comes nearest
  tanzanite journal --har run.har              for a browser's network panel
  tanzanite journal --clear";

const ORG_EXAMPLES: &str = "\
Examples:
  tanzanite org create test-1                  from the server's own seed; prints what a client needs
  tanzanite org create test-1 --replace        in place of the one that may be there
  tanzanite org create mine --seed my.toml     from another seed, with the pictures beside it
  tanzanite org list
  tanzanite org delete 61374820395

Each has ids, clients, tokens, a clock, rules and a journal of its own. A name gives the same ids
and tokens on every machine. Commands take --org ZGID to be about one of them.";

const SNAPSHOT_EXAMPLES: &str = "\
Examples:
  tanzanite snapshot take before               in place of the one that may have the name
  tanzanite snapshot list
  tanzanite snapshot diff before               what has become of records, photos and locks since
  tanzanite snapshot restore before            records, photos, locks, settings and numbers
  tanzanite snapshot delete before
  tanzanite reset                              what the seed made: the snapshot `seed`

Clients and tokens come back with a snapshot, and none goes.";

const RECORD_EXAMPLES: &str = "\
Examples:
  tanzanite record --to https://www.zohoapis.eu --accounts https://accounts.zoho.eu --out run.jsonl
                                               clients use http://127.0.0.1:8481 as API domain and
                                               accounts URL; Ctrl-C ends it
  tanzanite record report run.jsonl            asks our own server the same, and shows what differs
  tanzanite record seed run.jsonl crm          a seed of what the recording shows, to serve or edit
  tanzanite record report run.jsonl --seed crm/seed.toml

Tokens, codes, client secrets and cookies never reach the file; what the organisation holds does.";

const TOUR_EXAMPLES: &str = "\
Examples:
  tanzanite tour                               against a demo in memory, started for the tour
  tanzanite tour --url http://127.0.0.1:8480   against a demo that runs already
  tanzanite tour --json                        for programs

It ends with 1 if an outcome differs from what is expected.";

const IMPORT_EXAMPLES: &str = "\
Examples:
  export TANZANITE_IMPORT_TOKEN=1000.…         not in the list of processes, unlike --token
  tanzanite import --from https://www.zohoapis.com crm
                                               made-up values in place of all real ones
  tanzanite import --from https://www.zohoapis.eu --modules Leads,Contacts --records-max 200 crm
  tanzanite import --from http://127.0.0.1:8480 --plain copy
                                               real values, from another Tanzanite
  tanzanite serve --memory --seed crm/seed.toml

It reads only: what it sends is GET, one request at a time. Every answer is kept in crm/.import; an
import that stopped is gone on with when it is started again, and the answers are removed at the end.
With the same --key, the same values become the same made-up ones. Ids, picklists and the names of
modules, fields, profiles and roles stay as they are.";

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
    #[command(after_help = CLOCK_EXAMPLES)]
    Clock(ClockArguments),
    /// Show or set the limits of the organisation: credits, calls at once, tokens
    #[command(after_help = LIMITS_EXAMPLES)]
    Limits(LimitsArguments),
    /// Organisations side by side, such as one for each test
    #[command(subcommand, after_help = ORG_EXAMPLES)]
    Org(OrgCommand),
    /// Make an organisation what its seed made it; rules and journal are forgotten
    #[command(after_help = SNAPSHOT_EXAMPLES)]
    Reset(LabArguments),
    /// Keep an organisation as it is, compare it with that, and bring it back
    #[command(subcommand, after_help = SNAPSHOT_EXAMPLES)]
    Snapshot(SnapshotCommand),
    /// Make answers go wrong, as a test wants it
    #[command(subcommand)]
    Fault(FaultCommand),
    /// Show what the server was asked and what it answered, or compare it with what was expected
    #[command(after_help = JOURNAL_EXAMPLES)]
    Journal(JournalArguments),
    /// Show why a request is answered as it is, without carrying it out, and what would let it pass
    #[command(after_help = explain::EXAMPLES)]
    Explain(ExplainArguments),
    /// Record what a real service answers, and compare our own server's answers with it
    #[command(
        after_help = RECORD_EXAMPLES,
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
    #[command(after_help = IMPORT_EXAMPLES)]
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
    /// Whose it is
    #[arg(long, value_name = "EMAIL")]
    pub(crate) user: String,
    /// What for: scopes with commas between them
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
pub(crate) struct ClockArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    /// Stop it, at a time or where it is
    #[arg(long, value_name = "TIME", group = "change", num_args = 0..=1, default_missing_value = "")]
    pub(crate) freeze: Option<String>,
    /// Set it to a time
    #[arg(long, value_name = "TIME", group = "change")]
    pub(crate) set: Option<String>,
    /// Put it forward by a span such as 90m, 1h30m or 2d, or back by one such as -5s
    #[arg(
        long,
        value_name = "SPAN",
        group = "change",
        allow_hyphen_values = true
    )]
    pub(crate) advance: Option<String>,
    /// Let it go on from where it stands
    #[arg(long, group = "change")]
    pub(crate) resume: bool,
    /// Make it the machine's again
    #[arg(long, group = "change")]
    pub(crate) reset: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct LimitsArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    /// Let the limits hold
    #[arg(long)]
    pub(crate) on: bool,
    /// Let none hold
    #[arg(long, conflicts_with = "on")]
    pub(crate) off: bool,
    /// Give the organisation so many credits for a day
    #[arg(long, value_name = "COUNT")]
    pub(crate) credits: Option<u64>,
    /// Let an application have so many calls under way
    #[arg(long, value_name = "COUNT")]
    pub(crate) concurrency: Option<u64>,
    /// Take back all that was said here: the edition's limits, if the server was started so
    #[arg(long, conflicts_with_all = ["on", "off", "credits", "concurrency"])]
    pub(crate) default: bool,
    /// Forget what was used
    #[arg(long)]
    pub(crate) reset: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which requests a rule or a question is about.
#[derive(Debug, Args)]
pub(crate) struct RequestArguments {
    /// Only requests with this method
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Only requests for this path, in which * stands for any characters
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// Only this operation, as `tanzanite routes` names it
    #[arg(long, value_name = "NAME")]
    pub(crate) operation: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum OrgCommand {
    /// Make an organisation from a seed
    #[command(after_help = ORG_EXAMPLES)]
    Create(OrgCreateArguments),
    /// List the organisations
    List(LabArguments),
    /// Remove an organisation with all that it has
    Delete(OrgDeleteArguments),
}

#[derive(Debug, Args)]
pub(crate) struct OrgCreateArguments {
    /// Its name: 1 to 64 letters, digits, dots, dashes and underscores
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Remove the one that may have the name
    #[arg(long)]
    pub(crate) replace: bool,
    /// Another seed than the server's
    #[arg(long, value_name = "FILE")]
    pub(crate) seed: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) lab: LabArguments,
}

#[derive(Debug, Args)]
pub(crate) struct OrgDeleteArguments {
    /// Its number
    #[arg(value_name = "ZGID")]
    pub(crate) zgid: String,
    #[command(flatten)]
    pub(crate) lab: LabArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SnapshotCommand {
    /// Keep the organisation as it is
    Take(SnapshotArguments),
    /// List the snapshots
    List(LabArguments),
    /// Show what has become of records, photos and locks since
    Diff(SnapshotArguments),
    /// Make the organisation what it was
    Restore(SnapshotArguments),
    /// Forget a snapshot
    Delete(SnapshotArguments),
}

#[derive(Debug, Args)]
pub(crate) struct SnapshotArguments {
    /// The snapshot's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) lab: LabArguments,
}

/// Which server and organisation, and how the answer is shown.
#[derive(Debug, Args)]
pub(crate) struct LabArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FaultCommand {
    /// Make a rule: which requests, which of them, and what becomes of them
    #[command(after_help = FAULT_EXAMPLES)]
    Add(Box<FaultAddArguments>),
    /// List the rules that can still fire
    List(FaultListArguments),
    /// Remove a rule, or all
    Remove(FaultRemoveArguments),
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
pub(crate) struct FaultAddArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    #[command(flatten)]
    pub(crate) request: RequestArguments,
    /// Only requests about this module
    #[arg(long, value_name = "API_NAME")]
    pub(crate) module: Option<String>,
    /// Only requests about this record
    #[arg(long, value_name = "ID")]
    pub(crate) record: Option<String>,
    /// Only requests with a token of this client's, and those in which it asks for one
    #[arg(long, value_name = "CLIENT_ID")]
    pub(crate) client: Option<String>,
    /// Only requests with this header; * stands for any characters
    #[arg(long = "header", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) headers: Vec<(String, String)>,
    /// Only the one that is the n-th of these
    #[arg(long, value_name = "N")]
    pub(crate) nth: Option<u64>,
    /// At most so often
    #[arg(long, value_name = "COUNT")]
    pub(crate) times: Option<u64>,
    /// So likely, from 0 to 1
    #[arg(long, value_name = "P")]
    pub(crate) probability: Option<f64>,
    /// With the same number chance hits the same requests
    #[arg(long, value_name = "NUMBER")]
    pub(crate) chance_seed: Option<u64>,
    /// Forget the rule after a span such as 10m
    #[arg(long, value_name = "SPAN")]
    pub(crate) expires_in: Option<String>,
    /// Carry the request out, and change only the answer
    #[arg(long)]
    pub(crate) after: bool,
    /// Wait for a span such as 250ms
    #[arg(long, value_name = "SPAN")]
    pub(crate) delay: Option<String>,
    /// Kill the access token, before the request is carried out or --after
    #[arg(long)]
    pub(crate) expire_token: bool,
    /// Answer with a fault of docs/faults.md, such as `RecordUnknown`
    #[arg(long, value_name = "FAULT", group = "effect")]
    pub(crate) fault: Option<String>,
    /// Answer with this status
    #[arg(long, value_name = "STATUS", group = "effect")]
    pub(crate) status: Option<u16>,
    /// And this header
    #[arg(long = "reply-header", value_name = "NAME=VALUE", value_parser = pair, requires = "status")]
    pub(crate) reply_headers: Vec<(String, String)>,
    /// And this body
    #[arg(long, value_name = "TEXT", requires = "status")]
    pub(crate) body: Option<String>,
    /// Close the connection without an answer
    #[arg(long, group = "effect")]
    pub(crate) close: bool,
    /// Reset the connection without an answer
    #[arg(long, group = "effect")]
    pub(crate) reset: bool,
    /// Send the answer's body over a span such as 5s
    #[arg(long, value_name = "SPAN", conflicts_with_all = ["close", "reset"])]
    pub(crate) slow: Option<String>,
    /// Break the answer's body off in its half, or after so many bytes
    #[arg(long, value_name = "half|BYTES", value_parser = truncated, conflicts_with_all = ["close", "reset"])]
    pub(crate) truncated: Option<Truncated>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FaultListArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FaultRemoveArguments {
    /// Its number; without one all are removed
    #[arg(value_name = "NUMBER")]
    pub(crate) number: Option<u64>,
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where a body breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Truncated {
    Half,
    After(u64),
}

/// `half`, or a number of bytes.
fn truncated(text: &str) -> Result<Truncated, String> {
    if text == "half" {
        return Ok(Truncated::Half);
    }
    let bytes = text.parse().map(Truncated::After);
    bytes.map_err(|_| "it is `half` or a number of bytes".to_owned())
}

/// `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("there is no = in it")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Debug, Args)]
pub(crate) struct JournalArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    #[command(flatten)]
    pub(crate) request: RequestArguments,
    /// Only replies with this status
    #[arg(long, value_name = "STATUS")]
    pub(crate) status: Option<u16>,
    /// Only replies with this code, such as `RECORD_LOCKED`
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// Only what came after this number
    #[arg(long, value_name = "NUMBER")]
    pub(crate) after: Option<u64>,
    /// At most so many, the newest
    #[arg(long, value_name = "COUNT")]
    pub(crate) limit: Option<u64>,
    /// Show what comes, until it is stopped
    #[arg(long, conflicts_with_all = ["expect", "at_least", "at_most"])]
    pub(crate) follow: bool,
    /// Compare: there must be exactly so many
    #[arg(long, value_name = "COUNT", conflicts_with_all = ["at_least", "at_most"])]
    pub(crate) expect: Option<u64>,
    /// Compare: there must be so many or more
    #[arg(long, value_name = "COUNT")]
    pub(crate) at_least: Option<u64>,
    /// Compare: there must be so many or fewer
    #[arg(long, value_name = "COUNT")]
    pub(crate) at_most: Option<u64>,
    /// Write a HAR archive
    #[arg(long, value_name = "FILE", conflicts_with_all = ["follow", "clear", "expect", "at_least", "at_most"])]
    pub(crate) har: Option<PathBuf>,
    /// Forget everything
    #[arg(long, conflicts_with_all = ["follow", "expect", "at_least", "at_most"])]
    pub(crate) clear: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RecordArguments {
    #[command(subcommand)]
    pub(crate) command: Option<RecordCommand>,
    #[command(flatten)]
    pub(crate) proxy: ProxyArguments,
}

/// A proxy in front of a real service.
#[derive(Debug, Args)]
pub(crate) struct ProxyArguments {
    /// The origin of the real API
    #[arg(long, value_name = "ORIGIN", value_parser = origin_url, required = true)]
    pub(crate) to: Option<String>,
    /// The origin where its tokens come from [without: that of --to]
    #[arg(long, value_name = "ORIGIN", value_parser = origin_url)]
    pub(crate) accounts: Option<String>,
    /// The file to write, which must not be there yet
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) out: Option<PathBuf>,
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8481")]
    pub(crate) listen: SocketAddr,
    /// A file that holds the base URL while requests are passed on
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    /// Listen where other machines can reach it
    #[arg(long)]
    pub(crate) insecure: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecordCommand {
    /// Ask our own server what was recorded, and show where its answers differ
    Report(ReportArguments),
    /// Write a seed of what a recording shows
    Seed(RecordSeedArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// The recording
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// A seed that `tanzanite record seed` has written, instead of what the recording shows
    #[arg(long, value_name = "SEED")]
    pub(crate) seed: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RecordSeedArguments {
    /// The recording
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The folder to write; made if it is missing
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
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
pub(crate) struct ImportArguments {
    /// The folder for the seed and its pictures; made if it is missing
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
    /// The API domain to read from
    #[arg(long, value_name = "URL", value_parser = origin_url)]
    pub(crate) from: String,
    /// An access token
    #[arg(
        long,
        value_name = "TOKEN",
        env = "TANZANITE_IMPORT_TOKEN",
        hide_env_values = true
    )]
    pub(crate) token: Option<String>,
    /// A file with the access token
    #[arg(long, value_name = "FILE", conflicts_with = "token")]
    pub(crate) token_file: Option<PathBuf>,
    /// Gives new access tokens when the first one dies
    #[arg(long, value_name = "TOKEN", env = "TANZANITE_IMPORT_REFRESH_TOKEN", hide_env_values = true,
        requires_all = ["client_id", "client_secret", "accounts_url"])]
    pub(crate) refresh_token: Option<String>,
    /// The client of the refresh token
    #[arg(long, value_name = "ID", requires = "refresh_token")]
    pub(crate) client_id: Option<String>,
    /// And its secret
    #[arg(
        long,
        value_name = "SECRET",
        env = "TANZANITE_IMPORT_CLIENT_SECRET",
        hide_env_values = true
    )]
    pub(crate) client_secret: Option<String>,
    /// The accounts server, where the refresh token is used
    #[arg(long, value_name = "URL", value_parser = origin_url, requires = "refresh_token")]
    pub(crate) accounts_url: Option<String>,
    /// Only these modules
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) modules: Vec<String>,
    /// At most so many records of each module, the newest
    #[arg(long, value_name = "COUNT", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) records_max: u32,
    /// At most so many requests in this run; each is one API credit
    #[arg(long, value_name = "COUNT", default_value_t = 5000)]
    pub(crate) credits_max: u64,
    /// Leave photos out
    #[arg(long)]
    pub(crate) without_photos: bool,
    /// Keep real values
    #[arg(long)]
    pub(crate) plain: bool,
    /// What made-up values and the seed's secret are derived from, instead of chance
    #[arg(
        long,
        value_name = "TEXT",
        env = "TANZANITE_IMPORT_KEY",
        hide_env_values = true
    )]
    pub(crate) key: Option<String>,
    /// The report as JSON
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
    /// docs/configuration.md
    Settings,
}
