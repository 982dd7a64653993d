//! Opens an object store from a URL and the environment.

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

/// The time-out of connecting to the object store.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// The time-out of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(8);
/// Retries of a request that the object store could not serve.
const RETRIES_MAX: usize = 3;
/// The time after the first attempt within which the last one may begin.
const RETRY_TIMEOUT: Duration = Duration::from_secs(5);

/// The reasons why an object store cannot be used, with advice.
#[derive(Debug)]
pub enum BlobsError {
    /// The URL has an unknown scheme.
    Scheme(String),
    /// A part of the URL or of the environment is wrong or missing.
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

/// Passes options to a builder, and the environment's variables with its prefix.
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
    // The object store client uses the process's default provider; one that is set already stays.
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
            // Refuses a missing folder, since a mistyped name must not create an empty one.
            Arc::new(LocalFileSystem::new_with_prefix(rest)?.with_fsync(true))
        }
        _ => return Err(unknown()),
    };
    Objects::new(store, folder, url.to_owned())
        .map_err(|error| BlobsError::Options(format!("the object store cannot be used: {error}")))
}
