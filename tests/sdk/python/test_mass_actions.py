"""Changing many records at once through the official Python SDK, unmodified."""

import time
import unittest

from zohocrmsdk.src.com.zoho.crm.api import ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.custom_views import (
    CustomViewsOperations,
    GetCustomViewsParam,
)
from zohocrmsdk.src.com.zoho.crm.api.mass_change_owner import (
    BodyWrapper as OwnerBody,
    CheckStatusParam,
    MassChangeOwnerOperations,
    Owner,
)
from zohocrmsdk.src.com.zoho.crm.api.mass_delete_cvid import (
    CvidBodyWrapper,
    GetMassDeleteStatusParam,
    MassDeleteCvidOperations,
    RecordIdBodyWrapper,
)
from zohocrmsdk.src.com.zoho.crm.api.record import (
    APIException,
    BodyWrapper,
    MassUpdateBodyWrapper,
    Record,
    RecordOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.record.record_operations import GetMassUpdateStatusParam
from zohocrmsdk.src.com.zoho.crm.api.users import UsersOperations
from zohocrmsdk.src.com.zoho.crm.api.util import Choice

from support import sign_in_as

MODULE = "Campaigns"


def campaigns(names):
    records = []
    for name in names:
        record = Record()
        record.add_key_value("Campaign_Name", name)
        records.append(record)
    body = BodyWrapper()
    body.set_data(records)
    return body


class MassActions(unittest.TestCase):
    def setUp(self):
        sign_in_as("full")
        self.records = RecordOperations(MODULE)
        made = self.records.create_records(campaigns(["One", "Two"])).get_object().get_data()
        self.ids = [int(made.get_details()["id"]) for made in made]
        params = ParameterMap()
        params.add(GetCustomViewsParam.module, MODULE)
        views = CustomViewsOperations().get_custom_views(params).get_object().get_custom_views()
        self.view = views[0].get_id()

    def tearDown(self):
        for id in self.ids:
            self.records.delete_record(id)

    def ended(self, ask, param, scheduled, kind=int):
        params = ParameterMap()
        params.add(param, kind(scheduled.get_details()["job_id"]))
        for _ in range(200):
            [status] = ask(params).get_object().get_data()
            if status.get_status().get_value() == "COMPLETED":
                return status
            time.sleep(0.05)
        raise AssertionError("the job does not end")

    def value(self, id, name):
        return self.records.get_record(id).get_object().get_data()[0].get_key_value(name)

    def update(self, **meant):
        record = Record()
        record.add_key_value("Status", Choice("Active"))
        body = MassUpdateBodyWrapper()
        body.set_data([record])
        for name, value in meant.items():
            getattr(body, f"set_{name}")(value)
        return self.records.mass_update_records(body).get_object()

    def test_named_records_are_updated(self):
        answered = self.update(ids=[str(id) for id in self.ids]).get_data()
        self.assertEqual(["record updated"] * 2, [one.get_message().get_value() for one in answered])
        self.assertEqual("Active", self.value(self.ids[0], "Status").get_value())

    def test_the_records_in_a_view_are_updated(self):
        [scheduled] = self.update(cvid=str(self.view)).get_data()
        ask = self.records.get_mass_update_status
        status = self.ended(ask, GetMassUpdateStatusParam.job_id, scheduled, kind=str)
        self.assertEqual(status.get_total_count(), status.get_updated_count())
        self.assertEqual("Active", self.value(self.ids[1], "Status").get_value())

    def test_named_records_are_deleted(self):
        body = RecordIdBodyWrapper()
        body.set_ids(self.ids)
        operations = MassDeleteCvidOperations(MODULE)
        answered = operations.mass_delete_by_record_id(body).get_object().get_data()
        self.assertEqual(
            ["record is deleted"] * 2, [one.get_message().get_value() for one in answered]
        )
        [refused, _] = operations.mass_delete_by_record_id(body).get_object().get_data()
        self.assertEqual("INVALID_DATA", refused.get_code().get_value())

    def test_the_records_in_a_view_are_deleted(self):
        body = CvidBodyWrapper()
        body.set_cvid(self.view)
        operations = MassDeleteCvidOperations(MODULE)
        [scheduled] = operations.mass_delete_by_cvid(body).get_object().get_data()
        ask = operations.get_mass_delete_status
        status = self.ended(ask, GetMassDeleteStatusParam.job_id, scheduled)
        self.assertEqual(2, status.get_deleted_count())
        self.assertEqual(0, status.get_failed_count())

    def test_the_records_in_a_view_get_another_owner(self):
        users = UsersOperations().get_users().get_object().get_users()
        [other] = [user for user in users if user.get_first_name() == "Ines"]
        owner = Owner()
        owner.set_id(other.get_id())
        body = OwnerBody()
        body.set_cvid(self.view)
        body.set_owner(owner)
        operations = MassChangeOwnerOperations(MODULE)
        [scheduled] = operations.change_owner(body).get_object().get_data()
        self.assertEqual("SCHEDULED", scheduled.get_code().get_value())
        status = self.ended(operations.check_status, CheckStatusParam.job_id, scheduled)
        self.assertEqual(2, status.get_updated_count())
        self.assertEqual(other.get_id(), self.value(self.ids[0], "Owner").get_id())

    def test_a_view_of_nothing_is_refused(self):
        refused = self.update(cvid="1")
        self.assertIsInstance(refused, APIException)
        self.assertEqual("INVALID_DATA", refused.get_code().get_value())


if __name__ == "__main__":
    unittest.main()
