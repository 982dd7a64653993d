"""The process that a record goes through, through the official Python SDK, unmodified."""

import unittest

from zohocrmsdk.src.com.zoho.crm.api.blueprint import (
    APIException,
    BluePrint,
    BlueprintOperations,
    BodyWrapper,
)
from zohocrmsdk.src.com.zoho.crm.api.record import (
    BodyWrapper as RecordBody,
    Field,
    Record,
    RecordOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.util import Choice

from support import lead, only, sign_in_as

# The server was told of a process that records with this value go through.
COMPANY = "Blueprint Works"


class Blueprint(unittest.TestCase):
    def setUp(self):
        sign_in_as("full")
        self.leads = RecordOperations("Leads")
        body = lead("In a Process")
        [record] = body.get_data()
        record.add_field_value(Field.Leads.company(), COMPANY)
        record.add_field_value(Field.Leads.lead_status(), Choice("Not Contacted"))
        self.lead = int(only(self.leads.create_records(body)).get_details()["id"])
        self.blueprint = BlueprintOperations(str(self.lead), "Leads")

    def tearDown(self):
        self.leads.delete_record(self.lead)

    def told(self):
        return self.blueprint.get_blueprint().get_object().get_blueprint()

    def move(self, transition, data):
        step = BluePrint()
        step.set_transition_id(str(transition.get_id()))
        step.set_data(data)
        body = BodyWrapper()
        body.set_blueprint([step])
        return self.blueprint.update_blueprint(body).get_object()

    def test_a_record_is_moved_from_state_to_state(self):
        told = self.told()
        process = told.get_process_info()
        self.assertEqual("Not Contacted", process.get_field_value())
        self.assertEqual("Lead_Status", process.get_api_name())
        self.assertEqual("Not Contacted", process.get_current_picklist().get_value())
        [reach] = told.get_transitions()
        self.assertTrue(reach.get_criteria_matched())
        self.assertEqual("Contacted", reach.get_next_field_value())
        self.assertEqual("manual", reach.get_type())
        fields = [(field.get_api_name(), field.get_mandatory()) for field in reach.get_fields()]
        self.assertEqual([("Phone", True), ("Industry", False)], fields)
        self.assertIn("Phone", reach.get_data().get_key_values())

        partial = self.move(reach, Record())
        self.assertEqual("transition saved partially", partial.get_message().get_value())
        data = Record()
        data.add_key_value("Phone", "+49 30 5550199")
        moved = self.move(reach, data)
        self.assertEqual("transition updated successfully", moved.get_message().get_value())
        found = only(self.leads.get_record(self.lead))
        self.assertEqual("Contacted", found.get_key_value("Lead_Status").get_value())
        self.assertEqual("+49 30 5550199", found.get_key_value("Phone"))

    def test_what_is_refused(self):
        [reach] = self.told().get_transitions()
        reach.set_id(1)
        refused = self.move(reach, Record())
        self.assertIsInstance(refused, APIException)
        self.assertEqual("invalid transition", refused.get_message().get_value())
        change = Record()
        change.add_field_value(Field.Leads.lead_status(), Choice("Lost Lead"))
        body = RecordBody()
        body.set_data([change])
        refused = only(self.leads.update_record(self.lead, body))
        self.assertEqual("RECORD_IN_BLUEPRINT", refused.get_code().get_value())
