from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Store
from tests.stores import POSTGRESQL, Places


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file, for what only files have."""
    return tmp_path / "plant.sqlite"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """An empty plant on PostgreSQL, for what only that has."""
    made = Places(POSTGRESQL, tmp_path)
    yield str(made("plant"))
    made.remove()


@pytest.fixture
def where(places: Places) -> Path | str:
    """An empty store of either kind."""
    return places("plant")


@pytest.fixture
def store(where: Path | str) -> Iterator[Store]:
    opened = Store(where)
    opened.claim()
    yield opened
    opened.close()
