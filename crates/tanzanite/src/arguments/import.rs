//! The arguments of `tanzanite import`.

use crate::settings::origin_url;
use clap::Args;
use std::path::PathBuf;

pub(super) const IMPORT_EXAMPLES: &str = "\
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
    /// Derive made-up values and the seed's secret from this text, instead of chance
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
