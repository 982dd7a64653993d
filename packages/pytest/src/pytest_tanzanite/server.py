"""A server as a child process, and what a test can ask of it. Nothing here knows pytest."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple, Union
from urllib.parse import quote, urlencode

READY_SECONDS = 20.0
END_SECONDS = 5.0
EVERY_SCOPE = (
    "ZohoCRM.modules.ALL",
    "ZohoCRM.settings.ALL",
    "ZohoCRM.users.ALL",
    "ZohoCRM.org.ALL",
)
# What a seed gives, as `tanzanite check --json` says it.
GIVEN = ("client_id", "client_secret", "user", "records", "tokens")

# The server is on this machine, whatever proxy the environment names.
_HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class TanzaniteError(Exception):
    """What went wrong, and what to do."""


class Organisation:
    """An organisation of a running server: the server's own, or one beside it."""

    def __init__(self, url: str, org: str | None, seed: Callable[[], str]) -> None:
        #: The base URL: the client's API domain and accounts URL.
        self.url = url
        #: Its number, which commands take as `--org`. None is the server's own.
        self.org = org
        self.clock = Clock(self._at("clock"))
        self._seed = seed

    def environment(self) -> dict[str, str]:
        """What a client needs: api_domain, accounts_url, client_id, client_secret, user, and
        refresh_token and access_token of the user's; the same until they end."""
        return _ask(self._at("environment"), {})

    def token(self, user: str | None = None, scopes: Sequence[str] = EVERY_SCOPE) -> str:
        """A new access token for a user, or for the seed's administrator."""
        wanted = {"user": user or self.seed()["user"], "scopes": list(scopes)}
        return str(_ask(self._at("tokens"), wanted)["access_token"])

    def seed(self) -> dict[str, Any]:
        """What the seed gives: client_id, client_secret, user, `records` and `tokens` by name."""
        seed: dict[str, Any] = json.loads(self._seed())
        return seed

    def records(self) -> dict[str, dict[str, str]]:
        """`module` and `id` of each of the seed's records, by its name."""
        records: dict[str, dict[str, str]] = self.seed()["records"]
        return records

    def reset(self) -> None:
        """It is as its seed made it; its fault rules, its journal and what its limits have counted
        are gone. Tokens that were issued since live on."""
        _ask(self._at("reset"), {})

    def snapshot(self, name: str) -> None:
        """Keeps it as it is, in place of the snapshot that may have the name."""
        _ask(self._at("snapshots"), {"name": name})

    def restore(self, name: str) -> None:
        """It is as it was in the snapshot."""
        _ask(self._at(f"snapshots/{quote(name, safe='')}/restore"), {})

    def differences(self, name: str) -> list[dict[str, Any]]:
        """What has become of its records since the snapshot: module, id, name, change (`added`,
        `changed`, `deleted`, `undeleted`, `removed`) and fields of each; photo and lock, if
        something has become of them."""
        operation = f"snapshots/{quote(name, safe='')}/diff"
        page = _ask(self._at(operation))
        changes: list[dict[str, Any]] = page["changes"]
        while page["next"] is not None:
            page = _ask(self._at(operation, after=page["next"]))
            changes += page["changes"]
        return changes

    def _at(self, operation: str, **query: str) -> str:
        if self.org is not None:
            query["org"] = self.org
        return f"{self.url}/_tanzanite/{operation}?{urlencode(query)}"


class Tanzanite(Organisation):
    """A running server. Itself it is asked about its own organisation."""

    def __init__(self, url: str, program: str, seed: str) -> None:
        super().__init__(url, None, lambda: _checked(program, seed, _written(seed)))

    @contextmanager
    def organisation(self, name: str, *, replace: bool = False) -> Iterator[Organisation]:
        """An organisation beside the others, made from the server's seed, until the block is left.
        The same name gives the same ids and tokens. A name is 1 to 64 of A-Z, a-z, 0-9, `.`, `_`
        and `-`; if there is one of it, that is refused, or goes with `replace`."""
        made = _ask(self._at("organisations"), {"name": name, "replace": replace})
        seed = json.dumps({given: made[given] for given in GIVEN})
        organisation = Organisation(self.url, made["org"], lambda: seed)
        try:
            yield organisation
        finally:
            _ask(organisation._at("organisations"), method="DELETE")


class Shown(NamedTuple):
    """What a clock shows."""

    now: datetime
    frozen: bool
    #: How far it is ahead of the machine's.
    ahead: timedelta


