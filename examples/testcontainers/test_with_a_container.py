"""A CRM of a test's own in a container.

    docker build --file examples/compose/Dockerfile --tag tanzanite .
    pip install pytest testcontainers && pytest examples/testcontainers

Where Python and the program are on one machine, the fixture of `packages/pytest` is quicker and needs no Docker.
"""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Iterator

import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import wait_for_logs

PORT = 8480
# Within the container: the control API answers only the machine that it is on.
INSIDE = f"http://127.0.0.1:{PORT}"


def free_port() -> int:
    """A port that nobody listens on now. It is chosen here, since token answers say where the API is."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def crm() -> Iterator[dict[str, str]]:
    """What a client needs: `api_domain`, `access_token` and the rest of `tanzanite env --json`."""
    port = free_port()
    command = [
        *("serve", "--memory", "--seed", "demo", "--insecure"),
        *("--listen", f"0.0.0.0:{PORT}", "--public-url", f"http://127.0.0.1:{port}"),
    ]
    container = DockerContainer("tanzanite").with_bind_ports(PORT, port).with_command(command)
    with container:
        wait_for_logs(container, "Tanzanite serves", timeout=30)
        answer = container.exec(["tanzanite", "env", "--json", "--url", INSIDE])
        yield json.loads(answer.output)


def test_an_organisation_answers(crm: dict[str, str]) -> None:
    headers = {"Authorization": f"Zoho-oauthtoken {crm['access_token']}"}
    request = urllib.request.Request(f"{crm['api_domain']}/crm/v8/org", headers=headers)
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["org"][0]["company_name"] == "Larkspur Hand Tools"
