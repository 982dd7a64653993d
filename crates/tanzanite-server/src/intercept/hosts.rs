//! A table of the vendor's hosts, which clients have hard-coded.

/// One of the vendor's data centres.
#[derive(Debug)]
pub(super) struct DataCentre {
    /// The accounts host, which issues tokens.
    pub(super) accounts: &'static str,
    /// The domain below which the API hosts of the environments are.
    pub(super) api: &'static str,
    /// The host for large uploads.
    pub(super) upload: &'static str,
}

/// The eight data centres of the official SDKs for v8 (classes `dc` of `zohocrmsdk8-0` 7.0.0), and the United Kingdom,
/// which the vendor has added since; its upload host is assumed.
pub(super) const DATA_CENTRES: [DataCentre; 9] = [
    centre("accounts.zoho.com", "zohoapis.com", "content.zohoapis.com"),
    centre("accounts.zoho.eu", "zohoapis.eu", "content.zohoapis.eu"),
    centre("accounts.zoho.in", "zohoapis.in", "content.zohoapis.in"),
    centre(
        "accounts.zoho.com.au",
        "zohoapis.com.au",
        "content.zohoapis.com.au",
    ),
    centre("accounts.zoho.jp", "zohoapis.jp", "content.zohoapis.jp"),
    centre(
        "accounts.zoho.com.cn",
        "zohoapis.com.cn",
        "content.zohoapis.com.cn",
    ),
    centre(
        "accounts.zohocloud.ca",
        "zohoapis.ca",
        "upload.zohocloud.ca",
    ),
    centre("accounts.zoho.sa", "zohoapis.sa", "files.zoho.sa"),
    centre("accounts.zoho.uk", "zohoapis.uk", "content.zohoapis.uk"),
];

/// Prefixes of the environments. Some clients name production without `www.`, as the vendor's OpenAPI documents do.
const ENVIRONMENTS: [&str; 4] = ["www.", "", "sandbox.", "developer."];

const fn centre(accounts: &'static str, api: &'static str, upload: &'static str) -> DataCentre {
    DataCentre {
        accounts,
        api,
        upload,
    }
}

impl DataCentre {
    /// All hosts of the data centre.
    pub(super) fn hosts(&self) -> impl Iterator<Item = String> {
        let api = ENVIRONMENTS.map(|environment| format!("{environment}{}", self.api));
        let others = [self.accounts, self.upload].map(str::to_owned);
        others.into_iter().chain(api)
    }

    /// The `api_domain` of its tokens: the API of production.
    pub(super) fn api_domain(&self) -> String {
        format!("https://www.{}", self.api)
    }
}