# Unlike annotations these are evaluated, and Python 3.9 knows no `|` of types.
Time = Union[datetime, str]
Span = Union[timedelta, str]


class Clock:
    """The clock of an organisation. A time is a datetime with an offset or RFC 3339; a span is a
    timedelta or a text such as `61m` or `-1d`. A change answers with what is shown after it."""

    def __init__(self, url: str) -> None:
        self._url = url

    def show(self) -> Shown:
        return self._told(None)

    def freeze(self, at: Time | None = None) -> Shown:
        """It stands, now or at a time, until it is resumed or reset."""
        return self._told({"action": "freeze", **({} if at is None else {"at": _time(at)})})

    def set(self, to: Time) -> Shown:
        return self._told({"action": "set", "to": _time(to)})

    def advance(self, by: Span) -> Shown:
        text = by if isinstance(by, str) else f"{by // timedelta(milliseconds=1)}ms"
        return self._told({"action": "advance", "by": text})

    def resume(self) -> Shown:
        """It goes on from where it stands."""
        return self._told({"action": "resume"})

    def reset(self) -> Shown:
        """It is the machine's again."""
        return self._told({"action": "reset"})

    def _told(self, change: dict[str, str] | None) -> Shown:
        clock = _ask(self._url, change)
        # Python 3.9 and 3.10 do not read the Z.
        now = datetime.fromisoformat(clock["now"].replace("Z", "+00:00"))
        return Shown(now, clock["state"] == "frozen", timedelta(milliseconds=clock["ahead_ms"]))


@contextmanager
def serve(program: str, seed: str) -> Iterator[Tanzanite]:
    """Serves a seed in memory until the block is left, however it is left."""
    with tempfile.TemporaryDirectory(prefix="tanzanite-") as name:
        folder = Path(name)
        process = _spawn(program, seed, folder)
        try:
            yield Tanzanite(_url(process, folder), program, seed)
            # With the log off these are the server's own failures. Pytest shows them if the test
            # failed.
            sys.stderr.write(_said(folder))
        finally:
            _end(process)


def _spawn(program: str, seed: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [program, "serve", "--memory", "--seed", seed, "--listen", "127.0.0.1:0"]
    # Its input ends with this process, however that ends, and it with its input.
    command += ["--ready-file", str(folder / "ready"), "--log", "off", "--until-stdin-ends"]
    # Neither variables nor a tanzanite.toml meant for another server shall change this one.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("TANZANITE_")
    }
    with open(folder / "stderr", "wb") as errors:
        try:
            return subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        except OSError as error:
            raise TanzaniteError(f"{program} cannot be run: {error}") from error


def _url(process: subprocess.Popen[bytes], folder: Path) -> str:
    """The base URL, once the server is ready. The ready file is never seen half-written."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        ended = process.poll()
        try:
            return (folder / "ready").read_text().strip()
        except FileNotFoundError:
            if ended is not None:
                raise TanzaniteError(f"the server ended with {ended}:\n{_said(folder)}") from None
        time.sleep(0.002)
    raise TanzaniteError(f"the server was not ready in {READY_SECONDS:g} s:\n{_said(folder)}")


def _said(folder: Path) -> str:
    return (folder / "stderr").read_text(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
    finally:
        # Nothing happens if it has ended.
        process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()


def _written(seed: str) -> int:
    return 0 if seed == "demo" else os.stat(seed).st_mtime_ns


@functools.cache
def _checked(program: str, seed: str, _written: int) -> str:
    """What `tanzanite check` prints: for all servers of a seed, until its file is written again."""
    checked = subprocess.run(
        [program, "check", seed, "--json"], capture_output=True, text=True, encoding="utf-8"
    )
    if checked.returncode != 0:
        raise TanzaniteError(checked.stderr)
    return checked.stdout


def _ask(url: str, body: dict[str, Any] | None = None, method: str | None = None) -> dict[str, Any]:
    """Asks the control API: with a body by POST, else by GET, unless told otherwise."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with _HTTP.open(request, timeout=READY_SECONDS) as answer:
            told: dict[str, Any] = json.load(answer)
            return told
    except urllib.error.HTTPError as error:
        with error:
            refusal = json.load(error)
        raise TanzaniteError(f"{refusal['error']}; {refusal['hint']}") from None


def _time(at: Time) -> str:
    if isinstance(at, str):
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no offset: write datetime(..., tzinfo=timezone.utc)")
    return at.astimezone(timezone.utc).isoformat(timespec="milliseconds")
