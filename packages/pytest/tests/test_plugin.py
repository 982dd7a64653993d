"""The plugin, from the side of a project that uses it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_tanzanite import Organisation, Tanzanite, TanzaniteError, plugin, server

USES_IT = "def test_it(tanzanite): assert 'with_photo' in tanzanite.records()"


class Project:
    """A project with one file of tests."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.folder = pytester.path
        self._pytester = pytester

    def run(self, tests: str, *arguments: str, **outcomes: int) -> str:
        """Runs the tests, which must end so, and gives what pytest wrote."""
        self._pytester.makepyfile(tests)
        result = self._pytester.runpytest_inprocess("-p", plugin.__name__, *arguments)
        result.assert_outcomes(**outcomes)
        return result.stdout.str()

    def imposter(self, text: str) -> str:
        """A program that is no Tanzanite."""
        path = self.folder / "imposter"
        path.write_text(f"#!{sys.executable}\nimport os, signal, sys, time\n{text}\n")
        path.chmod(0o755)
        return str(path)

    def write_seed(self, folder: str) -> None:
        """Writes the seed that `tanzanite init` writes; it has a lead named lee."""
        program = os.environ.get("TANZANITE_PROGRAM", "tanzanite")
        subprocess.run([program, "init", self.folder / folder], check=True, capture_output=True)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    # The plugin is loaded by name, whether it is installed here or not.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return Project(pytester)


def test_a_program_that_is_missing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    told = project.run(USES_IT, "--tanzanite-program", "./none", errors=1)
    assert f"{project.folder}/none is no program. Build it with `cargo install" in told
    monkeypatch.delenv("TANZANITE_PROGRAM", raising=False)
    monkeypatch.setenv("PATH", str(project.folder))
    told = project.run(USES_IT, errors=1)
    assert "tanzanite is not on PATH. Build it with `cargo install" in told
    assert "exception" not in told, "it is told without the plugin's own frames"


def test_a_program_that_ends(project: Project) -> None:
    program = project.imposter("sys.exit('no licence')")
    told = project.run(USES_IT, "--tanzanite-program", program, errors=1)
    assert "the server ended with 1:\nno licence" in told


def test_a_program_that_is_never_ready_and_does_not_end(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "READY_SECONDS", 0.5)
    monkeypatch.setattr(server, "END_SECONDS", 0.1)
    program = project.imposter(
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(os.getpid(), file=sys.stderr, flush=True)\n"
        "time.sleep(60)"
    )
    told = project.run(USES_IT, "--tanzanite-program", program, errors=1)
    _, after = told.split("the server was not ready in 0.5 s:\n", 1)
    with pytest.raises(ProcessLookupError):
        os.kill(int(after.split()[0]), 0)


def test_a_seed_that_is_none(project: Project) -> None:
    told = project.run(USES_IT, "--tanzanite-seed", "none.toml", errors=1)
    assert "the server ended with 3:" in told
    assert f"cannot read the seed {project.folder}/none.toml" in told
    (project.folder / "bad.toml").write_text("organisation = 1\n")
    told = project.run(USES_IT, "-o", "tanzanite_seed=bad.toml", errors=1)
    assert "bad.toml:1:1: the file lacks `secret`" in told


def test_a_marker_that_is_none(project: Project) -> None:
    marked = f"import pytest\n@pytest.mark.tanzanite('x.toml')\n{USES_IT}"
    told = project.run(marked, "--strict-markers", errors=1)
    assert "the marker is written @pytest.mark.tanzanite(seed=FILE)" in told


def test_a_seed_of_one_s_own(project: Project) -> None:
    project.write_seed("crm")
    marked = """
        import pytest
        @pytest.mark.tanzanite(seed="crm/seed.toml")
        def test_marked(tanzanite):
            assert tanzanite.records()["lee"]["module"] == "Leads"
            assert tanzanite.environment()["user"] == tanzanite.seed()["user"]
        def test_unmarked(tanzanite): assert "lee" not in tanzanite.records()
        @pytest.mark.tanzanite(seed="demo")
        def test_demo(tanzanite): assert "lee" not in tanzanite.records()
    """
    project.run(marked, passed=3)
    project.run(marked, "--tanzanite-seed", "crm/seed.toml", passed=2, failed=1)


