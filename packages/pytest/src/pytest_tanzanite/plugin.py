"""What pytest sees: the options, the marker and the two fixtures."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from .server import Tanzanite, TanzaniteError, serve

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
    meaning = "the server of this test begins with this seed; a file is sought beside the test's"
    config.addinivalue_line("markers", f"tanzanite(seed): {meaning}")


@pytest.fixture
def tanzanite(request: pytest.FixtureRequest) -> Iterator[Tanzanite]:
    """A fresh server for this test alone."""
    marker = request.node.get_closest_marker("tanzanite")
    if marker is None:
        yield from _served(request.config, _seed(request.config))
    elif marker.args or set(marker.kwargs) != {"seed"}:
        pytest.fail("the marker is written @pytest.mark.tanzanite(seed=FILE)", pytrace=False)
    else:
        seed = _beside(request.path.parent, os.fspath(marker.kwargs["seed"]))
        yield from _served(request.config, seed)


@pytest.fixture(scope="session")
def tanzanite_session(pytestconfig: pytest.Config) -> Iterator[Tanzanite]:
    """One server for all tests that ask for it: they see what the others did, to its clock too."""
    yield from _served(pytestconfig, _seed(pytestconfig))


def _served(config: pytest.Config, seed: str) -> Iterator[Tanzanite]:
    try:
        with serve(_program(config), seed) as server:
            yield server
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


def _seed(config: pytest.Config) -> str:
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
