"""zohoSolCon, unmodified: its hosts are in its source, and it is never told of another."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from importlib.metadata import version

import certifi
import requests
from zohoSolCon.auth import Token
from zohoSolCon.crm.attachments import delete_photo, download_photo, upload_photo

ENV = json.loads(pathlib.Path(os.environ["TANZANITE_SDK_ENV"]).read_text())
PNG = pathlib.Path(__file__).with_name("portrait.png")


def new_token(**how):
    return Token(ENV["client_id"], ENV["client_secret"], **how)


class HardCodedHosts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # It writes its tokens to the current folder.
        scratch = tempfile.TemporaryDirectory(prefix="tanzanite-sdk-intercept-")
        cls.addClassCleanup(scratch.cleanup)
        cls.addClassCleanup(os.chdir, os.getcwd())
        os.chdir(scratch.name)

    def target(self, situation):
        record = ENV["records"][situation]
        return record["module"], record["id"]

    def round_trip(self, token):
        module, record_id = self.target("without_photo")
        token, status, data = upload_photo(token, module, record_id, str(PNG))
        self.assertEqual((200, None), (status, data))
        with tempfile.TemporaryDirectory() as folder:
            token, path = download_photo(token, module, record_id, folder)
            self.assertEqual(PNG.read_bytes(), pathlib.Path(path).read_bytes())
            self.assertEqual(folder, os.path.dirname(path))
        token, data = delete_photo(token, module, record_id)
        self.assertIsNone(data)
        # 204: there is nothing to download, and it gives nothing.
        self.assertIsNone(download_photo(token, module, record_id, os.curdir))

    def test_it_is_the_one_that_is_meant(self):
        self.assertEqual("0.4.9", version("zohoSolCon"))

    def test_a_photo_goes_up_and_down_and_away_with_a_refresh_token(self):
        token = new_token(refresh_token=ENV["refresh_token"])
        self.assertTrue(token.access)
        self.round_trip(token)

    def test_and_with_a_code(self):
        token = new_token(grant_token=ENV["grant"]["python"])
        self.assertTrue(token.refresh)
        self.round_trip(token)

    def test_a_dead_access_token_is_renewed_on_the_way(self):
        token = new_token(refresh_token=ENV["refresh_token"])
        dead = token.access = ENV["access_tokens"]["expired"]
        self.round_trip(token)
        self.assertNotEqual(dead, token.access)

    def test_what_is_locked_keeps_its_photo(self):
        token = new_token(refresh_token=ENV["refresh_token"])
        module, record_id = self.target("locked")
        # It does not look at the status, and the refusal has no data.
        token, data = delete_photo(token, module, record_id)
        self.assertIsNone(data)
        self.assertEqual(2, len(download_photo(token, module, record_id, os.curdir)))

    def test_no_other_host_is_reached(self):
        for url in ["https://www.zoho.com", "https://desk.zoho.com/api/v1/tickets"]:
            with self.assertRaisesRegex(requests.exceptions.ProxyError, "403 No Host of Zoho CRM"):
                requests.get(url)


class PreparedRequests(unittest.TestCase):
    """`docs/laboratory.md`: `Session.send` looks for a proxy in the environment, and for certificates where certifi has them."""

    def send(self, **environment):
        # In a Python of its own: where certificates are is settled when requests is imported.
        program = (
            "import requests; session = requests.Session();"
            "request = requests.Request('GET', 'https://www.zohoapis.com/crm/v8/org');"
            "print(session.send(session.prepare_request(request)).status_code)"
        )
        return subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
        )

    def test_the_variables_alone_do_not_reach_them(self):
        self.assertIn("CERTIFICATE_VERIFY_FAILED", self.send().stderr)

    def test_the_authority_in_certifi_s_bundle_does(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(pathlib.Path(certifi.where()).parent, f"{folder}/certifi")
            bundle = pathlib.Path(folder, "certifi", "cacert.pem")
            authority = pathlib.Path(os.environ["REQUESTS_CA_BUNDLE"]).read_text()
            bundle.write_text(bundle.read_text() + authority)
            sent = self.send(PYTHONPATH=folder)
            self.assertEqual(("401\n", ""), (sent.stdout, sent.stderr))


if __name__ == "__main__":
    unittest.main()