def test_a_server_ends_though_its_test_fails(project: Project) -> None:
    fails = """
        import pathlib
        def test_it(tanzanite):
            pathlib.Path("url").write_text(tanzanite.url)
            assert not "reached"
    """
    project.run(fails, failed=1)
    gone = Tanzanite((project.folder / "url").read_text(), "", "demo")
    with pytest.raises(OSError, match="refused"):
        gone.environment()


def test_only_the_session_s_server_is_shared(project: Project) -> None:
    project.run(
        """
        urls = set()
        def test_one(tanzanite, tanzanite_session): check(tanzanite, tanzanite_session)
        def test_two(tanzanite, tanzanite_session): check(tanzanite, tanzanite_session)
        def check(own, shared):
            assert own.url not in urls and shared.url != own.url
            assert not urls or shared.url in urls
            urls.update((own.url, shared.url))
        """,
        passed=2,
    )


def test_an_organisation_of_a_test_is_gone_after_it(project: Project) -> None:
    project.run(
        """
        import pytest
        from pytest_tanzanite import TanzaniteError
        seen = []
        @pytest.mark.parametrize("one", ["a b", "a/b", "ä" * 100])
        def test_it(one, tanzanite_organisation, tanzanite_session):
            own = tanzanite_organisation
            assert own.url == tanzanite_session.url
            assert own.environment()["client_secret"] == own.seed()["client_secret"]
            ids = {record["id"] for record in own.records().values()}
            assert ids.isdisjoint(r["id"] for r in tanzanite_session.records().values())
            for other, others in seen:
                assert ids.isdisjoint(others)
                with pytest.raises(TanzaniteError, match=f"no organisation {other.org}"):
                    other.environment()
            seen.append((own, ids))
        """,
        passed=3,
    )


def test_organisations_of_another_seed_share_a_server_too(project: Project) -> None:
    project.write_seed("crm")
    marked = """
        import pytest
        urls = set()
        @pytest.mark.parametrize("time", [1, 2])
        @pytest.mark.tanzanite(seed="crm/seed.toml")
        def test_marked(time, tanzanite_organisation, tanzanite_session):
            assert tanzanite_organisation.records()["lee"]["module"] == "Leads"
            urls.add(tanzanite_organisation.url)
            assert len(urls) == 1 and tanzanite_session.url not in urls
    """
    project.run(marked, passed=2)
    told = project.run(marked.replace("seed=", ""), errors=2)
    assert "the marker is written @pytest.mark.tanzanite(seed=FILE)" in told
    told = project.run(marked, "--tanzanite-program", "./none", errors=2)
    assert "exception" not in told, "it is told without the plugin's own frames"


def test_a_name_is_one_that_no_other_test_has() -> None:
    ids = ["a.py::test[x/y]", "a.py::test[x y]", "b.py::test[x y]", "a.py::test[ä::y]"]
    ids += ["a.py::test[" + "x" * 99, "a.py::test[" + "x" * 98]
    names = {plugin.name(nodeid) for nodeid in ids}
    assert len(names) == len(ids)
    assert all(re.fullmatch("[A-Za-z0-9._-]{1,64}", name) for name in names)
    assert plugin.name(ids[0]).startswith("test-x-y--")


def test_an_organisation_beside_the_server_s_own(tanzanite: Tanzanite) -> None:
    tanzanite.snapshot("before")
    now = tanzanite.clock.freeze().now
    with tanzanite.organisation("one") as one, tanzanite.organisation("two") as two:
        with pytest.raises(TanzaniteError, match=f"of the name, {one.org}; .*replace"):
            tanzanite.organisation("one").__enter__()
        one.clock.freeze(now + timedelta(days=1))
        assert not two.clock.show().frozen
        remove_photo(one)
        assert one.differences("seed") != two.differences("seed") == []
    assert tanzanite.clock.show().now == now
    assert tanzanite.differences("before") == []
    with pytest.raises(ZeroDivisionError), tanzanite.organisation("one") as again:
        assert again.records() == one.records()
        assert again.differences("seed") == []
        raise ZeroDivisionError
    with pytest.raises(TanzaniteError, match="there is no organisation"):
        again.token()
    with pytest.raises(TanzaniteError, match='"a b" is no name'):
        tanzanite.organisation("a b").__enter__()


def test_an_organisation_in_place_of_one_that_was_left(tanzanite: Tanzanite) -> None:
    left = server._ask(tanzanite._at("organisations"), {"name": "one"})
    remove_photo(Organisation(tanzanite.url, left["org"], lambda: json.dumps(left)))
    with tanzanite.organisation("one", replace=True) as one:
        assert (one.org, one.differences("seed")) == (left["org"], [])


