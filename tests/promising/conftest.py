from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.promising.desks import Bench, bench


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    """The moulding shop on Monday at 8:00, with no orders."""
    with bench(tmp_path / "shop.sqlite") as opened:
        yield opened
