"""Deleted records through the official Python SDK, unmodified."""

import unittest

from zohocrmsdk.src.com.zoho.crm.api.record import RecordCountParam, RecordOperations
from zohocrmsdk.src.com.zoho.crm.api.recycle_bin import RecycleBinOperations
from zohocrmsdk.src.com.zoho.crm.api.recycle_bin.recycle_bin_operations import (
    DeleteRecycleBinRecordsParam,
)

from support import lead, only, params, sign_in_as


class Deleted(unittest.TestCase):
    def setUp(self):
        sign_in_as("full")

    def test_deleted_records_are_listed_counted_and_purged(self):
        leads = RecordOperations("Leads")
        made = only(leads.create_records(lead("To Purge")))
        record_id = int(made.get_details()["id"])

        def count():
            criteria = "(Last_Name:equals:To Purge)"
            counted = leads.record_count(params((RecordCountParam.criteria, criteria)))
            return counted.get_object().get_count()

        self.assertEqual(1, count())
        copy = int(only(leads.clone_record(record_id)).get_details()["id"])
        self.assertEqual(2, count())
        for each in (record_id, copy):
            self.assertEqual(200, leads.delete_record(each).get_status_code())
        self.assertEqual(0, count())

        deleted = leads.get_deleted_records().get_object().get_data()
        found = {record.get_id(): record.get_type() for record in deleted}
        self.assertEqual(("recycle", "recycle"), (found[record_id], found[copy]))
        recycle_bin = RecycleBinOperations()
        binned = recycle_bin.get_recyclebin_records().get_object().get_recycle_bin()
        self.assertIn(("To Purge", copy), [(r.get_display_name(), r.get_id()) for r in binned])
        purged = recycle_bin.delete_recyclebin_records(
            params((DeleteRecycleBinRecordsParam.ids, str(copy)))
        )
        self.assertEqual(200, purged.get_status_code())
        deleted = leads.get_deleted_records().get_object().get_data()
        self.assertIn((copy, "permanent"), [(r.get_id(), r.get_type()) for r in deleted])
