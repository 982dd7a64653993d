"""The official Python SDK, unmodified, with tags, variables, roles, business hours and holidays."""

import unittest
from datetime import date

from zohocrmsdk.src.com.zoho.crm.api import business_hours, holidays, roles, tags, variables
from zohocrmsdk.src.com.zoho.crm.api.business_hours.business_hours_operations import (
    BusinessHoursOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.holidays.holidays_operations import (
    GetHolidaysParam,
    HolidaysOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.roles.roles_operations import DeleteRoleParam, RolesOperations
from zohocrmsdk.src.com.zoho.crm.api.tags.tags_operations import (
    CreateTagsParam,
    GetRecordCountForTagParam,
    GetTagsParam,
    TagsOperations,
    UpdateTagParam,
)
from zohocrmsdk.src.com.zoho.crm.api.variable_groups.variable_groups_operations import (
    VariableGroupsOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.variables.variables_operations import VariablesOperations
from zohocrmsdk.src.com.zoho.crm.api.util import Choice

from support import params, sign_in_as, target


def filled(thing, **members):
    for name, value in members.items():
        getattr(thing, f"set_{name}")(value)
    return thing


class Settings(unittest.TestCase):
    def setUp(self):
        sign_in_as("full")

    def only(self, response, status, root):
        """The one answer to a change, which must be a success."""
        self.assertEqual(status, response.get_status_code())
        [answer] = getattr(response.get_object(), f"get_{root}")()
        self.assertEqual("SUCCESS", answer.get_code().get_value())
        return answer.get_details()

    def tags(self, **members):
        return filled(tags.BodyWrapper(), tags=[filled(tags.Tag(), **members)])

    def named(self):
        listed = TagsOperations().get_tags(params((GetTagsParam.module, "Leads"))).get_object()
        return {tag.get_name(): tag for tag in listed.get_tags()} if listed else {}

    def test_a_tag_goes_onto_a_record_and_off_again(self):
        of_leads = params((CreateTagsParam.module, "Leads"))
        made = TagsOperations().create_tags(self.tags(name="sdk", color_code="#57B1FD"), of_leads)
        tag_id = int(self.only(made, 201, "tags")["id"])
        renamed = TagsOperations().update_tag(
            tag_id, self.tags(name="by sdk"), params((UpdateTagParam.module, "Leads"))
        )
        self.only(renamed, 200, "tags")
        self.assertEqual("#57B1FD", self.named()["by sdk"].get_color_code())

        module, record_id = target("with_photo")
        wanted = filled(tags.NewTagRequestWrapper(), tags=[filled(tags.Tag(), name="by sdk")])
        added = TagsOperations().add_tags(module, record_id, wanted).get_object().get_data()[0]
        self.assertEqual("SUCCESS", added.get_code().get_value())
        count = TagsOperations().get_record_count_for_tag(
            tag_id, params((GetRecordCountForTagParam.module, module))
        )
        self.assertEqual("1", str(count.get_object().get_count()))
        unwanted = filled(
            tags.ExistingTagRequestWrapper(), tags=[filled(tags.ExistingTag(), name="by sdk")]
        )
        removed = TagsOperations().remove_tags(module, record_id, unwanted).get_object().get_data()
        self.assertEqual("SUCCESS", removed[0].get_code().get_value())

        self.only(TagsOperations().delete_tag(tag_id), 200, "tags")
        self.assertNotIn("by sdk", self.named())
        refused = TagsOperations().delete_tag(tag_id)
        self.assertEqual(400, refused.get_status_code())
        self.assertEqual("INVALID_DATA", refused.get_object().get_code().get_value())

    def test_a_variable_is_made_changed_and_deleted(self):
        listed = VariableGroupsOperations().get_variable_groups().get_object()
        [group, *_] = listed.get_variable_groups()
        of_group = filled(variables.VariableGroup(), id=group.get_id())
        made = filled(
            variables.Variable(), name="Sdk", api_name="Sdk", variable_group=of_group, value="a"
        )
        made.set_type(Choice("text"))
        body = filled(variables.BodyWrapper(), variables=[made])
        variable_id = int(
            self.only(VariablesOperations().create_variables(body), 201, "variables")["id"]
        )
        body = filled(
            variables.BodyWrapper(), variables=[filled(variables.Variable(), value="b")]
        )
        changed = VariablesOperations().update_variable_by_apiname("Sdk", body)
        self.only(changed, 200, "variables")
        read = VariablesOperations().get_variable_by_id(variable_id).get_object().get_variables()
        self.assertEqual(["b"], [variable.get_value() for variable in read])
        self.only(VariablesOperations().delete_variable(variable_id), 200, "variables")

    def test_a_role_is_made_and_hands_its_users_over(self):
        listed = RolesOperations().get_roles().get_object().get_roles()
        [top] = [role for role in listed if role.get_reporting_to() is None]
        above = filled(roles.ReportingTo(), id=top.get_id())
        body = filled(
            roles.BodyWrapper(),
            roles=[filled(roles.Role(), name="Of the SDK", reporting_to=above)],
        )
        role_id = int(self.only(RolesOperations().create_roles(body), 201, "roles")["id"])
        [role] = RolesOperations().get_role(role_id).get_object().get_roles()
        self.assertEqual("Of the SDK", role.get_name())
        self.assertEqual(top.get_id(), role.get_reporting_to().get_id())
        gone = RolesOperations().delete_role(
            role_id, params((DeleteRoleParam.transfer_to_id, top.get_id()))
        )
        self.only(gone, 200, "roles")

    def hours(self, kind, starts_on="Monday", days=None, **members):
        """A body with business hours: words become choices."""
        if days is not None:
            members["business_days"] = [Choice(day) for day in days]
        hours = filled(
            business_hours.BusinessHours(),
            type=Choice(kind),
            week_starts_on=Choice(starts_on),
            **members,
        )
        return filled(business_hours.BodyWrapper(), business_hours=hours)

    def saved(self, response, status):
        self.assertEqual(status, response.get_status_code())
        answer = response.get_object().get_business_hours()
        self.assertEqual("SUCCESS", answer.get_code().get_value())
        return answer.get_details()["id"]

    def refused(self, response, status):
        """The code and the exception of a refusal, of the whole or of the one thing."""
        self.assertEqual(status, response.get_status_code())
        refusal = response.get_object()
        if hasattr(refusal, "get_business_hours"):
            refusal = refusal.get_business_hours()
        return refusal.get_code().get_value(), refusal.get_details()

    def test_business_hours_are_made_once_and_changed(self):
        operations = BusinessHoursOperations()
        monday = filled(
            business_hours.BreakHoursCustomTiming(),
            days=Choice("Monday"),
            business_timing=["10:00", "16:00"],
        )
        custom = self.hours(
            "custom",
            days=["Monday", "Tuesday"],
            same_as_everyday=False,
            daily_timing=["09:00", "17:00"],
            custom_timing=[monday],
        )
        hours_id = self.saved(operations.create_business_hours(custom), 201)
        code, _ = self.refused(operations.create_business_hours(custom), 400)
        self.assertEqual("NOT_ALLOWED", code)

        read = operations.get_business_hours().get_object().get_business_hours()
        self.assertEqual(int(hours_id), read.get_id())
        self.assertEqual("custom", read.get_type().get_value())
        # 7.0.0 sends choices in a list and reads texts.
        self.assertEqual(["Monday", "Tuesday"], read.get_business_days())
        self.assertEqual(["09:00", "17:00"], read.get_daily_timing())
        [timing] = read.get_custom_timing()
        self.assertEqual("Monday", timing.get_days().get_value())
        self.assertEqual(["10:00", "16:00"], timing.get_business_timing())

        late = self.hours("custom", same_as_everyday=True, daily_timing=["09:00", "25:00"])
        code, details = self.refused(operations.update_business_hours(late), 400)
        self.assertEqual("INVALID_DATA", code)
        self.assertEqual("$.business_hours.daily_timing[1]", details["json_path"])
        wrong_day = self.hours("custom", days=["Tuesday"], same_as_everyday=True)
        code, _ = self.refused(operations.update_business_hours(wrong_day), 400)
        self.assertEqual("DEPENDENT_MISMATCH", code)

        self.saved(operations.update_business_hours(self.hours("24_by_7", "Sunday")), 200)
        read = operations.get_business_hours().get_object().get_business_hours()
        self.assertEqual(7, len(read.get_business_days()))

    def test_a_holiday_is_made_changed_and_deleted(self):
        operations = HolidaysOperations()
        day = date(date.today().year, 12, 25)
        made = filled(
            holidays.BusinessHoliday(), name="Of the SDK", date=day, type="business_holiday"
        )
        body = filled(holidays.CreateBusinessHoliday(), holidays=[made])
        holiday_id = int(self.only(operations.create_holidays(body), 201, "holidays")["id"])
        again = operations.create_holidays(body)
        [answer] = again.get_object().get_holidays()
        self.assertEqual("DUPLICATE_DATA", answer.get_code().get_value())

        next_day = day.replace(day=26)
        change = filled(holidays.Holiday(), id=holiday_id, date=next_day)
        body = filled(holidays.Holidays(), holidays=[change])
        self.only(operations.update_holidays(body), 200, "holidays")
        change = filled(holidays.Holiday(), name="By the SDK")
        body = filled(holidays.Holidays(), holidays=[change])
        self.only(operations.update_holiday(holiday_id, body), 200, "holidays")

        for response in (
            operations.get_holiday(holiday_id),
            operations.get_holidays(params((GetHolidaysParam.year, day.year))),
        ):
            self.assertEqual(1, response.get_object().get_info().get_count())
            [holiday] = response.get_object().get_holidays()
            found = (holiday.get_name(), holiday.get_date(), holiday.get_year(), holiday.get_type())
            self.assertEqual(("By the SDK", next_day, day.year, "business_holiday"), found)
            self.assertIsNone(holiday.get_shift_hour())

        shift = filled(holidays.ShiftHour(), name="Early", id=holiday_id)
        kind = Choice("shift_holiday")
        of_shift = filled(
            holidays.ShiftHoliday(), name="B", date=day, type=kind, shift_hour=shift
        )
        body = filled(holidays.CreateShiftHoliday(), holidays=[of_shift])
        [answer] = operations.create_holidays(body).get_object().get_holidays()
        self.assertEqual("$.holidays[0].shift_hour.id", answer.get_details()["json_path"])

        self.only(operations.delete_holiday(holiday_id), 200, "holidays")
        self.assertEqual(204, operations.get_holidays(params()).get_status_code())
        code, details = self.refused(operations.delete_holiday(holiday_id), 400)
        self.assertEqual(("INVALID_DATA", 2), (code, details["resource_path_index"]))


if __name__ == "__main__":
    unittest.main()
