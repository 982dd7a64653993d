"""Reading records in bulk through the official Python SDK, unmodified."""

import csv
import io
import time
import unittest
import zipfile

from zohocrmsdk.src.com.zoho.crm.api.bulk_read import (
    APIException,
    BodyWrapper,
    BulkReadOperations,
    Criteria,
    Query,
)
from zohocrmsdk.src.com.zoho.crm.api.fields import MinifiedField
from zohocrmsdk.src.com.zoho.crm.api.modules import MinifiedModule
from zohocrmsdk.src.com.zoho.crm.api.record import RecordOperations
from zohocrmsdk.src.com.zoho.crm.api.util import Choice

from support import lead, only, sign_in_as


def query(module, **values):
    asked = Query()
    named = MinifiedModule()
    named.set_api_name(module)
    asked.set_module(named)
    for name, value in values.items():
        getattr(asked, f"set_{name}")(value)
    body = BodyWrapper()
    body.set_query(asked)
    return body


class BulkRead(unittest.TestCase):
    def setUp(self):
        sign_in_as("full")
        self.operations = BulkReadOperations()

    def details(self, job_id):
        return self.operations.get_bulk_read_job_details(job_id).get_object().get_data()[0]

    def finished(self, job_id):
        for _ in range(200):
            job = self.details(job_id)
            if job.get_state().get_value() not in ("ADDED", "QUEUED", "IN PROGRESS"):
                return job
            time.sleep(0.05)
        raise AssertionError("the job does not end")

    def test_a_job_is_made_polled_and_downloaded(self):
        made = only(RecordOperations("Leads").create_records(lead("Bulk, Read")))
        field = MinifiedField()
        field.set_api_name("Last_Name")
        criteria = Criteria()
        criteria.set_field(field)
        criteria.set_comparator(Choice("equal"))
        criteria.set_value("Bulk, Read")
        body = query("Leads", fields=["Last_Name", "Owner", "Created_Time"], criteria=criteria)
        added = only(self.operations.create_bulk_read_job(body))
        self.assertEqual("ADDED_SUCCESSFULLY", added.get_code().get_value())
        self.assertEqual("ADDED", added.get_details()["state"].get_value())
        job = self.finished(int(added.get_details()["id"]))
        self.assertEqual("COMPLETED", job.get_state().get_value())
        self.assertEqual("Leads", job.get_query().get_module().get_api_name())
        self.assertEqual(1, job.get_result().get_count())
        self.assertIs(False, job.get_result().get_more_records())
        self.assertEqual(
            f"/crm/bulk/v8/read/{job.get_id()}/result", job.get_result().get_download_url()
        )
        file = self.operations.download_result(int(job.get_id())).get_object().get_file()
        packed = zipfile.ZipFile(io.BytesIO(b"".join(file.get_stream())))
        self.assertEqual([f"{job.get_id()}.csv"], packed.namelist())
        rows = list(csv.DictReader(io.StringIO(packed.read(packed.namelist()[0]).decode())))
        self.assertEqual(1, len(rows))
        self.assertEqual(str(made.get_details()["id"]), rows[0]["Id"])
        self.assertEqual("Bulk, Read", rows[0]["Last_Name"])

    def test_a_module_and_a_job_that_there_are_not_are_exceptions(self):
        refused = self.operations.create_bulk_read_job(query("Nothing")).get_object()
        self.assertIsInstance(refused, APIException)
        self.assertEqual("MODULE_NOT_AVAILABLE", refused.get_code().get_value())
        gone = self.operations.get_bulk_read_job_details(7).get_object()
        self.assertIsInstance(gone, APIException)
        self.assertEqual("RESOURCE_NOT_FOUND", gone.get_code().get_value())


if __name__ == "__main__":
    unittest.main()
