//! The arguments of `tanzanite record`.

use crate::settings::origin_url;
use clap::{Args, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

pub(super) const RECORD_EXAMPLES: &str = "\
Examples:
  tanzanite record --to https://www.zohoapis.eu --accounts https://accounts.zoho.eu --out run.jsonl
                                               clients use http://127.0.0.1:8481 as API domain and
                                               accounts URL; Ctrl-C ends it
  tanzanite record report run.jsonl            asks our own server the same, and shows what differs
  tanzanite record seed run.jsonl crm          a seed of what the recording shows, to serve or edit
  tanzanite record report run.jsonl --seed crm/seed.toml

Tokens, codes, client secrets and cookies never reach the file; what the organisation holds does.";

#[derive(Debug, Args)]
pub(crate) struct RecordArguments {
    #[command(subcommand)]
    pub(crate) command: Option<RecordCommand>,
    #[command(flatten)]
    pub(crate) proxy: ProxyArguments,
}

/// The arguments of the recording proxy.
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
