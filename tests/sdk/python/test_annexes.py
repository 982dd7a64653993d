"""Notes, attachments and related lists through the official Python SDK, unmodified."""

import os
import pathlib
import unittest

from zohocrmsdk.src.com.zoho.crm.api import notes
from zohocrmsdk.src.com.zoho.crm.api.attachments import AttachmentsOperations, FileBodyWrapper
from zohocrmsdk.src.com.zoho.crm.api.attachments.attachments_operations import (
    GetAttachmentsParam,
    UploadUrlAttachmentsParam,
)
from zohocrmsdk.src.com.zoho.crm.api.modules import MinifiedModule
from zohocrmsdk.src.com.zoho.crm.api.notes.notes_operations import GetNotesParam
from zohocrmsdk.src.com.zoho.crm.api.record import (
    BodyWrapper,
    Field,
    Record,
    RecordOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.related_records import (
    BodyWrapper as RelatedBody,
    RelatedRecordsOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.related_records.related_records_operations import (
    GetRelatedRecordsParam,
)
from zohocrmsdk.src.com.zoho.crm.api.util import StreamWrapper

from support import SCRATCH, lead, only, params, sign_in_as


class Annexes(unittest.TestCase):
    def setUp(self):
        sign_in_as("full")
        self.leads = RecordOperations("Leads")
        made = only(self.leads.create_records(lead("With Annexes")))
        self.lead = int(made.get_details()["id"])

    def tearDown(self):
        self.leads.delete_record(self.lead)

    def test_a_note_is_made_listed_changed_and_deleted(self):
        parent = notes.ParentId()
        parent.set_id(self.lead)
        module = MinifiedModule()
        module.set_api_name("Leads")
        parent.set_module(module)
        note = notes.Note()
        note.set_note_title("Called")
        note.set_note_content("Wants a quote")
        note.set_parent_id(parent)
        body = notes.BodyWrapper()
        body.set_data([note])
        operations = notes.NotesOperations()
        made = only(operations.create_notes(body))
        self.assertEqual("record added", made.get_message().get_value())
        note_id = made.get_details()["id"]

        fields = params((GetNotesParam.fields, "Note_Title,Note_Content,Parent_Id"))
        listed = operations.get_notes(fields).get_object().get_data()
        [found] = [each for each in listed if each.get_id() == int(note_id)]
        self.assertEqual(("Called", "Wants a quote"), (found.get_note_title(), found.get_note_content()))
        self.assertEqual(self.lead, found.get_parent_id().get_id())

        change = notes.Note()
        change.set_note_content("Wants two")
        body.set_data([change])
        self.assertEqual(200, operations.update_note(int(note_id), body).get_status_code())
        of_lead = RelatedRecordsOperations("Notes", "Leads")
        fields = params((GetRelatedRecordsParam.fields, "Note_Content"))
        listed = of_lead.get_related_records(self.lead, fields).get_object().get_data()
        self.assertEqual(["Wants two"], [each.get_key_value("Note_Content") for each in listed])

        self.assertEqual(200, operations.delete_note(int(note_id)).get_status_code())
        self.assertEqual(204, of_lead.get_related_records(self.lead, fields).get_status_code())

    def test_files_and_links_are_attached_listed_read_and_deleted(self):
        attachments = AttachmentsOperations()
        path = os.path.join(SCRATCH.name, "offer é.txt")
        pathlib.Path(path).write_text("forty crates")
        file = StreamWrapper(file_path=path)
        body = FileBodyWrapper()
        body.set_file(file)
        with file.get_stream():
            made = only(attachments.upload_attachments(self.lead, "Leads", body))
        self.assertEqual("attachment uploaded successfully", made.get_message())
        file_id = int(made.get_details()["id"])
        link = params(
            (UploadUrlAttachmentsParam.attachmenturl, "https://example.com/plan"),
            (UploadUrlAttachmentsParam.title, "The plan"),
        )
        linked = only(attachments.upload_url_attachments(self.lead, "Leads", link))
        link_id = int(linked.get_details()["id"])

        fields = params((GetAttachmentsParam.fields, "id,File_Name,Size,$type,$link_url"))
        listed = attachments.get_attachments(self.lead, "Leads", fields).get_object().get_data()
        named = {each.get_id(): (each.get_file_name(), each.get_link_url()) for each in listed}
        self.assertEqual("The plan", named[link_id][0])
        self.assertEqual("https://example.com/plan", named[link_id][1])
        self.assertEqual(("offer é.txt", None), named[file_id])

        read = attachments.get_attachment(file_id, self.lead, "Leads").get_object().get_file()
        self.assertEqual(b"forty crates", b"".join(read.get_stream()))
        for each in (file_id, link_id):
            deleted = attachments.delete_attachment(each, self.lead, "Leads")
            self.assertEqual(200, deleted.get_status_code())
        empty = attachments.get_attachments(self.lead, "Leads", fields)
        self.assertEqual(204, empty.get_status_code())

    def test_a_product_is_connected_listed_and_delinked(self):
        product = Record()
        product.add_field_value(Field.Products.product_name(), "Plane")
        body = BodyWrapper()
        body.set_data([product])
        made = only(RecordOperations("Products").create_records(body))
        product_id = int(made.get_details()["id"])
        product = Record()
        product.set_id(product_id)
        body = RelatedBody()
        body.set_data([product])
        of_lead = RelatedRecordsOperations("Products", "Leads")
        connected = only(of_lead.update_related_records(self.lead, body))
        self.assertEqual("relation added", connected.get_message().get_value())
        fields = params((GetRelatedRecordsParam.fields, "Product_Name"))
        listed = of_lead.get_related_records(self.lead, fields).get_object().get_data()
        self.assertEqual([product_id], [each.get_id() for each in listed])
        removed = only(of_lead.delink_record(product_id, self.lead))
        self.assertEqual("relation removed", removed.get_message().get_value())
        self.assertEqual(204, of_lead.get_related_records(self.lead, fields).get_status_code())
