//! The arguments of the commands for tests: clock, limits, jobs, organisations, snapshots, faults and journal.

use crate::settings::{ClientSide, Flags};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::path::PathBuf;

pub(super) const CLOCK_EXAMPLES: &str = "\
Examples:
  tanzanite clock                              what it shows
  tanzanite clock --freeze                     stops it where it is
  tanzanite clock --set 2026-03-01T09:00:00+01:00
                                               sets it; it goes on, or stands there if it is frozen
  tanzanite clock --advance 61m                access tokens that live now are dead
  tanzanite clock --resume                     lets it go on from where it stands
  tanzanite clock --reset                      the machine's time again

Stamps of records, codes, tokens and page tokens go by it. It is kept with the organisation.";

pub(super) const JOBS_EXAMPLES: &str = "\
Examples:
  tanzanite jobs                               what there is, the latest first
  tanzanite jobs --run                         does all that is due first, so that a test need not wait

Jobs follow the organisation's clock. A server does by itself what is due, within a moment.";

pub(super) const NOTIFICATIONS_EXAMPLES: &str = "\
Examples:
  tanzanite notifications                      what there is, the latest first
  tanzanite notifications --json               with what was sent, or would have been
  tanzanite notifications --collect            from now on they are kept here, and not sent
  tanzanite notifications --deliver            from now on they are sent
  tanzanite notifications --clear              forgets those that are sent, collected or given up

`tanzanite jobs --run` sends all that are due. They are sent to this machine, and to the hosts that
`serve --deliver-to` names; the journal has each attempt.";

pub(super) const LIMITS_EXAMPLES: &str = "\
Examples:
  tanzanite limits                             what is allowed, and what is used of it
  tanzanite limits --on                        from now on the vendor's limits hold
  tanzanite limits --on --credits 3            the fourth call is refused with 429
  tanzanite limits --concurrency 2             of an application's calls two may be under way
  tanzanite limits --search-delay 60           a search finds a new record after a minute
  tanzanite limits --reset                     nothing is used
  tanzanite limits --default                   what the edition allows, if the server was started so

Credits come back as the organisation's clock goes on: `tanzanite clock --advance 24h`.";

pub(super) const FAULT_EXAMPLES: &str = "\
Examples:
  tanzanite fault add --operation record_photo.delete --times 1 --fault PhotoDeleteLocked
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

pub(super) const JOURNAL_EXAMPLES: &str = "\
Examples:
  tanzanite journal                            the newest thousand exchanges, a line each
  tanzanite journal --status 401 --json        with headers and bodies, without secrets
  tanzanite journal --follow                   what comes, until Ctrl-C
  tanzanite journal --method DELETE --path '/crm/v8/*/photo' --expect 1
                                               ends with 1 if there was another number, and shows
                                               what comes nearest
  tanzanite journal --har run.har              for a browser's network panel
  tanzanite journal --clear";

pub(super) const ORG_EXAMPLES: &str = "\
Examples:
  tanzanite org create test-1                  from the server's own seed; prints what a client needs
  tanzanite org create test-1 --replace        in place of the one that may be there
  tanzanite org create mine --seed my.toml     from another seed, with the pictures beside it
  tanzanite org list
  tanzanite org delete 61374820395

Each has ids, clients, tokens, a clock, rules and a journal of its own. A name gives the same ids
and tokens on every machine. Commands take --org ZGID to be about one of them.";

pub(super) const BLUEPRINT_EXAMPLES: &str = "\
Examples:
  tanzanite blueprint set nurturing.json       in place of the one of its module with its name
  tanzanite blueprint list
  tanzanite blueprint delete 3652397000000190101

The file has the JSON that docs/laboratory.md describes. A seed declares processes with [[blueprint]].";

pub(super) const SNAPSHOT_EXAMPLES: &str = "\
Examples:
  tanzanite snapshot take before               in place of the one that may have the name
  tanzanite snapshot list
  tanzanite snapshot diff before               what has become of records, photos and locks since
  tanzanite snapshot restore before            records, photos, locks, settings and numbers
  tanzanite snapshot delete before
  tanzanite reset                              what the seed made: the snapshot `seed`

Clients and tokens come back with a snapshot, and none goes.";

/// Arguments of `jobs`.
#[derive(Debug, Args)]
pub(crate) struct JobsArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    /// Do all that is due by the organisation's clock first
    #[arg(long)]
    pub(crate) run: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `notifications`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct NotificationsArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    /// Keep them here from now on, and send none
    #[arg(long, group = "change")]
    pub(crate) collect: bool,
    /// Send them from now on
    #[arg(long, group = "change")]
    pub(crate) deliver: bool,
    /// Forget those that are sent, collected or given up
    #[arg(long)]
    pub(crate) clear: bool,
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
    /// Let a search find a new record only so long after it was made
    #[arg(long, value_name = "SECONDS")]
    pub(crate) search_delay: Option<u64>,
    /// Let a page of a bulk read have so many records, instead of two hundred thousand
    #[arg(long, value_name = "COUNT")]
    pub(crate) bulk_read_page: Option<u64>,
    /// Take back all that was said here: the edition's limits, if the server was started so
    #[arg(long, conflicts_with_all = ["on", "off", "credits", "concurrency", "search_delay", "bulk_read_page"])]
    pub(crate) default: bool,
    /// Forget what was used
    #[arg(long)]
    pub(crate) reset: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// The requests that a fault injection rule or a query of the journal concerns.
#[derive(Debug, Args)]
pub(crate) struct RequestArguments {
    /// Only requests with this method
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Only requests for this path, in which * stands for any characters
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// Only this operation: its id as `tanzanite routes` lists it, or the title of the vendor's page
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
pub(crate) enum BlueprintCommand {
    /// Set a process; records enter it when they are made or changed from now on
    Set(BlueprintSetArguments),
    /// List the processes and their transitions
    List(LabArguments),
    /// Remove a process; its records are in none then
    Delete(BlueprintDeleteArguments),
}

#[derive(Debug, Args)]
pub(crate) struct BlueprintSetArguments {
    /// The process, as JSON
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) lab: LabArguments,
}

#[derive(Debug, Args)]
pub(crate) struct BlueprintDeleteArguments {
    /// The process's id
    #[arg(value_name = "ID")]
    pub(crate) id: String,
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

/// The server and organisation, and the form of the answer.
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
    List(LabArguments),
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
pub(crate) struct FaultRemoveArguments {
    /// Its number; without one all are removed
    #[arg(value_name = "NUMBER")]
    pub(crate) number: Option<u64>,
    #[command(flatten)]
    pub(crate) lab: LabArguments,
}

/// The place where a body breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Truncated {
    Half,
    After(u64),
}

/// Parses `half` or a number of bytes.
fn truncated(text: &str) -> Result<Truncated, String> {
    if text == "half" {
        return Ok(Truncated::Half);
    }
    let bytes = text.parse().map(Truncated::After);
    bytes.map_err(|_| "it is `half` or a number of bytes".to_owned())
}

/// Parses `NAME=VALUE`.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
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
