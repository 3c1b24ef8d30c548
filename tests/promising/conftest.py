from collections.abc import Iterator

import pytest

from tests.promising.desks import Bench, bench
from tests.stores import Places


@pytest.fixture
def shop(places: Places) -> Iterator[Bench]:
    """The moulding shop on Monday at 8:00, with no orders."""
    with bench(places()) as opened:
        yield opened
