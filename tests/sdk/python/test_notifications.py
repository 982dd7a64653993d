"""Notification channels through the official Python SDK, unmodified, and what a receiver is sent."""

import http.server
import json
import queue
import threading
import unittest
from datetime import datetime, timedelta, timezone

from zohocrmsdk.src.com.zoho.crm.api.notifications import (
    APIException,
    BodyWrapper,
    Criteria,
    DeleteNotificationParam,
    Field,
    GetNotificationsParam,
    Module,
    Notification,
    NotificationCondition,
    NotificationsOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.record import RecordOperations

from support import lead, only, params, sign_in_as


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.put(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def channel(channel_id, **values):
    watch = Notification()
    watch.set_channel_id(channel_id)
    for name, value in values.items():
        getattr(watch, f"set_{name}")(value)
    body = BodyWrapper()
    body.set_watch([watch])
    return body


def result(response):
    [only_one] = response.get_object().get_watch()
    return only_one


def condition(module, field):
    named = Module()
    named.set_api_name(module)
    chosen = Field()
    chosen.set_api_name(field)
    selection = Criteria()
    selection.set_field(chosen)
    of_module = NotificationCondition()
    of_module.set_type("field_selection")
    of_module.set_module(named)
    of_module.set_field_selection(selection)
    return of_module


class Notifications(unittest.TestCase):
    def setUp(self):
        sign_in_as("full")
        self.operations = NotificationsOperations()
        server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
        server.told = queue.Queue()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.told = server.told
        self.url = f"http://127.0.0.1:{server.server_port}/hook?from=crm"

    def next(self):
        return self.told.get(timeout=20)

    def listed(self, channel_id):
        found = self.operations.get_notifications(
            params((GetNotificationsParam.channel_id, channel_id))
        )
        return [] if found.get_status_code() == 204 else found.get_object().get_watch()

    def test_a_channel_is_made_told_changed_and_removed(self):
        until = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=2)
        made = self.operations.enable_notifications(
            channel(
                "1000000068001",
                events=["Leads.create", "Leads.edit"],
                notify_url=self.url,
                token="TOKEN",
                channel_expiry=until,
                return_affected_field_values=True,
            )
        )
        self.assertEqual(201, made.get_status_code())
        self.assertEqual("SUCCESS", result(made).get_code().get_value())
        [event] = result(made).get_details()["events"]
        self.assertEqual("Leads", event.get_resource_name())
        self.assertEqual(until, event.get_channel_expiry())

        record = int(only(RecordOperations("Leads").create_records(lead("Told"))).get_details()["id"])
        told = self.next()
        self.assertEqual("insert", told["operation"])
        self.assertEqual("Leads", told["module"])
        self.assertEqual([str(record)], told["ids"])
        self.assertEqual("1000000068001", told["channel_id"])
        self.assertEqual("TOKEN", told["token"])
        self.assertEqual({"from": "crm"}, told["query_params"])
        self.assertEqual("Told", told["affected_values"][0]["values"]["Last_Name"])

        [shown] = self.listed(1000000068001)
        self.assertEqual(["Leads.edit", "Leads.create"], shown.get_events())
        self.assertEqual(self.url, shown.get_notify_url())

        changed = self.operations.update_notification(
            channel("1000000068001", notification_condition=[condition("Leads", "City")])
        )
        self.assertEqual(200, changed.get_status_code())
        [shown] = self.listed(1000000068001)
        [told_of] = shown.get_notification_condition()
        self.assertEqual("City", told_of.get_field_selection().get_field().get_api_name())

        less = self.operations.disable_notification(
            channel("1000000068001", events=["Leads.create"], delete_events=True)
        )
        self.assertEqual(200, less.get_status_code())
        [shown] = self.listed(1000000068001)
        self.assertEqual(["Leads.edit"], shown.get_events())

        replaced = self.operations.update_notifications(
            channel("1000000068001", events=["Deals.all"], notify_url=self.url)
        )
        self.assertEqual(200, replaced.get_status_code())
        [shown] = self.listed(1000000068001)
        self.assertEqual("Deals", shown.get_resource_name())

        gone = self.operations.delete_notification(
            params((DeleteNotificationParam.channel_ids, "1000000068001"))
        )
        self.assertEqual(200, gone.get_status_code())
        self.assertEqual("SUCCESS", result(gone).get_code().get_value())
        self.assertEqual([], self.listed(1000000068001))

    def test_a_channel_that_there_is_not_is_an_exception(self):
        refused = result(
            self.operations.update_notification(channel("7", events=["Leads.all"]))
        )
        self.assertIsInstance(refused, APIException)
        self.assertEqual("NOT_SUBSCRIBED", refused.get_code().get_value())
        refused = result(self.operations.enable_notifications(channel("7", events=["Leads.all"])))
        self.assertIsInstance(refused, APIException)
        self.assertEqual("MANDATORY_NOT_FOUND", refused.get_code().get_value())


if __name__ == "__main__":
    unittest.main()
