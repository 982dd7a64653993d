//! `GET /crm/bulk/{version}/read/{job_id}/result`: "Download Bulk Read Result".

use super::{SCOPE, faults, found, unknown};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::STORE_FAILED;
use crate::jobs::{State, for_each_part};
use crate::transaction::Transaction;
use bytes::Bytes;
use std::io::{Cursor, Write};
use tanzanite_protocol::{Content, Descriptor, Evidence, Fault, FileReply, Method, Reply, limits};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Downloads the CSV file of a bulk read in a ZIP file.
pub static DOWNLOAD_RESULT: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "bulk_read.download_result",
        "Download Bulk Read Result",
        Method::Get,
        "/crm/bulk/{version}/read/{job_id}/result",
    )
    .scope(SCOPE)
    .refuses(&[&faults::JOB_UNKNOWN])
    .evidence(Evidence::Docs),
    download,
);

fn download(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let (job, read) = found(call, tx)?;
    let over = job.asked.at.after(limits::BULK_RESULT_LIFETIME);
    if job.state != State::Completed || call.context.now >= over {
        return Err(unknown(call.path("job_id")));
    }
    call.room.ask(read.bytes)?;
    let name = job.id.to_string();
    let failed = |error: &dyn std::fmt::Display| Fault::new(&STORE_FAILED).because(error);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // The file has no time of its own: the same result is always the same bytes.
    let options = SimpleFileOptions::default();
    zip.start_file(format!("{name}.csv"), options)
        .map_err(|error| failed(&error))?;
    for_each_part(call.caller.org(), job.id, tx, |part| {
        zip.write_all(part.as_bytes())
            .map_err(|error| failed(&error))
    })?;
    let packed = zip.finish().map_err(|error| failed(&error))?;
    Ok(Reply {
        status: 200,
        code: None,
        content: Content::File(FileReply {
            media_type: "application/zip",
            file_name: format!("{name}.zip"),
            tag: name,
            bytes: Bytes::from(packed.into_inner()),
        }),
        refused: Vec::new(),
    })
}
