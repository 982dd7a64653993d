"""The official Python SDK, unmodified, against a running server."""

import unittest

from zohocrmsdk.src.com.zoho.api.authenticator import OAuthToken
from zohocrmsdk.src.com.zoho.crm.api.exception import SDKException
from zohocrmsdk.src.com.zoho.crm.api.coql import BodyWrapper as QueryBody, CoqlOperations
from zohocrmsdk.src.com.zoho.crm.api.fields import FieldsOperations, GetFieldsParam
from zohocrmsdk.src.com.zoho.crm.api.modules import ModulesOperations
from zohocrmsdk.src.com.zoho.crm.api.record import (
    APIException,
    Field,
    BodyWrapper,
    GetRecordsParam,
    LineItemProduct,
    Record,
    RecordOperations,
    SearchRecordsParam,
    SuccessResponse,
)
from zohocrmsdk.src.com.zoho.crm.api.record_locking import (
    BodyWrapper as LockBody,
    GetRecordLockingInformationsParam,
    LockRecord,
    RecordLockingOperations,
    SuccessResponse as LockSuccess,
)
from zohocrmsdk.src.com.zoho.crm.api.users import UsersOperations

from support import (
    CLIENT,
    ENV,
    PHOTO_BYTES_MAX,
    TOKEN_URL,
    UNKNOWN_ID,
    lead,
    only,
    params,
    png,
    sign_in,
    sign_in_as,
    target,
    upload,
)


class Conformance(unittest.TestCase):
    def create_lead(self, last_name):
        """A Lead of the test's own, so that the suites can share one server."""
        response = RecordOperations("Leads").create_records(lead(last_name))
        self.assertEqual(201, response.get_status_code())
        record_id = int(self.assert_success(only(response), "record added").get_details()["id"])
        self.addCleanup(RecordOperations("Leads").delete_record, record_id)
        return record_id

    def assert_success(self, result, message, kind=SuccessResponse):
        self.assertIsInstance(result, kind)
        self.assertEqual(
            ("SUCCESS", "success", message),
            (result.get_code().get_value(), result.get_status().get_value(), text(result)),
        )
        return result

    def assert_fault(self, response, status, code, phrase):
        fault = response.get_object()
        self.assertIsInstance(fault, APIException)
        self.assertEqual(
            (status, code, "error"),
            (
                response.get_status_code(),
                fault.get_code().get_value(),
                fault.get_status().get_value(),
            ),
        )
        self.assertIn(phrase.lower(), text(fault).lower())

    def assert_photo_round_trip(self, record_id):
        leads, picture = RecordOperations("Leads"), png()
        response = upload("Leads", record_id, picture)
        self.assertEqual(200, response.get_status_code())
        self.assert_success(response.get_object(), "photo uploaded successfully")

        response = leads.get_photo(record_id)
        self.assertEqual(200, response.get_status_code())
        file = response.get_object().get_file()
        self.assertTrue(file.get_name())
        with file.get_stream() as stream:
            self.assertEqual(picture, stream.content)
        self.assertTrue(stream.raw.closed)

        response = leads.delete_photo(record_id)
        self.assertEqual(200, response.get_status_code())
        self.assert_success(response.get_object(), "Photo deleted")

        response = leads.get_photo(record_id)
        self.assertEqual((204, None), (response.get_status_code(), response.get_object()))


def text(result):
    """The message: the SDK types it as a choice in some resources and as a string in others."""
    message = result.get_message()
    return message if isinstance(message, str) else message.get_value()


