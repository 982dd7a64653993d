//! From a URL and the environment to an object store.

use super::objects::Objects;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How long a connection to the object store may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(8);
/// How often a request is tried again that the object store could not serve just then.
const RETRIES_MAX: usize = 3;
/// How long after the first attempt the last one may begin.
const RETRY_TIMEOUT: Duration = Duration::from_secs(5);

/// Why an object store cannot be used, and what to do.
#[derive(Debug)]
pub enum BlobsError {
    /// The URL's scheme.
    Scheme(String),
    /// A part of the URL or the environment that is wrong or missing.
    Options(String),
}

impl fmt::Display for BlobsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme(url) => write!(
                f,
                "{url:?} is no object store that is known; one begins with s3://, gs://, az:// or file:///"
            ),
            Self::Options(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for BlobsError {}

impl From<object_store::Error> for BlobsError {
    fn from(error: object_store::Error) -> Self {
        Self::Options(format!("the object store cannot be used: {error}"))
    }
}

/// Gives a builder its options, and those of the environment's variables that begin with its prefix.
macro_rules! build {
    ($builder:ty, $url:expr, $prefix:literal, $environment:expr) => {{
        let mut builder = <$builder>::new()
            .with_client_options(
                ClientOptions::new()
                    .with_connect_timeout(CONNECT_TIMEOUT)
                    .with_timeout(REQUEST_TIMEOUT),
            )
            .with_retry(RetryConfig {
                backoff: BackoffConfig::default(),
                max_retries: RETRIES_MAX,
                retry_timeout: RETRY_TIMEOUT,
            });
        for (name, value) in $environment {
            let name = name.to_ascii_lowercase();
            if let (true, Ok(key)) = (name.starts_with($prefix), name.parse()) {
                builder = builder.with_config(key, value);
            }
        }
        Arc::new(builder.with_url($url).build()?) as Arc<dyn ObjectStore>
    }};
}

pub(super) fn open(
    url: &str,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Objects, BlobsError> {
    // Object stores are asked with the process's default and have none of their own; whoever has set one keeps it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let unknown = || BlobsError::Scheme(url.to_owned());
    let (scheme, rest) = url.split_once("://").ok_or_else(unknown)?;
    let (bucket, folder) = rest.split_once('/').unwrap_or((rest, ""));
    if scheme != "file" && bucket.is_empty() {
        return Err(BlobsError::Options(format!("{url:?} names no bucket")));
    }
    let mut folder = Path::parse(folder).map_err(object_store::Error::from)?;
    let store = match scheme {
        "s3" => build!(AmazonS3Builder, url, "aws_", environment),
        "gs" => build!(GoogleCloudStorageBuilder, url, "google_", environment),
        "az" => build!(MicrosoftAzureBuilder, url, "azure_", environment),
        "file" if bucket.is_empty() => {
            folder = Path::default();
            // Refuses a folder that is not there: a mistake must not make an empty one.
            Arc::new(LocalFileSystem::new_with_prefix(rest)?.with_fsync(true))
        }
        _ => return Err(unknown()),
    };
    Objects::new(store, folder, url.to_owned())
        .map_err(|error| BlobsError::Options(format!("the object store cannot be used: {error}")))
}
