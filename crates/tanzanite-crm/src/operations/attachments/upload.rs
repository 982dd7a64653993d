//! `POST /crm/{version}/{module}/{record_id}/Attachments`: "Upload an Attachment".

use super::given::{self, Content, Given};
use super::{MODULES, PATH, URL, faults, scope};
use crate::call::{ModuleCall, RecordCall};
use crate::endpoint::{Answer, Endpoint};
use crate::operations::records::annexes::{self, ATTACHMENTS, NOTES};
use crate::operations::records::{Answers, beneath, change, insert_records};
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::policy::{self, Permit, Seen, WriteRelated};
use crate::transaction::{NewRecord, RecordQuery, StoredFile, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::endpoint::joined;
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::media::FileKind;
use tanzanite_protocol::{Body, Descriptor, Evidence, Fault, Method, Row, ScopeOperation, limits};

const FAULTS: &[&Row] =
    &joined::<{ given::FAULTS.len() + 1 }>(&[given::FAULTS, &[&faults::TOO_MANY]]);
/// Characters of a file's id. Ours: those of a photo's.
const ID_CHARS: usize = 36;

/// Hangs a file or a link on a record.
pub static UPLOAD: Endpoint = Endpoint::on_record::<policy::WriteRelated>(
    Descriptor::new(
        "attachments.upload",
        "Upload an Attachment",
        Method::Post,
        PATH,
    )
    .scope(scope(&[ScopeOperation::Create, ScopeOperation::Write]))
    .modules(MODULES)
    .body(Body::File)
    .refuses(FAULTS)
    .evidence(Evidence::Docs),
    upload,
)
.unknown(&PARENT_UNKNOWN);

fn upload(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let given = Given::read(call)?;
    let head = call.record(tx)?;
    let permit = call.authorize_or_by_parent::<policy::WriteRelated>(&head, tx)?;
    let attachments = call.about(beneath::module(call, ATTACHMENTS)?);
    check_room(&attachments, &permit, call.module().api_name == NOTES, tx)?;
    let mut fields = annexes::values_of(call.module(), head.id);
    fields.insert("File_Name".to_owned(), given.name.as_str().into());
    let details = put(&attachments, &permit, given, fields, tx)?;
    let mut answers = Answers::new(200);
    answers.push(Ok(success("attachment uploaded successfully", details)))?;
    Ok(answers.into_reply())
}

/// Refuses more attachments of a note than it can have.
fn check_room(
    call: &ModuleCall<'_>,
    permit: &Permit<WriteRelated>,
    is_note: bool,
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    if !is_note {
        return Ok(());
    }
    let most = limits::ATTACHMENTS_PER_NOTE_MAX;
    let count = tx.count_records(&RecordQuery {
        criteria: Some(annexes::hanging_on(
            call.module(),
            std::iter::once(permit.record()),
        )),
        ..RecordQuery::all(Seen::beneath(permit, call.module()), 0)
    })?;
    if usize::try_from(count).is_ok_and(|count| count < most) {
        return Ok(());
    }
    Err(Fault::new(&faults::TOO_MANY).with("limit", most))
}

/// Makes the attachment. Gives the details of the answer.
fn put(
    call: &ModuleCall<'_>,
    permit: &Permit<WriteRelated>,
    given: Given,
    mut fields: Map<String, Value>,
    tx: &mut dyn Transaction,
) -> Result<Map<String, Value>, Fault> {
    let stamp = call.stamp()?;
    let content = match given.content {
        Content::File(bytes) => Some(bytes),
        Content::Link(url) => {
            fields.insert(URL.to_owned(), url.into());
            None
        }
    };
    let size = content.as_ref().map_or(0, bytes::Bytes::len);
    fields.insert("Size".to_owned(), size.to_string().into());
    let (_, id) = insert_records::draw_id(call, tx)?;
    let record = NewRecord {
        name: given.name,
        ..change::whole(call, fields, Vec::new(), stamp.by, stamp)
    };
    let (create, put_file) = permit.of_new_annex(call.module(), id).and_file();
    tx.insert_record(create, &record)?;
    if let Some(bytes) = content {
        let file = StoredFile {
            id: call.context.random_hex("$file_id", ID_CHARS),
            kind: FileKind::Other,
            bytes,
        };
        tx.put_file(put_file, &file, stamp)?;
    }
    Ok(change::stamps(call, id, stamp, stamp))
}
