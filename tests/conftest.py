"""What every test shares: the profile of the property tests, and the stores."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from scheduler.warm import warm
from tests.stores import KINDS, SQLITE, Places

# No deadline: a first call may compile the kernel, and two shared cores keep no pace.
settings.register_profile("local", deadline=None, print_blob=True)
# The gate judges the commit, not the day's luck: the same examples on every run.
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True)


def pytest_sessionstart() -> None:
    """Compile the kernel before the first test waits for an answer, and before workers start that would each do it."""
    warm()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--store sqlite` where no PostgreSQL server can be started, `--store postgresql` for all tests on that."""
    parser.addoption("--store", choices=KINDS, action="append", help="run on this kind of store only (default: both)")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whoever uses `places` is run on every kind of store."""
    if "places" in metafunc.fixturenames:
        metafunc.parametrize("places", metafunc.config.getoption("store") or KINDS, indirect=True)


@pytest.fixture(scope="session")
def store_kind(request: pytest.FixtureRequest) -> str:
    """The kind of store for tests that look at something else: files, unless `--store` names another."""
    return (request.config.getoption("store") or [SQLITE])[0]


@pytest.fixture
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    """Where the stores of one test lie, by name."""
    made = Places(request.param, tmp_path)
    yield made
    made.remove()


settings.load_profile("ci" if os.environ.get("CI") else "local")