class SigningIn(Conformance):
    def test_grant_code_to_photo_to_revocation(self):
        token = sign_in(OAuthToken(grant_token=ENV["grant"]["python"], **CLIENT))
        # The name "email:zgid" is there only if CurrentUser and org both answered well.
        self.assertRegex(token.get_user_signature().get_name(), r"^[^:@]+@[^:]+:\d+$")
        self.assertEqual(ENV["api_domain"], token.get_api_domain())
        self.assert_photo_round_trip(self.create_lead("Round Trip"))

        refresh_token = token.get_refresh_token()
        renewed = sign_in(OAuthToken(refresh_token=refresh_token, **CLIENT))
        self.assertNotEqual(token.get_access_token(), renewed.get_access_token())
        self.doCleanups()  # While the token still lives.

        # OAuthToken.revoke(id) of 7.0.0 never finds a refresh token in a FileStore,
        # so call what it would call.
        self.assertTrue(OAuthToken.revoke_refresh_token(refresh_token, TOKEN_URL + "/revoke"))
        with self.assertRaises(SDKException) as refused:
            sign_in(OAuthToken(refresh_token=refresh_token, **CLIENT))
        self.assertIn("invalid_code", str(refused.exception))

    def test_a_refresh_token_is_enough(self):
        token = sign_in(OAuthToken(refresh_token=ENV["refresh_token"], **CLIENT))
        self.assertTrue(token.get_access_token())
        self.assertEqual(200, UsersOperations().get_users().get_status_code())

    def test_refusals_of_the_token_endpoint(self):
        used, bad_client = ENV["grant"]["used"], {**CLIENT, "client_id": "1000.NOBODY"}
        for error, fields in {
            "invalid_code": {"grant_token": used, **CLIENT},
            "invalid_client": {"refresh_token": ENV["refresh_token"], **bad_client},
        }.items():
            with self.subTest(error), self.assertRaises(SDKException) as refused:
                sign_in(OAuthToken(**fields))
            self.assertIn(error, str(refused.exception))


