"""The official Python SDK, unmodified, with tags, variables and roles."""

import unittest

from zohocrmsdk.src.com.zoho.crm.api import roles, tags, variables
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


if __name__ == "__main__":
    unittest.main()