@pytest.mark.parametrize("kind", ["tanzanite", "tanzanite_organisation"])
def test_snapshots_and_reset(kind: str, request: pytest.FixtureRequest) -> None:
    organisation: Organisation = request.getfixturevalue(kind)
    lead = organisation.records()["with_photo"]["id"]
    organisation.clock.freeze()
    organisation.snapshot("before")
    assert organisation.differences("before") == []
    remove_photo(organisation)
    (change,) = organisation.differences("before")
    assert (change["module"], change["id"], change["photo"]) == ("Leads", lead, "removed")
    organisation.restore("before")
    assert organisation.differences("before") == []
    remove_photo(organisation)
    organisation.reset()
    assert organisation.differences("seed") == []
    assert not organisation.clock.show().frozen
    for ask in (organisation.restore, organisation.differences):
        with pytest.raises(TanzaniteError, match="there is no snapshot"):
            ask("a/b c")


def test_differences_of_more_than_a_page(tanzanite_organisation: Organisation) -> None:
    leads = json.dumps({"data": [{"Last_Name": f"Lee {number}"} for number in range(100)]})
    for _ in range(11):
        send(tanzanite_organisation, "POST", "Leads", leads.encode())
    differences = tanzanite_organisation.differences("seed")
    assert len(differences) == len({difference["id"] for difference in differences}) == 1100


def remove_photo(organisation: Organisation) -> None:
    lead = organisation.records()["with_photo"]["id"]
    send(organisation, "DELETE", f"Leads/{lead}/photo")


def send(organisation: Organisation, method: str, path: str, body: bytes | None = None) -> None:
    headers = {"Authorization": f"Zoho-oauthtoken {organisation.token()}"}
    url = f"{organisation.url}/crm/v8/{path}"
    urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method)).close()


def test_settings_and_proxies_of_others_are_ignored(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANZANITE_PUBLIC_URL", "https://crm.example.com")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    (project.folder / "tanzanite.toml").write_text("auth = 'none'")
    same = "def test_it(tanzanite): assert tanzanite.environment()['api_domain'] == tanzanite.url"
    project.run(same, passed=1)


def test_tokens_are_for_anybody(tanzanite: Tanzanite) -> None:
    user = tanzanite.seed()["user"]
    assert tanzanite.token() != tanzanite.token(user, ["ZohoCRM.modules.READ"])
    with pytest.raises(TanzaniteError, match="nobody@example.com.*tanzanite env"):
        tanzanite.token("nobody@example.com")
    tanzanite.seed().clear()
    assert tanzanite.seed()["user"] == user, "what a test does to its copy, others do not see"


def test_the_clock(tanzanite: Tanzanite) -> None:
    clock = tanzanite.clock
    shown = clock.show()
    assert (shown.frozen, shown.ahead) == (False, timedelta())
    nine = datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=1)))
    assert clock.freeze(nine)[:2] == (nine, True)
    assert clock.freeze("2026-03-01T09:00:00+01:00").now == nine
    assert clock.advance("1h 30m").now == nine + timedelta(minutes=90)
    assert clock.advance(timedelta(days=-1, milliseconds=5)).now - nine == timedelta(
        hours=-22, minutes=-30, milliseconds=5
    )
    assert clock.set(nine)[:2] == (nine, True)
    assert clock.resume().frozen is False
    assert clock.reset().ahead == timedelta()
    assert clock.freeze().frozen
    with pytest.raises(TanzaniteError, match="no span of time; one looks like 90m"):
        clock.advance("soon")
    with pytest.raises(ValueError, match="has no offset"):
        clock.set(datetime(2026, 3, 1))


def test_a_server_ends_with_a_process_that_is_killed() -> None:
    program = os.environ.get("TANZANITE_PROGRAM", "tanzanite")
    script = (
        "from pytest_tanzanite.server import serve\n"
        f"with serve({program!r}, 'demo') as tanzanite:\n"
        "    print(tanzanite.url, flush=True)\n"
        "    __import__('time').sleep(60)\n"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        url = urlsplit(parent.stdout.readline().strip())
        address = (url.hostname, url.port)
        socket.create_connection(address).close()
        parent.kill()
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(address).close()
        except OSError:
            return
        time.sleep(0.01)
    pytest.fail("the server goes on")
