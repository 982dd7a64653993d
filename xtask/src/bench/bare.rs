//! The yardstick: an axum handler that answers at once what a photo's deletion answers, and nothing
//! else.

use crate::output::Outcome;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::delete;
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;

/// What Tanzanite answers to the deletion of a photo.
pub(super) const DELETED: &str =
    r#"{"code":"SUCCESS","details":{},"message":"Photo deleted","status":"success"}"#;
/// The type of all its JSON.
const JSON: &str = "application/json;charset=UTF-8";

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
    let picture = Bytes::from(super::picture::png(super::picture::LARGE_BYTES));
    let photo = delete(async || json())
        .get(async move || ([(CONTENT_TYPE, "image/png")], picture.clone()).into_response())
        .post(async |body: Bytes| {
            drop(body);
            json()
        });
    Router::new().route("/crm/v8/Leads/{record_id}/photo", photo)
}

fn json() -> impl IntoResponse {
    ([(CONTENT_TYPE, JSON)], DELETED)
}