class Records(Conformance):
    def setUp(self):
        sign_in_as("full")

    def test_create_get_update_list_delete(self):
        leads = RecordOperations("Leads")
        response = leads.create_records(lead("Created"))
        self.assertEqual(201, response.get_status_code())
        record_id = int(self.assert_success(only(response), "record added").get_details()["id"])

        self.assertEqual("Created", only(leads.get_record(record_id)).get_key_value("Last_Name"))
        self.assert_success(only(leads.update_record(record_id, lead("Updated"))), "record updated")

        listed = (
            leads.get_records(params((GetRecordsParam.fields, "Last_Name"))).get_object().get_data()
        )
        self.assertIn(
            (record_id, "Updated"), [(r.get_id(), r.get_key_value("Last_Name")) for r in listed]
        )

        for search in (
            (SearchRecordsParam.criteria, "(Last_Name:equals:updated)"),
            (SearchRecordsParam.word, "Updated"),
        ):
            found = leads.search_records(params(search)).get_object()
            self.assertEqual([record_id], [r.get_id() for r in found.get_data()])
            self.assertFalse(found.get_info().get_more_records())
        nobody = leads.search_records(params((SearchRecordsParam.email, "nobody@example.com")))
        self.assertEqual(204, nobody.get_status_code())

        self.assert_success(only(leads.delete_record(record_id)), "record deleted")
        self.assert_fault(
            leads.delete_photo(record_id), 400, "INVALID_DATA", "id given seems to be invalid"
        )

    def test_query(self):
        record_id = self.create_lead("To Query")

        def ask(query):
            body = QueryBody()
            body.set_select_query(query)
            return CoqlOperations().get_records(body)

        condition = "Last_Name = 'To Query' order by Created_Time desc limit 1"
        answer = ask(f"select Last_Name, Owner from Leads where {condition}").get_object()
        row = answer.get_data()[0]
        self.assertEqual((record_id, "To Query"), (row.get_id(), row.get_key_value("Last_Name")))
        self.assertFalse(answer.get_info().get_more_records())
        for query, code in (
            ("select id from Leads", "SYNTAX_ERROR"),
            ("select id from where id = 1", "SYNTAX_ERROR"),
            ("select Nonsense from Leads where id = 1", "INVALID_QUERY"),
            ("select id from Leads where id = 1 limit 2001", "LIMIT_EXCEEDED"),
        ):
            with self.subTest(query):
                refused = ask(query)
                self.assertEqual(400, refused.get_status_code())
                self.assertEqual(code, refused.get_object().get_code().get_value())

    def test_upsert_makes_a_record_and_then_changes_it(self):
        leads = RecordOperations("Leads")
        made = self.upsert("Upserted", "upserted@example.com")
        record_id = int(self.assert_success(made, "record added").get_details()["id"])
        self.addCleanup(leads.delete_record, record_id)
        self.assertEqual(("insert", None), (made.get_action().get_value(), made.get_duplicate_field()))

        changed = self.upsert("Upserted Again", "Upserted@Example.com")
        self.assert_success(changed, "record updated")
        self.assertEqual(
            ("update", "Email", record_id),
            (
                changed.get_action().get_value(),
                changed.get_duplicate_field(),
                int(changed.get_details()["id"]),
            ),
        )
        kept = only(leads.get_record(record_id))
        self.assertEqual("Upserted Again", kept.get_key_value("Last_Name"))

    def upsert(self, last_name, email):
        body = lead(last_name)
        body.get_data()[0].add_field_value(Field.Leads.email(), email)
        body.set_duplicate_check_fields(["Email"])
        response = RecordOperations("Leads").upsert_records(body)
        self.assertEqual(200, response.get_status_code())
        return only(response)

    def test_a_quote_with_line_items(self):
        product = Record()
        product.add_field_value(Field.Products.product_name(), "Plane")
        product.add_field_value(Field.Products.unit_price(), 80.5)
        body = BodyWrapper()
        body.set_data([product])
        made = only(RecordOperations("Products").create_records(body))
        product_id = int(self.assert_success(made, "record added").get_details()["id"])

        item = Record()
        named = LineItemProduct()
        named.set_id(product_id)
        item.add_key_value("Product_Name", named)
        item.add_key_value("Quantity", 2.0)
        item.add_key_value("Discount", "10%")
        quote = Record()
        quote.add_field_value(Field.Quotes.subject(), "Tools")
        quote.add_field_value(Field.Quotes.quoted_items(), [item])
        body.set_data([quote])
        quotes = RecordOperations("Quotes")
        made = only(quotes.create_records(body))
        quote_id = int(self.assert_success(made, "record added").get_details()["id"])
        self.addCleanup(quotes.delete_record, quote_id)

        read = only(quotes.get_record(quote_id))
        self.assertEqual(144.9, read.get_key_value("Grand_Total"))
        [row] = read.get_key_value("Quoted_Items")
        self.assertEqual("Plane", row.get_key_value("Product_Name").get_name())
        self.assertEqual((2.0, 144.9), (row.get_key_value("Quantity"), row.get_key_value("Net_Total")))

    def test_lock_and_unlock(self):
        record_id = self.create_lead("To Lock")
        locking = RecordLockingOperations(record_id, "Leads")
        reason = LockRecord()
        reason.set_locked_reason__s("audit")
        body = LockBody()
        body.set_data([reason])

        response = locking.lock_records(body)
        self.assertEqual(201, response.get_status_code())
        self.assert_success(only(response), "record added", LockSuccess)
        self.assert_fault(
            upload("Leads", record_id, png()), 400, "RECORD_LOCKED", "record is locked"
        )

        fields = params((GetRecordLockingInformationsParam.fields, "Locked_Reason__s"))
        lock = only(locking.get_record_locking_informations(fields))
        self.assert_success(
            only(locking.unlock_record(lock.get_id())), "relation removed", LockSuccess
        )
        self.assert_photo_round_trip(record_id)

    def test_users_modules_and_fields(self):
        users = UsersOperations().get_users().get_object().get_users()
        self.assertTrue(all(user.get_id() and user.get_email() for user in users))
        self.assertTrue(users)

        names = {
            m.get_api_name() for m in ModulesOperations().get_modules().get_object().get_modules()
        }
        self.assertLessEqual(
            {"Leads", "Contacts", "Accounts", "Products", "Vendors", "Tasks"}, names
        )

        fields = (
            FieldsOperations()
            .get_fields(params((GetFieldsParam.module, "Leads")))
            .get_object()
            .get_fields()
        )
        types = {field.get_api_name(): field.get_data_type() for field in fields}
        self.assertEqual(("text", "profileimage"), (types["Last_Name"], types["Record_Image"]))


def get(module, record_id):
    return RecordOperations(module).get_photo(record_id)


