//! The answer with a record's file.

use crate::call::Call;
use crate::faults::STORE_FAILED;
use crate::transaction::{RecordHead, StoredFile, Transaction};
use tanzanite_protocol::media::FileKind;
use tanzanite_protocol::{Content, Fault, FileReply, Reply};

impl Call<'_> {
    /// The file that a record names: 200 with the bytes, 204 if it names none, 304 if the client already has it. `file`
    /// is the file if it was read before, and `name` gives it a name.
    pub(crate) fn file(
        &self,
        head: &RecordHead,
        mut file: Option<StoredFile>,
        name: impl FnOnce(FileKind) -> String,
        tx: &mut dyn Transaction,
    ) -> Result<Reply, Fault> {
        let Some(id) = &head.image else {
            return Ok(Reply::no_content());
        };
        let has = self.request.headers.if_none_match.as_deref();
        if has.is_some_and(|tags| names_tag(tags, id)) {
            return Ok(Reply {
                status: 304,
                code: None,
                content: Content::NotModified(id.clone()),
                refused: Vec::new(),
            });
        }
        if file.is_none() {
            self.room.ask(tx.file_bytes(head)?.unwrap_or_default())?;
            file = tx.file(head)?;
        }
        let file = file.ok_or_else(|| {
            Fault::new(&STORE_FAILED).because(format!("record {} names a missing file", head.id))
        })?;
        Ok(Reply {
            status: 200,
            code: None,
            content: Content::File(FileReply {
                media_type: file.kind.media_type(),
                file_name: name(file.kind),
                tag: file.id,
                bytes: file.bytes,
            }),
            refused: Vec::new(),
        })
    }
}

/// Whether `If-None-Match` has this entity tag, or `*`.
fn names_tag(tags: &str, tag: &str) -> bool {
    tags.split(',')
        .map(str::trim)
        .any(|found| found == "*" || found.trim_start_matches("W/").trim_matches('"') == tag)
}
