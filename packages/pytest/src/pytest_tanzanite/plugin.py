"""What pytest sees: the options, the marker and the fixtures."""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from .server import Organisation, Tanzanite, TanzaniteError, serve

_OPTIONS = {
    "tanzanite_program": "the program (without: TANZANITE_PROGRAM, then `tanzanite` on PATH)",
    "tanzanite_seed": "what each server begins with: `demo` or a seed file (without: demo)",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tanzanite")
    for name, meaning in _OPTIONS.items():
        group.addoption(f"--{name.replace('_', '-')}", metavar="FILE", help=meaning)
        parser.addini(name, meaning)


def pytest_configure(config: pytest.Config) -> None:
    meaning = "what this test is given begins with this seed; a file is sought beside the test's"
    config.addinivalue_line("markers", f"tanzanite(seed): {meaning}")


@pytest.fixture
def tanzanite(request: pytest.FixtureRequest) -> Iterator[Tanzanite]:
    """A fresh server for this test alone."""
    with _failing(), serve(_program(request.config), _seed(request)) as server:
        yield server


@pytest.fixture
def tanzanite_organisation(
    request: pytest.FixtureRequest, _tanzanite_shared: Callable[[str], Tanzanite]
) -> Iterator[Organisation]:
    """An organisation for this test alone, on a server that the session shares."""
    with _failing():
        server = _tanzanite_shared(_seed(request))
        # One of the name is there if the test runs again before its first run has tidied up.
        with server.organisation(name(request.node.nodeid), replace=True) as organisation:
            yield organisation


@pytest.fixture(scope="session")
def tanzanite_session(
    pytestconfig: pytest.Config, _tanzanite_shared: Callable[[str], Tanzanite]
) -> Tanzanite:
    """One server for all tests that ask for it: they see what the others did, to its clock too."""
    with _failing():
        return _tanzanite_shared(_seed_of_session(pytestconfig))


@pytest.fixture(scope="session")
def _tanzanite_shared(pytestconfig: pytest.Config) -> Iterator[Callable[[str], Tanzanite]]:
    """The session's servers: one for each seed, from when it is first wanted."""
    with ExitStack() as servers:
        yield functools.cache(
            lambda seed: servers.enter_context(serve(_program(pytestconfig), seed))
        )


def name(nodeid: str) -> str:
    """A name of an organisation, and of no other test's: its end is a digest of the whole id. Every
    worker of xdist has servers of its own."""
    digest = hashlib.sha256(nodeid.encode()).hexdigest()[:16]
    readable = re.sub("[^A-Za-z0-9._-]+", "-", nodeid.rpartition("::")[2])
    return f"{readable[:47]}-{digest}"


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except TanzaniteError as error:
        # It says what is wrong and what to do; where in the plugin it was raised helps nobody.
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def _program(config: pytest.Config) -> str:
    named, folder = _option(config, "tanzanite_program")
    if not named:
        named, folder = os.environ.get("TANZANITE_PROGRAM", ""), config.invocation_params.dir
    # A name is sought on PATH, and a path begins from where it was written.
    wanted = str(folder / named) if os.path.dirname(named) else named or "tanzanite"
    found = shutil.which(wanted)
    if found is None:
        where = "is no program" if os.path.dirname(wanted) else "is not on PATH"
        raise TanzaniteError(
            f"{wanted} {where}. Build it with `cargo install --path crates/tanzanite` in"
            " Tanzanite's repository, or name it: --tanzanite-program, tanzanite_program in the"
            " ini file, or TANZANITE_PROGRAM in the environment"
        )
    return os.path.abspath(found)


def _seed(request: pytest.FixtureRequest) -> str:
    """The seed that the test's marker names, or the session's."""
    marker = request.node.get_closest_marker("tanzanite")
    if marker is None:
        return _seed_of_session(request.config)
    if marker.args or set(marker.kwargs) != {"seed"}:
        pytest.fail("the marker is written @pytest.mark.tanzanite(seed=FILE)", pytrace=False)
    return _beside(request.path.parent, os.fspath(marker.kwargs["seed"]))


def _seed_of_session(config: pytest.Config) -> str:
    seed, folder = _option(config, "tanzanite_seed")
    return _beside(folder, seed or "demo")


def _beside(folder: Path, seed: str) -> str:
    return seed if seed == "demo" else str(folder / seed)


def _option(config: pytest.Config, name: str) -> tuple[str, Path]:
    """An option, empty if it is not set, and the folder that a path in it begins from."""
    flag = config.getoption(name)
    if flag:
        return flag, config.invocation_params.dir
    return config.getini(name), config.inipath.parent if config.inipath else config.rootpath
