//! The yardstick: axum handlers that answer at once what Tanzanite answers, each its own reply, and
//! do nothing else. Which one is asked for is the last segment of the path.

use super::picture::{LARGE_BYTES, png};
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;
use xtask::output::Outcome;

/// What Tanzanite answers to the deletion of a photo.
pub(super) const DELETED: &str =
    r#"{"code":"SUCCESS","details":{},"message":"Photo deleted","status":"success"}"#;
const UPLOADED: &str = concat!(
    r#"{"code":"SUCCESS","details":{},"message":"photo uploaded successfully","#,
    r#""status":"success"}"#
);
const BAD_TOKEN: &str =
    r#"{"code":"INVALID_TOKEN","details":{},"message":"invalid oauth token","status":"error"}"#;
const UNKNOWN_URL: &str = concat!(
    r#"{"code":"INVALID_URL_PATTERN","details":{},"#,
    r#""message":"Please check if the URL trying to access is a correct one","status":"error"}"#
);
/// The id is the seed's.
const LOCKED: &str = concat!(
    r#"{"code":"RECORD_LOCKED","details":{"id":"3652397000010000012"},"#,
    r#""message":"You cannot perform this operation as the record is locked.","#,
    r#""status":"error"}"#
);
/// The type of all its JSON.
const JSON: &str = "application/json;charset=UTF-8";

/// A reply of Tanzanite's that the bare server gives too. Every run begins by comparing the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Deleted,
    Photo,
    NoPhoto,
    BadToken,
    UnknownUrl,
    Locked,
    /// What was sent is read and dropped.
    Uploaded,
}

impl Answer {
    const ALL: [Self; 7] = [
        Self::Deleted,
        Self::Photo,
        Self::NoPhoto,
        Self::BadToken,
        Self::UnknownUrl,
        Self::Locked,
        Self::Uploaded,
    ];

    /// Where the bare server gives it.
    pub(super) fn path(self) -> String {
        self.path_of("3652397000000190001")
    }

    fn path_of(self, record: &str) -> String {
        let segment = match self {
            Self::Deleted => "deleted",
            Self::Photo => "photo",
            Self::NoPhoto => "no_photo",
            Self::BadToken => "bad_token",
            Self::UnknownUrl => "unknown_url",
            Self::Locked => "locked",
            Self::Uploaded => "uploaded",
        };
        format!("/crm/v8/Leads/{record}/{segment}")
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Deleted | Self::Photo | Self::Uploaded => StatusCode::OK,
            Self::NoPhoto => StatusCode::NO_CONTENT,
            Self::BadToken => StatusCode::UNAUTHORIZED,
            Self::UnknownUrl => StatusCode::NOT_FOUND,
            Self::Locked => StatusCode::BAD_REQUEST,
        }
    }

    /// The type and the bytes of the body.
    fn content(self) -> Option<(&'static str, Bytes)> {
        let text = match self {
            Self::Photo => return Some(("image/png", png(LARGE_BYTES).into())),
            Self::NoPhoto => return None,
            Self::Deleted => DELETED,
            Self::BadToken => BAD_TOKEN,
            Self::UnknownUrl => UNKNOWN_URL,
            Self::Locked => LOCKED,
            Self::Uploaded => UPLOADED,
        };
        Some((JSON, Bytes::from_static(text.as_bytes())))
    }
}

/// Serve a bare handler for the benchmark.
#[derive(Debug, clap::Args)]
pub(crate) struct BareArguments {
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Holds the base URL once requests are served
    #[arg(long, value_name = "FILE")]
    ready_file: PathBuf,
}

/// Serves until the process is killed.
pub(crate) fn serve_bare(arguments: &BareArguments) -> Outcome {
    // As many threads as there are processors, as the program has.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(arguments.listen).await?;
        let address = listener.local_addr()?;
        std::fs::write(&arguments.ready_file, format!("http://{address}\n"))?;
        let listener = listener.tap_io(|stream| {
            // Without it nothing breaks; replies would only wait longer.
            let _ = stream.set_nodelay(true);
        });
        Ok(axum::serve(listener, router()).await?)
    })
}

fn router() -> Router {
    let mut router = Router::new();
    for answer in Answer::ALL {
        let (status, content) = (answer.status(), answer.content());
        let reply = move || -> Response {
            match content.clone() {
                None => status.into_response(),
                Some((kind, bytes)) => (status, [(CONTENT_TYPE, kind)], bytes).into_response(),
            }
        };
        let handler = match answer {
            Answer::Uploaded => any(async move |body: Bytes| {
                drop(body);
                reply()
            }),
            _ => any(async move || reply()),
        };
        router = router.route(&answer.path_of("{record_id}"), handler);
    }
    router
}
