//! The arguments of the commands that direct a client to this server: `env` and `intercept`.

use crate::settings::{ClientSide, Flags, NeitherSide};
use clap::{Args, Subcommand};
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  tanzanite env                                for people
  tanzanite env --json                         for programs
  eval \"$(tanzanite env --export)\"             for a shell: ZOHO_API_DOMAIN, …";

const INTERCEPT_EXAMPLES: &str = "\
Examples:
  tanzanite serve --intercept                  in another terminal
  (eval \"$(tanzanite intercept env --export)\" && python3 sync.py)
                                               whatever asks www.zohoapis.com asks that server
  tanzanite intercept env --json               for programs
  tanzanite intercept ca export >> \"$(python3 -m certifi)\"
                                               for Python that sends prepared requests

All other hosts are refused, and no other authority is trusted, by what is given these variables.";

const GIVE_EXAMPLES: &str = "\
Examples:
  tanzanite intercept give www.zohoapis.eu accounts.zoho.eu --org 94645163617
                                               with --auth any, unknown tokens are its administrator's

It matters to those alone who have no token of ours: a token says whose it is.";

const CA_EXAMPLES: &str = "\
Examples:
  tanzanite intercept ca export                to standard output
  tanzanite intercept ca export ca.pem         into a file, for a container or a Java trust store

The key is never exported. The authority can certify the vendor's hosts and private names alone.";

#[derive(Debug, Args)]
pub(crate) struct EnvArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    /// As `export` lines for a shell
    #[arg(long, conflicts_with = "json")]
    pub(crate) export: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum InterceptCommand {
    /// Show the variables that lead a program to the running server
    #[command(after_help = INTERCEPT_EXAMPLES)]
    Env(EnvArguments),
    /// Give hosts to an organisation: who asks them without a token of ours is of it
    #[command(after_help = GIVE_EXAMPLES)]
    Give(GiveArguments),
    /// The certificate authority of this installation
    #[command(subcommand)]
    Ca(CaCommand),
}

#[derive(Debug, Args)]
pub(crate) struct GiveArguments {
    /// Hosts of the vendor's, such as www.zohoapis.eu
    #[arg(value_name = "HOST", required = true)]
    pub(crate) hosts: Vec<String>,
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CaCommand {
    /// Write its certificate as PEM
    #[command(after_help = CA_EXAMPLES)]
    Export(CaExportArguments),
}

#[derive(Debug, Args)]
pub(crate) struct CaExportArguments {
    /// The file; standard output without it
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Flags<NeitherSide>,
}
