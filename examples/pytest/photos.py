"""The code under test: a small client that removes the photos of leads.

It knows nothing of Tanzanite.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request


class Refused(Exception):
    """The CRM's answer is a code that this client has no use for."""


class Crm:
    """A CRM: its API domain, such as `https://www.zohoapis.com`, and an access token."""

    def __init__(self, domain: str, token: str) -> None:
        self._domain = domain
        self._headers = {"Authorization": f"Zoho-oauthtoken {token}"}

    def remove_photo(self, lead: str) -> bool:
        """Removes the photo of a lead. False if there was none."""
        url = f"{self._domain}/crm/v8/Leads/{lead}/photo"
        request = urllib.request.Request(url, headers=self._headers, method="DELETE")
        try:
            with urllib.request.urlopen(request) as answer:
                code: str = json.load(answer)["code"]
        except urllib.error.HTTPError as error:
            with error:
                code = json.load(error)["code"]
        if code not in ("SUCCESS", "INVALID_DATA"):
            raise Refused(code)
        return code == "SUCCESS"