def post(module, record_id):
    return upload(module, record_id, png())


def post_text(module, record_id):
    return upload(module, record_id, b"This is no picture.", "portrait.txt")


def post_too_big(module, record_id):
    return upload(module, record_id, png(filler=PHOTO_BYTES_MAX), "too-big.png")


def delete(module, record_id):
    return RecordOperations(module).delete_photo(record_id)


# INVALID_URL_PATTERN and INVALID_REQUEST_METHOD are not here: the SDK cannot send such a request.
WITH, WITHOUT, LOCKED = target("with_photo"), target("without_photo"), target("locked")
PRIVATE = target("private_of_other")
NOT_A_MODULE, NO_PHOTOS = ("Unicorns", UNKNOWN_ID), ("Tasks", UNKNOWN_ID)
NO_RECORD = ("Leads", UNKNOWN_ID)
BAD_NAME, NO_SUPPORT = "module name given seems", "not supported in API"
BAD_ID = "id given seems to be invalid"
FAULTS = [  # access token, call, record, HTTP status, code, phrase of the message
    ("full", get, NOT_A_MODULE, 400, "INVALID_MODULE", BAD_NAME),
    ("full", post, NOT_A_MODULE, 400, "INVALID_MODULE", BAD_NAME),
    ("full", delete, NOT_A_MODULE, 400, "INVALID_MODULE", BAD_NAME),
    ("full", get, NO_PHOTOS, 400, "INVALID_MODULE", NO_SUPPORT),
    ("full", delete, NO_PHOTOS, 400, "INVALID_MODULE", NO_SUPPORT),
    ("full", get, NO_RECORD, 400, "INVALID_DATA", BAD_ID),
    ("full", post, NO_RECORD, 400, "INVALID_DATA", BAD_ID),
    ("full", delete, NO_RECORD, 400, "INVALID_DATA", BAD_ID),
    ("full", delete, WITHOUT, 400, "INVALID_DATA", "No such photo"),
    ("full", post_text, WITHOUT, 415, "INVALID_DATA", "invalid file type"),
    ("full", post_too_big, WITHOUT, 413, "FILE_SIZE_EXCEEDS", "maximum limit"),
    ("full", post, LOCKED, 400, "RECORD_LOCKED", "record is locked"),
    ("full", delete, LOCKED, 400, "RECORD_LOCKED", "record is locked"),
    ("stranger", post, PRIVATE, 400, "AUTHORIZATION_FAILED", "sufficient privilege to upload"),
    ("stranger", delete, PRIVATE, 400, "AUTHORIZATION_FAILED", "sufficient privilege to delete"),
    ("read_only_scope", post, WITH, 401, "OAUTH_SCOPE_MISMATCH", ""),
    ("read_only_scope", delete, WITH, 401, "OAUTH_SCOPE_MISMATCH", ""),
    ("no_delete_profile", delete, WITH, 403, "NO_PERMISSION", "Permission denied to delete"),
    # The SDK holds no refresh token for these: it hands the refusal on and does not try to renew.
    ("expired", delete, WITH, 401, "INVALID_TOKEN", "invalid oauth token"),
    ("unknown", delete, WITH, 401, "INVALID_TOKEN", "invalid oauth token"),
]


class Faults(Conformance):
    def test_every_fault_is_a_typed_exception(self):
        for caller, call, record, status, code, phrase in FAULTS:
            with self.subTest(f"{caller}: {call.__name__} on {record} -> {status} {code}"):
                sign_in_as(caller)
                self.assert_fault(call(*record), status, code, phrase)

        # The refusals changed nothing; and reading is within the scope that refused the rest.
        sign_in_as("read_only_scope")
        self.assertEqual(
            [200, 204, 200], [get(*record).get_status_code() for record in (WITH, WITHOUT, LOCKED)]
        )

    def test_the_sdk_refuses_an_upload_by_our_module_metadata(self):
        sign_in_as("full")
        with self.assertRaisesRegex(SDKException, "UPLOAD PHOTO UNSUPPORTED MODULE"):
            post(*NO_PHOTOS)


if __name__ == "__main__":
    unittest.main()
