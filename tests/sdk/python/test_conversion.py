"""Converting a lead, and what it is described by, through the official Python SDK, unmodified."""

import datetime
import unittest

from zohocrmsdk.src.com.zoho.crm.api.convert_lead import (
    BodyWrapper,
    ConvertLeadOperations,
    LeadConverter,
)
from zohocrmsdk.src.com.zoho.crm.api.custom_views import CustomViewsOperations, GetCustomViewsParam
from zohocrmsdk.src.com.zoho.crm.api.layouts import GetLayoutsParam, LayoutsOperations
from zohocrmsdk.src.com.zoho.crm.api.profiles import ProfilesOperations
from zohocrmsdk.src.com.zoho.crm.api.record import (
    Field,
    GetRecordsParam,
    Record,
    RecordOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.util import Choice

from support import lead, only, params, sign_in_as


class Conversion(unittest.TestCase):
    def setUp(self):
        sign_in_as("full")

    def convert(self, lead_id, converter):
        body = BodyWrapper()
        body.set_data([converter])
        return ConvertLeadOperations(lead_id).convert_lead(body)

    def test_a_lead_becomes_a_contact_and_a_deal(self):
        made = only(RecordOperations("Leads").create_records(lead("To Convert")))
        lead_id = int(made.get_details()["id"])
        deal = Record()
        deal.add_field_value(Field.Deals.deal_name(), "Staircase")
        deal.add_field_value(Field.Deals.closing_date(), datetime.date(2027, 2, 1))
        deal.add_field_value(Field.Deals.stage(), Choice("Qualification"))
        converter = LeadConverter()
        converter.set_overwrite(True)
        converter.set_notify_lead_owner(False)
        converter.set_deals(deal)
        converted = only(self.convert(lead_id, converter))
        self.assertEqual("SUCCESS", converted.get_code().get_value())
        became = converted.get_details()
        self.assertEqual("To Convert", became["Contacts"].get_key_value("name"))
        self.assertEqual("Staircase", became["Deals"].get_key_value("name"))
        self.assertIsNone(became.get("Accounts"))
        self.assertEqual(204, RecordOperations("Leads").get_record(lead_id).get_status_code())
        again = self.convert(lead_id, LeadConverter())
        self.assertEqual("ID_ALREADY_CONVERTED", again.get_object().get_code().get_value())

    def test_layouts_views_and_profiles(self):
        module = params((GetLayoutsParam.module, "Leads"))
        [layout] = LayoutsOperations().get_layouts(module).get_object().get_layouts()
        sections = {section.get_display_label(): section for section in layout.get_sections()}
        fields = sections["Lead Information"].get_fields()
        self.assertTrue(next(f for f in fields if f.get_api_name() == "Last_Name").get_required())

        module = params((GetCustomViewsParam.module, "Leads"))
        listed = CustomViewsOperations().get_custom_views(module).get_object()
        views = {view.get_system_name(): view.get_id() for view in listed.get_custom_views()}
        shown = params(
            (GetRecordsParam.fields, "Last_Name"), (GetRecordsParam.cvid, str(views["ALLVIEWS"]))
        )
        self.assertEqual(200, RecordOperations("Leads").get_records(shown).get_status_code())

        profiles = ProfilesOperations().get_profiles().get_object().get_profiles()
        names = {profile.get_name(): profile.get_id() for profile in profiles}
        whole = ProfilesOperations().get_profile(names["No Delete"]).get_object()
        details = whole.get_profiles()[0].get_permissions_details()
        enabled = {detail.get_name(): detail.get_enabled() for detail in details}
        self.assertFalse(enabled["Crm_Implied_Delete_Leads"])
        self.assertTrue(enabled["Crm_Implied_Edit_Leads"])
