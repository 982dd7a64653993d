//! The arguments of `tanzanite explain`.

use super::laboratory::pair;
use crate::settings::{ClientSide, Flags};
use clap::Args;

pub(super) const EXAMPLES: &str = "\
Examples:
  tanzanite explain DELETE /crm/v8/Leads/ID/photo --token TOKEN
  tanzanite explain PUT /crm/v8/Leads/ID --body '{\"data\":[{}]}' --user ada@example.com --scope ZohoCRM.modules.ALL
                                               with a token that is only supposed
  tanzanite explain POST /crm/v8/Leads/ID/photo --token TOKEN --body @body --header Content-Type=…
  tanzanite explain --entry 7                  an exchange of the journal, as things are now
  tanzanite explain --entry 7 --json           for programs

It ends with 1 if the request would be refused.";

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The request's method
    #[arg(value_name = "METHOD", required_unless_present = "entry")]
    pub(crate) method: Option<String>,
    /// Its path, with the query
    #[arg(value_name = "PATH", required_unless_present = "entry")]
    pub(crate) path: Option<String>,
    /// A request of the journal instead, by its number
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["method", "path", "headers", "body"])]
    pub(crate) entry: Option<u64>,
    #[command(flatten)]
    pub(crate) settings: Flags<ClientSide>,
    /// An access token
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    /// As with a token of this user's, which need not be there
    #[arg(
        long,
        value_name = "EMAIL",
        requires = "scopes",
        conflicts_with = "token"
    )]
    pub(crate) user: Option<String>,
    /// And for these scopes
    #[arg(
        long = "scope",
        value_name = "A,B",
        requires = "user",
        value_delimiter = ','
    )]
    pub(crate) scopes: Vec<String>,
    /// A header
    #[arg(long = "header", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) headers: Vec<(String, String)>,
    /// The body, or with @ the file that holds it
    #[arg(long, value_name = "TEXT|@FILE")]
    pub(crate) body: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
