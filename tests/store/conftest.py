from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plant.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store(path)
    opened.claim()
    yield opened
    opened.close()
